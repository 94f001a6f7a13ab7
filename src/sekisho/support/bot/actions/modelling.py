"""Answers by a model behind the gate: proposed in one form, checked, and only then shown (R-SUP-032, 033, 037).

question ──▶ danger, people, money, deletion …: fixed words, no model
    │
    ▼
articles of the reader ──▶ the model ──▶ {kind, citations, …, text}        it has no tools
                                            │ each whole sentence, with all before it
                                            ▼
                                    citation check ──▶ shown as it comes ──▶ checked once more as a whole
                                            └─ a doubt: the model is left, and no answer is given
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

from asgiref.sync import async_to_sync, sync_to_async
from django.utils.crypto import salted_hmac

from sekisho.base.clock import Clock, system_clock
from sekisho.support.bot import endpoint
from sekisho.support.bot.actions.counting import note_answer, note_failure, spend
from sekisho.support.bot.answers import abstaining, asking_back, by_template, of_topic, refusing, unsearched
from sekisho.support.bot.passing import passing
from sekisho.support.bot.queries import Found, found
from sekisho.support.bot.rules.budget import holder
from sekisho.support.bot.rules.citations import Doubt, Ground, cited, doubt, ground
from sekisho.support.bot.rules.issues import proposed
from sekisho.support.bot.rules.links import unadorned
from sekisho.support.bot.rules.prompts import Message, messages
from sekisho.support.bot.rules.structure import MOST_CHARS, NotInFormError, Reading, proposal
from sekisho.support.bot.rules.topics import topic_of
from sekisho.support.bot.types import (
    Answer,
    AnswerKind,
    BotFailedError,
    Failure,
    Proposal,
    Question,
)

WHOLE_S = 60.0
TRIES = 2
"""Source: R-SUP-037, "invalid structure twice"."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a proposal: the answer that is shown, and why it is not the model's own."""

    answer: Answer
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class ByModel:
    """Answers with what a model makes of articles, as far as the articles bear it out."""

    clock: Clock = system_clock

    def answer(self, question: Question) -> Answer:
        return async_to_sync(self._whole)(question)

    async def _whole(self, question: Question) -> Answer:
        try:
            async with asyncio.timeout(WHOLE_S), aclosing(self._stream(question)) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Answer):
                        return piece
        except TimeoutError:
            raise BotFailedError(Failure.SLOW) from None
        raise BotFailedError(Failure.INVALID)

    def stream(self, question: Question) -> AsyncIterator[str | Answer]:
        """Yield an empty piece when the model has begun, checked sentences as they come, and last the whole answer."""
        return self._stream(question)

    async def _stream(self, question: Question) -> AsyncGenerator[str | Answer]:
        try:
            known = await sync_to_async(self._known)(question)
            if isinstance(known, Answer):
                yield known
                return
            asked = await sync_to_async(_messages)(question, known, self.clock())
            for attempt in range(TRIES):
                await sync_to_async(spend)(question, self.clock)
                turn = Turn(question, known, shows=not attempt)
                async with aclosing(turn.told(asked)) as pieces:
                    async for piece in pieces:
                        yield piece
                if turn.settled:
                    await sync_to_async(note_answer)(turn.settled.answer, turn.settled.doubt, self.clock)
                    yield turn.settled.answer
                    return
            raise BotFailedError(Failure.INVALID)
        except BotFailedError as problem:
            await sync_to_async(note_failure)(problem.why, self.clock)
            raise

    def _known(self, question: Question) -> Answer | Found:
        """Return the answer that needs no model, or what the model is to read."""
        if not (fixed := unsearched(question)):
            among = found(question)
            if not (fixed := by_template(question, among) or (None if among.sources else abstaining(among))):
                return among
        note_answer(fixed, clock=self.clock)
        return fixed


