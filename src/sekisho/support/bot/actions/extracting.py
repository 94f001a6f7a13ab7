"""Answers without a model: passages of articles as they stand, or the articles that may be meant."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from asgiref.sync import sync_to_async

from sekisho.base.clock import Clock, system_clock
from sekisho.support.bot.actions.counting import note_answer
from sekisho.support.bot.answers import abstaining, asking_back, by_template, unsearched
from sekisho.support.bot.queries import Found, found, is_answered_by, weights
from sekisho.support.bot.rules.passages import best
from sekisho.support.bot.types import Answer, AnswerKind, Question


@dataclass(frozen=True, slots=True)
class Extracts:
    """Answers with the best passages of the best article where its words are sure enough, and else asks back."""

    clock: Clock = system_clock

    def answer(self, question: Question) -> Answer:
        answer = extracted(question)
        note_answer(answer, clock=self.clock)
        return answer

    async def stream(self, question: Question) -> AsyncIterator[str | Answer]:
        yield await sync_to_async(self.answer)(question)


def extracted(question: Question) -> Answer:
    """Return the answer that articles and fixed words give by themselves."""
    if fixed := unsearched(question):
        return fixed
    among = found(question)
    return by_template(question, among) or _quoted(question, among) or asking_back(question, among)


def _quoted(question: Question, among: Found) -> Answer | None:
    source = next(iter(among.sources.values()), None)
    if source is None:
        return abstaining(among)
    if not is_answered_by(question.text, source.slug):
        return None
    text = best(source.body, question.text, weights())
    if not text:
        return None
    return Answer(AnswerKind.ANSWER, text, (source.citation,), among.others(source.slug))
