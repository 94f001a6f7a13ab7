"""A member's question: to who speaks for the organisation, and from there to the team, answered, or declined."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from sekisho.accounts.models import Membership, Person, StaffAppointment
from sekisho.accounts.types import Plan, Role, StaffRole, system
from sekisho.audit import queries as audit
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.base.text import Text
from sekisho.cases import queries as cases
from sekisho.cases.actions import take_inbound, write
from sekisho.cases.mail.actions import send_due
from sekisho.cases.mail.models import Undeliverable
from sekisho.cases.models import Case, Message
from sekisho.cases.models import Delivery as CaseMail
from sekisho.cases.queries.exported import exported_messages
from sekisho.cases.types import Kind, Queue, Reach, Voice
from sekisho.enforcement.actions import impose
from sekisho.enforcement.types import Measure, Statement, Unit, UnitKind
from sekisho.notices import queries as notices
from sekisho.notices.models import Delivery, Notice
from sekisho.notices.types import Stage
from sekisho.support import actions as support
from sekisho.support.relay import actions, queries
from sekisho.support.relay.models import Question
from sekisho.support.relay.tasks import look_after_questions
from sekisho.support.relay.types import State
from sekisho.support.types import SupportPolicy
from tests import factories

AT = datetime(2026, 1, 2, 9, tzinfo=UTC)
CLOCK = fixed_clock(AT)
ASKED = "How do we raise our limit?\nWe need it on Monday."


@pytest.fixture
def team(cast):
    cast.atelier.plan = Plan.TEAM
    cast.atelier.save()
    return cast


def ask(cast, text: str = ASKED, name: str = "ben", at: datetime = AT, **more):
    more = {"submission": f"{name} {text[:20]} {at}"} | more
    return actions.ask_owner(cast.viewer(name), cast.atelier.id, text, clock=fixed_clock(at), **more)


def told(cast, name: str) -> list[str]:
    return [one.kind for one in notices.notices(cast.viewer(name), "") if one.kind.startswith("support")]


def leave(cast, name: str) -> None:
    Membership.objects.filter(person=getattr(cast, name)).delete()


def test_a_question_reaches_who_speaks_for_the_organisation_and_nobody_else(team):
    made = ask(team, transcript="Bot: I found no article.")
    assert (made.state, made.text, made.transcript) == (State.WAITING, ASKED, "Bot: I found no article.")
    assert {name: told(team, name) for name in ("aiko", "ben", "chie", "daiki")} == {
        "aiko": ["support_question"], "ben": [], "chie": [], "daiki": [],
    }  # fmt: skip
    [told_of] = [one for one in notices.notices(team.viewer("aiko"), "") if one.kind == "support_question"]
    assert told_of.link == f"/o/{team.atelier.id}/support/questions/{made.id}"
    assert ASKED.split("\n", 1)[0] not in told_of.body.en + told_of.subject.en
    assert queries.waiting(team.viewer("aiko"), team.atelier.id) == 1
    assert not Case.objects.exists()


def test_the_words_are_sealed_where_they_are_kept(team):
    ask(team, text="The secret plan with card 4111 1111 1111 1111")
    row = Question.objects.get()
    assert b"secret" not in bytes(row.text)
    assert "4111 1111 1111 1111" not in queries.question(team.viewer("ben"), team.atelier.id, row.id).text
    entries = audit.entries(system("test"), audit.EntryFilter(action="support_question.asked"))
    assert "secret" not in str(entries)


def test_the_same_form_sent_twice_is_one_question(team):
    first, again = (ask(team, submission="form-1") for _ in range(2))
    assert first.id == again.id
    assert Question.objects.count() == 1
    assert told(team, "aiko") == ["support_question"]


@pytest.mark.parametrize(
    ("plan", "asked"),
    [
        pytest.param(Plan.TEAM, ["aiko"], id="Team: the owner"),
        pytest.param(Plan.API, ["aiko", "chie"], id="console: administrators too"),
        pytest.param(Plan.THIRD_PARTY, ["aiko", "chie"], id="by another platform: administrators too"),
    ],
)
def test_whom_a_question_goes_to_hangs_on_the_plan(team, plan, asked):
    factories.member(team.atelier, team.chie, Role.ADMIN)
    team.atelier.plan = plan
    team.atelier.save()
    ask(team)
    assert [name for name in ("aiko", "chie", "daiki") if told(team, name)] == asked


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        pytest.param("aiko", "owner_not_needed", id="an owner"),
        pytest.param("chie", "owner_nobody", id="an outsider"),
        pytest.param("daiki", "owner_nobody", id="staff"),
    ],
)
def test_who_cannot_ask_is_told_the_rule(team, name, rule):
    with pytest.raises(NotAllowedError) as refused:
        ask(team, name=name)
    assert refused.value.code == rule
    assert not Question.objects.exists()


def test_in_a_suspended_organisation_nothing_is_passed_on(team):
    unit = Unit(UnitKind.ORGANISATION, team.atelier.id, team.atelier.id)
    statement = Statement(Text("Unwanted mail was sent.", "迷惑メールが送信されました。"))
    until = AT + timedelta(days=1)
    made = ask(team)
    impose(team.viewer("emi"), unit, Measure.SUSPENDED, "fraud_predation", until, statement, clock=CLOCK)
    with pytest.raises(NotAllowedError, match="owner_restricted"):
        ask(team, "Another?")
    with pytest.raises(NotAllowedError, match="human_restricted"):
        actions.forward(team.viewer("aiko"), team.atelier.id, made.id, clock=CLOCK)
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param(" \n", "question_empty", id="nothing"),
        pytest.param("a" * 8001, "question_too_long", id="a letter too many"),
    ],
)
def test_what_cannot_be_asked(team, text, code):
    with pytest.raises(SekishoError, match=code):
        ask(team, text)


def test_a_member_hears_back_before_asking_a_sixth_question(team):
    for number in range(5):
        ask(team, f"Question {number}")
    with pytest.raises(SekishoError, match="questions_waiting"):
        ask(team, "Question 6")
    assert len(told(team, "aiko")) == 5


# --- deciding -------------------------------------------------------------------------------------------------
def test_passed_on_the_case_knows_the_member_and_who_stands_behind_them(team):
    made = ask(team, transcript="Bot: I found no article.")
    opened = actions.forward(
        team.viewer("aiko"), team.atelier.id, made.id, note="Urgent for us.", clock=CLOCK
    )
    seen = cases.case(system("test"), opened.id)
    assert (seen.kind, seen.queue, seen.plan) == (Kind.SUPPORT, Queue.SUPPORT, Plan.TEAM)
    assert (seen.requester, seen.sponsor, seen.organisation) == (team.ben.id, team.aiko.id, team.atelier.id)
    assert (seen.subject, seen.transcript) == ("How do we raise our limit?", "Bot: I found no article.")
    assert seen.entitlements["open"]["human"] == "human_owner"
    said = [(one.voice, one.text) for one in cases.messages(system("test"), opened.id)]
    assert said == [(Voice.REQUESTER, ASKED), (Voice.SPONSOR, "Urgent for us.")]
    kept = queries.question(team.viewer("ben"), team.atelier.id, made.id)
    assert (kept.state, kept.case) == (State.FORWARDED, opened.id)
    assert told(team, "ben") == ["support_question_forwarded"]


def test_the_note_to_the_team_is_for_the_team_and_who_decides(team):
    made = ask(team)
    opened = actions.forward(
        team.viewer("aiko"), team.atelier.id, made.id, note="Ben leaves us.", clock=CLOCK
    )
    assert "Ben leaves us." in _shown(team.viewer("daiki"), opened.id)
    assert _shown(team.viewer("ben"), opened.id) == [ASKED]
    for name, said in (("aiko", "Ben leaves us."), ("ben", "")):
        shown = queries.question(team.viewer(name), team.atelier.id, made.id)
        listed = queries.questions(team.viewer(name), team.atelier.id)
        assert [shown.answer, *(one.answer for one in listed)] == [said, said]
    assert "Ben leaves us." not in copy_for(team, opened.id)


@pytest.mark.parametrize("by_mail", [True, False])
def test_what_the_sponsor_says_in_an_exchange_without_the_member_stays_there(team, by_mail):
    opened = actions.forward(
        team.viewer("aiko"), team.atelier.id, ask(team).id, reaches_asker=False, clock=CLOCK
    )
    staff_say(team, opened.id, "Is it about Ben?")
    if by_mail:
        more = {"voice": Voice.SPONSOR, "by": team.aiko.id, "submission": "mail", "clock": CLOCK}
        take_inbound(opened.id, "Yes, about Ben.", **more)
    else:
        write(
            team.viewer("aiko"), opened.id, Voice.SPONSOR, "Yes, about Ben.", submission="page", clock=CLOCK
        )
    assert _shown(team.viewer("aiko"), opened.id) == [ASKED, "Is it about Ben?", "Yes, about Ben."]
    assert _shown(team.viewer("ben"), opened.id) == [ASKED]
    assert "about Ben" not in copy_for(team, opened.id)


def copy_for(cast, case: str) -> str:
    """What Ben's own copy of the case says."""
    ids = list(Message.objects.filter(case=case).values_list("id", flat=True))
    return str([one for one in exported_messages(ids).values() if one["author"] == cast.ben.id])


