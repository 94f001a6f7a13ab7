"""Whether a turn may be used for training, and why not (R-DATA-010…R-DATA-053). Pure.

The questions are asked in a fixed order, and the first that says no is the answer: so what an export left out is
counted under one reason each.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sekisho.accounts.types import Plan
from sekisho.records.rules.clock import deadline, holds_at, is_of_an_epoch
from sekisho.records.rules.consent import (
    Epoch,
    consumer_epochs,
    objections,
    partner_epochs,
    told_at,
    touching,
    zero_retention_at,
)
from sekisho.records.rules.terms import terms_of
from sekisho.records.rules.versions import strictest, versions_of
from sekisho.records.types import (
    Calendar,
    Eligible,
    Event,
    Ineligible,
    Kind,
    Product,
    Terms,
    TurnFacts,
    Upstream,
)

PARTNER_PLANS = frozenset({Plan.TEAM, Plan.ENTERPRISE, Plan.API})
"""Plans whose organisations may join the partner program: not governments, and not those who pass on what others said
(R-DATA-007, R-DATA-052; matrix 3.1)."""


def eligible(
    turn: TurnFacts, events: Iterable[Event], calendar: Calendar, at: datetime
) -> Eligible | Ineligible:
    """Return whether the turn may be used for training at the moment `at`; of several versions of the calendar that
    bear on it, the strictest number counts."""
    own = tuple(one for one in touching(turn, events) if one.at <= at)
    law = strictest(versions_of(calendar, turn.stamp.received_at))
    if barred := _barred(turn, own, law, at):
        return barred
    if at >= deadline(turn, own, calendar).at:
        return Ineligible("expired", "R-DATA-113")
    if terms_of(turn.stamp.plan) is Terms.CONSUMER:
        return _consumer(turn, own, law)
    return _partner(turn, own, law, at)


def together(answers: Sequence[Eligible | Ineligible]) -> Eligible | Ineligible:
    """Return the answer for what several people made, or what was made out of several turns: all must be eligible
    (R-DATA-029, R-DATA-033). Nothing at all is ineligible."""
    refused = [one for one in answers if isinstance(one, Ineligible)]
    if refused or not answers:
        return refused[0] if refused else Ineligible("nothing_there", "R-DATA-033")
    return answers[0]


def _barred(turn: TurnFacts, own: Sequence[Event], law: Calendar, at: datetime) -> Ineligible | None:
    """What no consent can make good."""
    stamp = turn.stamp
    if stamp.zero_retention or zero_retention_at(own, stamp.received_at):
        return Ineligible("zero_retention", "R-DATA-104")
    if _since_receipt(turn, own, Kind.ZERO_RETENTION_ON):
        return Ineligible("zero_retention", "R-DATA-139")
    if stamp.incognito:
        return Ineligible("incognito", "R-DATA-031")
    if stamp.minors:
        return Ineligible("minors", "R-DATA-008")
    if turn.flagged or any(one.kind is Kind.FLAGGED for one in own):
        return Ineligible("flagged", "R-DATA-032")
    if stamp.received_at < law.programme_start:
        return Ineligible("before_programme", "R-DATA-011")
    if holds_at(own, at):
        return Ineligible("legal_hold", "R-DATA-117")
    if _since_receipt(turn, own, Kind.DELETED):
        return Ineligible("deleted", "R-DATA-027")
    if _since_receipt(turn, own, Kind.MOVED):
        return Ineligible("moved", "R-DATA-114")
    return None


def _since_receipt(turn: TurnFacts, own: Sequence[Event], kind: Kind) -> bool:
    return any(one.kind is kind and one.at >= turn.stamp.received_at for one in own)


def _consumer(turn: TurnFacts, own: Sequence[Event], calendar: Calendar) -> Eligible | Ineligible:
    if not turn.stamp.member:
        return Ineligible("shared_credential", "R-DATA-030")
    epochs = consumer_epochs(own)
    current = epochs[-1] if epochs and epochs[-1].until is None else None
    if current is None:
        return Ineligible("no_current_consent", "R-DATA-012")
    if not is_of_an_epoch(turn, own, calendar):
        if _is_included(turn, own, current):
            return Eligible("R-DATA-016")
        return Ineligible("before_current_consent", "R-DATA-015")
    if not current.covers(turn.stamp.received_at, turn.completed_at):
        return Ineligible("earlier_epoch", "R-DATA-025")
    return Eligible("R-DATA-012")


def _is_included(turn: TurnFacts, own: Sequence[Event], current: Epoch) -> bool:
    """Whether the person named this very conversation, under the consent that they hold now, after the turn was over.
    What was said under a consent that was withdrawn stays out (R-DATA-025), and no turn lives longer for it
    (R-DATA-110)."""
    named = (one for one in own if one.kind is Kind.INCLUDED and one.scope.conversation)
    return any(turn.completed_at < one.at and current.since <= one.at for one in named)


def _partner(
    turn: TurnFacts, own: Sequence[Event], calendar: Calendar, at: datetime
) -> Eligible | Ineligible:
    stamp = turn.stamp
    epochs = partner_epochs(own, calendar)
    current = next((one for one in epochs if one.covers(at, at)), None)
    if stamp.plan not in PARTNER_PLANS or current is None:
        return Ineligible("no_partner_program", "R-DATA-040")
    if not current.covers(stamp.received_at, turn.completed_at):
        return Ineligible("before_partner_program", "R-DATA-041")
    if stamp.upstream is not Upstream.FIRST_PARTY:
        return Ineligible("not_first_party", "R-DATA-044")
    if stamp.product is not Product.CODING:
        return Ineligible("other_product", "R-DATA-045")
    return _member(turn, own, current, at)


def _member(turn: TurnFacts, own: Sequence[Event], current: Epoch, at: datetime) -> Eligible | Ineligible:
    """What the member has to say, for whom the turn's key speaks."""
    if not turn.stamp.member:
        return Ineligible("shared_credential", "R-DATA-030")
    told = told_at(own, current)
    if told is None or told > turn.stamp.received_at:
        return Ineligible("member_not_told", "R-DATA-046")
    if any(one.until is None or one.until > turn.stamp.received_at for one in objections(own)):
        return Ineligible("member_objected", "R-DATA-047")
    return Eligible("R-DATA-041")
