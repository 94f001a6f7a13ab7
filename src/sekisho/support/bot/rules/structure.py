"""What a model says, read as the one form that is understood (R-SUP-032). Pure.

A model is asked for one JSON object, with `text` last, so that what the text stands on is known before its first word.
`Reading` reads it while it comes; `proposal` reads it whole, and takes nothing that is not in form.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import msgspec

from sekisho.support.bot.types import AnswerKind, Proposal, Topic

MOST_CHARS = 16_384
"""Of a model's whole answer; longer ones are not read to their end."""
TEXT_CHARS = 2_000
CITATIONS = 5
_FENCE = re.compile(r"\A\s*(?:```(?:json)?\s*)?(?=\{)|\s*(?:```\s*)?\Z")


class _Said(msgspec.Struct, forbid_unknown_fields=True):
    kind: AnswerKind
    citations: list[str] = []
    issue_id: str | None = None
    template: Topic | None = None
    text: str = ""


class NotInFormError(ValueError):
    """It is no object of the form that was asked for."""


def proposal(said: str) -> Proposal:
    """Return what a model's whole answer proposes. Raises `NotInFormError`: other fields, other kinds, nothing to say,
    too much of it, or anything beside the object."""
    try:
        read = msgspec.json.decode(_FENCE.sub("", said[: MOST_CHARS + 1]), type=_Said)
    except (msgspec.DecodeError, UnicodeEncodeError):
        raise NotInFormError from None
    says_something = bool(read.text.strip() or read.template) or read.kind is not AnswerKind.ANSWER
    if not says_something or len(read.text) > TEXT_CHARS or len(read.citations) > CITATIONS:
        raise NotInFormError
    return Proposal(read.kind, read.text.strip(), tuple(read.citations), read.issue_id or "", read.template)


@dataclass(frozen=True, slots=True)
class Head:
    """What stood before the text."""

    kind: AnswerKind
    citations: tuple[str, ...]
    template: Topic | None


class Reading:
    """An answer as it comes: its head once it is whole, and of its text the sentences that are."""

    def __init__(self) -> None:
        self.said = ""
        self.head: Head | None = None
        self._read, self._begins = 0, -1
        """How far it was looked for the text, and where that begins; -1 while that is not known."""

    def feed(self, piece: str) -> None:
        self.said += piece
        if self._begins < 0:
            self._look()

    def _look(self) -> None:
        """Look on for where the value of the object's own `text` begins. Strings before it are passed over whole, so
        that one that holds the word does not count."""
        while (at := self.said.find('"', self._read)) >= 0:
            self._read = at
            if found := _TEXT.match(self.said, at):
                self._begins = found.end()
                self.head = _head(self.said[: self._begins])
                return
            string = _STRING.match(self.said, at)
            if string is None or (string[0] == '"text"' and string.end() + _NEAR > len(self.said)):
                return
            self._read = string.end()

    def sentences(self) -> str:
        """Return the text up to the end of its last whole sentence; empty while there is none."""
        if self.head is None:
            return ""
        text = _unescaped(self.said[self._begins :])[: TEXT_CHARS + 1]
        ends = [found.end() for found in _ENDS.finditer(text)]
        return text[: ends[-1]] if ends else ""


_ENDS = re.compile(r"[。！？]|(?<!\d)[.!?](?=\s)|\n")
_PART = re.compile(r'(?:[^"\\]|\\(?:u[0-9a-fA-F]{4}|["\\/bfnrt]))*')
_TEXT = re.compile(r'"text"\s*:\s*"')
_NEAR = 8
"""So many characters may stand between a name and its value before they are another's."""
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


def _head(said: str) -> Head | None:
    """Return the head; None where it is not in form, and then nothing is shown before the whole was read."""
    start = _FENCE.sub("", said, count=1)
    closed = start[: start.rindex('"text"')].rstrip().rstrip(",") + "}"
    try:
        read = msgspec.json.decode(closed, type=_Said)
    except (msgspec.DecodeError, UnicodeEncodeError):
        return None
    return Head(read.kind, tuple(read.citations), read.template)


def _unescaped(part: str) -> str:
    found = _PART.match(part)
    try:
        text: Any = json.loads(f'"{found[0] if found else ""}"', strict=False)
    except ValueError:
        return ""
    return str(text)
