"""What may happen to a held answer: pure, no database, no clock.

               claim                 release · release edited · reject
    waiting ──────────▶ claimed ─────────────────────────────────────▶ released, released_edited, rejected
       ▲  ▲               │ │ │
       │  └── give back ──┘ │ └─ lease ends: anybody qualified may claim
       │                    │ ask
       └──── facts ──── facts_asked            every open state ── time ──▶ expired

Two laws, which `tests/enforcement/holds/test_rules.py` tries on random histories: nothing is released but by a person
who was qualified at that moment, has the hold, and agreed to the attestation; and time alone releases nothing, ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sekisho.enforcement.holds.types import DOMAINS, HoldState

LEASE = timedelta(minutes=30)
"""How long a claim keeps others out. Our decision: longer than reading an answer and its conversation takes."""
MOST_ROUNDS = 5
"""How often facts may be asked for. Our decision: who needs more should reject, and say what is missing."""


# --- who is qualified ---------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Licence:
    """What makes a person qualified, as it was registered."""

    id: str
    """`pro_…`"""
    person: str
    domains: frozenset[str]
    jurisdictions: frozenset[str]
    """ISO 3166: `JP`, `US`, or a part of a country such as `US-CA`."""
    valid_until: date
    """The last day on which it holds, in UTC."""
    organisation: str = ""
    """The one organisation whose answers it is for; empty for those of all."""
    ended_at: datetime | None = None
    """When the registration was ended."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What an answer demands of who decides on it."""

    domain: str
    organisation: str
    jurisdiction: str = ""


@dataclass(frozen=True, slots=True)
class Qualified:
    """Why somebody may decide."""

    by: str
    licence: str = ""
    """The registration; empty for a reviewer, where the answer is in no high-risk domain."""


@dataclass(frozen=True, slots=True)
class Unqualified:
    """Why somebody may not decide."""

    code: str
    """`not_registered`, `licence_expired`, `other_domain`, `other_jurisdiction`, `other_organisation`, or
    `not_reviewer`."""


_CLOSEST = ("not_registered", "other_organisation", "other_domain", "licence_expired", "other_jurisdiction")
"""Of several registrations that do not fit, the person is told about the one that came closest."""


def qualification(
    person: str, matter: Matter, licences: Iterable[Licence], *, is_reviewer: bool, at: datetime
) -> Qualified | Unqualified:
    """Return whether the person may decide on the matter at the moment `at`, and by what (P-020).

    An answer that a missing check held back is in no domain: any reviewer may look at it.
    """
    if matter.domain not in DOMAINS:
        return Qualified(person) if is_reviewer else Unqualified("not_reviewer")
    own = [one for one in licences if one.person == person and one.ended_at is None]
    lacks = {lack(one, matter, at): one for one in own}
    if "" in lacks:
        return Qualified(person, lacks[""].id)
    return Unqualified(max(lacks, key=_CLOSEST.index, default="not_registered"))


def lack(licence: Licence, matter: Matter, at: datetime) -> str:
    """Return what the licence lacks for the matter, as a code of `Unqualified`; empty when it fits."""
    if licence.organisation not in ("", matter.organisation):
        return "other_organisation"
    if matter.domain not in licence.domains:
        return "other_domain"
    if at.date() > licence.valid_until:
        return "licence_expired"
    if matter.jurisdiction and not any(covers(one, matter.jurisdiction) for one in licence.jurisdictions):
        return "other_jurisdiction"
    return ""


def covers(licensed: str, wanted: str) -> bool:
    """Return whether a licence for one place is good for another: a country's is for its parts, not the reverse."""
    return wanted == licensed or wanted.startswith(f"{licensed}-")


# --- timers -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Timers:
    """Counted from the arrival, and anew from when facts came in."""

    remind: timedelta
    escalate: timedelta
    """From then on everybody qualified and the organisation itself are told."""
    expire: timedelta
    """Then the client is told that no answer will come."""
    facts: timedelta = timedelta(days=7)
    """How long the client has to answer a question."""


def _hours(remind: float, escalate: float, expire: float) -> Timers:
    return Timers(*(timedelta(hours=each) for each in (remind, escalate, expire)))


TIMERS: Mapping[str, Timers] = {
    "hr_healthcare": _hours(0.5, 2, 24),
    "hr_legal": _hours(4, 24, 72),
    "hr_insurance": _hours(4, 24, 72),
    "hr_finance": _hours(2, 8, 48),
    "hr_employment_housing": _hours(4, 24, 72),
    "hr_academic": _hours(8, 24, 120),
    "hr_media": _hours(1, 4, 24),
}
"""Our decision: the more an answer loses by being late, the sooner others are called."""
OTHER_TIMERS = _hours(1, 4, 24)
"""Of an answer that is held because a check was missing."""


def timers_of(domain: str) -> Timers:
    return TIMERS.get(domain, OTHER_TIMERS)


# --- what may happen ----------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Held:
    """A hold, as far as anything is decided by it."""

    state: HoldState
    counts_from: datetime
    """When its timers began."""
    timers: Timers
    by: str = ""
    """Who has it, or decided."""
    lease_until: datetime | None = None
    rounds: int = 0
    reminded_at: datetime | None = None
    escalated_at: datetime | None = None
    decided_at: datetime | None = None

    def is_leased(self, at: datetime) -> bool:
        """Whether somebody's claim keeps others out. The instant at which a lease ends is free."""
        return self.state is HoldState.CLAIMED and self.lease_until is not None and at < self.lease_until

    @property
    def expires_at(self) -> datetime:
        is_asked = self.state is HoldState.FACTS_ASKED
        return self.counts_from + (self.timers.facts if is_asked else self.timers.expire)

    @property
    def due_at(self) -> datetime:
        """When somebody should have decided: the next moment at which something happens by itself."""
        if self.state is HoldState.FACTS_ASKED or self.escalated_at is not None:
            return self.expires_at
        return self.counts_from + (self.timers.escalate if self.reminded_at else self.timers.remind)