@pytest.mark.parametrize("reaches_asker", [True, False])
def test_answers_reach_the_sponsor_always_and_the_member_if_allowed(team, reaches_asker):
    made = ask(team)
    opened = actions.forward(
        team.viewer("aiko"), team.atelier.id, made.id, reaches_asker=reaches_asker, clock=CLOCK
    )
    write(team.viewer("daiki"), opened.id, Voice.STAFF, "It is raised.", submission="reply", clock=CLOCK)
    reached = set(CaseMail.objects.filter(message__isnull=False).values_list("email", flat=True))
    assert reached == ({team.aiko.email, team.ben.email} if reaches_asker else {team.aiko.email})
    for name, reads in (("aiko", True), ("ben", reaches_asker)):
        shown = [one.text for one in cases.messages(team.viewer(name), opened.id)]
        assert ("It is raised." in shown) is reads


def test_what_is_the_organisation_s_goes_to_the_sponsor_alone(team):
    opened = actions.forward(team.viewer("aiko"), team.atelier.id, ask(team).id, clock=CLOCK)
    write(
        team.viewer("daiki"), opened.id, Voice.STAFF, "The invoice says so.", reach=Reach.SPONSOR, submission="reply",
        clock=CLOCK,
    )  # fmt: skip
    reached = set(CaseMail.objects.filter(message__isnull=False).values_list("email", flat=True))
    assert reached == {team.aiko.email}


