"""The laws of the clock, each a question to a story: the tests ask it of the rules, and of rules with a fault in them."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import ModuleType

from hypothesis import strategies as st

from sekisho.records.calendar import shipped
from sekisho.records.types import Calendar, Eligible, Event, Ineligible, Kind, Scope, TurnFacts
from tests.records.clock_words import ANSWERED, CONVERSATION, MEMBER, OF_MEMBER, ORGANISATION, RECEIVED, turn

H, D = timedelta(hours=1), timedelta(days=1)
BEFORE = (-400 * D, -30 * D, -D, -H)
AFTER = (ANSWERED / 2, H, D, 3 * D, 10 * D, 29 * D, 30 * D - H, 30 * D, 31 * D, 100 * D, 800 * D, 1825 * D)
HAPPENS_LATER = (
    Kind.DENIED,
    Kind.ALLOWED,
    Kind.PARTNER_LEFT,
    Kind.PARTNER_JOINED,
    Kind.MEMBER_OBJECTED,
    Kind.OBJECTION_WITHDRAWN,
    Kind.MOVED,
    Kind.DELETED,
    Kind.RETENTION_SET,
    Kind.ZERO_RETENTION_ON,
    Kind.ZERO_RETENTION_OFF,
    Kind.HOLD_PLACED,
    Kind.HOLD_RELEASED,
    Kind.FLAGGED,
    Kind.INCLUDED,
)
OFTEN = {
    True: (Kind.DENIED, Kind.ALLOWED) * 5,
    False: (Kind.PARTNER_LEFT, Kind.PARTNER_JOINED, Kind.MEMBER_OBJECTED) * 2,
}
"""What happens to consumers, and to organisations, more often than the rest."""
ENDS_CONSENT = {
    "consumer": {Kind.DENIED, Kind.DELETED, Kind.MOVED, Kind.ZERO_RETENTION_ON, Kind.FLAGGED},
    "commercial": {
        Kind.PARTNER_LEFT,
        Kind.MEMBER_OBJECTED,
        Kind.DELETED,
        Kind.ZERO_RETENTION_ON,
        Kind.FLAGGED,
    },
}


@dataclass(frozen=True)
class Story:
    """A turn, what happened to its account in order, and the version of the calendar in force at the end."""

    turn: TurnFacts
    events: tuple[Event, ...]
    calendar: Calendar

    @property
    def received(self) -> datetime:
        return self.turn.stamp.received_at

    def at_receipt(self) -> tuple[Event, ...]:
        return tuple(one for one in self.events if one.at <= self.received)

    def growing(self) -> list[tuple[Event, ...]]:
        """What had happened at receipt, and after each thing that happened later."""
        begun = len(self.at_receipt())
        return [self.events[:many] for many in range(begun, len(self.events) + 1)]


def _event(seq: int, kind: Kind, at: datetime, days: int | None = None, hold: str = "") -> Event:
    scope = Scope(
        ORGANISATION,
        member=MEMBER if kind in OF_MEMBER else "",
        conversation=CONVERSATION if kind in (Kind.DELETED, Kind.INCLUDED) else "",
    )
    return Event(seq, at, kind, scope, days, hold)


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Stories most of which begin with a turn that may be used for training: only there have the laws teeth."""
    consumer = draw(st.booleans())
    plan = draw(
        st.sampled_from(["pro", "pro", "pro", "free"] if consumer else ["team", "team", "team", "gov"])
    )
    traits = draw(st.sampled_from([""] * 12 + [", incognito", ", shared key", ", zero retention"]))
    told = turn(
        plan + traits, RECEIVED + draw(st.sampled_from([0 * D, 0 * D, 200 * D, 200 * D, 200 * D, -20 * D]))
    )
    begins = [Kind.ALLOWED] if consumer else [Kind.PARTNER_JOINED, Kind.MEMBER_TOLD]
    before = [(kind, -H) for kind in begins] if draw(st.sampled_from([True, True, True, True, False])) else []
    before += draw(st.lists(st.tuples(st.sampled_from(HAPPENS_LATER), st.sampled_from(BEFORE)), max_size=1))
    kinds = st.sampled_from((*HAPPENS_LATER, *OFTEN[consumer]))
    later = draw(st.lists(st.tuples(kinds, st.sampled_from(AFTER)), max_size=5))
    happened = sorted((*before, *later), key=lambda one: one[1])
    drawn = [
        _event(
            seq,
            kind,
            told.stamp.received_at + after,
            draw(st.sampled_from([1, 7, 30, 90])) if kind is Kind.RETENTION_SET else None,
            draw(st.sampled_from(["A", "B"])) if kind in (Kind.HOLD_PLACED, Kind.HOLD_RELEASED) else "",
        )
        for seq, (kind, after) in enumerate(happened, 1)
    ]
    return Story(told, tuple(drawn), draw(calendars(told.stamp.received_at)))


