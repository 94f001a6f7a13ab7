"""Complaints: taken in from anybody under the regime that they chose, decided by somebody who took no part."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, fixed_clock, system_clock
from sekisho.base.text import Lang, as_lang
from sekisho.cases import actions as cases
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
)
from sekisho.compliance.law import law, laws
from sekisho.compliance.models import Complaint, Notice
from sekisho.compliance.queries.channel import rests_until
from sekisho.compliance.queries.stated import profile
from sekisho.compliance.queries.taking_part import took_part
from sekisho.compliance.rules.clocks import clocks
from sekisho.compliance.rules.intake import kind_under, wrong_with_complaint
from sekisho.compliance.rules.profile import applies
from sekisho.compliance.types import ComplaintGiven, Matter, Outcome, Regime, Taken
from sekisho.compliance.words import refusal

REMEDIED = frozenset({Outcome.UPHELD, Outcome.CHANGED, Outcome.REVERSED})
"""Outcomes with which something was put right."""


def take_complaint(given: ComplaintGiven, *, clock: Clock = system_clock) -> tuple[Taken, ...]:
    """Take a complaint in, acknowledge it with an indicative time, and return how it is followed.

    One case for each regime that it is for, the one that was asked for first; they are linked, and each has its own
    clocks (spec 1.13). So is a complaint of the same sender in the same words under another regime, whenever it came.
    Raises `SekishoError` with the first of `rules.intake.wrong_with_complaint`, and `too_many`; then nothing was taken.
    """
    at = clock()
    others = [regime for regime in dict.fromkeys(given.also) if regime is not given.regime]
    each = [given, *(_under(given, regime) for regime in others)]
    for one in each:
        in_force = applies(law(one.regime), profile().profile)
        if wrong := wrong_with_complaint(one, law(one.regime), is_in_force=in_force):
            raise refusal(wrong[0], every=wrong)
    refuse_a_flood(marks.of_sender(given.person, given.email), at)
    with transaction.atomic():
        return tuple(_taken(one, at) for one in each)


@transaction.atomic
def decide_complaint(
    actor: Viewer,
    case: str,
    outcome: Outcome,
    reasons: str,
    *,
    automation_used: bool = False,
    clock: Clock = system_clock,
) -> None:
    """Decide on a complaint, and tell who complained: outcome, reasons, and where they can go on.

    By a person who took no part in what it is about. Raises `NotAllowedError`, `NotFoundError`, and `SekishoError`:
    `not_a_person`, `took_part`, `reasons_missing`, `decided_already`.
    """
    now, row, at = by_a_person(actor), found(Matter.COMPLAINT, case), clock()
    assert isinstance(row, Complaint)
    if not reasons.strip():
        raise refusal("reasons_missing")
    if took_part(now.id, row.about):
        raise refusal("took_part")
    decided = {
        "outcome": outcome.value,
        "automation_used": automation_used,
        "reviewer": now.id,
        "informed_at": at,
        "remedied_at": at if outcome in REMEDIED else None,
    }
    if not Complaint.objects.filter(case=case, outcome="").update(**decided):
        raise refusal("decided_already")
    meet(case, Matter.COMPLAINT, "outcome", at, now.id)
    letter = _letter(outcome, reasons, automation_used, Regime(row.regime), as_lang(row.language))
    answered(now, case, letter, f"outcome {outcome}", at)
    record(now.id, "complaint.decided", case, outcome=outcome, regime=row.regime)


def _under(given: ComplaintGiven, regime: Regime) -> ComplaintGiven:
    return replace(given, regime=regime, kind=kind_under(law(regime), given.kind))


def _taken(given: ComplaintGiven, at: datetime) -> Taken:
    case = opened(
        Matter.COMPLAINT,
        f"complaint {given.submission} {given.regime}",
        given.text,
        Contact(given.email, given.is_proven, given.language),
        at,
        person=given.person,
        details={"kind": given.kind, "complainant": given.complainant.value, "name": given.name},
        about=given.about,
        region=given.region,
        issue=f"{given.regime}_complaint",
        received_at=given.received_at,
    )
    if not Complaint.objects.filter(case=case.id).exists():
        _noted(given, case.id, case.received_at, at)
    return Taken(case.id, case.reference, marks.page_of(case.id, case.received_at))


def _noted(given: ComplaintGiven, case: str, received: datetime, at: datetime) -> None:
    sender = marks.of_sender(given.person, given.email)
    same = marks.of_matter(sender or given.submission, given.text)
    ends = clocks(laws()[given.regime], Matter.COMPLAINT, received)
    Complaint.objects.create(
        case=case,
        regime=given.regime.value,
        by_whom=sender,
        same=same,
        language=given.language,
        region=given.region,
        received_at=received,
        acknowledged_at=at,
        kind=given.kind,
        complainant=given.complainant.value,
        about=given.about,
        is_minor=given.is_minor,
        indicative_at=next((one.due for one in ends if one.duty.startswith("outcome")), None),
        rests_until=rests_until(sender, at),
    )
    start_clocks(case, Matter.COMPLAINT, given.regime, received)
    meet(case, Matter.COMPLAINT, "acknowledgement", at, "system:compliance")
    record("system:compliance", "complaint.received", case, regime=given.regime, kind=given.kind)
    others = Complaint.objects.filter(same=same).exclude(case=case).values_list("case", flat=True)
    for other in others.order_by("received_at")[:1]:
        cases.link_cases(SYSTEM, other, case, clock=fixed_clock(at))
    if Notice.objects.filter(case=given.about).exists():
        cases.link_cases(SYSTEM, given.about, case, clock=fixed_clock(at))


def _letter(outcome: Outcome, reasons: str, automation_used: bool, regime: Regime, lang: Lang) -> str:
    parts = [
        words.OUTCOMES[outcome].in_(lang),
        f"{words.REASONS.in_(lang)}\n{reasons.strip()}",
        (words.WITH_AUTOMATION if automation_used else words.BY_PEOPLE).in_(lang),
        onward(law(regime).routes, lang),
    ]
    return "\n\n".join(part for part in parts if part)
