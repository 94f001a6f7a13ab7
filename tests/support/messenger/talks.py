"""What the tests of conversations share: askers, a conversation begun, and bots that follow a script."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sekisho.accounts.models import Organisation, Person
from sekisho.accounts.queries import viewer
from sekisho.accounts.types import NOBODY, Plan
from sekisho.base.clock import Clock, fixed_clock
from sekisho.base.text import Lang
from sekisho.support.bot.types import Answer, AnswerKind, BotFailedError, Citation, Failure, Question
from sekisho.support.messenger import actions, queries
from sekisho.support.messenger.rules.terms import TERMS
from sekisho.support.messenger.types import Asker, Conversation, Event
from sekisho.support.types import Surface

NOW = datetime(2026, 1, 2, 9, 0, tzinfo=UTC)
"""A Friday."""
CLOCK: Clock = fixed_clock(NOW)
CITED = Citation("arv_1", "keys", "Making a key")
GOOD = Answer(AnswerKind.ANSWER, "Open Keys and press New.", (CITED,))
NO_IDEA = Answer(AnswerKind.ABSTAIN, "", alternatives=(CITED,))


def asker(
    person: Person | None, organisation: Organisation | None = None, lang: Lang = "en", visitor: str = ""
) -> Asker:
    who = viewer(person.id) if person else NOBODY
    return Asker(who, Surface.PRODUCT, lang, organisation.id if organisation else "", visitor)


def visitor(secret: str = "a browser", surface: Surface = Surface.HELP_CENTRE) -> Asker:
    return Asker(NOBODY, surface, "en", visitor=secret)


def begun(who: Asker, issue: str = "", clock: Clock = CLOCK) -> Conversation:
    talk = actions.agree(who, TERMS.version, clock=clock)
    return actions.pick_issue(who, talk.id, issue, clock=clock) if issue else talk


def on(organisation: Organisation, plan: Plan) -> Organisation:
    organisation.plan = plan.value
    organisation.save()
    return organisation


def events(who: Asker, talk: Conversation) -> tuple[Event, ...]:
    return queries.events_after(who, talk.id)


def last(who: Asker, talk: Conversation) -> Event:
    return events(who, talk)[-1]


@dataclass
class Scripted:
    """A bot that answers by a script, and remembers what it was asked."""

    script: list[Answer | Failure | Exception]
    pieces: tuple[str, ...] = ()
    asked: list[Question] = field(default_factory=list)

    def answer(self, question: Question) -> Answer:
        self.asked.append(question)
        match self.script.pop(0):
            case Failure() as why:
                raise BotFailedError(why)
            case Exception() as problem:
                raise problem
            case Answer() as answer:
                return answer

    async def stream(self, question: Question) -> AsyncIterator[str | Answer]:
        for piece in self.pieces:
            yield piece
        yield self.answer(question)


class Silent:
    """A bot that never says anything."""

    def answer(self, question: Question) -> Answer:
        raise BotFailedError(Failure.SLOW)

    async def stream(self, question: Question) -> AsyncIterator[str | Answer]:
        await asyncio.Event().wait()
        yield GOOD
