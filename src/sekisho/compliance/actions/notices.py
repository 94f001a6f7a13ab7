"""Notices of illegal content: taken in with a receipt at once, decided by a person with reasons and redress.

Source: DSA (Regulation (EU) 2022/2065), art. 16 and 17; what is law elsewhere is in `compliance/law/`.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sekisho.accounts.rules import Permission
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import NotFoundError
from sekisho.base.text import Lang, as_lang
from sekisho.cases.types import Contact
from sekisho.compliance import marks, words
from sekisho.compliance.actions.parts import (
    SYSTEM,
    answered,
    by_a_person,
    found,
    meet,
    onward,
    opened,
    refuse_a_flood,
    start_clocks,
    tell_staff,
)
from sekisho.compliance.law import law, laws
from sekisho.compliance.models import Notice
from sekisho.compliance.queries.channel import rests_until
from sekisho.compliance.queries.registers import is_trusted
from sekisho.compliance.queries.stated import profile
from sekisho.compliance.rules.intake import wrong_with_notice
from sekisho.compliance.rules.profile import regime_of_notice
from sekisho.compliance.types import Basis, Decision, Matter, NoticeGiven, Regime, Taken
from sekisho.compliance.words import refusal
from sekisho.enforcement.queries import statement as statement_of

ANY = Permission.STAFF_COMPLAINT_READ


def take_notice(given: NoticeGiven, *, clock: Clock = system_clock) -> Taken:
    """Take a notice in from anybody, confirm its receipt, start its clocks, and return how it is followed.

    The receipt is the page that the link opens, at once; by mail, the desk confirms it to a proven address and asks
    for proof of any other. The same `submission` is one notice. Danger to a child or a life calls staff at once, and
    never rests. Raises `SekishoError` with the first of `rules.intake.wrong_with_notice`, and
    `too_many` for who fills the queue.
    """
    at = clock()
    if wrong := wrong_with_notice(given):
        raise refusal(wrong[0], every=wrong)
    if not given.category.is_urgent:
        refuse_a_flood(marks.of_sender(given.person, given.email), at)
    with transaction.atomic():
        case = opened(
            Matter.NOTICE,
            f"notice {given.submission}",
            given.explanation,
            Contact(given.email, given.is_proven, given.language),
            at,
            person=given.person,
            details=_details(given),
            region=given.region,
            issue="illegal_content_notice",
        )
        if not Notice.objects.filter(case=case.id).exists():
            _noted(given, case.id, case.reference, at)
    return Taken(case.id, case.reference, marks.page_of(case.id, case.received_at))


@transaction.atomic
def decide_notice(
    actor: Viewer,
    case: str,
    decision: Decision,
    basis: Basis,
    reasons: str,
    *,
    statement: str = "",
    automation_used: bool = False,
    clock: Clock = system_clock,
) -> None:
    """Decide on a notice, and tell who sent it: decision, reasons, whether automation took part, and redress.

    `statement` names the statement of reasons of the measure that followed; needed where one did. Raises
    `NotAllowedError`, `NotFoundError`, and `SekishoError`: `not_a_person`, `reasons_missing`, `statement_missing`,
    `decided_already`.
    """
    now, row, at = by_a_person(actor), found(Matter.NOTICE, case), clock()
    assert isinstance(row, Notice)
    if not reasons.strip():
        raise refusal("reasons_missing")
    _check_statement(decision, statement)
    decided = {
        "decision": decision.value,
        "basis": basis.value,
        "statement": statement,
        "automation_used": automation_used,
        "redress_shown": True,
        "decided_by": now.id,
        "decided_at": at,
    }
    if not Notice.objects.filter(case=case, decision="").update(**decided):
        raise refusal("decided_already")
    meet(case, Matter.NOTICE, "outcome", at, now.id)
    lang, regime = as_lang(row.language), Regime(row.regime)
    letter = _letter(decision, reasons, statement, automation_used, regime, lang)
    answered(now, case, letter, f"decision {decision}", at)
    record(now.id, "notice.decided", case, decision=decision, basis=basis, statement=statement)


def _noted(given: NoticeGiven, case: str, reference: str, at: datetime) -> None:
    sender = marks.of_sender(given.person, given.email)
    regime = regime_of_notice(laws(), profile().profile, given.region)
    is_urgent = given.category.is_urgent
    row = Notice.objects.create(
        case=case,
        regime=regime.value,
        by_whom=sender,
        same=marks.of_matter(sender, given.explanation),
        language=given.language,
        region=given.region,
        received_at=at,
        acknowledged_at=at,
        category=given.category.value,
        is_named=bool(given.name.strip()),
        has_contact=bool(given.email.strip()),
        good_faith=given.good_faith,
        flagger=given.flagger if is_trusted(given.flagger, at) else "",
        rests_until=None if is_urgent else rests_until(sender, at),
    )
    start_clocks(case, Matter.NOTICE, regime, at, is_urgent=is_urgent)
    meet(case, Matter.NOTICE, "acknowledgement", at, "system:compliance")
    facts = {"category": given.category, "regime": regime, "flagger": row.flagger}
    record("system:compliance", "notice.received", case, **facts)
    if is_urgent:
        subject, body = words.URGENT
        link = f"/staff/compliance/cases/{case}"
        told = body.format(reference=reference)
        for permission in (ANY, Permission.STAFF_CASE_READ):
            tell_staff(
                permission, "urgent_notice", case, subject, told, key=f"urgent {case}", at=at, link=link
            )


def _details(given: NoticeGiven) -> dict[str, str]:
    return {
        "category": given.category.value,
        "locations": "\n".join(one.strip() for one in given.locations if one.strip()),
        "identification": given.identification,
        "law": given.law_claimed,
        "name": given.name,
        "good_faith": "yes" if given.good_faith else "no",
        "flagger": given.flagger,
    }


def _check_statement(decision: Decision, statement: str) -> None:
    if not statement and decision is not Decision.RESTRICTED:
        return
    try:
        statement_of(SYSTEM, statement)
    except NotFoundError:
        raise refusal("statement_missing") from None


def _letter(
    decision: Decision, reasons: str, statement: str, automation_used: bool, regime: Regime, lang: Lang
) -> str:
    parts = [
        words.DECISIONS[decision].in_(lang),
        f"{words.REASONS.in_(lang)}\n{reasons.strip()}",
        words.STATEMENT.in_(lang).format(statement=statement) if statement else "",
        (words.WITH_AUTOMATION if automation_used else words.BY_PEOPLE).in_(lang),
        words.COMPLAIN.in_(lang),
        onward(law(regime).routes, lang),
    ]
    return "\n\n".join(part for part in parts if part)
