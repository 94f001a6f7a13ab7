"""Impose and lift restrictions."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.base.text import Text
from sekisho.enforcement.actions.calls import settle_all
from sekisho.enforcement.actions.imposing import brake, imposed
from sekisho.enforcement.actions.parts import allowed, tell_standing
from sekisho.enforcement.actions.statements import complete, tell_lifted
from sekisho.enforcement.models import Restriction
from sekisho.enforcement.queries import as_restriction
from sekisho.enforcement.rules.automation import Anomalous, CapReached
from sekisho.enforcement.rules.ladder import may_impose
from sekisho.enforcement.types import Decider, Measure, Refused, Settled, Statement, Throttle, Unit


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
    throttle: Throttle | None = None,
    clock: Clock = system_clock,
) -> str:
    """Impose a restriction with its statement of reasons, tell whom it concerns, and return its id.

    Restriction, statement and notice are written in one transaction; gateways know within a second. `seconded_by` is
    the second person whom a termination needs (P-060); `throttle` says what a throttled unit is left, where that is
    more than a rate. What waited for people about the unit is settled with it. Raises `NotAllowedError` without the
    permission, and `SekishoError`: `statement_incomplete` for one that does not say all that it must (R-SUP-120);
    `needs_person`, `needs_two_people`, `needs_end_date` or `ends_before_it_begins` for what the ladder does not let
    these deciders do. Where nobody decides but automation, `automation_cap_reached` or `automation_anomalous` beyond
    what it may do in a day (P-004).
    """
    people = [allowed(one) for one in (actor, seconded_by) if one is not None]
    at = clock()
    statement = complete(statement, clause, at)
    decider = Decider(frozenset(one.id for one in people if not one.is_system))
    answer = may_impose(measure, at, until, decider)
    if isinstance(answer, Refused):
        raise SekishoError(answer.code, REFUSALS[answer.code])
    if not decider.people:
        _keep_automation_in_bounds(actor, unit, at)
    left = throttle or Throttle(requests_per_minute)
    with transaction.atomic():
        made = imposed(people, unit, measure, clause, until, statement, left, at)
        if decider.people:
            settle_all(actor, unit, Settled.RESTRICTED, at)
    return made.id


@transaction.atomic
def lift(actor: Viewer, restriction_id: str, clock: Clock = system_clock) -> None:
    """Lift a restriction now, and tell whom it concerned. Raises `NotFoundError` for one that does not exist or was
    lifted before."""
    allowed(actor)
    living, at = Restriction.objects.filter(id=restriction_id, lifted_at=None), clock()
    if not living.update(lifted_at=at, lifted_by=actor.id):
        raise NotFoundError("restriction_not_found", _NOT_FOUND)
    lifted = as_restriction(Restriction.objects.select_related("statement").get(id=restriction_id))
    record(actor.id, "restriction.lifted", restriction_id, organisation=lifted.unit.organisation)
    tell_lifted(lifted, at)
    tell_standing(lifted.unit.organisation)


def _keep_automation_in_bounds(actor: Viewer, unit: Unit, at: datetime) -> None:
    """Raise when automation has to leave this one to a person, and let the audit log say that it was stopped.

    Asked outside the transaction that imposes, so that the entry stays.
    """
    match stopped := brake(at):
        case CapReached(cap=cap):
            code, message = "automation_cap_reached", _CAP_REACHED.format(cap=cap)
        case Anomalous(usual=usual):
            code, message = (
                "automation_anomalous",
                _ANOMALOUS.format(today=stopped.today, usual=f"{usual:.1f}"),
            )
        case _:
            return
    facts = {"code": code, "today": stopped.today, "organisation": unit.organisation}
    record(actor.id, "automation.stopped", unit.id, **facts)
    raise SekishoError(code, message, today=stopped.today)


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


_NOT_FOUND = Text(
    "There is no such restriction in force. It may have been lifted already.",
    "該当する制限は見つかりません。すでに解除されている可能性があります。",
)
