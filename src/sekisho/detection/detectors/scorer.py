"""The local scorer: for each clause a calibrated probability, without network, on one core.

    text ─▶ quick step (n-grams) ─┬─ no doubt ─────────────────────────────▶ silence
                                  └─ doubtful windows ─▶ reader (MiniLM) ─┴─▶ calibration of both ─▶ probabilities

The quick step sees every text in some ten microseconds. What it cannot clear is read again by a small transformer,
and the two are weighed together, as was learned from sources that neither had seen. It is still one voice: its
thresholds come from the pack, and a judge is asked in between (P-040, P-043).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sekisho.detection.card import Card, ModelError, SecondStep, damaged, missing, read_card, sha256
from sekisho.detection.detectors.quick import COLUMNS, QuickStep, Spans
from sekisho.detection.detectors.weighing import (
    FLOOR,
    NEVER_ASKED,
    concerned,
    doubts,
    probabilities,
    silence,
    weighings,
)
from sekisho.detection.features import BUCKETS, FEATURES_VERSION
from sekisho.detection.labels import CLAUSES, HEADS, READER_HEADS
from sekisho.detection.normalise import Normalised, normalise
from sekisho.detection.types import EVERY_CLAUSE, Finding, Outcome, Passage, Role, Span

SHIPPED = Path(__file__).parent.parent / "models" / "two-step-3"
"""The model that comes with this version."""

CANARY_TOLERANCE = 0.02
"""How far a canary's score may be from the card's: rounding differs between machines, meaning does not."""

ANSWERS = frozenset({Role.OUTPUT, Role.TOOL_CALL})
"""What a model says, rather than what it reads."""

READ_AGAIN = 8
"""So many windows of one text are read again at most, those of most doubt: some fifty milliseconds of
English, 170 of Japanese, 250 of nothing but signs. Of what is doubtful beyond, the quick step's word stands."""

Floats = NDArray[np.float32]


class Step(StrEnum):
    """How far a model of two steps goes."""

    CHEAP = "cheap"
    """The quick step for every text, and its word alone."""
    DOUBT = "doubt"
    """And the reader where the quick step is in doubt: quick for most traffic, as gates are unless told otherwise."""
    BOTH = "both"
    """Both for every text: some milliseconds each, and the best that the model can say."""


class Reads(Protocol):
    """The second step: `detectors.reader.Reader`."""

    def log_odds(self, text: str, role: Role, prompt: str = "") -> Floats | None:
        """Return log-odds of each of `labels.READER_HEADS`; None where the text cannot be read."""
        ...


@dataclass(frozen=True, slots=True)
class WindowScores:
    """Calibrated probabilities of each window of a text."""

    spans: tuple[tuple[int, int], ...]
    probabilities: Floats
    """Shape (windows, questions), columns in the order of `labels.READER_HEADS`."""
    is_cleared: bool = False
    """Whether the quick step left no doubt, so that the reader was not asked about any window."""

    def best(self) -> dict[str, float]:
        """Return the greatest probability of each question over all windows."""
        return dict(zip(READER_HEADS, self.probabilities.max(axis=0).tolist(), strict=True))

    def concerned(self) -> dict[str, float]:
        """Return how much the text concerns each clause, as `Scorer.find` says it: not at all where it was cleared."""
        found = concerned(self.probabilities).max(axis=0) * (not self.is_cleared)
        return dict(zip(CLAUSES, found.tolist(), strict=True))


