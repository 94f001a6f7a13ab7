"""Write decisions; impose and lift restrictions. Check, write, audit, and tell the rest once it is
durable."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import transaction

from sekisho.accounts.queries import as_of_now
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.base.ids import new_id
from sekisho.base.text import Text
from sekisho.enforcement.events import standing_changed
from sekisho.enforcement.models import Decision, Restriction, ReviewLabel, StatementOfReasons
from sekisho.enforcement.queries import automatic_a_day, decision
from sekisho.enforcement.rules.automation import DAYS, Anomalous, CapReached, may_automate
from sekisho.enforcement.rules.labels import may_label
from sekisho.enforcement.rules.ladder import may_impose
from sekisho.enforcement.types import (
    Decider,
    DecisionRecord,
    Desk,
    Found,
    Measure,
    Refused,
    Statement,
    Unit,
)
from sekisho.policy.types import Ground

ROWS_A_STATEMENT = 400


def record_decisions(decisions: Sequence[DecisionRecord]) -> None:
    """Store decision records. One that is stored already is passed over, so a batch may come twice."""
    rows = [_row(decision) for decision in decisions]
    Decision.objects.bulk_create(rows, batch_size=ROWS_A_STATEMENT, ignore_conflicts=True)


def impose(
    actor: Viewer,
    unit: Unit,
    measure: Measure,
    clause: str,
    until: datetime | None,
    statement: Statement,
    *,
    seconded_by: Viewer | None = None,
    requests_per_minute: int | None = None,
    clock: Clock = system_clock,
) -> str:
    """Impose a restriction with its statement of reasons, and return its id. Gateways know within a second.

    `seconded_by` is the second person whom a termination needs (P-060). Raises `NotAllowedError` without the
    permission, and `SekishoError` (`needs_person`, `needs_two_people`, `needs_end_date`,
    `ends_before_it_begins`) for what the ladder does not let these deciders do. Where nobody decides but
    automation, `automation_cap_reached` or `automation_anomalous` beyond what it may do in a day (P-004).
    """
    people = [_allowed(one) for one in (actor, seconded_by) if one is not None]
    at = clock()
    decider = Decider(frozenset(one.id for one in people if not one.is_system))
    answer = may_impose(measure, at, until, decider)
    if isinstance(answer, Refused):
        raise SekishoError(answer.code, REFUSALS[answer.code])
    if not decider.people:
        _keep_automation_in_bounds(actor, unit, at)
    return _imposed(people, unit, measure, clause, until, statement, requests_per_minute, at)


@transaction.atomic
def _imposed(
    people: Sequence[Viewer],
    unit: Unit,
    measure: Measure,
    clause: str,
    until: datetime | None,
    statement: Statement,
    requests_per_minute: int | None,
    at: datetime,
) -> str:
    is_automatic = all(one.is_system for one in people)
    made = Restriction.objects.create(
        id=new_id("rst"),
        unit_kind=unit.kind.value,
        unit_id=unit.id,
        organisation=unit.organisation,
        measure=measure.value,
        clause=clause,
        since=at,
        until=until,
        requests_per_minute=requests_per_minute,
        statement=_write(statement, is_automatic=is_automatic, at=at),
        imposed_by=[one.id for one in people],
    )
    facts = {"measure": measure, "clause": clause, "until": until, "statement": made.statement_id}
    record(
        people[0].id, "restriction.imposed", made.id, unit=unit.id, organisation=unit.organisation, **facts
    )
    _tell(unit.organisation)
    return made.id


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
        raise NotAllowedError("not_allowed", _NOT_ALLOWED, permission=_OF_DESK[desk].value)
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
    return made.id


_OF_DESK = {Desk.REVIEW: Permission.STAFF_CASE_DECIDE, Desk.APPEAL: Permission.STAFF_APPEAL_DECIDE}


@transaction.atomic
def lift(actor: Viewer, restriction_id: str, clock: Clock = system_clock) -> None:
    """Lift a restriction now. Raises `NotFoundError` for one that does not exist or was lifted before."""
    _allowed(actor)
    living = Restriction.objects.filter(id=restriction_id, lifted_at=None)
    if not living.update(lifted_at=clock(), lifted_by=actor.id):
        raise NotFoundError("restriction_not_found", _NOT_FOUND)
    organisation = Restriction.objects.values_list("organisation", flat=True).get(id=restriction_id)
    record(actor.id, "restriction.lifted", restriction_id, organisation=organisation)
    _tell(organisation)


def _keep_automation_in_bounds(actor: Viewer, unit: Unit, at: datetime) -> None:
    """Raise when automation has to leave this one to a person, and let the audit log say that it was stopped.

    Asked outside the transaction that imposes, so that the entry stays. Two processes at the same instant may
    both be let through: the cap is a brake, and one more does not break it.
    """
    *before, today = automatic_a_day(at, DAYS + 1)
    match may_automate(today, before):
        case CapReached(cap=cap):
            code, message = "automation_cap_reached", _CAP_REACHED.format(cap=cap)
        case Anomalous(usual=usual):
            code, message = "automation_anomalous", _ANOMALOUS.format(today=today, usual=f"{usual:.1f}")
        case _:
            return
    facts = {"code": code, "today": today, "organisation": unit.organisation}
    record(actor.id, "automation.stopped", unit.id, **facts)
    raise SekishoError(code, message, today=today)


_CAP_REACHED = Text(
    "Automation has imposed {cap} sanctions today, which is its cap. Have a person decide about this one.",
    "自動処理による措置が本日の上限（{cap} 件）に達しました。この件は担当者が判断してください。",
)
_ANOMALOUS = Text(
    "Automation has imposed {today} sanctions today, against {usual} a day in the week before. Have a person look "
    "at what has changed, and decide about this one.",
    "自動処理による措置が本日 {today} 件となり、直近 1 週間の 1 日平均 {usual} 件を大きく上回っています。"
    "担当者が原因を確認し、この件を判断してください。",
)
REFUSALS = {
    "needs_person": Text(
        "Automation may suspend for 24 hours at most. Have a person decide about a longer suspension.",
        "自動処理による停止は 24 時間までです。それより長い停止は担当者が判断してください。",
    ),
    "needs_two_people": Text(
        "A termination needs two different people. Ask a colleague to second it.",
        "利用の終了には異なる 2 名の判断が必要です。もう 1 名の同意を得てください。",
    ),
    "needs_end_date": Text(
        "A suspension needs an end. Say until when it lasts.",
        "停止には終了日時が必要です。いつまで停止するかを指定してください。",
    ),
    "ends_before_it_begins": Text(
        "The end lies in the past. Choose a later one.",
        "終了日時が過去になっています。これより後の日時を指定してください。",
    ),
}
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
_NOT_FOUND = Text(
    "There is no such restriction in force. It may have been lifted already.",
    "該当する制限は見つかりません。すでに解除されている可能性があります。",
)
_NOT_ALLOWED = Text(
    "Only reviewers and the appeals desk change restrictions. Ask one of them.",
    "制限を変更できるのは審査担当者と異議申立ての担当者だけです。担当者にご依頼ください。",
)


def _allowed(actor: Viewer) -> Viewer:
    now = as_of_now(actor)
    if not (may(now, Permission.STAFF_CASE_DECIDE) or may(now, Permission.STAFF_APPEAL_DECIDE)):
        raise NotAllowedError("not_allowed", _NOT_ALLOWED, permission=Permission.STAFF_CASE_DECIDE.value)
    return now


def _write(statement: Statement, *, is_automatic: bool, at: datetime) -> StatementOfReasons:
    return StatementOfReasons.objects.create(
        id=new_id("sor"),
        facts_en=statement.facts.en,
        facts_ja=statement.facts.ja,
        redress_en=statement.redress.en,
        redress_ja=statement.redress.ja,
        is_own_initiative=statement.is_own_initiative,
        was_detected_automatically=statement.was_detected_automatically,
        was_decided_automatically=is_automatic,
        written_at=at,
    )


def _tell(organisation: str) -> None:
    transaction.on_commit(partial(standing_changed.send, sender=Restriction, organisation=organisation))


def _row(decision: DecisionRecord) -> Decision:
    return Decision(
        id=decision.id,
        turn=decision.turn,
        organisation=decision.organisation,
        key=decision.key,
        end_user=decision.end_user,
        at=decision.at,
        stage=decision.stage,
        action=decision.action,
        pack=decision.pack,
        clause=decision.clause,
        language=decision.language,
        input_digest=decision.input_digest,
        grounds=[
            {name: getattr(ground, name) for name in Ground.__struct_fields__} for ground in decision.grounds
        ],
        unscreened=list(decision.unscreened),
        screened_chars=decision.screened_chars,
        took_us=decision.took_us,
        shadow=decision.shadow,
    )
