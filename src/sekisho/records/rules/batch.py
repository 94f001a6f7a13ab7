"""The clock for many turns of one organisation at once: what `rules.deadline` says of each, in columns.

Turns that differ in their times alone (one account, one plan, the same events) are reckoned together: each event of the
account is one step over the whole column instead of one for every turn. Written beside `clock`, which stays the law: a
property holds the two together for any turns, events and versions of the calendar. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from sekisho.accounts.types import Plan
from sekisho.records.rules.consent import consumer_epochs
from sekisho.records.rules.history import History
from sekisho.records.rules.reasons import ENDS
from sekisho.records.rules.terms import terms_of
from sekisho.records.rules.versions import lineage
from sekisho.records.types import Calendar, Deadline, Event, Kind, Terms, TurnFacts

Moments = NDArray[np.int64]
"""Microseconds since 1970, UTC."""
Flags = NDArray[np.bool_]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
NEVER = np.iinfo(np.int64).max
RULES = tuple(ENDS)
_CODE = {rule: code for code, rule in enumerate(RULES)}


@dataclass(frozen=True, slots=True)
class Fates:
    """The deadlines of turns, in the order in which they were given."""

    ends: Moments
    sealed: Moments
    """From when on each is sealed; `NEVER`: not sealed."""
    rules: NDArray[np.int8]
    """Which of `RULES` decided."""

    @classmethod
    def of(cls, deadlines: Sequence[Deadline]) -> Fates:
        """Return deadlines that were reckoned one by one."""
        return cls(
            np.array([ticks(one.at) for one in deadlines], np.int64),
            np.array(
                [NEVER if one.sealed_at is None else ticks(one.sealed_at) for one in deadlines], np.int64
            ),
            np.array([_CODE[one.rule] for one in deadlines], np.int8),
        )

    def deadline(self, place: int) -> Deadline:
        """Return one of them, as the clock says it."""
        sealed = int(self.sealed[place])
        return Deadline(
            moment_of(int(self.ends[place])),
            RULES[self.rules[place]],
            None if sealed == NEVER else moment_of(sealed),
        )


def fates(turns: Sequence[TurnFacts], events: Iterable[Event], calendar: Calendar) -> Fates:
    """Return the deadlines of turns of one organisation: for each what `deadline` says of it."""
    history = History(events)
    received = np.fromiter((ticks(one.stamp.received_at) for one in turns), np.int64, len(turns))
    completed = np.fromiter((ticks(one.completed_at) for one in turns), np.int64, len(turns))
    found = Fates(np.empty_like(received), np.empty_like(received), np.empty(len(turns), np.int8))
    for places in _alike(turns, history):
        group = _Group(turns[places[0]], history, received[places], completed[places])
        ends = group.under_all(calendar)
        found.ends[places], found.sealed[places], found.rules[places] = ends.at, ends.sealed, ends.rule
    return found


def ticks(at: datetime) -> int:
    return (at - EPOCH) // _TICK


def moment_of(ticked: int) -> datetime:
    return EPOCH + ticked * _TICK


def _alike(turns: Sequence[TurnFacts], history: History) -> Iterable[NDArray[np.intp]]:
    """The places of turns that differ in their times alone."""
    groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, turn in enumerate(turns):
        stamp = turn.stamp
        traits = (
            stamp.plan,
            stamp.zero_retention,
            stamp.incognito,
            stamp.minors,
            stamp.consent_epoch == 0,
            bool(stamp.member),
            history.kin(turn),
        )
        groups[traits].append(place)
    return (np.array(places, np.intp) for places in groups.values())


class _Ends:
    """A column of deadlines that only ever come nearer."""

    def __init__(self, at: Moments, rule: str) -> None:
        self.at = at
        self.rule = np.full(len(at), _CODE[rule], np.int8)
        self.sealed = np.full(len(at), NEVER, np.int64)

    def set(self, where: Flags, at: Moments | int, rule: str) -> None:
        self.at = np.where(where, at, self.at)
        self.rule[where] = _CODE[rule]

    def nearer(self, where: Flags, at: Moments | int, rule: str, sealed: Moments | int = NEVER) -> None:
        self.sealed = np.where(where, np.minimum(self.sealed, sealed), self.sealed)
        self.set(where & (at < self.at), at, rule)

    def begin_anew(self, where: Flags, others: _Ends) -> None:
        self.at = np.where(where, others.at, self.at)
        self.sealed = np.where(where, others.sealed, self.sealed)
        self.rule[where] = others.rule[where]


class _Group:
    """Turns that differ in their times alone, and what happened to them."""

    def __init__(self, one: TurnFacts, history: History, received: Moments, completed: Moments) -> None:
        self.stamp, self.own = one.stamp, history.touching(one)
        self.received, self.completed = received, completed
        self.is_consumer = terms_of(one.stamp.plan) is Terms.CONSUMER

    def under_all(self, calendar: Calendar) -> _Ends:
        """As `clock.deadline`: the version in force at receipt, and each later one that is stricter."""
        first, *later = lineage(calendar)
        found = self._under(first)
        for version in later:
            since, ends = ticks(version.effective_at), self._under(version)
            before = self.received < since
            found.nearer(before, np.maximum(ends.at, since), "R-DATA-124", ends.sealed)
            found.begin_anew(~before, ends)
        return found

    def _under(self, calendar: Calendar) -> _Ends:
        """As `clock._under`."""
        allowed = self._of_an_epoch(calendar)
        found = self._at_receipt(calendar, allowed)
        for event in self.own:
            self._after(event, found, calendar, allowed)
        zero = self._zero_retention()
        found.set(zero, self.received, "R-DATA-104")
        found.sealed = np.where(zero, self.received, found.sealed)
        return found

    def _at_receipt(self, calendar: Calendar, allowed: Flags) -> _Ends:
        standard = calendar.standard // _TICK
        chosen = np.full(len(self.received), standard, np.int64)
        for event in self.own:
            if event.kind is Kind.RETENTION_SET:
                chosen[self.received >= ticks(event.at)] = _chosen(event, calendar)
        if self.is_consumer or self.stamp.plan is Plan.GOV or self.stamp.incognito:
            chosen = np.minimum(chosen, standard)
        found = _Ends(self.received + chosen, "R-DATA-101" if self.is_consumer else "R-DATA-103")
        ordinary = chosen == standard
        found.set(~ordinary, found.at, "R-DATA-116")
        if allowed.any():
            years = np.maximum(found.at, _years_after(self.received, calendar.allowed_years))
            found.set(ordinary & allowed, years, "R-DATA-100")
        return found

    def _after(self, event: Event, held: _Ends, calendar: Calendar, allowed: Flags) -> None:
        at = ticks(event.at)
        since = self.received <= at
        match event.kind:
            case Kind.DELETED:
                held.nearer(since, at, "R-DATA-123", at)
            case Kind.DENIED:
                held.nearer(since & allowed, self._grace(at, calendar), "R-DATA-109", at)
            case Kind.MOVED if self.is_consumer:
                held.nearer(since, self._grace(at, calendar), "R-DATA-114")
            case Kind.RETENTION_SET:
                chosen = _chosen(event, calendar)
                where = since if chosen < calendar.standard // _TICK else since & ~allowed
                held.nearer(where, np.maximum(self.received + chosen, at), "R-DATA-116")
            case Kind.ZERO_RETENTION_ON:
                backlog = np.where(at <= self.completed, at, at + calendar.backlog // _TICK)
                held.nearer(since, backlog, "R-DATA-139", at)

    def _grace(self, at: int, calendar: Calendar) -> Moments:
        return np.maximum(self.received + calendar.standard // _TICK, at + calendar.grace // _TICK)

    def _of_an_epoch(self, calendar: Calendar) -> Flags:
        stamp, found = self.stamp, np.zeros(len(self.received), np.bool_)
        barred = stamp.incognito or stamp.minors or stamp.consent_epoch == 0 or not stamp.member
        if barred or not self.is_consumer:
            return found
        for epoch in consumer_epochs(self.own):
            until = NEVER if epoch.until is None else ticks(epoch.until)
            found |= (self.received >= ticks(epoch.since)) & (self.completed < until)
        return found & (self.received >= ticks(calendar.programme_start))

    def _zero_retention(self) -> Flags:
        found = np.full(len(self.received), self.stamp.zero_retention, np.bool_)
        if not self.stamp.zero_retention:
            for event in self.own:
                if event.kind in (Kind.ZERO_RETENTION_ON, Kind.ZERO_RETENTION_OFF):
                    found[self.received >= ticks(event.at)] = event.kind is Kind.ZERO_RETENTION_ON
        return found


def _chosen(event: Event, calendar: Calendar) -> int:
    return (calendar.standard if event.days is None else timedelta(days=event.days)) // _TICK


def _years_after(at: Moments, years: int) -> Moments:
    """As `calendar_time.years_after`: 29 February becomes 28 February where there is none."""
    moments = at.astype("M8[us]")
    months = moments.astype("M8[M]")
    into = moments - months.astype("M8[us]")
    later = months + np.timedelta64(12 * years, "M")
    last = (later + np.timedelta64(1, "M")).astype("M8[D]") - np.timedelta64(1, "D")
    day = np.minimum(later.astype("M8[D]") + into.astype("m8[D]"), last)
    clock = into - into.astype("m8[D]").astype("m8[us]")
    result: Moments = (day.astype("M8[us]") + clock).astype(np.int64)
    return result
