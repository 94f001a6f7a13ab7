"""Whether consent was held, by whom and when: epochs over ordered events. Pure (R-DATA-012…R-DATA-053)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sekisho.records.rules.calendar_time import months_after
from sekisho.records.types import Calendar, Event, Kind, Scope, TurnFacts


@dataclass(frozen=True, slots=True)
class Epoch:
    """A time during which consent was held without a break."""

    since: datetime
    until: datetime | None
    """When it was withdrawn, excluded; None while it is held."""

    def covers(self, begin: datetime, end: datetime) -> bool:
        """Return whether it was held from `begin` to `end`, both included."""
        return self.since <= begin and (self.until is None or end < self.until)


def touching(turn: TurnFacts, events: Iterable[Event]) -> tuple[Event, ...]:
    """Return the events that apply to the turn, in their order."""
    return tuple(sorted((one for one in events if applies(one.scope, turn)), key=lambda one: one.seq))


def applies(scope: Scope, turn: TurnFacts) -> bool:
    """Return whether each field of the scope that is not empty is the turn's own."""
    return (
        scope.organisation in ("", turn.organisation)
        and scope.member in ("", turn.stamp.member)
        and scope.end_user in ("", turn.end_user)
        and scope.conversation in ("", turn.conversation)
        and scope.turn in ("", turn.id)
    )


def consumer_epochs(events: Iterable[Event]) -> tuple[Epoch, ...]:
    """Return the consent epochs of a consumer account: each `allowed` begins one unless one is open, each `denied` ends
    it (R-DATA-025)."""
    return _epochs(events, begins=Kind.ALLOWED, ends=frozenset({Kind.DENIED}))


def partner_epochs(events: Sequence[Event], calendar: Calendar) -> tuple[Epoch, ...]:
    """Return the times in which the organisation took part in the partner program: left, switched to zero retention, or
    not confirmed for a year, an epoch ends; under zero retention none begins (R-DATA-049, R-DATA-050, R-DATA-053)."""
    found: list[Epoch] = []
    since: datetime | None = None
    lapses: datetime | None = None
    for event in events:
        if since is not None and lapses is not None and event.at >= lapses:
            found.append(Epoch(since, lapses))
            since = lapses = None
        if event.kind is Kind.PARTNER_JOINED and not zero_retention_at(events, event.at):
            since = since or event.at
            lapses = months_after(event.at, calendar.partner_lapse_months)
        elif event.kind in (Kind.PARTNER_LEFT, Kind.ZERO_RETENTION_ON) and since is not None:
            found.append(Epoch(since, event.at))
            since = lapses = None
    return (*found, Epoch(since, lapses)) if since is not None else tuple(found)


def zero_retention_at(events: Iterable[Event], at: datetime) -> bool:
    """Return whether zero retention is switched on at the moment `at` (R-DATA-131, R-DATA-139)."""
    on = False
    for event in events:
        if event.kind in _SWITCHES and event.at <= at:
            on = event.kind is Kind.ZERO_RETENTION_ON
    return on


_SWITCHES = frozenset({Kind.ZERO_RETENTION_ON, Kind.ZERO_RETENTION_OFF})


def told_at(events: Iterable[Event], epoch: Epoch) -> datetime | None:
    """Return when the member was first told of the participation that `epoch` is; None: not yet (R-DATA-046)."""
    told = (one.at for one in events if one.kind is Kind.MEMBER_TOLD and one.at >= epoch.since)
    return min(told, default=None)


def objections(events: Iterable[Event]) -> tuple[Epoch, ...]:
    """Return the times in which the member objected (R-DATA-047)."""
    return _epochs(events, begins=Kind.MEMBER_OBJECTED, ends=frozenset({Kind.OBJECTION_WITHDRAWN}))


def _epochs(events: Iterable[Event], begins: Kind, ends: frozenset[Kind]) -> tuple[Epoch, ...]:
    found: list[Epoch] = []
    since: datetime | None = None
    for event in events:
        if event.kind is begins:
            since = since or event.at
        elif event.kind in ends and since is not None:
            found.append(Epoch(since, event.at))
            since = None
    return (*found, Epoch(since, None)) if since is not None else tuple(found)
