"""What is done to cases by the clock: staff called, known answers gathered, old words destroyed."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from sekisho.accounts.queries import staff_who
from sekisho.accounts.rules import Permission
from sekisho.accounts.types import system
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.text import Text
from sekisho.enforcement import queries as enforcement
from sekisho.enforcement.review import sealed, words
from sekisho.enforcement.review.actions.claims import looks_of
from sekisho.enforcement.review.models import Case, Deposit, GoldenItem, Receipt
from sekisho.enforcement.review.rules.exposure import Ready, may_look
from sekisho.enforcement.review.rules.intake import drawn
from sekisho.enforcement.review.types import Gravity, Verdict
from sekisho.enforcement.types import Desk, Label
from sekisho.notices.actions import tell
from sekisho.notices.types import Person

KEPT_FOR = timedelta(days=5 * 365)
"""How long words of a report are kept once it is decided. Source: R-SUP-113, up to 5 years."""
RECEIPTS_COUNT = timedelta(days=1)
"""How long a receipt is counted against the next."""
AT_ONCE = 50
"""Cases a call deals with; the next call deals with the next."""
GOLDEN_MONTH = timedelta(days=30)
GOLDEN_SHARE = 0.2
"""Share of what the appeals desk found that becomes a golden item. Our decision."""


def call_staff(clock: Clock = system_clock) -> int:
    """Tell the reviewers on duty of each case that is due at once, and return how many those were.

    On duty is who may take a case now; when all of them rest, all are called: danger does not wait for a budget.
    """
    waiting = Case.objects.filter(gravity=Gravity.AT_ONCE, called_at=None, closed_at=None)
    return sum(
        _called(case_id, clock)
        for case_id in list(waiting.order_by("id").values_list("id", flat=True)[:AT_ONCE])
    )


@transaction.atomic
def _called(case_id: str, clock: Clock) -> bool:
    at = clock()
    if not Case.objects.filter(id=case_id, called_at=None).update(called_at=at):
        return False
    row = Case.objects.get(id=case_id)
    everybody = [each.id for each in staff_who(Permission.STAFF_CASE_DECIDE)]
    on_duty = [who for who in everybody if isinstance(may_look(looks_of(who, at), at), Ready)]
    subject = words.CALL_SUBJECT.format(reference=row.reference)
    category = words.URGENT.get(row.category, words.URGENT["imminent_harm"])
    body = Text(words.CALL.en.format(category=category.en), words.CALL.ja.format(category=category.ja))
    for who in on_duty or everybody:
        tell(
            Person(who),
            "case_at_once",
            row.id,
            subject,
            body,
            key=f"case_at_once {row.id} {who}",
            at=at,
            link="/staff/review",
        )
    record("system:review", "staff.called", row.id, people=len(on_duty or everybody))
    return True


@transaction.atomic
def gather_golden(clock: Clock = system_clock) -> int:
    """Make golden items of what the appeals desk lately found, a share of it drawn by chance; return how many are new.

    The appeals desk had both sides before it, so what it found is the best answer there is.
    """
    at = clock()
    found = (
        label
        for label in enforcement.labels(system("review"), at - GOLDEN_MONTH)
        if label.desk is Desk.APPEAL and label.found.harmful is not None
    )
    rows = [_golden(label) for label in found if drawn(label.decision.id, "golden item") < GOLDEN_SHARE]
    known = set(
        GoldenItem.objects.filter(decision__in=[row.decision for row in rows]).values_list(
            "decision", flat=True
        )
    )
    fresh = [row for row in rows if row.decision not in known]
    for row in fresh:
        row.added_at = at
    GoldenItem.objects.bulk_create(fresh, ignore_conflicts=True)
    if fresh:
        record("system:review", "golden.gathered", "review", count=len(fresh))
    return len(fresh)


@transaction.atomic
def forget(clock: Clock = system_clock) -> int:
    """Destroy the words of reports decided longer ago than `KEPT_FOR`, and return of how many cases they were."""
    at = clock()
    Receipt.objects.filter(at__lt=at - RECEIPTS_COUNT).delete()
    old = (
        Deposit.objects.filter(case__closed_at__lt=at - KEPT_FOR).values_list("case_id", flat=True).distinct()
    )
    for case_id in (ids := list(old[:AT_ONCE])):
        sealed.destroy(case_id, at)
        record("system:review", "report.forgotten", case_id)
    return len(ids)


def _golden(label: Label) -> GoldenItem:
    verdict = Verdict.VIOLATION if label.found.harmful else Verdict.NO_VIOLATION
    named = next(iter(label.found.labels), label.decision.clause)
    clause = named if label.found.harmful else ""
    return GoldenItem(decision=label.decision.id, verdict=verdict.value, clause=clause, origin="appeal")
