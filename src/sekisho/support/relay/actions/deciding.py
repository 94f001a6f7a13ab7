"""What who speaks for the organisation does with a question: pass it on, answer it, decline (R-SUP-056)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sekisho.accounts.queries import as_of_now, not_found, viewer
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, fixed_clock, system_clock
from sekisho.base.lengths import whole
from sekisho.cases.actions import open_case, write
from sekisho.cases.types import CaseView, Kind, Opening, Queue, Reach, Voice
from sekisho.support.queries import entitlements_of
from sekisho.support.relay import words
from sekisho.support.relay.actions.parts import contact_of, inform, sealed
from sekisho.support.relay.models import Question
from sekisho.support.relay.queries import decides, view_of
from sekisho.support.relay.rules import ANSWER_CHARS
from sekisho.support.relay.types import QuestionView, State
from sekisho.support.relay.vault import key_of
from sekisho.support.rules.routing import first_line, snapshot
from sekisho.support.types import Actor, Channel, Entitlements, Surface


@transaction.atomic
def forward(
    actor: Viewer,
    organisation: str,
    question_id: str,
    *,
    note: str = "",
    reaches_asker: bool = True,
    clock: Clock = system_clock,
) -> CaseView:
    """Pass the question on to the team on behalf of the member, and return the case. It knows both: answers reach the
    sponsor always, and the member if `reaches_asker`. The note is for the team alone.

    The sponsor's own entitlement is asked at this moment. Raises `NotFoundError` for who may not decide,
    `NotAllowedError` with the rule that keeps the sponsor from the team, and `SekishoError`: `question_settled`,
    `asker_gone`, `question_unreadable`, `question_too_long`.
    """
    now, row, at = *_deciding(actor, organisation, question_id), clock()
    sponsor, found = entitlements_of(now, organisation, Surface(row.surface), at=at)
    way = found.of(Channel.HUMAN)
    if not way.is_open:
        raise words.closed(way.because, way.rule)
    if organisation not in viewer(row.asker).roles:
        raise words.refusal("asker_gone")
    _settle(row, State.FORWARDED, whole(note.strip(), ANSWER_CHARS), at, reaches_asker=reaches_asker)
    opened = open_case(_opening(row, sponsor, found), clock=fixed_clock(at))
    Question.objects.filter(id=row.id).update(case=opened.id)
    if note.strip():
        submission, clock = f"relay note {row.id}", fixed_clock(at)
        write(now, opened.id, Voice.SPONSOR, note, reach=Reach.SPONSOR, submission=submission, clock=clock)
    body = words.FORWARDED if reaches_asker else words.FORWARDED_ALONE
    inform(row, row.asker, "support_question_forwarded", words.FORWARDED_SUBJECT, body, at)
    facts = {"organisation": organisation, "case": opened.id, "reaches_asker": reaches_asker}
    record(now.id, "support_question.forwarded", row.id, **facts)
    return opened


@transaction.atomic
def answer(
    actor: Viewer, organisation: str, question_id: str, text: str, *, clock: Clock = system_clock
) -> QuestionView:
    """Answer the question oneself. Raises `NotFoundError`, and `SekishoError`: `answer_missing`, `question_settled`."""
    now, row, at = *_deciding(actor, organisation, question_id), clock()
    if not 1 <= len(text.strip()) <= ANSWER_CHARS:
        raise words.refusal("answer_missing")
    _settle(row, State.ANSWERED, text.strip(), at)
    inform(row, row.asker, "support_question_answered", words.ANSWERED_SUBJECT, words.ANSWERED, at)
    record(now.id, "support_question.answered", row.id, organisation=organisation)
    return view_of(row)


@transaction.atomic
def decline(
    actor: Viewer, organisation: str, question_id: str, reason: str = "", *, clock: Clock = system_clock
) -> QuestionView:
    """Neither pass it on nor answer, with or without a reason; the member is told what stays open to them. Raises as
    `answer` does."""
    now, row, at = *_deciding(actor, organisation, question_id), clock()
    _settle(row, State.DECLINED, whole(reason.strip(), ANSWER_CHARS), at)
    inform(row, row.asker, "support_question_declined", words.DECLINED_SUBJECT, words.DECLINED, at)
    record(now.id, "support_question.declined", row.id, organisation=organisation)
    return view_of(row)


def _deciding(actor: Viewer, organisation: str, question_id: str) -> tuple[Viewer, Question]:
    """By the roles of this moment: who was demoted since the page was read decides nothing."""
    now = as_of_now(actor)
    row = Question.objects.filter(organisation=organisation, id=question_id).first()
    if row is None or not decides(now, organisation):
        raise not_found("question_not_found")
    return now, row


def _settle(row: Question, state: State, said: str, at: datetime, *, reaches_asker: bool = True) -> None:
    """Of two who decide at once, the first has decided."""
    key = key_of(row.key)
    if key is None:
        raise words.refusal("question_unreadable")
    if len(said) > ANSWER_CHARS:
        raise words.refusal("question_too_long")
    waits = Question.objects.filter(id=row.id, state=State.WAITING.value)
    if not waits.update(
        state=state.value, settled_at=at, reaches_asker=reaches_asker, answer=sealed(key, row, "answer", said)
    ):
        raise words.refusal("question_settled")
    row.refresh_from_db()


def _opening(row: Question, sponsor: Actor, found: Entitlements) -> Opening:
    asked = view_of(row)
    return Opening(
        kind=Kind.SUPPORT,
        queue=Queue.SUPPORT,
        submission=f"relay {row.id}",
        subject=first_line(asked.text),
        text=asked.text,
        contact=contact_of(row.asker),
        surface=row.surface,
        requester=row.asker,
        organisation=row.organisation,
        sponsor=sponsor.person,
        about=row.id,
        plan=sponsor.plan,
        entitlements=snapshot(found, sponsor),
        transcript=asked.transcript,
        reaches_requester=row.reaches_asker,
    )