@dataclass(frozen=True, slots=True)
class Claim:
    who: Qualified | Unqualified
    by: str


@dataclass(frozen=True, slots=True)
class GiveBack:
    by: str


@dataclass(frozen=True, slots=True)
class Release:
    who: Qualified | Unqualified
    by: str
    agreed: bool
    """Whether the person agreed to the attestation, in so many words."""
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Reject:
    who: Qualified | Unqualified
    by: str


@dataclass(frozen=True, slots=True)
class Ask:
    who: Qualified | Unqualified
    by: str


@dataclass(frozen=True, slots=True)
class Facts:
    """The client answered the question."""


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed."""


@dataclass(frozen=True, slots=True)
class Gone:
    """Nothing is left to decide on: the conversation was erased, or was never kept."""


Event = Claim | GiveBack | Release | Reject | Ask | Facts | Tick | Gone


@dataclass(frozen=True, slots=True)
class Refused:
    """Why it may not happen."""

    code: str
    """A code of `Unqualified`, or `decided_already`, `expired_already`, `claimed_by_other`, `not_claimed`,
    `lease_ended`, `not_agreed`, `facts_not_asked`, `facts_awaited`, `asked_too_often`."""


def after(held: Held, event: Event, at: datetime) -> Held | Refused:
    """Return the hold after the event, itself when nothing changes, or why the event is refused."""
    if isinstance(event, Tick):
        return _ticked(held, at)
    if not held.state.is_open:
        return Refused("expired_already" if held.state is HoldState.EXPIRED else "decided_already")
    match event:
        case Gone():
            return gone(held, at)
        case Facts():
            return _told(held, at)
        case Claim(who, by):
            return _claimed(held, who, by, at)
        case GiveBack(by):
            return _in_hand(held, by, at) or _waiting(held)
        case Release(who, by, agreed, edited):
            state = HoldState.RELEASED_EDITED if edited else HoldState.RELEASED
            refusal = _in_hand(held, by, at, who) or (None if agreed else Refused("not_agreed"))
            return refusal or _ended(held, state, by, at)
        case Reject(who, by):
            return _in_hand(held, by, at, who) or _ended(held, HoldState.REJECTED, by, at)
        case Ask(who, by):
            too_often = Refused("asked_too_often") if held.rounds >= MOST_ROUNDS else None
            return _in_hand(held, by, at, who) or too_often or _asked(held, by, at)


def gone(held: Held, at: datetime) -> Held:
    """Return the hold of which nothing is left to decide on."""
    return _ended(held, HoldState.EXPIRED, "", at)


def _in_hand(held: Held, by: str, at: datetime, who: Qualified | Unqualified | None = None) -> Refused | None:
    """Return why `by` may not act on what they claimed, None when they may."""
    if isinstance(who, Unqualified):
        return Refused(who.code)
    if held.state is HoldState.FACTS_ASKED:
        return Refused("facts_awaited")
    if held.state is HoldState.WAITING:
        return Refused("not_claimed")
    if held.by != by or (who is not None and who.by != by):
        return Refused("claimed_by_other")
    return None if held.is_leased(at) else Refused("lease_ended")


def _claimed(held: Held, who: Qualified | Unqualified, by: str, at: datetime) -> Held | Refused:
    """A claim of what one has already starts the lease anew. None is given once the time is up."""
    if isinstance(who, Unqualified):
        return Refused(who.code)
    if held.state is HoldState.FACTS_ASKED:
        return Refused("facts_awaited")
    if held.is_leased(at) and held.by != by:
        return Refused("claimed_by_other")
    if at >= held.expires_at:
        return Refused("expired_already")
    return replace(held, state=HoldState.CLAIMED, by=by, lease_until=at + LEASE)


def _waiting(held: Held) -> Held:
    return replace(held, state=HoldState.WAITING, by="", lease_until=None)


def _ended(held: Held, state: HoldState, by: str, at: datetime) -> Held:
    return replace(held, state=state, by=by, lease_until=None, decided_at=at)


def _asked(held: Held, by: str, at: datetime) -> Held:
    return replace(
        held,
        state=HoldState.FACTS_ASKED,
        by=by,
        lease_until=None,
        counts_from=at,
        rounds=held.rounds + 1,
    )


def _told(held: Held, at: datetime) -> Held | Refused:
    """Facts begin the timers anew: who asked cannot be late with what they could not know."""
    if held.state is not HoldState.FACTS_ASKED:
        return Refused("facts_not_asked")
    if at >= held.expires_at:
        return Refused("expired_already")
    return replace(_waiting(held), counts_from=at, reminded_at=None, escalated_at=None)


def _ticked(held: Held, at: datetime) -> Held:
    """What time does by itself: a lease ends, people are told, and in the end it expires. It never releases."""
    if not held.state.is_open or held.is_leased(at):
        return held
    if at >= held.expires_at:
        return _ended(held, HoldState.EXPIRED, "", at)
    if held.state is HoldState.FACTS_ASKED:
        return held
    free = _waiting(held) if held.state is HoldState.CLAIMED else held
    if at >= held.counts_from + held.timers.escalate and held.escalated_at is None:
        return replace(free, reminded_at=held.reminded_at or at, escalated_at=at)
    if at >= held.counts_from + held.timers.remind and held.reminded_at is None:
        return replace(free, reminded_at=at)
    return free
