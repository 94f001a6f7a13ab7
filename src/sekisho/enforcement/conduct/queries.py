"""Reads of conduct, viewer first: an organisation sees its own end users, reviewers see every signal."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Sum

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.enforcement.conduct import models, rows
from sekisho.enforcement.conduct.rules.labels import in_force
from sekisho.enforcement.conduct.types import (
    CampaignKind,
    DayCount,
    EndUserConduct,
    Kind,
    LabelName,
    Signal,
    UnitLabel,
)
from sekisho.enforcement.types import Intent, Unit, UnitKind

TOP = 50
LATELY = timedelta(days=7)
"""How long after it was last seen a campaign is a signal."""
KNOWING = frozenset({LabelName.CAMPAIGN, LabelName.SLOW_BURN, LabelName.EVASION})
"""Labels by which a violation looks meant."""
FOR_REVIEW = KNOWING | {LabelName.SHARED}
"""Labels that reviewers are shown; the others are told to organisations."""


# --- for reviewers ------------------------------------------------------------------------------------------
def signals(viewer: Viewer, at: datetime) -> tuple[Signal, ...]:
    """Return what reviewers should look at: campaigns of the last days and labels in force, the latest first.

    Ids are stable while a signal lasts, so that whoever makes cases of them makes one each. Raises `NotFoundError`
    for who does not read cases.
    """
    _see_signals(viewer)
    lately = models.Campaign.objects.filter(last_at__gt=at - LATELY, last_at__lte=at)
    found = [rows.campaign_signal(row) for row in lately]
    names = [name.value for name in FOR_REVIEW - {LabelName.CAMPAIGN}]  # the campaign itself is the signal
    found += [rows.label_signal(one) for one in _in_force(at, name__in=names)]
    return tuple(sorted(found, key=lambda one: (one.last_at, one.id), reverse=True))


def labels(viewer: Viewer, unit: Unit, at: datetime) -> tuple[UnitLabel, ...]:
    """Return what holds of a unit at `at`, oldest first. For reviewers and those who see standings."""
    if not may(viewer, Permission.STAFF_STANDING_READ):
        raise not_found("labels_not_found")
    return _in_force(at, **rows.unit_fields(unit))


def intent(viewer: Viewer, unit: Unit, clause: str, at: datetime) -> Intent:
    """Return how clearly a violation of the clause by the unit looks meant: a hint for who counts the strike.

    Knowing where the unit comes back after a termination, or is in a campaign or a slow burn about this clause. A
    hint and no more: nothing is restricted by it.
    """
    for one in labels(viewer, unit, at):
        if one.name is LabelName.EVASION or (one.name in KNOWING and _clause_of(one) == clause):
            return Intent.KNOWING
    return Intent.UNCLEAR


@dataclass(frozen=True, slots=True)
class Link:
    """Two things that belong together, as a graph draws them."""

    hub: str
    """Id of a campaign, or of the unit whose access was terminated."""
    unit: Unit
    kind: str
    about: str


def links(viewer: Viewer, at: datetime, most: int = 60) -> tuple[Link, ...]:
    """Return which units hang together through a campaign or a termination, `most` at most."""
    found = []
    for signal in signals(viewer, at):
        if signal.kind == LabelName.EVASION.value:
            found.append(Link(signal.about, signal.units[0], signal.kind, signal.about))
        elif signal.kind == "campaign" and signal.facts.get("kind") == CampaignKind.MANY.value:
            found += [Link(signal.id, unit, signal.kind, signal.about) for unit in signal.units]
    return tuple(found[:most])


# --- for organisations --------------------------------------------------------------------------------------
def end_users(viewer: Viewer, organisation: str, since: date, limit: int = TOP) -> tuple[EndUserConduct, ...]:
    """Return the organisation's end users in whose requests the gate acted or noted something, since a day.

    Most often acted on first. Small numbers as they are: they are the organisation's own. Raises `NotFoundError` for
    who is neither of its people nor of the staff that sees standings.
    """
    _see(viewer, organisation)
    of = models.Counter.objects.filter(
        organisation=organisation, unit_kind=UnitKind.END_USER.value, day__gte=since
    )
    counts: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    concerned = of.filter(kind__in=[Kind.ACTED.value, Kind.NOTED.value])
    for row in concerned.values("unit_id", "kind", "about").annotate(sum=Sum("count")).order_by():
        counts[row["unit_id"]][row["kind"], row["about"]] = row["sum"]
    top = sorted(counts, key=lambda id: (-counts[id]["acted", ""], -counts[id]["noted", ""], id))[:limit]
    turns = of.filter(kind=Kind.TURNS.value, unit_id__in=top).values("unit_id").annotate(sum=Sum("count"))
    asked = {row["unit_id"]: row["sum"] for row in turns.order_by()}
    return tuple(_end_user(id, asked.get(id, 0), counts[id]) for id in top)


def days(viewer: Viewer, organisation: str, since: date, until: date) -> tuple[DayCount, ...]:
    """Return each day from `since` to `until`, both included, oldest first; days without requests too."""
    _see(viewer, organisation)
    known = {one.day: one for one in days_of(organisation, since)}
    span = (until - since).days + 1
    every = (since + timedelta(days=number) for number in range(span))
    return tuple(known.get(day, DayCount(day, 0, 0, 0)) for day in every)


def days_of(organisation: str, since: date) -> Iterable[DayCount]:
    """Yield the organisation's days with requests, oldest first; for the clock's work, so without a viewer."""
    of = models.Counter.objects.filter(
        organisation=organisation, unit_kind=UnitKind.ORGANISATION.value, about="", day__gte=since
    )
    counts: dict[date, dict[str, int]] = defaultdict(dict)
    for day, kind, count in of.order_by("day").values_list("day", "kind", "count"):
        counts[day][kind] = count
    for day, by in counts.items():
        yield DayCount(day, by.get("turns", 0), by.get("acted", 0), by.get("noted", 0))


def told_of(viewer: Viewer, organisation: str, at: datetime) -> tuple[UnitLabel, ...]:
    """Return what holds of the organisation and its keys by which it was told: which keys look undeclared, and
    whether conduct grows worse."""
    _see(viewer, organisation)
    told = {(LabelName.UNDECLARED, UnitKind.KEY), (LabelName.RISING, UnitKind.ORGANISATION)}
    own = _in_force(at, organisation=organisation)
    return tuple(one for one in own if (one.name, one.unit.kind) in told)


# --- rows to values -----------------------------------------------------------------------------------------
def _in_force(at: datetime, **chosen: object) -> tuple[UnitLabel, ...]:
    living = models.ConductLabel.objects.filter(since__lte=at, until__gt=at, **chosen)
    return in_force(rows.labels(living), at)


def _clause_of(label: UnitLabel) -> str:
    return str(label.facts.get("clause", "")) if label.name is LabelName.CAMPAIGN else label.about


def _end_user(pseudonym: str, turns: int, counts: Counter[tuple[str, str]]) -> EndUserConduct:
    acted = {about: count for (kind, about), count in counts.items() if kind == "acted" and about}
    ranked = dict(sorted(acted.items(), key=lambda one: (-one[1], one[0])))
    return EndUserConduct(pseudonym, turns, counts["acted", ""], counts["noted", ""], ranked)


def _see(viewer: Viewer, organisation: str) -> None:
    is_own = may(viewer, Permission.ORG_STANDING_READ, organisation)
    if not (is_own or may(viewer, Permission.STAFF_STANDING_READ)):
        raise not_found("organisation_not_found")


def _see_signals(viewer: Viewer) -> None:
    if not may(viewer, Permission.STAFF_CASE_READ):
        raise not_found("signals_not_found")


def today_of(at: datetime) -> date:
    return at.astimezone(UTC).date()
