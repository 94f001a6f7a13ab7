"""Plans and roles that change while somebody is being helped (R-SUP-052 to R-SUP-054)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from sekisho.accounts.models import Membership
from sekisho.accounts.types import Plan, Role
from sekisho.base.clock import fixed_clock
from sekisho.cases import actions as desk
from sekisho.cases import queries as cases
from sekisho.cases.models import Case, Delivery
from sekisho.cases.types import Reach, Voice
from sekisho.support.messenger import actions as messenger
from sekisho.support.messenger.rules.terms import TERMS
from sekisho.support.messenger.types import Asker
from sekisho.support.queries import entitlements_of, snapshot_of
from sekisho.support.relay import actions as relay
from sekisho.support.types import Channel, Surface
from tests import factories

AT = datetime(2026, 1, 2, 9, tzinfo=UTC)
CLOCK = fixed_clock(AT)
QUESTION = "Something does not work."


def on(cast, plan: Plan):
    cast.atelier.plan = plan
    cast.atelier.save()


def asker(cast, name: str = "aiko") -> Asker:
    return Asker(cast.viewer(name), Surface.PRODUCT, "en", cast.atelier.id)


def talk(cast, name: str = "aiko") -> str:
    begun = messenger.agree(asker(cast, name), TERMS.version, clock=CLOCK)
    messenger.pick_issue(asker(cast, name), begun.id, "something_else", clock=CLOCK)
    messenger.say(asker(cast, name), begun.id, QUESTION, submission="said", clock=CLOCK)
    return begun.id


def press_for_people(cast, conversation: str, name: str = "aiko") -> bool:
    """Return whether the case is there after the button was pressed."""
    found = messenger.hand_over(asker(cast, name), conversation, submission=f"p{next(_presses)}", clock=CLOCK)
    return bool(found.case)


_presses = count()


def test_an_upgrade_in_the_middle_opens_people_without_beginning_anew(cast):
    on(cast, Plan.FREE)
    conversation = talk(cast)
    assert not press_for_people(cast, conversation)
    on(cast, Plan.PRO)
    assert press_for_people(cast, conversation)
    [case] = cases.cases_of(cast.viewer("aiko"))
    assert QUESTION in case.transcript
    assert case.plan is Plan.PRO
    assert Case.objects.get().entitlements["open"]["human"] == "human_paid"


def test_a_downgrade_finishes_what_is_open_and_opens_nothing_new(cast):
    on(cast, Plan.PRO)
    assert press_for_people(cast, talk(cast))
    [case] = cases.cases_of(cast.viewer("aiko"))
    on(cast, Plan.FREE)
    desk.write(cast.viewer("aiko"), case.id, Voice.REQUESTER, "More about it.", submission="r", clock=CLOCK)
    desk.write(cast.viewer("daiki"), case.id, Voice.STAFF, "Here you are.", submission="s", clock=CLOCK)
    said = [one.text for one in cases.messages(cast.viewer("aiko"), case.id)]
    assert said[-2:] == ["More about it.", "Here you are."]
    assert not press_for_people(cast, talk(cast))
    assert Case.objects.count() == 1


@pytest.fixture
def demoted(cast):
    """Aiko asked as the owner of a Team; now Chie owns it, and Aiko is a member."""
    on(cast, Plan.TEAM)
    factories.member(cast.atelier, cast.chie, Role.OWNER)
    assert press_for_people(cast, talk(cast))
    Membership.objects.filter(person=cast.aiko).update(role=Role.MEMBER)
    Delivery.objects.all().delete()
    return Case.objects.get().id


def addressed() -> set[str]:
    return set(Delivery.objects.exclude(message=None).values_list("email", flat=True))


def test_the_case_of_a_demoted_owner_goes_on_and_who_owns_it_now_reads_it(cast, demoted):
    assert QUESTION in next(one.text for one in cases.messages(cast.viewer("chie"), demoted))
    desk.write(cast.viewer("daiki"), demoted, Voice.STAFF, "In general, so.", submission="1", clock=CLOCK)
    assert addressed() == {cast.aiko.email, cast.chie.email}


def test_what_is_the_organisation_s_reaches_the_demoted_owner_no_more(cast, demoted):
    desk.write(
        cast.viewer("daiki"), demoted, Voice.STAFF, "The members are …", reach=Reach.SPONSOR, submission="1", clock=CLOCK
    )  # fmt: skip
    assert addressed() == {cast.chie.email}
    read = {
        name: [one.text for one in cases.messages(cast.viewer(name), demoted)] for name in ("aiko", "chie")
    }
    assert "The members are …" in read["chie"]
    assert "The members are …" not in read["aiko"]
    assert any(QUESTION in text for text in read["aiko"]), "what they wrote stays theirs to read"


def test_what_a_demoted_owner_writes_is_taken_and_seen_as_a_member_s_at_the_next_disclosure(cast, demoted):
    desk.write(cast.viewer("aiko"), demoted, Voice.REQUESTER, "And now?", submission="r", clock=CLOCK)
    kept = snapshot_of(cast.aiko.id, cast.atelier.id, Surface.MAIL, at=AT)
    assert (kept["role"], kept["closed"]["human"]) == ("member", "human_member")
    asked_as = Case.objects.get().entitlements
    assert asked_as["open"]["human"] == "human_owner", "the snapshot of the opening is history and stays"


def test_who_was_demoted_asks_their_owner_from_then_on(cast, demoted):
    assert not press_for_people(cast, talk(cast))
    asked = relay.ask_owner(cast.viewer("aiko"), cast.atelier.id, "May I?", submission="q", clock=CLOCK)
    assert asked.state == "waiting"


def test_who_left_the_organisation_has_nothing_there_any_more(cast):
    on(cast, Plan.TEAM)
    Membership.objects.filter(person=cast.ben).delete()
    _actor, found = entitlements_of(cast.viewer("ben"), cast.atelier.id, at=AT + timedelta(days=1))
    assert found.of(Channel.OWNER).rule == "owner_nobody"
    assert found.of(Channel.HUMAN).rule == "human_outsider"
