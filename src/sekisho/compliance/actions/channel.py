"""Answering misuse of the forms: a person warns first, and only then lets new matters rest (DSA art. 23)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sekisho.accounts.queries import not_found
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, fixed_clock, system_clock
from sekisho.base.text import Text, as_lang
from sekisho.cases import actions as cases
from sekisho.cases.types import Voice
from sekisho.compliance import words
from sekisho.compliance.actions.parts import by_a_person
from sekisho.compliance.models import Complaint, Notice, SenderMeasure
from sekisho.compliance.queries.channel import channel_of
from sekisho.compliance.words import refusal
from sekisho.enforcement.appeals.rules.misuse import MayPause, MayWarn
from sekisho.enforcement.appeals.types import Gravity, Purposeful


@transaction.atomic
def warn(
    actor: Viewer, case: str, gravity: Gravity, intent: Purposeful, *, clock: Clock = system_clock
) -> None:
    """Warn whoever sent this matter. Raises `SekishoError` (`no_misuse`) while the rule sees no ground for it."""
    now, row, at = by_a_person(actor), _matter(case), clock()
    answer = channel_of(row.by_whom, at)
    if not isinstance(answer, MayWarn):
        raise refusal("no_misuse")
    _measured(now, row, answer, gravity, intent, at, None)
    body = words.WARNED[1].format(unfounded=answer.unfounded, decided=answer.decided)
    _told(now, row, "warning", body, at)


@transaction.atomic
def pause(
    actor: Viewer,
    case: str,
    until: datetime,
    gravity: Gravity,
    intent: Purposeful,
    *,
    clock: Clock = system_clock,
) -> None:
    """Let new matters of this sender rest until then: taken in, and looked at afterwards; danger never rests.

    Raises `SekishoError` (`no_misuse`) without a warning before, or for an end later than the rule allows.
    """
    now, row, at = by_a_person(actor), _matter(case), clock()
    answer = channel_of(row.by_whom, at)
    if not isinstance(answer, MayPause) or not at < until <= answer.until:
        raise refusal("no_misuse")
    _measured(now, row, answer, gravity, intent, at, until)
    _told(now, row, "pause", words.PAUSED[1].format(day=f"{until:%Y-%m-%d}"), at)


def _matter(case: str) -> Notice | Complaint:
    for model in (Notice, Complaint):
        if row := model.objects.filter(case=case, moved_at=None).first():
            return row
    raise not_found("matter_not_found")


def _measured(
    actor: Viewer,
    row: Notice | Complaint,
    answer: MayWarn | MayPause,
    gravity: Gravity,
    intent: Purposeful,
    at: datetime,
    until: datetime | None,
) -> None:
    made = SenderMeasure.objects.create(
        by_whom=row.by_whom,
        case=row.case,
        at=at,
        until=until,
        unfounded=answer.unfounded,
        decided=answer.decided,
        gravity=gravity.value,
        intent=intent.value,
        by=actor.id,
    )
    facts = {"unfounded": answer.unfounded, "decided": answer.decided, "gravity": gravity, "intent": intent}
    record(actor.id, "sender.measured", row.case, measure=made.id, until=until, **facts)


def _told(actor: Viewer, row: Notice | Complaint, what: str, body: Text, at: datetime) -> None:
    said = body.in_(as_lang(row.language))
    cases.write(
        actor, row.case, Voice.STAFF, said, submission=f"{what} {at.isoformat()}", clock=fixed_clock(at)
    )
