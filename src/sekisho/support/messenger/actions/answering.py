"""Being answered: the bot is asked outside of any transaction, and what came of it is written in one.

However often an answer is asked for, each message gets one: whoever is first has written it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime

from asgiref.sync import sync_to_async
from django.db import transaction

from sekisho.base.clock import Clock, system_clock
from sekisho.base.text import Text, as_lang
from sekisho.support.bot.types import (
    Answer,
    AnswerKind,
    BotFailedError,
    Citation,
    Failure,
    Question,
    Responder,
)
from sekisho.support.messenger import seam
from sekisho.support.messenger.actions.handing import show_ways, to_people_or_ways
from sekisho.support.messenger.actions.parts import add, asked_as, locked
from sekisho.support.messenger.models import Conversation as Row
from sekisho.support.messenger.queries import conversation, events_after
from sekisho.support.messenger.rules.issues import BY_ID
from sekisho.support.messenger.rules.language import answering
from sekisho.support.messenger.rules.messages import own_words, turns
from sekisho.support.messenger.rules.ways import Next, after, is_failed
from sekisho.support.messenger.types import Asker, Conversation, Event, EventKind, Voice
from sekisho.support.messenger.words import ABSTAINED, FAILED
from sekisho.support.queries import actor_of

Show = Callable[[str], Awaitable[None]]


def answer(
    asker: Asker,
    conversation_id: str,
    number: int,
    *,
    by: Responder | None = None,
    clock: Clock = system_clock,
) -> Conversation:
    """Let the bot answer the message `number`, and write what came of it."""
    if question := _question(asker, conversation_id, number, clock()):
        try:
            given: Answer | Failure = seam.asked(question, by or seam.responder())
        except BotFailedError as problem:
            given = problem.why
        written(asker, conversation_id, number, question, given, clock=clock)
    return conversation(asker, conversation_id)


async def answer_streamed(
    asker: Asker,
    conversation_id: str,
    number: int,
    show: Show,
    *,
    by: Responder | None = None,
    clock: Clock = system_clock,
) -> None:
    """Let the bot answer the message `number`, showing pieces as they come; what is written is the whole answer."""
    question = await sync_to_async(_question)(asker, conversation_id, number, clock())
    if question is None:
        return
    try:
        given: Answer | Failure = await seam.streamed(question, by or seam.responder(), show)
    except BotFailedError as problem:
        given = problem.why
    await sync_to_async(written)(asker, conversation_id, number, question, given, clock=clock)


@transaction.atomic
def written(
    asker: Asker,
    conversation_id: str,
    number: int,
    question: Question,
    given: Answer | Failure,
    *,
    clock: Clock = system_clock,
) -> None:
    """Write what came of a message, once, and what follows from it."""
    row, at = locked(asker, conversation_id), clock()
    if row.answering != number:
        return
    row.answering, row.answering_since = 0, None
    failures = row.failures
    outcome = given if isinstance(given, Failure) else given.kind
    row.failures = failures + 1 if is_failed(outcome) else 0
    if isinstance(given, Failure):
        _note_failure(row, question, given, at)
    else:
        _note_answer(row, given, at)
    match after(outcome, failures):
        case Next.PEOPLE:
            to_people_or_ways(asker, row, clock)
        case Next.OFFER:
            show_ways(asker, row, at)
        case Next.NOTHING:
            pass


def failed(asker: Asker, conversation_id: str, number: int, *, clock: Clock = system_clock) -> None:
    """Write that no answer came to the message: whoever was to give it is gone (R-SUP-037)."""
    question = _question(asker, conversation_id, number, clock())
    if question is not None:
        written(asker, conversation_id, number, question, Failure.DOWN, clock=clock)


def _note_failure(row: Row, question: Question, why: Failure, at: datetime) -> None:
    facts = {"why": why.value, "alternatives": _listed(seam.articles_for(question)), "offers": ["issues"]}
    add(row, EventKind.FAILED, Voice.DESK, FAILED, facts, at=at, answer=why.value)


def _note_answer(row: Row, given: Answer, at: datetime) -> None:
    facts: dict[str, object] = {
        "kind": given.kind.value,
        "citations": _listed(given.citations),
        "alternatives": _listed(given.alternatives),
        "template": given.template,
    }
    if given.issue:
        facts["offers"] = [given.issue]
    elif given.kind is AnswerKind.ABSTAIN:
        facts["offers"] = ["issues"]
    text: str | Text = given.text or (ABSTAINED if given.kind is AnswerKind.ABSTAIN else "")
    add(row, EventKind.ANSWERED, Voice.BOT, text, facts, at=at, answer=given.kind.value)


def _listed(citations: Iterable[Citation]) -> list[dict[str, str]]:
    return [{"version": one.version, "slug": one.slug, "title": one.title} for one in citations]


def _question(asker: Asker, conversation_id: str, number: int, at: datetime) -> Question | None:
    """Return what the bot is told; None when the message was answered in the meantime."""
    events = events_after(asker, conversation_id)
    row = Row.objects.get(id=conversation_id)
    said = next((one for one in events if one.number == number), None)
    if said is None or row.answering != number:
        return None
    before = [one for one in events if one.number < number]
    known = asked_as(asker, row)
    text = own_words(said, BY_ID.get(row.issue))
    return Question(
        text=text,
        language=answering(text, _own_words(before), asker.language, as_lang(row.language)),
        actor=actor_of(known.viewer, known.organisation, at=at),
        surface=known.surface,
        turns=turns(before),
        issue=row.issue,
        conversation=row.id,
        regions=asker.regions,
    )


def _own_words(events: Iterable[Event]) -> list[str]:
    return [one.text for one in events if one.kind is EventKind.SAID][::-1]
