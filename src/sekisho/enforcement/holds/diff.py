"""What an edit changed, word by word. Pure; also for languages that put no spaces between words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

import msgspec

Kind = Literal["same", "out", "in"]

_WORD = re.compile(
    r"[\u3400-\u9fff\uf900-\ufaff]|[\u3041-\u309f]|[\u30a0-\u30ff\uff66-\uff9f]+|\s+|[^\W_]+|.", re.DOTALL
)
"""A word is a run of letters and digits, or of katakana; an ideograph or a hiragana by itself; or one sign."""
_LINE = re.compile(r"[^\n。．！？]*[\n。．！？]?")
MOST_PAIRS = 250_000
"""Pairs of words that are compared in one changed stretch; a longer one is told as replaced whole. Matching takes
quadratic time at worst, and a form's preview must not take seconds."""


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of text: in both, only in the text before (`out`), or only in the one after (`in`)."""

    kind: Kind
    text: str


def changes(before: str, after: str) -> tuple[Change, ...]:
    """Return how `before` became `after`. Without the `in` stretches it spells the one, without the `out` ones the
    other; never two of a kind in a row."""
    found: list[Change] = []
    for change in _by_line(before, after):
        if not change.text:
            continue
        if found and found[-1].kind == change.kind:
            found[-1] = Change(change.kind, found[-1].text + change.text)
        else:
            found.append(change)
    return tuple(found)


def as_json(made: Sequence[Change]) -> str:
    return msgspec.json.encode(made).decode()


def _by_line(before: str, after: str) -> Iterator[Change]:
    """Sentences first, and words only inside those that changed: so a long answer with a small edit is quick."""
    old, new = _LINE.findall(before), _LINE.findall(after)
    if len(old) * len(new) > MOST_PAIRS:
        yield from (
            (Change("out", before), Change("in", after)) if before != after else (Change("same", before),)
        )
        return
    for kind, gone, come in _matched(old, new):
        if kind == "equal":
            yield Change("same", gone)
        else:
            yield from _by_word(gone, come)


def _by_word(before: str, after: str) -> Iterator[Change]:
    old, new = _WORD.findall(before), _WORD.findall(after)
    if len(old) * len(new) > MOST_PAIRS:
        yield from (Change("out", before), Change("in", after))
        return
    for kind, gone, come in _matched(old, new):
        if kind == "equal":
            yield Change("same", gone)
        else:
            yield from (Change("out", gone), Change("in", come))


def _matched(old: list[str], new: list[str]) -> Iterator[tuple[str, str, str]]:
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield kind, "".join(old[a:b]), "".join(new[c:d])
