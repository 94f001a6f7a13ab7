"""What automation leaves to people: called for, settled, and told to those who decide."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from sekisho.accounts.queries import people_who
from sekisho.accounts.rules import Permission
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import NotAllowedError, NotFoundError
from sekisho.base.ids import new_id
from sekisho.base.text import Text
from sekisho.enforcement.actions.parts import NOT_ALLOWED, allowed
from sekisho.enforcement.models import Bearer, Call, Strike
from sekisho.enforcement.queries.strikes import as_unit, bearers_of
from sekisho.enforcement.types import Rung, Settled, Unit, Why
from sekisho.notices.actions import tell
from sekisho.notices.types import Person

QUEUE = "/staff/standing"
"""Where reviewers find what waits for them."""


@transaction.atomic
def settle(actor: Viewer, call_id: str, outcome: Settled, clock: Clock = system_clock) -> None:
    """Note what a person decided about something that waited. Taking a measure settles it by itself.

    Raises `NotAllowedError` for who does not review, and `NotFoundError` for one that was settled before.
    """
    now = _person(actor)
    at = clock()
    row = Call.objects.filter(id=call_id).select_related("bearer").first()
    if row is None or not _open(row).update(**_decision(now, outcome, row, at)):
        raise NotFoundError("call_not_found", _NOT_FOUND)
    _note(now, row, outcome)


def settle_all(actor: Viewer, unit: Unit, outcome: Settled, at: datetime) -> None:
    """Settle whatever waits about a unit: a person has decided about it."""
    rows = Call.objects.filter(bearer__in=bearers_of(unit), decided_at=None, ended_at=None)
    for row in rows.select_related("bearer"):
        if _open(row).update(**_decision(actor, outcome, row, at)):
            _note(actor, row, outcome)


def call_for(
    bearer: Bearer,
    rung: Rung,
    why: Why,
    clause: str,
    at: datetime,
    *,
    strike: Strike | None = None,
    due_at: datetime | None = None,
) -> bool:
    """Leave a unit to people, unless it waits for the same already; return whether it is new."""
    waits = Call.objects.filter(bearer=bearer, rung=int(rung), why=why.value, ended_at=None)
    if waits.exists():
        return False
    made = Call.objects.create(
        id=new_id("cal"),
        bearer=bearer,
        rung=int(rung),
        why=why.value,
        clause=clause,
        strike=strike,
        at=at,
        due_at=due_at,
    )
    unit = as_unit(bearer)
    record(
        "system:ladder",
        "people.called_for",
        unit.id,
        organisation=unit.organisation,
        rung=rung.word,
        why=why,
        call=made.id,
    )
    return True


def page_reviewers(key: str, subject: Text, body: Text, about: str, at: datetime) -> None:
    """Tell every reviewer at once, each under a key of their own."""
    for person in people_who(Permission.STAFF_CASE_DECIDE):
        tell(Person(person), "staff_alarm", about, subject, body, key=f"{key}:{person}", at=at, link=QUEUE)


def _open(row: Call) -> QuerySet[Call]:
    return Call.objects.filter(id=row.id, decided_at=None, ended_at=None)


def _decision(actor: Viewer, outcome: Settled, row: Call, at: datetime) -> dict[str, object]:
    """A look at a suspension is over with the decision; a rung that is still called for is not called for again."""
    decided: dict[str, object] = {"decided_at": at, "decided_by": actor.id, "outcome": outcome.value}
    return decided if row.why == Why.ABOVE_AUTOMATION else {**decided, "ended_at": at}


def _note(actor: Viewer, row: Call, outcome: Settled) -> None:
    unit = as_unit(row.bearer)
    facts = {
        "organisation": unit.organisation,
        "rung": Rung(row.rung).word,
        "outcome": outcome,
        "call": row.id,
    }
    record(actor.id, "people.decided", unit.id, **facts)


def _person(actor: Viewer) -> Viewer:
    now = allowed(actor)
    if now.is_system:
        raise NotAllowedError("person_needed", NOT_ALLOWED)
    return now


_NOT_FOUND = Text(
    "Nothing waits here any more. Somebody else may have decided, or it is no longer called for.",
    "この件は対応待ちではなくなりました。すでに判断されたか、対応が不要になった可能性があります。",
)
