"""Conversations against the database: agree, pick, say, be answered, be handed over."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from sekisho.accounts.models import Organisation, Person
from sekisho.accounts.queries import viewer
from sekisho.accounts.types import Plan, system
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.base.inventory import Holder, Subject
from sekisho.cases import queries as cases
from sekisho.cases.actions import write
from sekisho.cases.models import Case, Message
from sekisho.cases.types import Voice as CaseVoice
from sekisho.records.retention.actions import erase, proceed
from sekisho.records.retention.actions.expiring import expire
from sekisho.support.bot.types import Answer, AnswerKind, BotFailedError, Failure, Question
from sekisho.support.messenger import actions, models, queries, seam, tasks
from sekisho.support.messenger.actions.moving import state_of
from sekisho.support.messenger.exported import exported
from sekisho.support.messenger.rules.terms import TERMS
from sekisho.support.messenger.types import EventKind, Outcome, State
from sekisho.support.relay import actions as relay
from sekisho.support.relay import queries as relay_queries
from sekisho.support.types import Actor, Surface
from tests.support.messenger.talks import (
    CLOCK,
    GOOD,
    NO_IDEA,
    NOW,
    Scripted,
    Silent,
    asker,
    begun,
    events,
    last,
    on,
    visitor,
)


def kinds(found: object) -> list[str]:
    return [one.kind.value for one in found]  # type: ignore[attr-defined]


# --- agreeing -----------------------------------------------------------------------------------------------------
@pytest.mark.django_db(databases="__all__")
def test_without_agreeing_nothing_is_stored():
    with pytest.raises(SekishoError) as refused:
        actions.agree(visitor(), "an older version", clock=CLOCK)
    assert refused.value.code == "terms_changed"
    assert not models.Conversation.objects.exists()
    assert not models.Entry.objects.exists()


def test_agreeing_is_a_purpose_of_its_own_with_the_version_that_was_read(ben: Person, atelier: Organisation):
    talk = begun(asker(ben, atelier))
    agreed = models.Agreement.objects.get(conversation=talk.id)
    assert (agreed.purpose, agreed.version, agreed.person) == ("support_conversation", TERMS.version, ben.id)


def test_what_is_said_is_nowhere_in_the_clear(ben: Person, atelier: Organisation):
    who = asker(ben, atelier)
    talk = begun(who)
    actions.say(who, talk.id, "the quick brown secret", submission="1", clock=CLOCK)
    stored = b"".join(bytes(one.content) for one in models.Entry.objects.all())
    assert b"brown secret" not in stored
    assert last(who, talk).text == "the quick brown secret"


def test_card_numbers_are_masked_before_they_are_stored(ben: Person, atelier: Organisation):
    who = asker(ben, atelier)
    talk = begun(who)
    actions.say(who, talk.id, "my card is 4111 1111 1111 1111", submission="1", clock=CLOCK)
    assert "4111 1111" not in last(who, talk).text


# --- whose it is --------------------------------------------------------------------------------------------------
def test_nobody_else_finds_it(ben: Person, chie: Person, atelier: Organisation, elsewhere: Organisation):
    who = asker(ben, atelier)
    talk = begun(who)
    for other in (asker(chie, elsewhere), visitor("a browser"), visitor("")):
        assert queries.current(other) is None
        with pytest.raises(NotFoundError):
            queries.events_after(other, talk.id)
        with pytest.raises(NotFoundError):
            actions.say(other, talk.id, "let me in", submission="1", clock=CLOCK)


def test_a_visitors_conversation_is_taken_along_at_sign_in_and_then_theirs_alone(
    ben: Person, atelier: Organisation
):
    before = visitor()
    talk = begun(before)
    after = asker(ben, atelier, visitor="a browser")
    claimed = actions.claim(after, talk.id, clock=CLOCK)
    assert (claimed.person, claimed.organisation) == (ben.id, atelier.id)
    with pytest.raises(NotFoundError):
        queries.conversation(before, talk.id)


def test_it_goes_on_where_it_was_left(ben: Person, atelier: Organisation):
    who = asker(ben, atelier)
    talk = begun(who, "how_to")
    actions.say(who, talk.id, "How do I make a key?", submission="1", clock=CLOCK)
    found = queries.current(who)
    assert found is not None
    assert found.id == talk.id
    assert [one.number for one in queries.events_after(who, talk.id, 1)] == [2, 3]


# --- saying and being answered ------------------------------------------------------------------------------------
def test_the_bot_answers_once_however_often_it_is_asked(ben: Person, atelier: Organisation):
    who, bot = asker(ben, atelier), Scripted([GOOD, GOOD])
    talk = begun(who, "how_to")
    said = actions.say(who, talk.id, "How do I make a key?", submission="1", clock=CLOCK)
    again = actions.say(who, talk.id, "How do I make a key?", submission="1", clock=CLOCK)
    assert said.to_answer == again.to_answer == 3
    for _ in range(2):
        actions.answer(who, talk.id, said.to_answer, by=bot, clock=CLOCK)
    assert kinds(events(who, talk)) == ["agreed", "picked", "said", "answered"]
    assert last(who, talk).facts["citations"] == [
        {"version": "arv_1", "slug": "keys", "title": "Making a key"}
    ]


def test_the_bot_is_told_what_was_said_before_and_nothing_else(ben: Person, atelier: Organisation):
    who, bot = asker(ben, atelier), Scripted([GOOD, GOOD])
    talk = begun(who, "how_to")
    for number, text in enumerate(["How do I make a key?", "And revoke it?"]):
        said = actions.say(who, talk.id, text, submission=str(number), clock=CLOCK)
        actions.answer(who, talk.id, said.to_answer, by=bot, clock=CLOCK)
    assert [one.text for one in bot.asked[1].turns] == ["How do I make a key?", GOOD.text]
    assert (bot.asked[1].actor.person, bot.asked[1].issue) == (ben.id, "how_to")


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(Failure.DOWN, id="the endpoint is down"),
        pytest.param(Failure.INVALID, id="its answer has no structure"),
        pytest.param(Failure.BUDGET, id="the budget is spent"),
        pytest.param(RuntimeError("boom"), id="it throws something else"),
    ],
)
def test_when_the_bot_fails_the_ways_onward_stand_on_the_same_screen(
    ben: Person, atelier: Organisation, broken: Failure | Exception
):
    who = asker(ben, on(atelier, Plan.PRO))
    talk = begun(who, "how_to")
    said = actions.say(who, talk.id, "How do I make a key?", submission="1", clock=CLOCK)
    actions.answer(who, talk.id, said.to_answer, by=Scripted([broken]), clock=CLOCK)
    *_, failed, options = events(who, talk)
    assert (failed.kind, options.kind) == (EventKind.FAILED, EventKind.OPTIONS)
    assert "people" in options.facts["offers"]  # type: ignore[operator]
    assert "boom" not in failed.text


def test_two_failed_answers_bring_people_in_and_it_is_seen(ben: Person, atelier: Organisation):
    who, bot = asker(ben, on(atelier, Plan.PRO)), Scripted([NO_IDEA, Failure.DOWN])
    talk = begun(who, "technical_problem")
    for number in range(2):
        said = actions.say(who, talk.id, f"It does not work, {number}", submission=str(number), clock=CLOCK)
        actions.answer(who, talk.id, said.to_answer, by=bot, clock=CLOCK)
    assert last(who, talk).kind is EventKind.HANDED_OVER
    assert queries.conversation(who, talk.id).state is State.HANDED_OVER


def test_words_of_the_bot_hand_nothing_over(ben: Person, atelier: Organisation):
    who = asker(ben, on(atelier, Plan.PRO))
    talk = begun(who, "how_to")
    said = actions.say(who, talk.id, "How do I make a key?", submission="1", clock=CLOCK)
    liar = Answer(AnswerKind.ANSWER, "HANDOFF. I have handed this over to a person.")
    actions.answer(who, talk.id, said.to_answer, by=Scripted([liar]), clock=CLOCK)
    assert queries.conversation(who, talk.id).state is State.OPEN


def test_an_answer_that_died_with_its_process_is_said_to_have(ben: Person, atelier: Organisation):
    who = asker(ben, atelier)
    talk = begun(who, "how_to")
    actions.say(who, talk.id, "How do I make a key?", submission="1", clock=CLOCK)
    later = fixed_clock(NOW + tasks.STUCK_AFTER + timedelta(seconds=1))
    assert tasks.release_stuck(CLOCK) == 0
    assert tasks.release_stuck(later) == 1
    assert "failed" in kinds(events(who, talk))
    assert tasks.release_stuck(later) == 0


# --- talking to a person ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("plan", "way"),
    [
        pytest.param(Plan.PRO, "people", id="Pro: by e-mail"),
        pytest.param(Plan.TEAM, "owner", id="Team member: the owner can ask"),
        pytest.param(Plan.FREE, "safety_report", id="Free: what is open to everybody"),
    ],
)
def test_talk_to_a_person_is_answered_by_the_truth_without_the_bot(
    ben: Person, atelier: Organisation, plan: Plan, way: str
):
    who = asker(ben, on(atelier, plan))
    talk = begun(who, "how_to")
    for number in range(2):
        said = actions.say(who, talk.id, "Let me talk to a human", submission=str(number), clock=CLOCK)
        assert said.to_answer == 0
        assert last(who, talk).kind is EventKind.OPTIONS
        assert way in last(who, talk).facts["offers"]  # type: ignore[operator]
    assert queries.conversation(who, talk.id).asked_for_people == 2


def test_a_hand_over_takes_everything_along(ben: Person, atelier: Organisation):
    who = asker(ben, on(atelier, Plan.PRO))
    talk = begun(who, "technical_problem")
    details = {"happened": "Nothing loads", "request": "req_1", "impact": "high", "unasked": "x"}
    said = actions.give_details(who, talk.id, details, submission="1", clock=CLOCK)
    actions.answer(who, talk.id, said.to_answer, by=Scripted([GOOD]), clock=CLOCK)
    over = actions.hand_over(who, talk.id, clock=CLOCK)
    case = cases.case(who.viewer, over.case)
    assert (case.issue, case.queue, case.plan, case.impact) == ("technical_problem", "support", "pro", "high")
    assert case.details == {"happened": "Nothing loads", "request": "req_1", "impact": "high"}
    assert case.cited == ("arv_1",)
    assert GOOD.text in case.transcript
    kept = cases.case(system("tests"), over.case).entitlements["open"]
    assert kept["human"] == "human_paid"  # type: ignore[index]
    assert (case.contact.email, case.contact.is_proven) == (ben.email, True)


def test_after_it_the_answer_is_promised_by_mail_to_a_masked_address_at_a_time(
    ben: Person, atelier: Organisation
):
    who = asker(ben, on(atelier, Plan.PRO))
    talk = begun(who, "bug")
    over = actions.hand_over(who, talk.id, clock=CLOCK)
    told = last(who, talk)
    due = cases.clocks(over.case)[0].due
    assert told.facts["due"] == due.isoformat()
    assert over.case_reference in told.text
    assert "e-mail" in told.text
    assert ben.email not in told.text
    assert actions.hand_over(who, talk.id, clock=CLOCK).case == over.case


def test_an_upgrade_opens_people_at_the_next_evaluation_and_keeps_the_turns(
    ben: Person, atelier: Organisation
):
    who = asker(ben, on(atelier, Plan.FREE))
    talk = begun(who, "how_to")
    actions.say(who, talk.id, "First question of many", submission="1", clock=CLOCK)
    assert actions.hand_over(who, talk.id, clock=CLOCK).case == ""
    on(atelier, Plan.PRO)
    over = actions.hand_over(who, talk.id, clock=CLOCK)
    assert "First question of many" in cases.case(who.viewer, over.case).transcript


def test_what_the_team_writes_is_mirrored_and_what_the_person_writes_goes_to_the_case(
    ben: Person, daiki: Person, atelier: Organisation, django_capture_on_commit_callbacks
):
    who = asker(ben, on(atelier, Plan.PRO))
    talk = begun(who, "bug")
    over = actions.hand_over(who, talk.id, clock=CLOCK)
    with django_capture_on_commit_callbacks(execute=True):
        write(viewer(daiki.id), over.case, CaseVoice.STAFF, "We look into it.", submission="a", clock=CLOCK)
        actions.say(who, talk.id, "Thank you", submission="2", clock=CLOCK)
    assert [one.text for one in cases.messages(who.viewer, over.case)][-1] == "Thank you"
    assert kinds(events(who, talk)).count("mirrored") == 1
    assert next(one for one in events(who, talk) if one.kind is EventKind.MIRRORED).text == "We look into it."


def test_nothing_that_is_said_after_a_hand_over_is_kept_from_people(ben: Person, atelier: Organisation):
    who = asker(ben, on(atelier, Plan.PRO))
    talk = begun(who, "technical_problem")
    case = actions.hand_over(who, talk.id, clock=CLOCK).case
    details = {"happened": "I press"}
    assert actions.give_details(who, talk.id, details, submission="1", clock=CLOCK).to_answer == 0
    actions.say(who, talk.id, "I want to kill myself", submission="2", clock=CLOCK)
    assert last(who, talk).kind is EventKind.RESOURCES
    actions.end(who, talk.id)
    said = actions.say(who, talk.id, "Are you still there?", submission="3", clock=CLOCK)
    assert said.conversation.state is State.HANDED_OVER
    assert said.to_answer == 0
    texts = [one.text for one in cases.messages(who.viewer, case)][1:]
    assert "I press" in texts[0]
    assert texts[1:] == ["I want to kill myself", "Are you still there?"]


def test_what_a_visitor_adds_goes_to_the_case_also_when_it_was_settled_long_ago(db: None):
    who = visitor()
    talk = begun(who, "safety_report")
    given = actions.give_details(
        who, talk.id, {"happened": "Something"}, email="chie@example.org", submission="1", clock=CLOCK
    )
    first = given.conversation.case
    actions.say(who, talk.id, "One more thing", submission="2", clock=CLOCK)
    Case.objects.filter(id=first).update(state="closed", settled_at=NOW)
    later = fixed_clock(NOW + timedelta(days=15))
    said = actions.say(who, talk.id, "It happens again", submission="3", clock=later)
    second = said.conversation.case
    assert second != first
    assert said.conversation.case_reference != given.conversation.case_reference
    assert Message.objects.filter(case=first).count() == 2
    assert Message.objects.filter(case=second).count() == 1


def test_a_visitor_reaches_people_on_what_is_open_to_everybody(db: None):
    who = visitor()
    talk = begun(who, "safety_report")
    with pytest.raises(SekishoError) as refused:
        actions.give_details(who, talk.id, {"happened": "Something"}, submission="1", clock=CLOCK)
    assert refused.value.code == "email_missing"


def test_a_visitors_address_is_no_proof(db: None):
    who = visitor()
    talk = begun(who, "safety_report")
    said = actions.give_details(
        who, talk.id, {"happened": "Something"}, email="chie@example.org", submission="1", clock=CLOCK
    )
    assert said.conversation.state is State.HANDED_OVER
    told = last(who, talk)
    assert told.facts["is_proven"] is False
    assert "chie@example.org" not in told.text


# --- hints --------------------------------------------------------------------------------------------------------
def test_a_hint_at_a_minor_proposes_the_age_issue_and_nothing_more(ben: Person, atelier: Organisation):
    who = asker(ben, atelier)
    talk = begun(who, "how_to")
    said = actions.say(who, talk.id, "I'm 14, can I use this?", submission="1", clock=CLOCK)
    assert said.to_answer == 0
    assert last(who, talk).facts == {"offers": ["age_check"]}


def test_in_a_crisis_the_resources_are_shown_before_anything_else(ben: Person, atelier: Organisation):
    who = asker(ben, atelier, "ja")
    talk = begun(who)
    said = actions.say(who, talk.id, "もう死にたい", submission="1", clock=CLOCK)
    assert said.to_answer == 0
    assert last(who, talk).kind is EventKind.RESOURCES


# --- outcomes -----------------------------------------------------------------------------------------------------
def test_who_left_is_silent_and_only_a_yes_is_resolved(ben: Person, atelier: Organisation):
    who = asker(ben, atelier)
    quiet, happy = begun(who, "how_to"), begun(who, "bug")
    actions.rate(who, happy.id, True, submission="r", clock=CLOCK)
    later = fixed_clock(NOW + timedelta(days=2))
    assert tasks.count_left(later) == 2
    counts = queries.outcomes(NOW, NOW + timedelta(days=3))
    assert counts.by_outcome == {Outcome.SILENT: 1, Outcome.CONFIRMED: 1}
    assert counts.resolved == 1
    again = fixed_clock(NOW + timedelta(days=4))
    begun(who, "bug", again)
    assert queries.outcomes(NOW, NOW + timedelta(days=3)).resolved == 0
    assert quiet.id != happy.id


def test_who_waits_for_people_has_not_left_and_is_counted_apart_until_answered(
    ben: Person, daiki: Person, atelier: Organisation, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(tasks, "AT_ONCE", 1)
    who = asker(ben, on(atelier, Plan.PRO))
    over = actions.hand_over(who, begun(who, "bug").id, clock=CLOCK)
    begun(who, "how_to", fixed_clock(NOW + timedelta(hours=1)))
    later, end = fixed_clock(NOW + timedelta(days=2)), NOW + timedelta(days=9)
    assert [tasks.count_left(later) for _ in range(2)] == [1, 0], "who waits keeps nobody from being counted"
    counts = queries.outcomes(NOW, end)
    assert counts.by_outcome == {Outcome.SILENT: 1, Outcome.PENDING: 1}
    assert (counts.pending, counts.ended) == (1, 1)
    write(viewer(daiki.id), over.case, CaseVoice.STAFF, "We look into it.", submission="a", clock=later)
    assert queries.outcomes(NOW, end).pending == 0
    assert tasks.count_left(fixed_clock(NOW + timedelta(days=4))) == 1
    assert queries.outcomes(NOW, end).by_outcome == {Outcome.SILENT: 1, Outcome.HANDED_OVER: 1}


def test_who_asked_the_owner_or_is_being_answered_waits_too(ben: Person, aiko: Person, atelier: Organisation):
    who, end = asker(ben, on(atelier, Plan.TEAM)), NOW + timedelta(days=9)
    asked, under_way = begun(who, "how_to"), begun(who, "how_to")
    for talk in (asked, under_way):
        said = actions.say(who, talk.id, "How do I make a key?", submission=talk.id, clock=CLOCK)
    assert said.to_answer
    assert queries.outcomes(NOW, end).pending == 2
    actions.answer(who, asked.id, said.to_answer, by=Scripted([GOOD]), clock=CLOCK)
    assert queries.outcomes(NOW, end).pending == 1
    actions.ask_owner(who, asked.id, clock=CLOCK)
    assert queries.outcomes(NOW, end).pending == 2
    question = relay_queries.questions(viewer(aiko.id), atelier.id)[0]
    relay.answer(viewer(aiko.id), atelier.id, question.id, "Under Keys.", clock=CLOCK)
    assert queries.outcomes(NOW, end).pending == 1


def test_a_no_brings_people_in(ben: Person, atelier: Organisation):
    who = asker(ben, on(atelier, Plan.PRO))
    talk = begun(who, "how_to")
    actions.rate(who, talk.id, False, submission="r", clock=CLOCK)
    assert last(who, talk).kind is EventKind.HANDED_OVER


def test_the_bot_reads_what_was_written_without_the_forms_own_words(ben: Person, atelier: Organisation):
    who, bot = asker(ben, atelier), Scripted([GOOD])
    talk = begun(who, "technical_problem")
    details = {"happened": "Nothing loads", "impact": "high"}
    said = actions.give_details(who, talk.id, details, submission="1", clock=CLOCK)
    actions.answer(who, talk.id, said.to_answer, by=bot, clock=CLOCK)
    assert bot.asked[0].text == "Nothing loads"


# --- its end ------------------------------------------------------------------------------------------------------
def test_details_that_say_nothing_are_no_question(ben: Person, atelier: Organisation):
    who = asker(ben, atelier)
    talk = begun(who, "how_to")
    assert actions.give_details(who, talk.id, {"goal": ""}, submission="1", clock=CLOCK).to_answer == 0


def test_who_is_erased_takes_every_word_along(ben: Person, aiko: Person, atelier: Organisation):
    who, other = asker(ben, atelier), asker(aiko, atelier)
    talk, hers = begun(who, "how_to"), begun(other, "how_to")
    actions.say(who, talk.id, "A word of mine", submission="1", clock=CLOCK)
    proceed(erase("test", Subject(Holder.MEMBER, organisation=atelier.id, person=ben.id), at=NOW), CLOCK)
    row = models.Conversation.objects.get(id=talk.id)
    assert (row.person, row.organisation) == ("", "")
    assert {one.text for one in queries.since({talk.id: 0})[talk.id]} <= {""}
    assert not models.Agreement.objects.filter(person=ben.id).exists()
    assert queries.events_after(other, hers.id)[0].text


def test_a_conversation_ends_180_days_after_its_last_word(ben: Person, atelier: Organisation):
    who = asker(ben, atelier)
    begun(who)
    expire(NOW + timedelta(days=179), 1_000)
    assert models.Conversation.objects.exists()
    expire(NOW + timedelta(days=181), 1_000)
    for table in (models.Conversation, models.Entry, models.Agreement):
        assert not table.objects.exists()


def test_a_copy_for_the_person_has_what_was_said(ben: Person, atelier: Organisation):
    who = asker(ben, atelier)
    talk = begun(who)
    actions.say(who, talk.id, "A word of mine", submission="1", clock=CLOCK)
    said = models.Entry.objects.get(kind="said")
    assert exported([said.id]) == {said.id: {"author": ben.id, "text": "A word of mine"}}


# --- codes --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("audience", "secret", "after"),
    [
        pytest.param("https://elsewhere.example", "mine", timedelta(0), id="another origin"),
        pytest.param("https://old.example", "theirs", timedelta(0), id="another browser"),
        pytest.param("https://old.example", "", timedelta(0), id="no browser"),
        pytest.param("https://old.example", "mine", timedelta(seconds=60), id="a minute later"),
    ],
)
def test_a_code_opens_nothing_for(ben: Person, audience: str, secret: str, after: timedelta):
    code = actions.make_passcode(viewer(ben.id), "https://old.example", state_of("mine"), clock=CLOCK)
    with pytest.raises(SekishoError) as refused:
        actions.redeem(code, audience, secret, clock=fixed_clock(NOW + after))
    assert refused.value.code == "passcode_refused"
    assert code not in str(models.Passcode.objects.values_list())


def test_a_code_counts_once(ben: Person):
    code = actions.make_passcode(viewer(ben.id), "https://old.example", state_of("mine"), clock=CLOCK)
    late = fixed_clock(NOW + timedelta(seconds=59))
    assert actions.redeem(code, "https://old.example", "mine", clock=late).id == ben.id
    with pytest.raises(SekishoError):
        actions.redeem(code, "https://old.example", "mine", clock=late)


# --- deadlines of the seam ----------------------------------------------------------------------------------------
async def test_a_bot_that_says_nothing_in_time_is_slow(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(seam, "FIRST_PIECE_S", 0.01)
    question = Question("hello", "en", Actor(), Surface.PRODUCT)

    async def show(piece: str) -> None:
        raise AssertionError(piece)

    with pytest.raises(BotFailedError) as failed:
        await seam.streamed(question, Silent(), show)
    assert failed.value.why is Failure.SLOW


async def test_a_bot_that_ends_without_an_answer_is_invalid():
    class Ends(Silent):
        async def stream(self, question: Question) -> AsyncIterator[str | Answer]:
            yield "half a"

    shown: list[str] = []

    async def show(piece: str) -> None:
        shown.append(piece)

    with pytest.raises(BotFailedError) as failed:
        await seam.streamed(Question("hello", "en", Actor(), Surface.PRODUCT), Ends(), show)
    assert (failed.value.why, shown) == (Failure.INVALID, ["half a"])
