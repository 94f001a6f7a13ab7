"""What the writers of a bundle hand each other."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sekisho.base.inventory import Subject
from sekisho.base.text import Lang


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose bundle it is, and at which moment."""

    request: str
    subject: Subject
    also: tuple[Subject, ...]
    """The same human being as known elsewhere: the person behind an account, with their address."""
    own: frozenset[str] = field(repr=False)
    """Ids and addresses that may stand in the bundle: theirs. All others are masked."""
    language: Lang
    at: datetime

    @property
    def subjects(self) -> tuple[Subject, ...]:
        return (self.subject, *self.also)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some more of one file."""

    file: str
    data: bytes = field(repr=False)
    records: int = 1


@dataclass(frozen=True, slots=True)
class Step:
    """What one transaction writes, and where to go on; None at the end of the section. Pieces of one file come one
    after another, in no other section."""

    pieces: tuple[Piece, ...]
    next: str | None = None
    read: tuple[str, ...] = ()
    """Turns whose content stands in it: those to whom they belong are shown that somebody else took it along."""


class Section(Protocol):
    """Writes some files of a bundle."""

    def step(self, owner: Owner, cursor: str) -> Step:
        """Return what comes after the cursor; it is empty at the beginning."""

    def count(self, owner: Owner) -> int:
        """Return about how many records it will write."""


def line(value: Mapping[str, object]) -> bytes:
    """Return one line of a JSON Lines file."""
    return (json.dumps(value, ensure_ascii=False, default=str) + "\n").encode()


def lines(file: str, values: Iterable[Mapping[str, object]]) -> tuple[Piece, ...]:
    """Return the values as one piece; nothing for none."""
    written = [line(value) for value in values]
    return (Piece(file, b"".join(written), len(written)),) if written else ()


def document(file: str, value: Mapping[str, object], records: int = 1) -> Piece:
    return Piece(file, json.dumps(value, ensure_ascii=False, indent=2, default=str).encode() + b"\n", records)