class Scorer:
    """The scorer as a detector. Immutable after `load`, so any number of threads may call it."""

    name = "scorer"

    def __init__(
        self,
        card: Card,
        weights: NDArray[np.int8],
        reader: Reads | None = None,
        step: Step = Step.DOUBT,
    ) -> None:
        """Without a `reader` the quick step decides alone, whatever the `step`."""
        self.card = card
        self.version = f"{card.name}-{card.version}"
        self.languages = frozenset(card.languages)
        self._quick = QuickStep(card, weights)
        self._reader = reader
        second = card.second if reader else None
        self._weighing = weighings(second) if second else {}
        clear, reads_all = second.clear if second else {}, step is Step.BOTH
        self._doubt = doubts(clear, reads_all)
        self._doubt_of_answers = doubts(clear | second.clear_answers if second else {}, reads_all)
        self._doubt_of_canaries = doubts(clear)
        self._silence = silence()
        self.complaint = self._self_test()

    def healthy(self) -> bool:
        """Return whether the canaries read as the card says, now; `complaint` tells what was wrong at
        load. Does not raise."""
        try:
            return not self._self_test()
        except (
            Exception
        ):  # a second step that cannot read (memory, a broken runtime) is as ill as one that misreads
            return False

    def find(self, passage: Passage) -> tuple[Finding, ...]:
        """Return a finding for each clause that reaches `FLOOR` in some window, in order of position.

        A scorer that failed its self-test at load answers with one `ERROR` finding for every clause.
        """
        return self.find_in(normalise(passage.text), passage)

    def find_in(self, reading: Normalised, passage: Passage) -> tuple[Finding, ...]:
        """As `find`, with the normalising already done: what is hidden in a word does not change its
        score."""
        return self.find_in_all((reading,), (passage,))[0]

    def find_in_all(
        self, readings: Sequence[Normalised], passages: Sequence[Passage]
    ) -> list[tuple[Finding, ...]]:
        """As `find_in`, for several passages at once: short ones are hashed and added up together."""
        if self.complaint:
            code = "self_test_failed"
            error = Finding(EVERY_CLAUSE, self.name, Outcome.ERROR, 0.0, code, version=self.version)
            return [(error,)] * len(passages)
        return [
            self._said(reading, passage, spans, log_odds)
            if self._is_doubtful(log_odds, passage)
            else ()  # as on most passages: no need for probabilities
            for reading, passage, (spans, log_odds) in self._quickly(readings, passages)
        ]

    def glance(
        self, readings: Sequence[Normalised], passages: Sequence[Passage]
    ) -> list[tuple[Finding, ...]] | None:
        """As `find_in_all` where the reader is not needed; None where it would be asked."""
        if self.complaint:
            return self.find_in_all(readings, passages)
        said: list[tuple[Finding, ...]] = []
        for reading, passage, (spans, log_odds) in self._quickly(readings, passages):
            if not self._is_doubtful(log_odds, passage):
                said.append(())
            elif passage.language in self._weighing:
                return None
            else:  # nobody reads this language again
                said.append(self._said(reading, passage, spans, log_odds))
        return said

    def _quickly(
        self, readings: Sequence[Normalised], passages: Sequence[Passage]
    ) -> Iterator[tuple[Normalised, Passage, tuple[Spans, Floats]]]:
        texts, languages = [reading.text for reading in readings], [passage.language for passage in passages]
        return zip(readings, passages, self._quick.read_all(texts, languages), strict=True)

    def _said(
        self, reading: Normalised, passage: Passage, spans: Spans, quick: Floats
    ) -> tuple[Finding, ...]:
        """The findings on a text that the quick step does not clear, whose windows have these log-odds in it."""
        log_odds = concerned(
            self._read_again(reading.text, passage, spans, quick, self._doubts_of(passage.role))
        )
        found, best = probabilities(log_odds.max(axis=0)), log_odds.argmax(axis=0)
        where = [reading.span(*span) for span in spans] if len(spans) > 1 else [None]
        findings = [
            self._finding(CLAUSES[at], float(found[at]), where[best[at]])
            for at in np.flatnonzero(found >= FLOOR)
        ]
        return tuple(sorted(findings, key=lambda finding: finding.span.start if finding.span else 0))

    def _is_doubtful(self, quick: Floats, passage: Passage) -> bool:
        """Whether some window is not cleared: it reaches the band in which it is read again or, in a language that
        nobody reads again, the floor."""
        return bool((quick >= self._doubts_of(passage.role).get(passage.language, self._silence)).any())

    def _doubts_of(self, role: Role) -> dict[str, Floats]:
        return self._doubt_of_answers if role in ANSWERS else self._doubt

    def _read_again(
        self, text: str, passage: Passage, spans: Spans, quick: Floats, doubt: dict[str, Floats]
    ) -> Floats:
        """Return log-odds of shape (windows, `READER_HEADS`): of both steps where the quick one is in doubt."""
        log_odds = np.column_stack((quick, np.full(len(quick), NEVER_ASKED, np.float32)))
        weighing = self._weighing.get(passage.language)
        if self._reader is None or weighing is None:
            return log_odds
        is_doubtful: list[bool] = np.any(quick >= doubt[passage.language], axis=1).tolist()
        most = np.argsort(-quick.max(axis=1), kind="stable").tolist()
        doubtful = [at for at in most if is_doubtful[at]][:READ_AGAIN]
        for at in doubtful:
            part = text[slice(*spans[at])] if len(spans) > 1 else text
            if (read := self._reader.log_odds(part, passage.role, passage.prompt)) is not None:
                log_odds[at] = weighing.log_odds(read, quick[at])
        return log_odds

    def scores(
        self, text: str, role: Role = Role.PROMPT, language: str = "und", prompt: str = ""
    ) -> dict[str, float]:
        """Return for each of `labels.READER_HEADS` the greatest probability over the windows of a folded `text`."""
        return self.score_windows(text, language, role, prompt).best()

    def score_windows(
        self, text: str, language: str = "und", role: Role = Role.PROMPT, prompt: str = ""
    ) -> WindowScores:
        """Return the probabilities of every window of a folded `text`, in order."""
        return self._windows(Passage(text, role, language, prompt), self._doubts_of(role))

    def _windows(self, folded: Passage, doubt: dict[str, Floats]) -> WindowScores:
        spans, quick = self._quick.read(folded.text, folded.language)
        log_odds = self._read_again(folded.text, folded, spans, quick, doubt)
        cleared = folded.language in self._weighing and not (quick >= doubt[folded.language]).any()
        return WindowScores(tuple(spans), probabilities(log_odds), bool(cleared))

    def _finding(self, clause: str, score: float, span: Span | None) -> Finding:
        return Finding(clause, self.name, Outcome.MATCH, score, "scored", span, self.version)

    def _self_test(self) -> str:
        """Return what is wrong, or nothing: every canary must score as it did when the model was made (P-042).

        The card knows canaries as `Step.DOUBT` reads them, so they are read so by a model that goes further too.
        """
        canaries = (
            self.card.canaries if self._reader or not self.card.second else self.card.second.quick_canaries
        )
        for number, canary in enumerate(canaries, start=1):
            folded = Passage(canary.text, language=canary.language)
            scores = self._windows(folded, self._doubt_of_canaries).probabilities
            score = float(scores[:, CLAUSES.index(canary.clause)].max())
            if not abs(score - canary.score) <= CANARY_TOLERANCE:
                return f"canary {number} ({canary.clause}) scores {score:.3f} instead of {canary.score:.3f}"
        return "" if canaries else "the model has no canaries"


