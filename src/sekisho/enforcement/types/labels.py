"""What people found about the texts of decisions. No Django."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sekisho.enforcement.types.decisions import DecisionRecord


class Desk(StrEnum):
    """Who found it."""

    REVIEW = "review"
    APPEAL = "appeal"


@dataclass(frozen=True, slots=True)
class Found:
    """What a person found about the text of a decision."""

    harmful: bool | None
    """Whether it violated, or asked to; None when it depends on what is not known."""
    labels: tuple[str, ...] = ()
    """Standards that it violated, high-risk domains that it was about."""
    advice: bool | None = None
    """Whether it asked for advice on somebody's own case; None when that was not the question."""


@dataclass(frozen=True, slots=True)
class Label:
    """What was last found about a decision."""

    id: str
    decision: DecisionRecord
    found: Found
    desk: Desk
    by: str
    """The person who found it."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Given:
    """The text may be used."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """Why a text is not given: it is counted, and nothing of it goes out."""

    code: str
    """`turn_gone`, `zero_retention`, `no_consent`, `not_agreed`, `no_content`, `destroyed`."""
