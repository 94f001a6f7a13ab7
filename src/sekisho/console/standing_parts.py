"""What the pages of standing share: rows in words, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from sekisho.accounts.types import Viewer
from sekisho.base.text import Lang, Text, as_lang
from sekisho.enforcement import queries
from sekisho.enforcement.rules.wording import RUNGS
from sekisho.enforcement.types import (
    Measure,
    RestrictionView,
    Rung,
    Standing,
    StrikeView,
    Unit,
    UnitKind,
    UnitView,
    Waiting,
    Why,
)
from sekisho.policy import queries as policy
from sekisho.policy.types import Part

TONES = {
    Rung.GOOD: "allow",
    Rung.NOTICE: "annotate",
    Rung.WARNING: "modify",
    Rung.THROTTLE: "hold",
    Rung.SUSPENSION: "block",
    Rung.TERMINATION: "block",
}


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit in a list."""

    unit: UnitView
    kind: str
    rung: Text
    tone: str
    calls_for: Text | None
    clauses: tuple[tuple[str, int], ...]
    href: str


@dataclass(frozen=True, slots=True)
class WaitingRow:
    waiting: Waiting
    kind: str
    rung: Text
    why: str
    is_late: bool
    href: str


def unit_page(about: Unit) -> str:
    """Return the address of a unit's page for staff."""
    return reverse("console:staff-standing-unit", args=[about.organisation, about.kind.value, about.id])


def standing_words(viewer: Viewer, about: Unit, at: datetime) -> dict[str, Any]:
    found: Standing = queries.standing(viewer, about, at)
    return {
        "standing": found,
        "rung": RUNGS[found.rung],
        "tone": TONES[found.rung],
        "calls_for": RUNGS[found.calls_for] if found.calls_for > found.rung else None,
    }


def unit_row(one: UnitView, titles: Mapping[str, str]) -> UnitRow:
    return UnitRow(
        unit=one,
        kind=kind_of(one.unit),
        rung=RUNGS[one.rung],
        tone=TONES[one.rung],
        calls_for=RUNGS[one.calls_for] if one.calls_for > one.rung else None,
        clauses=tuple((titles.get(clause, clause), count) for clause, count in one.clauses),
        href=unit_page(one.unit),
    )


def waiting_row(one: Waiting, at: datetime) -> WaitingRow:
    is_late = one.due_at is not None and one.due_at <= at
    return WaitingRow(
        one, kind_of(one.unit), RUNGS[one.rung], str(_WHY[one.why]), is_late, unit_page(one.unit)
    )


def strike_rows(viewer: Viewer, about: Unit, at: datetime) -> list[dict[str, Any]]:
    titles = titles_at(at)
    return [
        {
            "strike": one,
            "title": titles.get(one.clause, one.clause),
            "state": _strike_state(one, at),
            "href": reverse("console:staff-decision", args=[one.decision]),
        }
        for one in queries.strikes(viewer, about)
    ]


def _strike_state(one: StrikeView, at: datetime) -> str:
    if one.voided_at:
        return _("Overturned")
    if one.exception:
        return _("Excepted by contract")
    if not one.points:
        return _("Repeats another within the hour")
    return _("Counts") if one.counts(at) else _("Counts no more")


def restriction_row(one: RestrictionView, href: str) -> dict[str, Any]:
    return {
        "view": one,
        "kind": kind_of(one.unit),
        "measure": str(MEASURES[one.measure]),
        "facts": one.statement.facts,
        "href": href,
    }


def kind_of(about: Unit) -> str:
    return str(_KINDS[about.kind])


def titles_at(at: datetime) -> Mapping[str, str]:
    pack = policy.version_at(at)
    return {clause.id: clause.title.in_(lang()) for clause in pack.clauses} if pack else {}


def clause_choices(at: datetime) -> list[tuple[str, str]]:
    pack = policy.version_at(at)
    clauses = pack.clauses if pack else ()
    return [(one.id, one.title.in_(lang())) for one in clauses if one.part is Part.STANDARD]


def lang() -> Lang:
    return as_lang(get_language())


MEASURES = {
    Measure.THROTTLED: gettext_lazy("Requests limited"),
    Measure.SUSPENDED: gettext_lazy("Suspended"),
    Measure.TERMINATED: gettext_lazy("Terminated"),
}
_KINDS = {
    UnitKind.END_USER: gettext_lazy("End user"),
    UnitKind.KEY: gettext_lazy("Key"),
    UnitKind.ORGANISATION: gettext_lazy("Organisation"),
}
_WHY = {
    Why.ABOVE_AUTOMATION: gettext_lazy("The violations call for more than automation may do"),
    Why.HARD_CLAUSE: gettext_lazy("Suspended at once under a hard clause: a person has to look"),
    Why.AUTOMATION_STOPPED: gettext_lazy("Automation has stopped for today"),
}