@st.composite
def calendars(draw: st.DrawFn, around: datetime) -> Calendar:
    found = shipped()
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        since = found.effective_at + draw(st.sampled_from([4 * D, 10 * D, 60 * D]))
        days = draw(st.sampled_from([7, 20, 30, 90]))
        found = replace(found, version=since.isoformat(), effective_at=since, standard=days * D, before=found)
    return found


def monotone(rules: ModuleType, story: Story) -> bool:
    """Nothing but a hold moves an end later: neither an event nor a version."""
    ends = [rules.deadline(story.turn, happened, story.calendar).at for happened in story.growing()]
    versions = rules.lineage(story.calendar)
    under = [rules.deadline(story.turn, story.events, one).at for one in versions]
    later = [
        after <= before
        for before, after, version in zip(under, under[1:], versions[1:], strict=False)
        if version.effective_at > story.received
    ]
    return all(after <= before for before, after in itertools.pairwise(ends)) and all(later)


def no_late_resurrection(rules: ModuleType, story: Story) -> bool:
    """What was destroyed stays destroyed, whatever is placed or done afterwards."""
    gone = [rules.destroyed_at(story.turn, happened, shipped()).at for happened in story.growing()]
    finally_ = gone[-1]
    nexts = [happened[-1].at for happened in story.growing()[1:]]
    return all(
        finally_ is not None and finally_ <= end
        for end, at in zip(gone, nexts, strict=False)
        if end is not None and end <= at
    )


def eligible_implies_retained(rules: ModuleType, story: Story) -> bool:
    """What may be used for training is there, unsealed and unheld."""
    for at in moments(story):
        if not isinstance(rules.eligible(story.turn, story.events, story.calendar, at), Eligible):
            continue
        known = tuple(one for one in story.events if one.at <= at)
        end = rules.deadline(story.turn, known, story.calendar)
        gone = rules.destroyed_at(story.turn, known, story.calendar).at
        sealed = end.sealed_at is not None and end.sealed_at <= at
        if at >= end.at or sealed or rules.holds_at(known, at) or (gone is not None and at >= gone):
            return False
    return True


def revoke_kills(rules: ModuleType, story: Story) -> bool:
    """After a withdrawal no turn from before it is ever eligible again."""
    kind = "consumer" if story.turn.stamp.plan.value in {"free", "pro", "max"} else "commercial"
    ended = [
        one.at for one in story.events if one.kind in ENDS_CONSENT[kind] and one.at > story.turn.completed_at
    ]
    return all(
        isinstance(rules.eligible(story.turn, story.events, story.calendar, at), Ineligible)
        for at in moments(story)
        if ended and at >= ended[0]
    )


def withdrawal_seals(rules: ModuleType, story: Story) -> bool:
    """Who withdraws seals at once what was allowed: from then on only the person reads it."""
    first = rules.deadline(story.turn, story.at_receipt(), story.calendar)
    denied = [one.at for one in story.events if one.kind is Kind.DENIED and one.at > story.turn.completed_at]
    end = rules.deadline(story.turn, story.events, story.calendar)
    if first.rule != "R-DATA-100" or not denied or end.at < denied[0]:
        return True
    allowed = rules.is_of_an_epoch(story.turn, story.events, story.calendar)
    return not allowed or (end.sealed_at is not None and end.sealed_at <= denied[0])


def past_stays_past(rules: ModuleType, story: Story) -> bool:
    """An end that has come moves no more, in either direction."""
    ends = [rules.deadline(story.turn, happened, story.calendar).at for happened in story.growing()]
    nexts = [happened[-1].at for happened in story.growing()[1:]]
    return all(after == end for end, after, at in zip(ends, ends[1:], nexts, strict=False) if end <= at)


def upper_bound(rules: ModuleType, story: Story) -> bool:
    """After a withdrawal at r a turn ends by max(received + the ordinary time, r + 72 hours); a consumer's without an
    allowance within the ordinary time."""
    if story.turn.stamp.plan.value not in {"free", "pro", "max"}:
        return True
    ordinary = story.received + 30 * D
    end = rules.deadline(story.turn, story.events, shipped()).at
    denied = [one.at for one in story.events if one.kind is Kind.DENIED and one.at >= story.received]
    allowed = any(one.kind is Kind.ALLOWED and one.at <= story.received for one in story.events)
    if not allowed:
        return bool(end <= ordinary)
    return all(end <= max(ordinary, at + 72 * H) for at in denied)


def moments(story: Story) -> list[datetime]:
    """The moments at which anything may change, and one after."""
    found = {story.turn.completed_at, story.received + 30 * D, story.received + 40 * D}
    found |= {one.at for one in story.events if one.at >= story.turn.completed_at}
    return sorted(found | {max(found) + H})


LAWS: dict[str, Callable[[ModuleType, Story], bool]] = {
    "monotone": monotone,
    "no late resurrection": no_late_resurrection,
    "eligible implies retained": eligible_implies_retained,
    "revoke kills": revoke_kills,
    "withdrawal seals": withdrawal_seals,
    "past stays past": past_stays_past,
    "upper bound": upper_bound,
}
