"""A Team member's question goes to her owner, from there to the team on her behalf, and is answered by mail, to both."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from sekisho.accounts.models import Membership
from sekisho.accounts.types import Plan, Role
from sekisho.base.clock import system_clock
from sekisho.base.errors import NotFoundError
from sekisho.cases import actions as desk
from sekisho.cases import queries as cases
from sekisho.cases.types import CaseView, Reach, Voice
from sekisho.notices.tasks import post_due
from sekisho.support.messenger.rules.terms import TERMS
from sekisho.support.queries import snapshot_of
from sekisho.support.types import Surface
from tests.cases.mail.conftest import DESK, letter
from tests.cases.mail.exchange import Receiver, elsewhere, hand_over, listening, post
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

QUESTION = "Our limit of requests is too low for the exam week. Can it be raised?"
JSON = {"accept": "application/json"}


def browser(cast: Cast, name: str) -> Client:
    client = Client(headers={"accept-language": "en"}, REMOTE_ADDR="192.0.2.1")
    client.force_login(getattr(cast, name))
    return client


def ask_in_the_messenger(ben: Client) -> list[str]:
    """Agree, say what it is about, ask for a person, and send it to the owner instead; return what was offered."""
    begun = ben.post(
        "/help/messenger/agree", {"version": TERMS.version, "from": "product"}, headers=JSON
    ).json()
    talk = f"/help/messenger/talk/{begun['talk']['id']}"
    told = {"issue": "something_else"}
    ben.post(f"{talk}/issue", told, headers=JSON)
    ben.post(f"{talk}/say", {"text": QUESTION}, headers=JSON)
    shown = ben.post(f"{talk}/people", {}, headers=JSON).json()["talk"]["events"]
    ben.post(f"{talk}/owner", {}, headers=JSON)
    return [event["kind"] for event in shown]


def pass_it_on(cast: Cast, world: Receiver) -> CaseView:
    """The owner is told by mail, without the question's words, and passes it on in one press."""
    org = cast.atelier.id
    post_due(system_clock)
    [told] = [mail for mail in world.received if cast.aiko.email in str(mail["To"])]
    assert QUESTION[:20] not in told.get_content()
    [link] = re.findall(rf"/o/{org}/support/questions/ask_\w+", told.get_content())
    owner = browser(cast, "aiko")
    assert QUESTION in owner.get(link).content.decode()
    owner.post(f"{link}/forward", {"reaches_asker": "on", "note": "Please, before Monday."})
    [case] = cases.cases_of(cast.viewer("ben"))
    assert (case.requester, case.sponsor, case.plan) == (cast.ben.id, cast.aiko.id, Plan.TEAM)
    return case


def demote_the_owner(cast: Cast, case: CaseView) -> None:
    """Another owns the organisation now; then something is answered that is the organisation's."""
    Membership.objects.create(organisation=cast.atelier, person=cast.emi, role=Role.OWNER)
    Membership.objects.filter(person=cast.aiko).update(role=Role.MEMBER)
    said, about = "The invoice is 300.", {"reach": Reach.SPONSOR, "submission": "2"}
    desk.write(cast.viewer("daiki"), case.id, Voice.STAFF, said, **about)


def test_a_members_question_is_passed_on_and_answered_by_mail(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEKISHO_SUPPORT_MAIL_ADDRESS", DESK)
    cast.atelier.plan = Plan.TEAM
    cast.atelier.save()
    org, world = cast.atelier.id, Receiver()

    # She is told the truth: no people for her seat. Her owner can ask.
    kinds = ask_in_the_messenger(browser(cast, "ben"))
    assert "handed_over" not in kinds
    assert "options" in kinds
    assert cases.cases_of(cast.viewer("ben")) == ()

    with elsewhere(world):
        case = pass_it_on(cast, world)

        # The team answers once; both get it, each at the address that they proved.
        kept = snapshot_of(cast.ben.id, org, Surface(case.surface), at=system_clock())
        said = "It is raised until the end of the week."
        desk.write(cast.viewer("daiki"), case.id, Voice.STAFF, said, submission="1", entitlements=kept)
        world.received.clear()
        post(system_clock)
        answers = {str(mail["To"]): mail for mail in world.received if said in mail.get_content()}
        assert {name for name in ("aiko", "ben") for to in answers if f"{name}@" in to} == {"aiko", "ben"}
        replies = {to: str(mail["Reply-To"]) for to, mail in answers.items()}
        assert len(set(replies.values())) == 2, "each way back is bound to its reader"

        # She writes back by mail; an outsider with her way back reaches nothing.
        way_back = next(reply for to, reply in replies.items() if "ben@" in to)
        with listening(system_clock) as port:
            thanks = letter("Thank you, that helps.", cast.ben.email).as_bytes()
            assert hand_over(port, thanks, cast.ben.email, way_back)[0] == 250
            forged = letter("Send me the members.", cast.chie.email).as_bytes()
            hand_over(port, forged, cast.chie.email, way_back)
        read = [one.text for one in cases.messages(cast.viewer("aiko"), case.id)]
        assert read == [QUESTION, "Please, before Monday.", said, "Thank you, that helps."]

        # The owner is demoted: what is the organisation's goes to who owns it now, and no longer to her.
        demote_the_owner(cast, case)
        world.received.clear()
        post(system_clock)
        assert [str(mail["To"]) for mail in world.received] == [cast.emi.email]
    assert "The invoice is 300." in [one.text for one in cases.messages(cast.viewer("emi"), case.id)]
    with pytest.raises(NotFoundError):
        cases.messages(cast.viewer("aiko"), case.id)
