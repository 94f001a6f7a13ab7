"""What came by the wrong form becomes what it is, and keeps the time at which it first reached us (R-SUP-137)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, fixed_clock, system_clock
from sekisho.cases import actions as cases
from sekisho.cases import queries as read
from sekisho.cases.types import CaseView
from sekisho.compliance import marks
from sekisho.compliance.actions.parts import KINDS, QUEUES, by_a_person, meet, start_clocks, stop_clocks
from sekisho.compliance.law import law
from sekisho.compliance.models import Complaint, Notice
from sekisho.compliance.rules.clocks import clocks
from sekisho.compliance.types import Category, Complainant, Matter, Regime
from sekisho.compliance.words import refusal


@transaction.atomic
def move(
    actor: Viewer,
    case: str,
    matter: Matter,
    regime: Regime,
    what: str,
    reason: str,
    *,
    clock: Clock = system_clock,
) -> None:
    """Make a case a notice or a complaint under a regime; `what` is its category, or its kind there.

    Clocks of what it was end; those of what it is run from when it first reached us, so that the wrong form costs
    nobody a day. Raises `NotAllowedError`, `NotFoundError` for a case that the actor does not see, and `SekishoError`:
    `not_a_person`, `reason_missing`, `kind_unknown`, `decided_already`.
    """
    now, at = by_a_person(actor), clock()
    asked = read.case(now, case)
    if not reason.strip():
        raise refusal("reason_missing")
    if matter is Matter.ORDER or not _is_known(matter, regime, what):
        raise refusal("kind_unknown")
    before = _left(case, at)
    for old in (Matter.NOTICE, Matter.COMPLAINT):
        stop_clocks(case, old, at, now.id)
    cases.move(now, case, kind=KINDS[matter], queue=QUEUES[matter], reason=reason, clock=fixed_clock(at))
    sender = before.by_whom if before else marks.of_sender(asked.requester, "")
    acknowledged = (before.acknowledged_at if before else None) or at
    facts: dict[str, object] = {
        "regime": regime.value,
        "by_whom": sender,
        "language": asked.language,
        "region": asked.region,
        "received_at": asked.received_at,
        "acknowledged_at": acknowledged,
        "moved_at": None,
    }
    _become(matter, asked, regime, what, facts)
    urgent = matter is Matter.NOTICE and Category(what).is_urgent
    start_clocks(case, matter, regime, asked.received_at, is_urgent=urgent)
    meet(case, matter, "acknowledgement", acknowledged, now.id)
    record(now.id, "matter.moved", case, matter=matter, regime=regime, what=what)


def _left(case: str, at: datetime) -> Notice | Complaint | None:
    """Note that the case is no longer what it was. Raises `decided_already` for what was answered."""
    for model, answer in ((Notice, "decision"), (Complaint, "outcome")):
        row = model.objects.select_for_update().filter(case=case, moved_at=None).first()
        if row is not None:
            if getattr(row, answer):
                raise refusal("decided_already")
            row.moved_at = at
            row.save(update_fields=["moved_at"])
            return row
    return None


def _become(matter: Matter, asked: CaseView, regime: Regime, what: str, facts: dict[str, object]) -> None:
    if matter is Matter.NOTICE:
        special: dict[str, object] = {
            "category": what,
            "is_named": bool(asked.requester or asked.details.get("name")),
            "has_contact": bool(asked.contact.email),
            "good_faith": asked.details.get("good_faith") == "yes",
        }
        Notice.objects.update_or_create(case=asked.id, defaults={**facts, **special})
        return
    ends = clocks(law(regime), Matter.COMPLAINT, asked.received_at)
    special = {
        "kind": what,
        "complainant": asked.details.get("complainant", Complainant.USER.value),
        "about": asked.about,
        "indicative_at": next((one.due for one in ends if one.duty.startswith("outcome")), None),
    }
    Complaint.objects.update_or_create(case=asked.id, defaults={**facts, **special})


def _is_known(matter: Matter, regime: Regime, what: str) -> bool:
    if matter is Matter.COMPLAINT:
        return law(regime).kind(what) is not None
    return what in set(Category) and any(rule.matter is matter for rule in law(regime).clocks)
