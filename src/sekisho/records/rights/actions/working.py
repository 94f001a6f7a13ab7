"""Do what was asked: write bundles, carry out erasures. Called by a duty, again and again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from sekisho.accounts import queries as accounts
from sekisho.accounts.rules import CONSUMER_PLANS
from sekisho.audit import receipts
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, fixed_clock, system_clock
from sekisho.base.inventory import Holder, Subject
from sekisho.records.retention import queries as retention
from sekisho.records.retention.actions.erasing import erase, proceed
from sekisho.records.retention.types import ErasureState, ErasureView, StepState
from sekisho.records.rights.actions.building import build
from sekisho.records.rights.actions.ending import close, discard, move
from sekisho.records.rights.bundle.about import names_of
from sekisho.records.rights.models import Request
from sekisho.records.rights.queries.requests import awaited, subject_of, view_of
from sekisho.records.rights.rules import after_erasure
from sekisho.records.rights.types import RequestKind, RequestState, RequestView

BUDGET_S = 1.0
"""How long one round may take: what arrives from gateways is taken in by the same worker."""
SETTLED = frozenset({StepState.DONE.value, StepState.REMAINS.value})


def work(clock: Clock = system_clock, budget_s: float = BUDGET_S) -> int:
    """Do some of what is due, first what is due first, and return how many steps that were."""
    ends, steps = time.monotonic() + budget_s, 0
    for request_id in awaited(clock()):
        while advance(request_id, clock):
            steps += 1
            if time.monotonic() > ends:
                return steps
    return steps


def finish(request_id: str, clock: Clock = system_clock) -> RequestView:
    """Do all of one request that can be done now, and return it."""
    while advance(request_id, clock):
        pass
    return view_of(Request.objects.get(id=request_id))


def advance(request_id: str, clock: Clock = system_clock) -> bool:
    """Do one step of a request; return whether there is more that can be done at once."""
    kind = Request.objects.filter(id=request_id).values_list("kind", flat=True).first()
    if kind == RequestKind.ERASURE:
        return _erase(request_id, clock())
    return kind is not None and build(request_id, clock)


def to_erase(subject: Subject, person: str) -> Iterator[Subject]:
    """Yield what erasing the subject takes: an account of one's own goes with the person behind it, unless they belong
    to others' organisations too."""
    yield subject
    if subject.holder is Holder.ORGANISATION and person and _is_all_of(person, subject.organisation):
        yield Subject(Holder.PERSON, person=person)


def _is_all_of(person: str, organisation: str) -> bool:
    facts = next(iter(accounts.account_facts([organisation])), None)
    own = facts is not None and facts.plan in CONSUMER_PLANS
    return own and accounts.viewer(person).roles.keys() == {organisation}


def _erase(request_id: str, at: datetime) -> bool:
    """Begin or go on with an erasure. It is completed when nothing is left, and not before (R-DATA-237)."""
    row = _begun(request_id, at)
    if row is None:
        return False
    for erasure in row.erasures:
        if retention.erasure(erasure).state is not ErasureState.DONE:
            proceed(erasure, fixed_clock(at))
    _settle(row, [retention.erasure(one) for one in row.erasures], at)
    return False


@transaction.atomic
def _begun(request_id: str, at: datetime) -> Request | None:
    row = Request.objects.select_for_update().filter(id=request_id, waits_for_owner=False).first()
    if row is None or row.state not in (
        RequestState.RECEIVED,
        RequestState.VERIFYING,
        RequestState.IN_PROGRESS,
    ):
        return None
    if not row.erasures:
        _withdraw_copies(row, at)
        asked_by = row.asked_by or "system:rights"
        subjects = list(to_erase(subject_of(row), row.person))
        row.erasures = [
            erase(asked_by, one, at=at, reason=f"request {row.id}", surface=row.channel) for one in subjects
        ]
        row.save(update_fields=["erasures"])
        move(row, RequestState.IN_PROGRESS, at)
    return row


def _withdraw_copies(row: Request, at: datetime) -> None:
    """Copies that wait to be fetched go first."""
    same = Request.objects.filter(organisation=row.organisation, end_user=row.end_user, holder=row.holder)
    for other in same.filter(bundle__isnull=False):
        discard(other, at)


@transaction.atomic
def _settle(row: Request, found: list[ErasureView], at: datetime) -> None:
    row.total = sum(len(one.steps) for one in found)
    row.left = sum(_left(one) for one in found)
    row.done = row.total - sum(step.state not in SETTLED for one in found for step in one.steps)
    Request.objects.filter(id=row.id).update(total=row.total, left=row.left, done=row.done)
    if after_erasure(row.left) is not RequestState.COMPLETED:
        return
    mine = Request.objects.filter(id=row.id, state=RequestState.IN_PROGRESS)
    if not mine.update(state=RequestState.COMPLETED):
        return
    row.refresh_from_db()
    row.receipt = receipts.issue(
        "rights.erasure", _name(row), _facts(row, found), at=at, actor="system:rights"
    )
    row.save(update_fields=["receipt"])
    close(row, RequestState.COMPLETED, at)
    record("system:rights", "rights.completed", row.id, organisation=row.organisation, kind=row.kind)


def _left(found: ErasureView) -> int:
    """Steps that are not done; at least one as long as the whole is not."""
    if found.state is ErasureState.DONE:
        return 0
    return max(1, sum(step.state not in SETTLED for step in found.steps))


def _facts(row: Request, found: list[ErasureView]) -> dict[str, object]:
    return {
        "request": row.id,
        "asked_at": row.asked_at,
        "due_at": row.due_at,
        "erasures": [one.id for one in found],
        "receipts": [one.receipt for one in found],
        "keys_destroyed": sum(one.keys for one in found),
        "kept": {step.table: step.reason for one in found for step in one.steps if step.kept},
    }


def _name(row: Request) -> str:
    """Whom the receipt is about. An end user's name in the log is gone with their key: their receipts of the erasure
    itself carry the pseudonym that it had."""
    if row.holder == Holder.END_USER:
        return row.id
    return next(iter(names_of(subject_of(row))))