class Turn:
    """One try of the model: what it says is read as it comes, and settled at its end."""

    def __init__(self, question: Question, among: Found, *, shows: bool) -> None:
        self.settled: Settled | None = None
        """None while nothing in form was said."""
        self._question, self._among = question, among
        self._shows = shows
        """Whether pieces are shown: a second try begins anew, and what was shown of the first would stand before it."""
        self._reading, self._shown = Reading(), ""
        self._ground: Ground | None = None

    async def told(self, asked: list[Message]) -> AsyncGenerator[str]:
        """Ask the model, and yield what may be shown already."""
        async with aclosing(endpoint.said(asked, asker_of(self._question))) as words:
            async for piece in words:
                if not self._reading.said:
                    yield ""
                self._reading.feed(piece)
                if len(self._reading.said) > MOST_CHARS:
                    return
                if self._shows and (text := self._sentences()):
                    yield text
                if self.settled:
                    return
        try:
            self.settled = settled(proposal(self._reading.said), self._question, self._among)
        except NotInFormError:
            self.settled = None

    def _sentences(self) -> str:
        """Return the sentences that are new and bear the check together with all before them. The first doubt ends it:
        nothing that follows could take back what was claimed."""
        head = self._reading.head
        if head is None or head.kind is not AnswerKind.ANSWER or head.template:
            return ""
        text = unadorned(self._reading.sentences())
        if len(text) <= len(self._shown):
            return ""
        if not text.startswith(self._shown) or topic_of(text):
            self._shows = False
            return ""
        on = self._ground_of(head.citations)
        problem = on if isinstance(on, Doubt) else doubt(text, on)
        if problem:
            self.settled = Settled(abstaining(self._among), problem)
            return ""
        new, self._shown = text[len(self._shown) :], text
        return new

    def _ground_of(self, citations: tuple[str, ...]) -> Ground | Doubt:
        if self._ground is None:
            sources = cited(citations, self._among.sources)
            if isinstance(sources, Doubt):
                return sources
            self._ground = ground(sources, self._among.facts)
        return self._ground


def settled(said: Proposal, question: Question, among: Found) -> Settled:
    """Return what is shown of a proposal. What happens hangs on its kind, and on what articles bear out; the text
    decides nothing (R-SUP-032)."""
    text = unadorned(said.text)
    match said.kind:
        case AnswerKind.HANDOFF:
            return Settled(Answer(AnswerKind.HANDOFF, ""))
        case AnswerKind.REFUSE:
            return Settled(refusing(question, among))
        case _ if topic := said.template or topic_of(text):
            return Settled(of_topic(topic, question, among))
        case AnswerKind.ABSTAIN:
            return Settled(abstaining(among))
        case AnswerKind.CLARIFY:
            problem = doubt(text, ground((), among.facts))
            return Settled(asking_back(question, among, "" if problem else text), problem)
        case AnswerKind.ANSWER:
            return _answered(said, text, question, among)


def _answered(said: Proposal, text: str, question: Question, among: Found) -> Settled:
    sources = cited(said.citations, among.sources)
    if isinstance(sources, Doubt):
        return Settled(abstaining(among), sources)
    if problem := doubt(text, ground(sources, among.facts)):
        return Settled(abstaining(among), problem)
    citations = tuple(source.citation for source in sources)
    issue = proposed(said.issue_id, question.actor, among.entitlements)
    others = among.others(*(source.slug for source in sources))
    return Settled(Answer(AnswerKind.ANSWER, text, citations, others, issue))


def asker_of(question: Question) -> str:
    """Return whom a gate holds to what is asked: the one who asks, not the desk's key, which serves everybody (P-001).
    A pseudonym that only this installation can make."""
    whose = holder(question.actor, question.conversation)
    return salted_hmac("sekisho.support.bot.asker", whose, algorithm="sha256").hexdigest()[:32]


def _messages(question: Question, among: Found, at: datetime) -> list[Message]:
    sources = passing(among.sources.values(), at)
    lang = question.language
    facts = [reason.in_(lang) for reason in among.reasons]
    return messages(question.text, question.turns, sources, among.titles, facts, lang, token_hex(8))
