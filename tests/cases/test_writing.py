"""Saying something: who may, who reads it, and what mail follows from it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from sekisho.accounts.models import Membership
from sekisho.accounts.types import Role, system
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.cases import actions, queries
from sekisho.cases.events import message_written
from sekisho.cases.models import Case, Delivery, Message
from sekisho.cases.types import CaseView, Contact, Reach, State, Voice
from tests.cases.conftest import AT, CLOCK, opening
from tests.cast import Cast

LATER = fixed_clock(AT + timedelta(hours=1))


def reply(
    cast: Cast, case: CaseView, text: str = "承りました。", submission: str = "r-1", **more: object
) -> str:
    made = actions.write(
        cast.viewer("daiki"),
        case.id,
        Voice.STAFF,
        text,
        submission=submission,
        clock=LATER,
        **more,  # type: ignore[arg-type]
    )
    return made.id


def mailed(message: str) -> list[str]:
    return sorted(Delivery.objects.filter(message=message).values_list("email", flat=True))


def test_an_answer_is_one_mail_to_each_who_may_have_it(asked_by_ben: CaseView, cast: Cast) -> None:
    assert mailed(reply(cast, asked_by_ben)) == ["aiko@example.test", "ben@example.test"]
    assert mailed(reply(cast, asked_by_ben, submission="r-2", reach=Reach.SPONSOR)) == ["aiko@example.test"]
    assert mailed(reply(cast, asked_by_ben, submission="r-3", reach=Reach.STAFF)) == []


def test_the_same_submission_says_it_once_and_mails_it_once(asked: CaseView, cast: Cast) -> None:
    assert reply(cast, asked) == reply(cast, asked, "something else")
    assert Message.objects.filter(case=asked.id).count() == 2
    assert Delivery.objects.filter(kind="reply").count() == 1


def test_what_is_rolled_back_is_neither_said_nor_sent(asked: CaseView, cast: Cast) -> None:
    def broken_off() -> None:
        with transaction.atomic():
            reply(cast, asked)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken_off()
    assert not Delivery.objects.filter(kind="reply").exists()
    assert len(queries.messages(cast.viewer("aiko"), asked.id)) == 1


def test_mail_goes_only_where_an_address_was_proven(asked: CaseView, cast: Cast) -> None:
    assert mailed(reply(cast, asked, to=(Contact("cc@example.test", True),))) == ["cc@example.test"]
    with pytest.raises(SekishoError, match="not_a_contact"):
        reply(cast, asked, submission="r-2", to=(Contact("cc@example.test"),))


@pytest.mark.parametrize(
    ("who", "voice"),
    [
        ("ben", Voice.REQUESTER),
        ("chie", Voice.REQUESTER),
        ("emi", Voice.STAFF),
    ],
)
def test_who_does_not_see_a_case_writes_nothing_in_it(
    asked: CaseView, cast: Cast, who: str, voice: Voice
) -> None:
    with pytest.raises(NotFoundError):
        actions.write(cast.viewer(who), asked.id, voice, "hello", submission="1", clock=CLOCK)


@pytest.mark.parametrize(
    ("who", "voice"),
    [
        ("aiko", Voice.STAFF),
        ("aiko", Voice.SYSTEM),
        ("daiki", Voice.REQUESTER),
        ("daiki", Voice.BOT),
    ],
)
def test_nobody_speaks_in_anothers_voice(asked: CaseView, cast: Cast, who: str, voice: Voice) -> None:
    with pytest.raises(NotAllowedError):
        actions.write(cast.viewer(who), asked.id, voice, "hello", submission="1", clock=CLOCK)


def test_an_answer_meets_the_promise_and_a_machine_does_not(asked: CaseView, cast: Cast) -> None:
    actions.write(system("bot"), asked.id, Voice.BOT, "お調べしています。", submission="b", clock=CLOCK)
    assert queries.clocks(asked.id)[0].met_at is None
    reply(cast, asked)
    assert queries.clocks(asked.id)[0].met_at == LATER()
    assert queries.case(cast.viewer("daiki"), asked.id).state is State.OPEN
    actions.write(cast.viewer("aiko"), asked.id, Voice.REQUESTER, "まだです。", submission="2", clock=LATER)
    running = [one.duty for one in queries.clocks(asked.id) if one.met_at is None]
    assert running == ["next_reply"]


def test_a_note_reaches_staff_alone(asked: CaseView, cast: Cast) -> None:
    reply(cast, asked, "要確認", reach=Reach.STAFF)
    assert "要確認" not in [one.text for one in queries.messages(cast.viewer("aiko"), asked.id)]
    assert "要確認" in [one.text for one in queries.messages(cast.viewer("daiki"), asked.id)]
    assert queries.clocks(asked.id)[0].met_at is None


def test_customers_are_not_told_which_agent_answered(asked: CaseView, cast: Cast) -> None:
    reply(cast, asked)
    said = queries.messages(cast.viewer("aiko"), asked.id)[-1]
    assert (said.voice, said.by) == (Voice.STAFF, "")


def test_who_was_demoted_keeps_what_reached_them_and_gets_nothing_after(cast: Cast) -> None:
    """R-SUP-053: the case lives, organisation data sent later is withheld, the present owner gets the thread."""
    Membership.objects.filter(person=cast.ben).update(role=Role.OWNER)
    made = actions.open_case(
        opening(
            requester=cast.ben.id, organisation=cast.atelier.id, contact=Contact("ben@example.test", True)
        ),
        clock=CLOCK,
    )
    before = reply(cast, made, "before", reach=Reach.SPONSOR)
    assert mailed(before) == ["ben@example.test"]
    Membership.objects.filter(person=cast.ben).update(role=Role.MEMBER)
    after = reply(cast, made, "of the organisation", "r-2", reach=Reach.SPONSOR)
    plain = reply(cast, made, "for a member", "r-3")
    assert mailed(after) == ["aiko@example.test"]
    assert mailed(plain) == ["aiko@example.test", "ben@example.test"]
    actions.take_inbound(made.id, "by an old token", submission="m-1", by=cast.ben.id, clock=LATER)

    def read(who: str) -> list[str]:
        return [one.text for one in queries.messages(cast.viewer(who), made.id)][1:]

    assert read("ben") == ["before", "for a member", "by an old token"]
    assert read("aiko") == ["before", "of the organisation", "for a member", "by an old token"]
    Membership.objects.filter(person=cast.ben).delete()
    reply(cast, made, "after leaving", "r-4")
    assert "after leaving" not in read("ben")


def test_where_the_sponsor_says_so_the_requester_gets_nothing(cast: Cast) -> None:
    made = actions.open_case(
        opening(
            requester=cast.ben.id,
            organisation=cast.atelier.id,
            sponsor=cast.aiko.id,
            contact=Contact("ben@example.test", True),
            reaches_requester=False,
        ),
        clock=CLOCK,
    )
    assert mailed(reply(cast, made)) == ["aiko@example.test"]
    assert len(queries.messages(cast.viewer("ben"), made.id)) == 1


def test_listeners_hear_of_a_message_after_it_was_committed(
    asked: CaseView, cast: Cast, django_capture_on_commit_callbacks: object
) -> None:
    heard: list[str] = []

    def hear(message_id: str, **_: object) -> None:
        heard.append(message_id)

    message_written.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            made = reply(cast, asked)
            assert heard == []
        assert heard == [made]
    finally:
        message_written.disconnect(hear)


def test_the_snapshot_of_each_disclosure_is_kept(asked: CaseView, cast: Cast) -> None:
    made = reply(cast, asked, entitlements={"version": "1", "open": ["human"]})
    assert Message.objects.get(id=made).entitlements == {"version": "1", "open": ["human"]}


def test_after_fourteen_days_a_page_opens_a_new_case_instead(asked: CaseView, cast: Cast) -> None:
    actions.change_state(cast.viewer("daiki"), asked.id, State.SOLVED, "done", clock=CLOCK)
    late = fixed_clock(AT + timedelta(days=14, seconds=1))
    with pytest.raises(SekishoError, match="settled_long_ago"):
        actions.write(cast.viewer("aiko"), asked.id, Voice.REQUESTER, "again", submission="9", clock=late)
    assert Case.objects.get(id=asked.id).state == "solved"
