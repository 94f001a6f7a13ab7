"""What the messenger asks of the bot: an answer, whole or as it comes."""

from __future__ import annotations

from collections.abc import AsyncIterator

from sekisho.support.bot import queries
from sekisho.support.bot.actions.extracting import Extracts
from sekisho.support.bot.actions.modelling import ByModel
from sekisho.support.bot.types import Answer, Question, Responder

__all__ = ["ByModel", "Extracts", "answer", "responder", "stream"]


def responder() -> Responder:
    """Return whoever answers in this installation: a model where one is set, else the articles themselves."""
    return ByModel() if queries.model() else Extracts()


def answer(question: Question) -> Answer:
    """Return the whole answer. Raises `BotFailedError`."""
    return responder().answer(question)


def stream(question: Question) -> AsyncIterator[str | Answer]:
    """Yield checked pieces, and last of all the whole answer. Raises `BotFailedError`."""
    return responder().stream(question)