def load(path: Path | None = None, step: Step = Step.DOUBT) -> Scorer:
    """Return the scorer of the model folder `path`, the shipped one when None. Call once per process.

    The quick step's weights are mapped, not read: processes share them, and only rows that occur take memory.
    Raises `ModelError` when a file is missing, damaged (its digest is not the card's) or made for other
    features.
    """
    folder = path or SHIPPED
    card = read_card(folder)
    weights = folder / "weights.npy"
    _check(folder, {weights.name: card.digest})
    if card.features_version != FEATURES_VERSION or card.heads != HEADS:
        raise damaged(folder / "card.json", "it was made for another version of Sekisho")
    # np.asarray: a plain array over the mapping; the memmap class costs microseconds on each use
    mapped = np.asarray(np.load(weights, mmap_mode="r"))
    if mapped.shape != (BUCKETS, COLUMNS) or mapped.dtype != np.int8:
        raise damaged(weights, "its shape is not that of a scorer model")
    reads = card.second is not None and step is not Step.CHEAP
    return Scorer(card, mapped, _reader(folder, card.second) if card.second and reads else None, step)


def _reader(folder: Path, second: SecondStep) -> Reads:
    # here, because the quick step alone needs no runtime of networks
    from sekisho.detection.detectors.reader import NETWORK, VOCABULARY, Reader

    if second.heads != READER_HEADS or second.digests.keys() != {NETWORK, VOCABULARY}:
        raise damaged(folder / "card.json", "it was made for another version of Sekisho")
    _check(folder, second.digests)
    try:
        return Reader(folder)
    except ValueError as error:
        raise damaged(folder, str(error)) from None


def _check(folder: Path, digests: dict[str, str]) -> None:
    for name, digest in digests.items():
        try:
            found = sha256(folder / name)
        except FileNotFoundError:
            raise missing(folder / name) from None
        if found != digest:
            raise damaged(folder / name, "its digest is not the one in the card")


__all__ = ["ModelError", "Scorer", "Step", "WindowScores", "load"]
