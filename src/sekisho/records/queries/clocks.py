"""Which time is trusted, what the clock knows of turns, and what it says of them. For rooms of records and above, whose
own rules say who may ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sekisho.base.text import Text
from sekisho.records.models import Mark, Turn
from sekisho.records.queries.history import calendar_at, events_of, events_of_turns
from sekisho.records.rules import ENDS, History, deadline, destroy_at, explain, holds_at, plan_of
from sekisho.records.rules.batch import RULES, fates, moment_of, ticks
from sekisho.records.types import Calendar, Event, Explanation, Kind, Product, Stamp, TurnFacts, Upstream

TIME = "time"
COLUMNS = (
    "id", "organisation", "end_user", "conversation_id", "received_at", "finished_at", "plan", "provider",
    "zero_retention", "upstream", "product", "member", "incognito", "minors", "consent_epoch", "flagged",
)  # fmt: skip
"""Of a turn's row, what the clock needs: `facts_of` takes them in this order."""


def trusted(now: datetime) -> datetime:
    """Return the moment by which promises are kept: `now`, or the latest moment that was ever trusted, if the machine's
    clock has gone back (R-DATA-119). What has expired stays expired."""
    latest = Mark.objects.filter(name=TIME).values_list("at", flat=True).first()
    return now if latest is None else max(now, latest)


def facts(turns: Collection[str]) -> dict[str, TurnFacts]:
    """Return what the clock knows of each of these turns, by id; one that does not exist is not among them."""
    rows = Turn.objects.filter(id__in=turns).values_list(*COLUMNS)
    return {one.id: one for one in map(facts_of, rows)}


def facts_of(row: tuple[Any, ...]) -> TurnFacts:
    """Return the facts of a row with the columns `COLUMNS`. A word that is not known here is read as the strictest."""
    (
        id, organisation, end_user, conversation, received_at, finished_at, plan, provider,
        zero_retention, upstream, product, member, incognito, minors, consent_epoch, flagged,
    ) = row  # fmt: skip
    stamp = Stamp(
        plan_of(plan),
        provider,
        zero_retention,
        received_at,
        _UPSTREAMS.get(upstream, Upstream.OTHER),
        _PRODUCTS.get(product, Product.API),
        member,
        incognito,
        minors,
        consent_epoch,
    )
    return TurnFacts(id, organisation, stamp, finished_at, end_user, conversation or "", flagged)


_UPSTREAMS = {one.value: one for one in Upstream}
_PRODUCTS = {one.value: one for one in Product}


def closed(turns: Collection[str], at: datetime, *, subject: bool = False) -> frozenset[str]:
    """Return those of the turns whose content nobody may read at the moment `at`: their time is over, whatever was
    materialised or swept. Those that are sealed or under a legal hold too, unless the subject asks (R-DATA-109,
    R-DATA-113, R-DATA-117)."""
    rows = Turn.objects.filter(id__in=turns, has_content=True).values_list(*COLUMNS)
    known = [facts_of(row) for row in rows]
    histories = {one: History(events) for one, events in events_of_turns(known).items()}
    calendar = calendar_at(at)
    return frozenset(
        one.id
        for one in known
        if not _is_open(one, histories[one.organisation].touching(one), calendar, at, subject)
    )


def _is_open(
    turn: TurnFacts, own: tuple[Event, ...], calendar: Calendar, at: datetime, subject: bool
) -> bool:
    end = deadline(turn, own, calendar)
    sealed = end.sealed_at is not None and end.sealed_at <= at
    return at < end.at and (subject or not (sealed or holds_at(own, at)))


def explain_turn(turn: str, at: datetime, *, untold: Collection[str] = ()) -> Explanation | None:
    """Return what is so for the turn at the moment `at`, and why; None where there is no such turn."""
    known = facts([turn]).get(turn)
    if known is None:
        return None
    events = events_of_turns([known])[known.organisation]
    return explain(known, events, calendar_at(at), at, untold=untold)


@dataclass(frozen=True, slots=True)
class Stored:
    """What was received on one day and ends for one reason."""

    day: date
    """Of receipt, UTC."""
    turns: int
    ends_from: datetime
    """When the first of them ends, and the last."""
    ends_until: datetime
    rule: str
    why: Text
    is_sealed: bool
    """Only the subject reads it."""
    is_held: bool
    """A legal hold is on some of it: it may live on beyond its end, for nobody to read."""


def timeline(
    organisation: str,
    *,
    end_user: str | None = None,
    member: str | None = None,
    at: datetime,
    untold: Collection[str] = (),
) -> tuple[Stored, ...]:
    """Return what is stored of the organisation, or of one end user or member in it, grouped by day of receipt and by
    what decides its end; oldest first. What has ended is not among it. `untold` as in `rules.explain`."""
    rows = Turn.objects.filter(organisation=organisation, has_content=True)
    rows = rows if end_user is None else rows.filter(end_user=end_user)
    rows = rows if member is None else rows.filter(member=member)
    turns = [facts_of(row) for row in rows.values_list(*COLUMNS)]
    events = tuple(one for one in events_of(organisation) if one.at <= at and one.hold not in untold)
    return _grouped(turns, events, at)


def _grouped(turns: list[TurnFacts], events: tuple[Event, ...], at: datetime) -> tuple[Stored, ...]:
    found, history = fates(turns, events, calendar_at(at)), History(events)
    may_hold = any(one.kind is Kind.HOLD_PLACED for one in events)
    groups: dict[tuple[date, int, bool, bool], list[int]] = defaultdict(list)
    now, columns = (
        ticks(at),
        zip(turns, found.ends.tolist(), found.sealed.tolist(), found.rules.tolist(), strict=True),
    )
    for place, (turn, end, sealed, rule) in enumerate(columns):
        held, is_there = False, now < end
        if may_hold:
            own = history.touching(turn)
            held, gone = bool(holds_at(own, at)), destroy_at(found.deadline(place), own).at
            is_there = gone is None or at < gone
        if is_there:
            groups[turn.stamp.received_at.astimezone(UTC).date(), rule, sealed <= now, held].append(end)
    return tuple(_stored(*key, ends) for key, ends in sorted(groups.items()))


def _stored(day: date, code: int, sealed: bool, held: bool, ends: list[int]) -> Stored:
    rule, first, last = RULES[code], moment_of(min(ends)), moment_of(max(ends))
    return Stored(day, len(ends), first, last, rule, ENDS[rule], sealed, held)