def test_an_owner_answers_and_the_member_reads_it(team):
    made = ask(team)
    actions.answer(team.viewer("aiko"), team.atelier.id, made.id, "Ask Finance.", clock=CLOCK)
    kept = queries.question(team.viewer("ben"), team.atelier.id, made.id)
    assert (kept.state, kept.answer) == (State.ANSWERED, "Ask Finance.")
    assert told(team, "ben") == ["support_question_answered"]
    assert not Case.objects.exists()


def test_an_owner_declines_and_the_member_is_told_what_stays_open(team):
    made = ask(team)
    actions.decline(team.viewer("aiko"), team.atelier.id, made.id, clock=CLOCK)
    assert queries.question(team.viewer("ben"), team.atelier.id, made.id).state is State.DECLINED
    [told_of] = notices.notices(team.viewer("ben"), "")
    assert "appeals never need anybody's leave" in told_of.body.en


@pytest.mark.parametrize("again", ["forward", "answer", "decline"])
def test_of_two_decisions_the_first_stands(team, again):
    made = ask(team)
    actions.decline(team.viewer("aiko"), team.atelier.id, made.id, clock=CLOCK)
    more = {"text": "Later."} if again == "answer" else {}
    with pytest.raises(SekishoError, match="question_settled"):
        getattr(actions, again)(team.viewer("aiko"), team.atelier.id, made.id, clock=CLOCK, **more)
    assert not Case.objects.exists()
    assert told(team, "ben") == ["support_question_declined"]


@pytest.mark.parametrize("name", ["ben", "chie", "daiki", "emi"])
def test_nobody_decides_but_who_speaks_for_the_organisation(team, name):
    made = ask(team)
    for decide in (actions.forward, actions.decline):
        with pytest.raises(NotFoundError):
            decide(team.viewer(name), team.atelier.id, made.id, clock=CLOCK)
    with pytest.raises(NotFoundError):
        actions.answer(team.viewer(name), team.atelier.id, made.id, "I would say so.", clock=CLOCK)


