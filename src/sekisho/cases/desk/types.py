"""Words of the desk as plain values. No Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sekisho.base.text import Lang, Text
from sekisho.cases.types import CaseView, ChangeView, ClockView, DeliveryView, MessageView


class Origin(StrEnum):
    """Who wrote a draft."""

    PERSON = "person"
    AI = "ai"
    """A model suggested it."""
    TRANSLATION = "translation"
    """A model translated what a person wrote."""


@dataclass(frozen=True, slots=True)
class DraftView:
    """A text that nobody has sent. It is sent by nothing but a person who presses the button (R-SUP-039)."""

    id: str
    by: str
    """On whose word it was made."""
    origin: Origin
    made_at: datetime
    text: str = field(repr=False)
    language: Lang
    translated_from: Lang | None = None


@dataclass(frozen=True, slots=True)
class Looker:
    """Somebody else who has the case open."""

    person: str
    name: str
    is_answering: bool


class Type(StrEnum):
    """What may stand in a placeholder of a macro."""

    TEXT = "text"
    """One line of words."""
    DATE = "date"
    """A day, such as 2026-01-31."""
    NUMBER = "number"
    LINK = "link"
    """An address that begins with `https://`."""
    REFERENCE = "reference"
    """A case's reference, such as K7F3-92QD."""


@dataclass(frozen=True, slots=True)
class MacroView:
    id: str
    name: str
    """Short, and the same in both languages: agents find it by it."""
    version: int
    text: Text = field(repr=False)
    placeholders: Mapping[str, Type]
    made_by: str
    made_at: datetime
    is_retired: bool = False


@dataclass(frozen=True, slots=True)
class DeskCase:
    """A case with everything that an answer rests on."""

    case: CaseView
    messages: tuple[MessageView, ...]
    clocks: tuple[ClockView, ...]
    changes: tuple[ChangeView, ...]
    deliveries: tuple[DeliveryView, ...]
    drafts: tuple[DraftView, ...]
    others: tuple[Looker, ...]
    linked: tuple[CaseView, ...]
    """Those that the viewer may see."""
    unmasked_until: datetime | None
    """Until when the viewer sees what is masked; None while it is."""
    undeliverable_since: datetime | None = None
    """Since when mail to the contact's address comes back; None for a good one (R-SUP-076)."""
