"""Answers made of what was found and of fixed words, for both kinds of responders. Reads nothing."""

from __future__ import annotations

from sekisho.base.text import LANGS, Text
from sekisho.support.bot.queries import Found
from sekisho.support.bot.rules.issues import OF_CATEGORY, proposed
from sekisho.support.bot.rules.topics import asks_what_it_is, topic_of
from sekisho.support.bot.types import Answer, AnswerKind, Citation, Question, Speaker, Topic
from sekisho.support.bot.words import (
    AGAINST_POLICY,
    IDENTITY,
    MEANT,
    PEOPLE,
    POLICY_SLUGS,
    SAFETY,
    TEMPLATES,
    filled,
)
from sekisho.support.rules.crises import is_crisis
from sekisho.support.rules.wishes import wants_people

OF_ISSUE = {"refund": Topic.REFUND, "account_deletion": Topic.DELETION, "data_export": Topic.EXPORT}
"""Issues whose template is the answer whatever the details say."""
ASKED_BACK = 2
"""So many questions back in a row, and the next is none: the person is shown the ways instead."""


def unsearched(question: Question) -> Answer | None:
    """Return the answer to what is not searched for: danger, a wish for people, what answers here (R-SUP-030, 035,
    042). The messenger hears the first two itself; the details of an issue come here as they are."""
    lang = question.language
    if is_crisis(question.text):
        return Answer(AnswerKind.ANSWER, SAFETY.in_(lang), issue="safety_report", template="safety")
    if wants_people(question.text):
        return Answer(AnswerKind.HANDOFF, PEOPLE.in_(lang))
    if asks_what_it_is(question.text):
        return Answer(AnswerKind.ANSWER, IDENTITY.in_(lang), template="identity")
    return None


def by_template(question: Question, among: Found) -> Answer | None:
    """Return the fixed answer where the question, or its issue, is about what only code may answer (R-SUP-034)."""
    if topic := topic_of(question.text):
        return of_topic(topic, question, among)
    topic = OF_ISSUE.get(question.issue)
    return of_topic(topic, question, among) if topic and not _was_said(topic, question) else None


def of_topic(topic: Topic, question: Question, among: Found) -> Answer:
    """Return a template filled for this actor. Who was told it before and asks again is for people."""
    template = TEMPLATES[topic]
    text, values = filled(template, among.entitlements, question.language)
    kind = AnswerKind.HANDOFF if _was_said(topic, question) else AnswerKind.ANSWER
    citations = tuple(among.readable[slug].citation for slug in template.slugs if slug in among.readable)
    issue = proposed(template.issue, question.actor, among.entitlements)
    if template.issue and not issue and not question.actor.is_signed_in:
        issue = "cannot_sign_in"
    return Answer(kind, text, citations[:1], citations[1:], issue, topic.value, values)


def abstaining(among: Found) -> Answer:
    """Say that no article answers it; the messenger shows issues and the ways onward (R-SUP-031)."""
    return Answer(AnswerKind.ABSTAIN, "", alternatives=among.others())


def asking_back(question: Question, among: Found, text: str = "") -> Answer:
    """Ask which of several is meant; after two such questions in a row, say that there is no answer instead."""
    if times_asked_back(question) >= (ASKED_BACK if text else 1) or not among.sources:
        return abstaining(among)
    issue = proposed(OF_CATEGORY.get(among.category, ""), question.actor, among.entitlements)
    return Answer(
        AnswerKind.CLARIFY,
        text or MEANT.in_(question.language),
        alternatives=among.others(),
        issue=issue,
    )


def refusing(question: Question, among: Found) -> Answer:
    found = tuple(among.readable[slug].citation for slug in POLICY_SLUGS if slug in among.readable)
    return Answer(AnswerKind.REFUSE, AGAINST_POLICY.in_(question.language), _first(found), found[1:])


def times_asked_back(question: Question) -> int:
    """Return how many of the bot's last words in a row were questions."""
    times = 0
    for turn in reversed(question.turns):
        if turn.speaker is Speaker.PERSON:
            continue
        if not turn.text.rstrip().endswith(("?", "？", "か。")):
            break
        times += 1
    return times


def _was_said(topic: Topic, question: Question) -> bool:
    return any(
        turn.speaker is Speaker.BOT and _says(turn.text, TEMPLATES[topic].text) for turn in question.turns
    )


def _says(said: str, text: Text) -> bool:
    return any(said.startswith(text.in_(lang)) for lang in LANGS)


def _first(found: tuple[Citation, ...]) -> tuple[Citation, ...]:
    return found[:1]
