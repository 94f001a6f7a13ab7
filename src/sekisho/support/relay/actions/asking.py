"""Asking who speaks for the organisation (R-SUP-055)."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from sekisho.accounts.queries import as_of_now
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.support.queries import entitlements_of
from sekisho.support.relay import words
from sekisho.support.relay.actions.parts import inform, sealed
from sekisho.support.relay.actions.recovering import recover_for
from sekisho.support.relay.models import Question
from sekisho.support.relay.queries import reachable, view_of
from sekisho.support.relay.rules import TRANSCRIPT_CHARS, MayNotAsk, may_ask
from sekisho.support.relay.types import QuestionView, State
from sekisho.support.relay.vault import new_key
from sekisho.support.rules.routing import snapshot
from sekisho.support.types import Actor, Channel, Entitlements, Surface


def ask_owner(
    viewer: Viewer,
    organisation: str,
    question: str,
    *,
    transcript: str = "",
    surface: Surface = Surface.PRODUCT,
    submission: str,
    clock: Clock = system_clock,
) -> QuestionView:
    """Send the question to everybody who speaks for the organisation, by notice, mail and page, and return it. The same
    `submission` asks it once.

    Where none of them can be reached, the team is asked to find somebody who may own the organisation, with the
    question (R-SUP-057). `transcript` goes along only because the member wants it to. Raises `NotAllowedError` with the
    rule that closes this way, and `SekishoError`: `question_empty`, `question_too_long`, `questions_waiting`.
    """
    now, at = as_of_now(viewer), clock()
    actor, found = entitlements_of(now, organisation, surface, at=at)
    way = found.of(Channel.OWNER)
    if not way.is_open:
        raise words.closed(way.because, way.rule)
    submission = f"{now.id} {submission}"[:80]
    if before := _asked(submission):
        return view_of(before)
    _check(now, organisation, question)
    try:
        with transaction.atomic():
            return view_of(
                _ask(actor, found, question, transcript[-TRANSCRIPT_CHARS:], surface, submission, at)
            )
    except IntegrityError:
        if before := _asked(submission):
            return view_of(before)
        raise


def _asked(submission: str) -> Question | None:
    return Question.objects.filter(submission=submission).first()


def _check(viewer: Viewer, organisation: str, question: str) -> None:
    mine = Question.objects.filter(organisation=organisation, asker=viewer.id, state=State.WAITING.value)
    verdict = may_ask(question, mine.count())
    if isinstance(verdict, MayNotAsk):
        raise words.refusal(verdict.code)


def _ask(
    actor: Actor,
    found: Entitlements,
    question: str,
    transcript: str,
    surface: Surface,
    submission: str,
    at: datetime,
) -> Question:
    row = Question(
        submission=submission,
        organisation=actor.organisation,
        asker=actor.person,
        surface=surface.value,
        entitlements=snapshot(found, actor),
        asked_at=at,
    )
    key = new_key(row.id, at)
    row.key, row.text = key.id, sealed(key, row, "text", question.strip())
    row.transcript = sealed(key, row, "transcript", transcript)
    row.save(force_insert=True)
    told = reachable(actor.organisation)
    for each in told:
        inform(row, each.person_id, "support_question", words.ASKED_SUBJECT, words.ASKED, at)
    facts = {"organisation": row.organisation, "told": len(told), "with_transcript": bool(transcript)}
    record(actor.person, "support_question.asked", row.id, **facts)
    if not told:
        recover_for(row, at)
    return row
