"""Who holds a case: one person at a time, for a while.

A claim is taken by compare-and-set, so of two at once one wins and the other is told so. PostgreSQL passes over rows
that others are just taking; SQLite has one writer, which comes to the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from sekisho.accounts.queries import as_of_now, not_found, person
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import NotAllowedError, SekishoError
from sekisho.enforcement import queries as enforcement
from sekisho.enforcement.review import marks, words
from sekisho.enforcement.review.actions.intake import about_decision, fresh
from sekisho.enforcement.review.models import Case, GoldenItem, ReviewOpinion, Sitting
from sekisho.enforcement.review.rules.exposure import DAY, Look, OnBreak, Ready, Spent, may_look
from sekisho.enforcement.review.rules.queue import LEASE, Seat, is_golden_turn, may_take
from sekisho.enforcement.review.types import Gravity, Reason, Source, State
from sekisho.enforcement.types import Refused


@dataclass(frozen=True, slots=True)
class Took:
    """The case that the reviewer holds now."""

    case: str


@dataclass(frozen=True, slots=True)
class NothingWaits:
    """No open case is free for this reviewer."""


def reviewer(actor: Viewer) -> Viewer:
    """Return the actor as of now. Raises `NotAllowedError` for who decides no cases."""
    now = as_of_now(actor)
    if not may(now, Permission.STAFF_CASE_DECIDE):
        raise NotAllowedError(
            "not_allowed", words.REFUSALS["not_allowed"], permission=Permission.STAFF_CASE_DECIDE.value
        )
    return now


@transaction.atomic
def take_next(actor: Viewer, clock: Clock = system_clock) -> Took | NothingWaits | OnBreak | Spent:
    """Claim the case that is due first and that this reviewer may look at; the one they hold already, if any.

    Now and then it is a golden case, which looks like any other.
    """
    now, at = reviewer(actor), clock()
    if held := holds(now.id, at):
        return Took(held)
    ready = may_look(looks_of(now.id, at), at)
    if not isinstance(ready, Ready):
        return ready
    row = _golden_for(now, at) or _first_free(now, at, ready.left)
    if row is None:
        return NothingWaits()
    _claimed(now, row, at)
    return Took(row.id)


@transaction.atomic
def take(actor: Viewer, case_id: str, clock: Clock = system_clock) -> None:
    """Claim this very case. Raises `NotFoundError`, and `SekishoError`: `case_taken`, `own_report`,
    `own_organisation`, `answered_before`, `holds_another`, `on_break`, `budget_spent`."""
    now, at = reviewer(actor), clock()
    row = Case.objects.filter(id=case_id, closed_at=None).first()
    if row is None:
        raise not_found("case_not_found")
    seat = seat_of(now, at)
    answer = may_take(row.id, row.reporter, row.organisation, answered(row), now.id, seat)
    if isinstance(answer, Refused):
        raise refused(answer.code)
    if seat.holds != row.id:
        raise_unless_ready(may_look(looks_of(now.id, at), at))
    _claimed(now, row, at)


@transaction.atomic
def renew(actor: Viewer, case_id: str, clock: Clock = system_clock) -> datetime:
    """Keep the case for another `LEASE`, and return until when. Raises `SekishoError`: `claim_lost`."""
    now, at = reviewer(actor), clock()
    until = at + LEASE
    held = Case.objects.filter(id=case_id, claimed_by=now.id, claimed_until__gt=at, closed_at=None)
    if not held.update(claimed_until=until):
        raise refused("claim_lost")
    return until


@transaction.atomic
def release(actor: Viewer, case_id: str, clock: Clock = system_clock) -> None:
    """Give the case back unanswered: `take_next` hands it to others first. It is counted as skipped."""
    now, at = reviewer(actor), clock()
    held = Case.objects.filter(id=case_id, claimed_by=now.id, closed_at=None)
    if not held.update(claimed_by="", claimed_until=None):
        raise refused("claim_lost")
    Sitting.objects.filter(case_id=case_id, reviewer=now.id).update(skipped=True)
    record(now.id, "case.released", case_id, at=at)


@transaction.atomic
def release_all(person_id: str) -> int:
    """Give back whatever somebody holds, as when they sign out, and return how many that were. Nothing is skipped."""
    held = Case.objects.filter(claimed_by=person_id, closed_at=None)
    count = held.update(claimed_by="", claimed_until=None)
    if count:
        record(person_id, "case.released", "review", count=count)
    return count


@transaction.atomic
def reveal(actor: Viewer, case_id: str, reason: Reason, clock: Clock = system_clock) -> None:
    """Lift the masks of a case that one holds, for a reason that is logged. Raises `SekishoError`: `claim_lost`."""
    now, at = reviewer(actor), clock()
    if holds(now.id, at) != case_id:
        raise refused("claim_lost")
    Sitting.objects.filter(case_id=case_id, reviewer=now.id).update(revealed=reason.value)
    record(now.id, "case.revealed", case_id, reason=reason)


def holds(who: str, at: datetime) -> str:
    """Return the id of the case that `who` holds at `at`, empty for none."""
    held = Case.objects.filter(claimed_by=who, claimed_until__gt=at, closed_at=None)
    return held.order_by("claimed_until").values_list("id", flat=True).first() or ""


def looks_of(who: str, at: datetime) -> list[Look]:
    rows = Sitting.objects.filter(reviewer=who, began_at__gt=at - DAY)
    return [Look(began_at, weight) for began_at, weight in rows.values_list("began_at", "weight")]


def seat_of(now: Viewer, at: datetime) -> Seat:
    """Return what keeps a reviewer from cases."""
    mine = frozenset() if now.is_system else frozenset({marks.of_address(person(now, now.id).email)})
    return Seat(mine, frozenset(now.roles), holds(now.id, at))


def answered(row: Case) -> frozenset[str]:
    """Return who may not look again: who answered, or of a proposed measure, who proposed it."""
    if row.state == State.PROPOSED:
        return frozenset({row.proposal.by})
    return frozenset(row.opinions.values_list("reviewer", flat=True))


def raise_unless_ready(answer: Ready | OnBreak | Spent) -> None:
    """Raise `SekishoError` for a reviewer who is to rest, with when it goes on."""
    match answer:
        case OnBreak(until=until):
            raise refused("on_break", until=f"{until:%Y-%m-%d %H:%M}")
        case Spent(until=until):
            raise refused("budget_spent", until=f"{until:%Y-%m-%d %H:%M}")


def refused(code: str, **fields: object) -> SekishoError:
    return SekishoError(code, words.REFUSALS[code].format(**fields), **fields)


def _first_free(now: Viewer, at: datetime, weight: int) -> Case | None:
    """Return the free case that is due first and weighs no more than `weight`, locked where the database can."""
    seat = seat_of(now, at)
    rows = _free(at).filter(weight__lte=weight, golden=None).exclude(reporter__in=seat.reporters)
    rows = rows.exclude(organisation__in=seat.organisations) if seat.organisations else rows
    mine = ReviewOpinion.objects.filter(case=OuterRef("id"), reviewer=now.id)
    skipped = Sitting.objects.filter(case=OuterRef("id"), reviewer=now.id, skipped=True)
    rows = rows.filter(~Exists(mine) | Q(state=State.PROPOSED), ~Exists(skipped))
    rows = rows.exclude(state=State.PROPOSED, proposal__by=now.id).order_by(
        "due", "gravity", "received_at", "id"
    )
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    return rows.first()


def _free(at: datetime) -> QuerySet[Case]:
    return Case.objects.filter(Q(claimed_until=None) | Q(claimed_until__lte=at), closed_at=None)


def _claimed(now: Viewer, row: Case, at: datetime) -> None:
    free = Case.objects.filter(
        Q(claimed_by__in=["", now.id]) | Q(claimed_until__lte=at), id=row.id, closed_at=None, state=row.state
    )
    if not free.update(claimed_by=now.id, claimed_until=at + LEASE):
        raise refused("case_taken")
    sitting = Sitting(case=row, reviewer=now.id, began_at=at, weight=row.weight)
    Sitting.objects.bulk_create([sitting], ignore_conflicts=True)
    record(now.id, "case.claimed", row.id)


def _golden_for(now: Viewer, at: datetime) -> Case | None:
    """Return a fresh case about a decision whose answer is known, when this reviewer's turn for one has come."""
    if not is_golden_turn(now.id, Sitting.objects.filter(reviewer=now.id).count()):
        return None
    seen = ReviewOpinion.objects.filter(reviewer=now.id, case__about_id=OuterRef("decision"))
    item = GoldenItem.objects.filter(~Exists(seen), retired_at=None).order_by("added_at", "id").first()
    if item is None:
        return None
    decision = enforcement.decision(now, item.decision)
    row = about_decision(fresh(Gravity.ORDINARY, at - timedelta(days=1), decision.at), decision)
    row.source, row.golden = Source.SAMPLE.value, item
    row.save(force_insert=True)
    return row
