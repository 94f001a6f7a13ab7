"""What the bot writes: how often it was asked, and what came of it."""

from __future__ import annotations

import logging
from datetime import date

from django.db import transaction
from django.db.models import F

from sekisho.base import settings
from sekisho.base.clock import Clock, system_clock
from sekisho.support.bot.models import Tally, Use
from sekisho.support.bot.rules.budget import EVERYBODY, holder, most_a_day
from sekisho.support.bot.rules.citations import Doubt
from sekisho.support.bot.types import Answer, BotFailedError, Failure, Question
from sekisho.support.help.actions import count
from sekisho.support.help.types import Count

log = logging.getLogger(__name__)


@transaction.atomic
def spend(question: Question, clock: Clock = system_clock) -> None:
    """Count one more call of the model. Raises `BotFailedError` (`budget`) when the asker's or the installation's share
    of the day is spent; then nothing is counted."""
    today = clock().date()
    shares = (
        (holder(question.actor, question.conversation), most_a_day(question.actor)),
        (EVERYBODY, settings.integer("support_bot_calls_a_day")),
    )
    if not all(_took(today, whose, most) for whose, most in shares):
        transaction.set_rollback(True)
        raise BotFailedError(Failure.BUDGET)


def note_answer(answer: Answer, doubt: Doubt | None = None, clock: Clock = system_clock) -> None:
    """Count what came of a question, the doubt for which an answer was withheld, and the versions that were cited."""
    today = clock().date()
    _tally(today, answer.kind.value)
    if doubt is not None:
        _tally(today, f"withheld_{doubt.value}")
    for citation in answer.citations:
        count(citation.version, Count.CITED, clock=clock)


def note_failure(why: Failure, clock: Clock = system_clock) -> None:
    """Count a failure, and say in the log that there was one: its word, and nothing of the question (R-SUP-037)."""
    log.warning("bot.failed", extra={"code": why.value})
    _tally(clock().date(), f"failed_{why.value}")


def _took(today: date, whose: str, most: int) -> bool:
    rows = Use.objects.filter(day=today, holder=whose)
    if not rows.exists():
        Use.objects.bulk_create([Use(day=today, holder=whose)], ignore_conflicts=True)
    return bool(rows.filter(calls__lt=most).update(calls=F("calls") + 1))


def _tally(today: date, what: str) -> None:
    rows = Tally.objects.filter(day=today, what=what)
    if not rows.update(count=F("count") + 1):
        Tally.objects.bulk_create([Tally(day=today, what=what)], ignore_conflicts=True)
        rows.update(count=F("count") + 1)
