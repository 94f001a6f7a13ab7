"""History stays a person's own unless they move it, and an organisation's stays its own when a member leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sekisho.accounts import actions as accounts
from sekisho.accounts import queries as people
from sekisho.accounts.models import Organisation
from sekisho.accounts.types import Plan, system
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.records.actions import store_turns
from sekisho.records.calendar import shipped
from sekisho.records.consent import actions, queries
from sekisho.records.models import Turn
from sekisho.records.queries import events_of
from sekisho.records.queries.clocks import facts, timeline
from sekisho.records.reading import contents
from sekisho.records.rules import deadline, eligible
from sekisho.records.types import Kind, Part
from tests.records.consent import conftest
from tests.records.consent.conftest import chooses, own_turn

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
AT = conftest.AT + 90 * DAY
"""Long enough in the programme for there to be old turns that were allowed."""
pytestmark = pytest.mark.django_db(databases=["default", "keystore"])


@pytest.fixture
def team(atelier, aiko, chie):
    """Aiko's organisation, to which Chie belongs too, on a plan that takes part in the partner program."""
    Organisation.objects.filter(id=atelier.id).update(plan=Plan.TEAM.value)
    accounts.add_member(people.viewer(aiko.id), atelier.id, chie.email)
    return atelier.id


@pytest.fixture
def talk(chie, account):
    """A conversation of Chie's own account, begun forty days ago while she allowed training, and continued today."""
    chooses(chie, account, True, AT - 41 * DAY)
    store_turns([own_turn(chie, account, "old", AT - 40 * DAY), own_turn(chie, account, "new", AT - HOUR)])
    return Turn.objects.get(id="req_new").conversation_id


def move(who, account, talk, team, at=AT):
    return actions.move_conversations(people.viewer(who.id), account, [talk], team, at=at)


def test_joining_an_organisation_moves_nothing(chie, account, talk, team):
    assert timeline(team, at=AT) == ()
    assert [one.turns for one in timeline(account, at=AT)] == [1, 1]


def test_a_moved_conversation_is_the_organisations_and_never_used_for_training(chie, account, talk, team):
    assert move(chie, account, talk, team) == 1, (
        "what is older than the organisation keeps anything is not copied"
    )
    (copy,) = Turn.objects.filter(organisation=team)
    (read,) = contents([copy.id], at=AT + HOUR).values()
    assert [block.text for block in read.parts[Part.PROMPT]] == ["The new question."]
    known = facts([copy.id, "req_old", "req_new"])
    assert deadline(known[copy.id], events_of(team), shipped()).at == AT - HOUR + 30 * DAY
    ends = {one: deadline(known[one], events_of(account), shipped()).at for one in ("req_old", "req_new")}
    assert ends == {"req_old": AT + 3 * DAY, "req_new": AT - HOUR + 30 * DAY}
    for name, organisation in (("req_old", account), ("req_new", account), (copy.id, team)):
        answer = eligible(known[name], events_of(organisation), shipped(), AT + HOUR)
        assert answer.reason in ("moved", "incognito")


def test_moved_once_is_moved(chie, account, talk, team):
    move(chie, account, talk, team)
    assert queries.movable(people.viewer(chie.id), account, AT) == ()
    with pytest.raises(NotFoundError):
        move(chie, account, talk, team, AT + HOUR)
    assert [one.kind for one in events_of(account)].count(Kind.MOVED) == 1


def test_nobody_moves_anothers_conversation(aiko, ben, chie, account, talk, team, elsewhere):
    for who in (aiko, ben):
        with pytest.raises(NotFoundError):
            move(who, account, talk, team)
    with pytest.raises(NotFoundError):
        move(chie, team, talk, account)
    with pytest.raises(NotFoundError):
        move(aiko, account, talk, elsewhere.id)
    with pytest.raises(NotFoundError):
        actions.move_conversations(people.viewer(chie.id), account, ["cnv_other"], team, at=AT)
    assert Turn.objects.filter(organisation=team).count() == 0


def test_nothing_is_moved_to_where_nothing_is_kept(aiko, chie, account, talk, team):
    actions.switch_zero_retention(people.viewer(aiko.id), team, True, at=AT)
    with pytest.raises(SekishoError) as refused:
        move(chie, account, talk, team)
    assert refused.value.code == "keeps_nothing"
    assert Kind.MOVED not in [one.kind for one in events_of(account)]


def test_what_is_the_organisations_stays_when_a_member_leaves(aiko, chie, team):
    turn = own_turn(chie, team, "work", AT)
    store_turns([replace(turn, stamp=replace(turn.stamp, plan=Plan.TEAM))])
    before = timeline(team, at=AT + HOUR)
    accounts.remove_member(people.viewer(aiko.id), team, chie.id)
    assert timeline(team, at=AT + HOUR) == before
    assert before[0].turns == 1


@pytest.mark.parametrize("plan", [Plan.PRO, Plan.MAX, Plan.FREE])
def test_another_plan_of_ones_own_changes_nothing_that_was_received(plan, chie, account, talk):
    known = facts(["req_new"])["req_new"]
    before = deadline(known, events_of(account), shipped())
    accounts.change_plan(system("cli"), account, plan)
    assert facts(["req_new"])["req_new"] == known
    assert deadline(known, events_of(account), shipped()) == before
