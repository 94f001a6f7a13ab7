"""The one place where the bot is asked: with deadlines, and with articles that were found where there is no bot."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

from sekisho.support.bot import actions
from sekisho.support.bot.types import (
    Answer,
    BotFailedError,
    Citation,
    Failure,
    Question,
    Responder,
)
from sekisho.support.help.types import Vantage
from sekisho.support.search.queries import search

log = logging.getLogger(__name__)

FIRST_PIECE_S = 10.0
"""Source: R-SUP-037."""
WHOLE_S = 60.0
"""Our decision: whoever waits a minute has left."""
ARTICLES = 3

Show = Callable[[str], Awaitable[None]]
"""Shows a piece of text that may be shown already."""


def articles_for(question: Question) -> tuple[Citation, ...]:
    """Return articles that may help, found by the words alone; empty when search fails too."""
    try:
        vantage = Vantage(question.surface, question.regions)
        hits = search(question.text, question.actor, question.language, limit=ARTICLES, vantage=vantage)
    except Exception as problem:  # the last resort must not fail: the ways onward are shown all the same
        log.error("worker.failed", extra={"problem": type(problem).__name__})
        return ()
    return tuple(Citation(one.version, one.slug, one.title) for one in hits)


def responder() -> Responder:
    """Return whoever answers in this installation."""
    return actions.responder()


def asked(question: Question, by: Responder) -> Answer:
    """Return the answer. Raises `BotFailedError`, whatever went wrong: what a bot throws is its own affair."""
    try:
        return by.answer(question)
    except BotFailedError:
        raise
    except Exception as problem:
        log.error("worker.failed", extra={"problem": type(problem).__name__})
        raise BotFailedError(Failure.DOWN) from None


async def streamed(question: Question, by: Responder, show: Show) -> Answer:
    """Return the answer, and show its pieces as they come. Raises `BotFailedError`: `slow` when nothing came in time,
    `invalid` when it ended without an answer."""
    try:
        async with asyncio.timeout(WHOLE_S):
            return await _told(by.stream(question), show)
    except BotFailedError:
        raise
    except TimeoutError:
        raise BotFailedError(Failure.SLOW) from None
    except Exception as problem:
        log.error("worker.failed", extra={"problem": type(problem).__name__})
        raise BotFailedError(Failure.DOWN) from None


async def _told(pieces: AsyncIterator[str | Answer], show: Show) -> Answer:
    wait_s: float | None = FIRST_PIECE_S
    while True:
        async with asyncio.timeout(wait_s):
            piece = await anext(pieces, None)
        if piece is None:
            raise BotFailedError(Failure.INVALID)
        if isinstance(piece, Answer):
            return piece
        wait_s = None
        if piece:
            await show(piece)