def test_an_administrator_of_a_team_decides_once_the_operator_says_so(team):
    Membership.objects.filter(person=team.ben).update(role=Role.ADMIN)
    made = ask(team)
    assert not queries.decides(team.viewer("ben"), team.atelier.id)
    operators_say(team, SupportPolicy(admins_are_owners=True))
    assert queries.decides(team.viewer("ben"), team.atelier.id)
    assert actions.forward(team.viewer("ben"), team.atelier.id, made.id, clock=CLOCK).sponsor == team.ben.id


def test_an_administrator_who_passed_it_on_reads_the_answer_while_the_operator_says_so(team):
    factories.member(team.atelier, team.chie, Role.ADMIN)
    chosen = operators_say(team, SupportPolicy(admins_are_owners=True))
    opened = actions.forward(team.viewer("chie"), team.atelier.id, ask(team).id, note="Please.", clock=CLOCK)
    first, second = "Your members are …", "Their keys are …"
    assert staff_say(team, opened.id, first) == {team.chie.email}
    assert first in _shown(team.viewer("chie"), opened.id)
    assert first not in _shown(team.viewer("ben"), opened.id)
    assert first in mails_that_go_out()[team.chie.email]
    assert opened.id in {one.id for one in cases.cases_of(team.viewer("chie"))}

    operators_say(team, replace(chosen, admins_are_owners=False))
    assert staff_say(team, opened.id, second) == {team.aiko.email}, "the owners get the thread"
    assert not _shown(team.viewer("chie"), opened.id)
    assert opened.id not in {one.id for one in cases.cases_of(team.viewer("chie"))}
    assert second in _shown(team.viewer("aiko"), opened.id)
    assert team.chie.email not in mails_that_go_out()


def test_an_answer_that_waits_is_not_mailed_once_the_operator_says_otherwise(team):
    factories.member(team.atelier, team.chie, Role.ADMIN)
    chosen = operators_say(team, SupportPolicy(admins_are_owners=True))
    opened = actions.forward(team.viewer("chie"), team.atelier.id, ask(team).id, clock=CLOCK)
    staff_say(team, opened.id, "Your members are …")
    operators_say(team, replace(chosen, admins_are_owners=False))
    assert team.chie.email not in mails_that_go_out()
    assert CaseMail.objects.get(email=team.chie.email).code == "not_entitled"


def operators_say(cast, policy: SupportPolicy) -> SupportPolicy:
    """Let an operator choose, and return what holds then."""
    StaffAppointment.objects.get_or_create(person=cast.daiki, role=StaffRole.OPERATOR.value)
    return support.set_policy(cast.viewer("daiki"), policy, "Agreed.", clock=CLOCK)


def staff_say(cast, case: str, text: str) -> set[str]:
    """Let Daiki answer whoever speaks for the organisation, and return whom it is addressed to."""
    made = write(
        cast.viewer("daiki"), case, Voice.STAFF, text, reach=Reach.SPONSOR, submission=text, clock=CLOCK
    )
    return set(CaseMail.objects.filter(message=made.id).values_list("email", flat=True))


def mails_that_go_out() -> dict[str, str]:
    """Send what is due, and return the last text to each address."""
    before = len(outbox := mail.outbox)
    send_due(CLOCK)
    return {one.to[0]: one.body for one in outbox[before:]}


def test_who_was_demoted_since_the_page_was_read_decides_nothing(team):
    made, read_before = ask(team), team.viewer("aiko")
    factories.member(team.atelier, team.chie, Role.OWNER)
    Membership.objects.filter(person=team.aiko).update(role=Role.MEMBER)
    with pytest.raises(NotFoundError):
        actions.forward(read_before, team.atelier.id, made.id, clock=CLOCK)


def test_nothing_is_passed_on_for_who_has_left(team):
    made = ask(team)
    leave(team, "ben")
    with pytest.raises(SekishoError, match="asker_gone"):
        actions.forward(team.viewer("aiko"), team.atelier.id, made.id, clock=CLOCK)
    actions.decline(team.viewer("aiko"), team.atelier.id, made.id, clock=CLOCK)


# --- who sees -------------------------------------------------------------------------------------------------
def test_a_member_sees_their_own_questions_and_an_owner_all(team):
    factories.member(team.atelier, team.chie)
    own, other = ask(team), ask(team, "Another?", name="chie")
    assert [one.id for one in queries.questions(team.viewer("ben"), team.atelier.id)] == [own.id]
    assert {one.id for one in queries.questions(team.viewer("aiko"), team.atelier.id)} == {own.id, other.id}
    with pytest.raises(NotFoundError):
        queries.question(team.viewer("ben"), team.atelier.id, other.id)


