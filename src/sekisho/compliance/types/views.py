"""Matters as they are shown: to staff, and to whoever brought them. No Django."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sekisho.base.text import Lang
from sekisho.compliance.types.law import Matter, Route
from sekisho.compliance.types.matters import Category
from sekisho.compliance.types.stating import Regime


@dataclass(frozen=True, slots=True)
class RunningClock:
    """A clock of a matter, as staff and the person see it."""

    case: str
    reference: str
    duty: str
    regime: Regime
    is_target: bool
    """Whether it is our own aim beside a limit of the law."""
    starts: datetime
    due: datetime
    met_at: datetime | None

    def is_late(self, at: datetime) -> bool:
        return (self.met_at or at) > self.due


@dataclass(frozen=True, slots=True)
class MatterView:
    """A notice, a complaint or an order: what is counted of it, without its words."""

    case: str
    matter: Matter
    regime: Regime
    what: str
    """Its category, or its kind."""
    language: Lang
    region: str
    received_at: datetime
    acknowledged_at: datetime | None
    outcome: str
    """A word of `Decision`, `Outcome` or `Effect`; empty while it is open."""
    ended_at: datetime | None
    by_whom: str = field(default="", repr=False)
    complainant: str = ""
    about: str = ""
    flagger: str = ""
    statement: str = ""
    rests_until: datetime | None = None
    is_minor: bool = False
    decided_by: str = ""
    automation_used: bool = False

    @property
    def is_open(self) -> bool:
        return not self.outcome

    @property
    def is_urgent(self) -> bool:
        return self.matter is Matter.NOTICE and Category(self.what).is_urgent


@dataclass(frozen=True, slots=True)
class Said:
    """A message, as the page of a matter shows it."""

    at: datetime
    is_ours: bool
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Followed:
    """A matter as the person sees it who brought it."""

    view: MatterView
    reference: str
    clocks: tuple[RunningClock, ...]
    said: tuple[Said, ...]
    routes: tuple[Route, ...]
    may_complain: bool
    """Whether the decision on it can be complained about: of a notice that was decided."""
