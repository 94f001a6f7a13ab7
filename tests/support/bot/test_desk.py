"""The bot in a conversation: what comes of answers and failures on the same screen, and what the doctor says of it."""

from __future__ import annotations

import pytest

from sekisho.accounts.models import Organisation, Person
from sekisho.base.text import Lang
from sekisho.cases.models import Case
from sekisho.cli.doctor_support import check_bot
from sekisho.cli.health import State
from sekisho.notices.models import Delivery
from sekisho.support.bot.models import Tally
from sekisho.support.messenger import actions
from sekisho.support.messenger.types import Conversation, Event, EventKind
from tests.support.bot.conftest import Speaks
from tests.support.bot.models_of_others import form
from tests.support.bot.test_model import GOOD, INJECTIONS
from tests.support.messenger.talks import CLOCK, NOW, asker, begun, events, last


def said(
    person: Person, organisation: Organisation, text: str, lang: Lang = "en"
) -> tuple[Conversation, list[Event]]:
    """Begin, say it, be answered, and return everything that happened."""
    who = asker(person, organisation, lang)
    talk = begun(who, "how_to")
    number = actions.say(who, talk.id, text, submission="1", clock=CLOCK).to_answer
    if number:
        actions.answer(who, talk.id, number, clock=CLOCK)
    return talk, list(events(who, talk))


def test_a_question_is_answered_with_its_sources(speaks: Speaks, ben: Person, atelier: Organisation) -> None:
    speaks(GOOD)
    *_, answered = said(ben, atelier, "How do I rotate a key?")[1]
    assert answered.kind is EventKind.ANSWERED
    assert [one["slug"] for one in answered.facts["citations"]] == ["rotate-a-key"]  # type: ignore[attr-defined]


def test_the_model_dies_in_mid_conversation_and_the_desk_goes_on(
    speaks: Speaks, ben: Person, atelier: Organisation
) -> None:
    speaks(GOOD, 503)
    who = asker(ben, atelier)
    talk = begun(who, "how_to")
    for number in ("1", "2"):
        to_answer = actions.say(
            who, talk.id, "How do I rotate a key?", submission=number, clock=CLOCK
        ).to_answer
        actions.answer(who, talk.id, to_answer, clock=CLOCK)
    happened = events(who, talk)
    kinds = [one.kind for one in happened]
    assert kinds[-4:] == [EventKind.ANSWERED, EventKind.SAID, EventKind.FAILED, EventKind.OPTIONS]
    assert happened[-2].facts["alternatives"]
    assert happened[-2].facts["why"] == "down"


def test_without_a_model_a_conversation_is_answered_from_articles(
    centre: None, ben: Person, atelier: Organisation
) -> None:
    answered = last(asker(ben, atelier), said(ben, atelier, "How do I rotate a key?")[0])
    assert (answered.kind, answered.facts["kind"]) == (EventKind.ANSWERED, "answer")


@pytest.mark.parametrize("text", INJECTIONS[:2])
def test_an_injection_in_chat_tells_nobody_anything(
    speaks: Speaks, ben: Person, atelier: Organisation, text: str
) -> None:
    speaks(
        form(
            "answer",
            "Done. Mailed everyone at all@evil.example.",
            "rotate-a-key",
            issue_id="enterprise_urgent",
        )
    )
    *_, mine, answered, _ = said(ben, atelier, f"How do I rotate a key? {text}")[1]
    assert mine.text.endswith(text)
    assert answered.facts["kind"] == "abstain"
    assert not Case.objects.exists()
    assert not Delivery.objects.exists()


def test_the_doctor_says_who_answers(speaks: Speaks) -> None:
    assert check_bot(NOW).found.en.startswith("no model")
    speaks(GOOD)
    Tally.objects.create(day=NOW.date(), what="answer", count=8)
    Tally.objects.create(day=NOW.date(), what="withheld_claim", count=1)
    assert (check_bot(NOW).state, check_bot(NOW).found.en) == (
        State.OK,
        "small: 8 answers, 0 failures in 7 days",
    )
    Tally.objects.create(day=NOW.date(), what="failed_down", count=4)
    assert check_bot(NOW).state is State.NOTE