@pytest.mark.parametrize("name", ["chie", "daiki", "emi"])
def test_outsiders_and_staff_see_none(team, name):
    made = ask(team)
    for asked in (
        lambda who: queries.questions(who, team.atelier.id),
        lambda who: queries.question(who, team.atelier.id, made.id),
    ):
        with pytest.raises(NotFoundError):
            asked(team.viewer(name))
    assert queries.waiting(team.viewer(name), team.atelier.id) == 0


# --- nobody can be reached ------------------------------------------------------------------------------------
def bounce(person: Person) -> None:
    for at, stage in ((AT - timedelta(days=2), Stage.SENT), (AT - timedelta(days=1), Stage.GIVEN_UP)):
        notice = Notice.objects.create(
            key=f"{person.id} {stage}",
            kind="test",
            about="x",
            subject_en="a",
            subject_ja="a",
            body_en="a",
            body_ja="a",
            at=at,
        )
        Delivery.objects.create(
            notice=notice, address=person.email, language="en", stage=stage.value, due_at=at, done_at=at
        )


def close(person: Person) -> None:
    person.is_active = False
    person.save()


def bounce_from_the_desk(person: Person) -> None:
    Undeliverable.objects.create(email=person.email, since=AT, code="5.1.1", delivery="dlv_1")


UNREACHABLE = {
    "bounced from the desk": lambda team: bounce_from_the_desk(team.aiko),
    "left": lambda team: leave(team, "aiko"),
    "bounced": lambda team: bounce(team.aiko),
    "closed": lambda team: close(team.aiko),
}


@pytest.mark.parametrize("how", UNREACHABLE)
def test_where_nobody_can_be_reached_the_team_looks_for_an_owner(team, how):
    UNREACHABLE[how](team)
    made = ask(team)
    assert made.state is State.RECOVERY
    seen = cases.case(system("test"), made.case)
    assert (seen.queue, seen.issue, seen.requester) == (Queue.IDENTITY, "ownership_recovery", team.ben.id)
    assert seen.entitlements["closed"]["human"] == "human_member"
    assert told(team, "ben") == ["support_question_recovery"]


def test_an_owner_whose_mail_came_through_again_is_asked(team):
    bounce(team.aiko)
    Delivery.objects.filter(stage=Stage.SENT.value).update(done_at=AT)
    assert ask(team).state is State.WAITING


def test_a_question_does_not_wait_for_who_has_left_since(team):
    made = ask(team)
    assert look_after_questions(CLOCK) == 0
    leave(team, "aiko")
    assert [look_after_questions(CLOCK) for _ in range(2)] == [1, 0]
    assert queries.question(team.viewer("ben"), team.atelier.id, made.id).state is State.RECOVERY
    assert Case.objects.count() == 1


def test_owners_are_told_once_more_after_three_days_and_then_left_in_peace(team):
    ask(team)
    for days in (2, 3, 4, 5):
        look_after_questions(fixed_clock(AT + timedelta(days=days)))
    assert told(team, "aiko").count("support_question_again") == 1


# --- roles change while it is open ----------------------------------------------------------------------------
def test_a_demoted_sponsor_keeps_what_they_wrote_and_gets_nothing_more(team):
    factories.member(team.atelier, team.chie, Role.OWNER)
    opened = actions.forward(team.viewer("aiko"), team.atelier.id, ask(team).id, note="Please.", clock=CLOCK)
    Membership.objects.filter(person=team.aiko).update(role=Role.MEMBER)
    write(
        team.viewer("daiki"), opened.id, Voice.STAFF, "Your members are …", reach=Reach.SPONSOR, submission="reply",
        clock=CLOCK,
    )  # fmt: skip
    shown = [one.text for one in cases.messages(team.viewer("chie"), opened.id)]
    assert shown[-1] == "Your members are …"
    assert "Your members are …" not in _shown(team.viewer("aiko"), opened.id)
    assert team.aiko.email not in set(CaseMail.objects.exclude(message=None).values_list("email", flat=True))


def _shown(viewer, case: str) -> list[str]:
    try:
        return [one.text for one in cases.messages(viewer, case)]
    except NotFoundError:
        return []
