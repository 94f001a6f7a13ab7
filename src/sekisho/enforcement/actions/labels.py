"""Write what people found about decisions."""

from __future__ import annotations

from django.db import transaction

from sekisho.accounts.queries import as_of_now
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import NotAllowedError, SekishoError
from sekisho.base.ids import new_id
from sekisho.base.text import Text
from sekisho.enforcement.actions.parts import NOT_ALLOWED
from sekisho.enforcement.models import ReviewLabel
from sekisho.enforcement.queries import decision
from sekisho.enforcement.rules.labels import may_label
from sekisho.enforcement.types import Desk, Found, Refused
from sekisho.records.actions.history import Circumstances, append
from sekisho.records.types import Kind, Scope


@transaction.atomic
def label(
    actor: Viewer, decision_id: str, found: Found, desk: Desk = Desk.REVIEW, clock: Clock = system_clock
) -> str:
    """Write down what a person found about the text of a decision, and return the label's id.

    The latest finding counts; earlier ones stay. Raises `NotAllowedError` without the desk's permission,
    `NotFoundError` for an unknown decision, and `SekishoError`: `clause_unknown` or
    `harmless_violates_nothing` for a finding that makes no sense, `own_finding` for an appeal that would be
    heard by who reviewed it.
    """
    now = as_of_now(actor)
    if not may(now, _OF_DESK[desk]):
        raise NotAllowedError("not_allowed", NOT_ALLOWED, permission=_OF_DESK[desk].value)
    decided = decision(now, decision_id)
    answer = may_label(found)
    if isinstance(answer, Refused):
        raise SekishoError(answer.code, LABEL_REFUSALS[answer.code])
    reviewed = ReviewLabel.objects.filter(decision=decided.id, desk=Desk.REVIEW, by=now.id)
    if desk is Desk.APPEAL and reviewed.exists():
        raise SekishoError("own_finding", LABEL_REFUSALS["own_finding"])
    made = ReviewLabel.objects.create(
        id=new_id("lbl"),
        decision_id=decided.id,
        desk=desk.value,
        harmful=found.harmful,
        labels=sorted(found.labels),
        advice=found.advice,
        by=now.id,
        at=clock(),
    )
    facts = {"desk": desk, "harmful": found.harmful, "labels": sorted(found.labels), "advice": found.advice}
    record(now.id, "decision.labelled", decided.id, label=made.id, organisation=decided.organisation, **facts)
    if found.harmful:  # never used for training again, and recalled where it was (R-DATA-032)
        whose = Scope(decided.organisation, turn=decided.turn)
        append(Kind.FLAGGED, whose, Circumstances(now.id, desk.value), at=made.at)
    return made.id


_OF_DESK = {Desk.REVIEW: Permission.STAFF_CASE_DECIDE, Desk.APPEAL: Permission.STAFF_APPEAL_DECIDE}


LABEL_REFUSALS = {
    "clause_unknown": Text(
        "A label names a clause that detectors do not know. Choose among the standards and the high-risk domains.",
        "検出器が扱わない条項が含まれています。利用基準か高リスク領域から選んでください。",
    ),
    "harmless_violates_nothing": Text(
        "A text that is not harmful violates no standard. Leave the standards out, or call it harmful.",
        "有害でない文章に利用基準の違反は付けられません。基準を外すか、有害としてください。",
    ),
    "own_finding": Text(
        "You reviewed this decision, so somebody else has to hear the appeal against it.",
        "この決定はあなたが審査したため、異議は別の担当者が確認する必要があります。",
    ),
}
