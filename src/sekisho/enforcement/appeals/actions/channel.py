"""Answering misuse of the channel: a person warns first, and only then pauses, for a time (R-SUP-125, DSA art. 23)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sekisho.accounts.queries import as_of_now
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.text import Text
from sekisho.enforcement.appeals import words
from sekisho.enforcement.appeals.actions.parts import found, refusal, tell_appellant
from sekisho.enforcement.appeals.models import Appeal, ChannelMeasure
from sekisho.enforcement.appeals.queries import conduct_of
from sekisho.enforcement.appeals.rules.misuse import MayPause, MayWarn
from sekisho.enforcement.appeals.types import Gravity, Purposeful


@transaction.atomic
def warn(
    actor: Viewer, appeal_id: str, gravity: Gravity, intent: Purposeful, clock: Clock = system_clock
) -> None:
    """Warn whoever made this appeal. Raises `SekishoError` (`no_misuse`) while the rule sees no ground for it."""
    row, at = _by_a_person(actor, appeal_id), clock()
    answer = conduct_of(row.appellant, at)
    if not isinstance(answer, MayWarn):
        raise refusal("no_misuse")
    _measured(actor, row, answer, gravity, intent, at, None)
    body = words.WARNED.format(unfounded=answer.unfounded, decided=answer.decided)
    _tell(row, "appeal_warning", words.WARNED_SUBJECT, body, at)


@transaction.atomic
def pause(
    actor: Viewer,
    appeal_id: str,
    until: datetime,
    gravity: Gravity,
    intent: Purposeful,
    clock: Clock = system_clock,
) -> None:
    """Let new appeals of this person wait until then: taken in, and looked at afterwards.

    Raises `SekishoError` (`no_misuse`) without a warning before, or for an end later than the rule allows.
    """
    row, at = _by_a_person(actor, appeal_id), clock()
    answer = conduct_of(row.appellant, at)
    if not isinstance(answer, MayPause) or not at < until <= answer.until:
        raise refusal("no_misuse")
    _measured(actor, row, answer, gravity, intent, at, until)
    day = f"{until:%Y-%m-%d}"
    body = words.PAUSED.format(unfounded=answer.unfounded, decided=answer.decided, day=day)
    _tell(row, "appeal_pause", words.PAUSED_SUBJECT.format(day=day), body, at)


def _by_a_person(actor: Viewer, appeal_id: str) -> Appeal:
    now = as_of_now(actor)
    if now.is_system:
        raise refusal("not_a_person")
    if not may(now, Permission.STAFF_APPEAL_DECIDE):
        raise refusal("not_the_desk")
    return found(appeal_id)


def _measured(
    actor: Viewer,
    row: Appeal,
    answer: MayWarn | MayPause,
    gravity: Gravity,
    intent: Purposeful,
    at: datetime,
    until: datetime | None,
) -> None:
    made = ChannelMeasure.objects.create(
        appellant=row.appellant,
        appeal=row,
        at=at,
        until=until,
        unfounded=answer.unfounded,
        decided=answer.decided,
        gravity=gravity.value,
        intent=intent.value,
        by=actor.id,
    )
    facts = {"unfounded": answer.unfounded, "decided": answer.decided, "gravity": gravity, "intent": intent}
    record(actor.id, "appeal.channel_measured", row.id, measure=made.id, until=until, **facts)


def _tell(row: Appeal, kind: str, subject: Text, body: Text, at: datetime) -> None:
    tell_appellant(row, kind, subject, body, key=f"{kind} {row.id}", at=at)
