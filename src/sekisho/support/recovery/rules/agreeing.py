"""Two people for what one must not do alone (R-SUP-096). How urgent somebody says that it is, is no input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sekisho.support.recovery.types import Vote

Missing = Literal["identity", "security"]


@dataclass(frozen=True, slots=True)
class Agreed:
    by: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Waits:
    """Somebody else has to look too."""

    missing: tuple[Missing, ...]
    """Whose word is missing; never empty."""


@dataclass(frozen=True, slots=True)
class Denied:
    by: str


def agreement(votes: Sequence[Vote]) -> Agreed | Waits | Denied:
    """Return what these votes amount to: yes by two different people, of whom one decides about identity and the other
    is of security. One "no" ends it; who votes twice is one."""
    if no := next((vote for vote in votes if not vote.is_yes), None):
        return Denied(no.person)
    pairs = [
        (one.person, other.person)
        for one in votes
        for other in votes
        if one.decides and other.overrides and one.person != other.person
    ]
    if pairs:
        return Agreed(pairs[0])
    return Waits(_missing(votes))


def _missing(votes: Sequence[Vote]) -> tuple[Missing, ...]:
    identity = any(vote.decides for vote in votes)
    security = any(vote.overrides for vote in votes)
    if identity and security:  # both in one person
        return ("security",)
    return (*(() if identity else ("identity",)), *(() if security else ("security",)))
