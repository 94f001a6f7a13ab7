"""A quarter in which something happened, in rows with ids that are always the same."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sekisho.enforcement.actions import record_decisions
from sekisho.enforcement.appeals.models import Appeal
from sekisho.enforcement.holds.models import Hold
from sekisho.enforcement.models import Restriction, StatementOfReasons
from sekisho.enforcement.review.models import Case
from sekisho.enforcement.transparency.types import Period
from sekisho.enforcement.types import DecisionRecord
from sekisho.notices.models import Delivery, Notice
from sekisho.policy.models import PolicyException

QUARTER = Period(date(2026, 1, 1), date(2026, 4, 1))
AT = datetime(2026, 2, 1, 12, tzinfo=UTC)
AFTER = datetime(2026, 4, 2, tzinfo=UTC)
BEFORE_IT = datetime(2025, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
LAST = datetime(2026, 3, 31, 23, 59, 59, 999999, tzinfo=UTC)
NEXT = datetime(2026, 4, 1, tzinfo=UTC)


def decisions(count: int, action: str, clause: str = "", at: datetime = AT, **more: Any) -> None:
    record_decisions(
        [
            DecisionRecord(
                id=f"dec_{action}_{clause}_{at:%m%d}_{number:03}_{'_'.join(map(str, more.values()))}"[:40],
                turn=f"req_{number}",
                organisation="org_1",
                key="key_1",
                at=at,
                stage="prompt",
                action=action,
                pack="reference@2025-09-15",
                clause=clause,
                **{"end_user": "", "language": "en", **more},
            )
            for number in range(count)
        ]
    )


def sanction(number: int, measure: str = "throttled", at: datetime = AT, **more: Any) -> None:
    """Impose a restriction; `mailed` is how long its mail took, None for none."""
    automatic, mailed = more.pop("automatic", True), more.pop("mailed", timedelta(seconds=3))
    statement = StatementOfReasons.objects.create(
        id=f"sor_q{number:03}", facts_en="Facts.", facts_ja="事実。", redress_en="-", redress_ja="-",
        is_own_initiative=True, was_detected_automatically=True, was_decided_automatically=automatic, written_at=at,
    )  # fmt: skip
    fields = {"clause": "fraud_predation", "unit_kind": "key", "unit_id": f"key_{number}", **more}
    Restriction.objects.create(
        id=f"rst_q{number:03}", organisation="org_1", measure=measure, since=at, statement=statement, **fields
    )
    notice = Notice.objects.create(
        id=f"ntc_q{number:03}", key=f"restriction:rst_q{number:03}", kind="restriction", about=statement.id, at=at,
        subject_en="-", subject_ja="-", body_en="-", body_ja="-",
    )  # fmt: skip
    if mailed is not None:
        Delivery.objects.create(
            notice=notice,
            address="aiko@example.test",
            language="ja",
            stage="sent",
            due_at=at,
            done_at=at + mailed,
        )


def appeal(number: int, outcome: str, took: timedelta, at: datetime = AT, **more: Any) -> None:
    fields = {"about": "restriction", "clause": "fraud_predation", "was_automatic": True, **more}
    Appeal.objects.create(
        id=f"apl_q{number:03}", matter=f"sor_q{number:03}", facts_en="-", facts_ja="-", appellant=f"somebody {number}",
        speaker="self", language="ja", submission=str(number), key="", text=b"", made_at=at - took, due_at=at,
        state="decided", outcome=outcome, decided_at=at, **fields,
    )  # fmt: skip


def report_(number: int, source: str = "form", took: timedelta | None = None, **more: Any) -> None:
    fields = {"category": "harmful", "outcome": "violation" if took else "", **more}
    Case.objects.create(
        id=f"cas_q{number:03}", reference=f"R-Q{number:03}", source=source, about_kind="none", gravity=2, event_at=AT,
        received_at=AT, due=AT, state="closed" if took else "waiting", closed_at=AT + took if took else None, **fields,
    )  # fmt: skip


def hold(number: int, state: str, took: timedelta | None = None) -> None:
    Hold.objects.create(
        id=f"rev_q{number:03}", turn=f"req_q{number:03}", organisation="org_1", key="key_1", domain="hr_healthcare",
        language="en", policy="reference@2025-09-15", since=AT, state=state, counts_from=AT, due_at=AT, expires_at=AT,
        decided_at=AT + took if took else None,
    )  # fmt: skip


def quarter() -> None:
    """Write the whole quarter, and beside it what belongs to others."""
    decisions(200, "allow")
    decisions(60, "allow", language="ja")
    decisions(40, "block", "fraud_predation", end_user="eu_1")
    decisions(12, "annotate", "cyber")
    decisions(2, "block", "weapons", end_user="eu_1")
    for edge in (FIRST, LAST):
        decisions(5, "modify", "privacy_identity", edge)
    for outside in (BEFORE_IT, NEXT):
        decisions(7, "block", "cyber", outside)
    decisions(9, "block", "cyber", shadow=True)
    for number in range(30):
        sanction(number, mailed=timedelta(seconds=number))
    for number in range(30, 36):
        sanction(number, reversed_at=AFTER, mailed=None)
    for number in range(36, 44):
        sanction(
            number, "suspended", automatic=False, until=AFTER, unit_kind="organisation", mailed=timedelta(0)
        )
    sanction(44, "terminated", automatic=False)
    sanction(45, at=NEXT)
    for number in range(9):
        appeal(number, "upheld", timedelta(days=number))
    for number in range(30, 36):
        appeal(number, "reversed", timedelta(days=2))
    appeal(99, "upheld", timedelta(days=1), at=BEFORE_IT)
    for number in range(12):
        report_(number, took=timedelta(hours=number + 1))
    for number in range(12, 15):
        report_(number, "mail")
    report_(90, "sample")
    for number in range(7):
        hold(number, "released", timedelta(minutes=10 * number + 10))
    hold(7, "waiting")
    for number, revoked in enumerate((None, None, AT)):
        PolicyException.objects.create(
            id=f"exc_q{number}", organisation="org_1", clauses=["cyber"], safeguards="-", expires_at=AFTER,
            proposed_by="usr_1", approved_by="usr_2", approved_at=AT - timedelta(days=9), revoked_at=revoked,
        )  # fmt: skip
