"""Messages judged as a gate reads them: in the language that each shows, with what is wrapped in it, and over the
seams between one and the next. See `gateway/screen/input.py`, which does the same for a request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from sekisho.cli.judging import Asked, Bench, Judged
from sekisho.detection.detectors.deterministic import deterministic
from sekisho.detection.evaluation.robustness import Talk
from sekisho.detection.evaluation.tasks import Answer, answer_of
from sekisho.detection.language import language_of
from sekisho.detection.types import Passage
from sekisho.detection.unwrap import unwrapped
from sekisho.gateway.screen.input import RULES
from sekisho.gateway.screen.seams import seams
from sekisho.gateway.types import Piece

AT_ONCE: Final = 64
"""Talks that are judged together."""
_GRAVER: Final = ("allow", "annotate", "modify", "hold", "unsure", "block")
"""Decisions about the parts of one request, the gravest last: a judge is not asked about what is blocked anyway."""


class Gate:
    """A bench that reads as a gate does. For one thread."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        rules = () if bench.asked is Asked.SCORER else deterministic()
        self._rules = Bench(bench.pack, Asked.RULES, rules=[each for each in rules if each.name in RULES])

    def judge(self, talks: Sequence[Talk]) -> list[Answer]:
        """Return one answer for each talk, in order: the gravest about any part of it."""
        parts = (talks[at : at + AT_ONCE] for at in range(0, len(talks), AT_ONCE))
        return [answer for part in parts for answer in self._together(part)]

    def _together(self, talks: Sequence[Talk]) -> Iterator[Answer]:
        spoken = [[_as_shown(each) for each in talk] for talk in talks]
        judged = iter(self._bench.judge([each for talk in spoken for each in talk]))
        for talk in spoken:
            plain = [next(judged) for _ in talk]
            yield _gravest([*plain, *filter(_says, self._rules.judge(list(_made(talk))))])


def _as_shown(passage: Passage) -> Passage:
    return replace(passage, language=language_of(passage.text))


def _made(talk: Sequence[Passage]) -> Iterator[Passage]:
    """What stands so nowhere but is read so: decoded, or put together. Only rules are believed about it."""
    for passage in talk:
        for said in unwrapped(passage.text):
            yield _as_shown(replace(passage, text=said))
    for piece in seams([Piece("user", "text", passage.text, passage.role) for passage in talk]):
        yield Passage(piece.text, piece.role, language_of(piece.text))


def _says(judged: Judged) -> bool:
    """Whether a rule says anything: what was put together or decoded need not be in a language that is measured."""
    return any(ground.code != "language_unmeasured" for ground in judged.verdict.grounds)


def _gravest(judged: Sequence[Judged]) -> Answer:
    answers = [answer_of(each.assessment, each.acted, each.decision, 0.0) for each in judged]
    return Answer(
        {
            question: max(each.probabilities[question] for each in answers)
            for question in answers[0].probabilities
        },
        frozenset[str]().union(*(each.fired for each in answers)),
        max((each.decision for each in answers), key=_GRAVER.index),
        0.0,
    )
