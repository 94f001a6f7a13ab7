"""How to get support, questions to owners, the Enterprise form, contacts, and the operator's choice, page by page."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sekisho.accounts.models import Membership
from sekisho.accounts.types import Plan, Role, system
from sekisho.base.text import LANGS
from sekisho.cases import queries as cases
from sekisho.cases.models import Case
from sekisho.cases.types import Impact, Queue
from sekisho.support import queries
from sekisho.support.models import SupportContact
from sekisho.support.relay.models import Question
from sekisho.support.relay.types import State
from sekisho.support.rules import guide
from sekisho.support.rules.routing import entitlements
from sekisho.support.types import Channel, SupportPolicy
from tests import factories
from tests.console.conftest import client_of
from tests.console.html import read

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
URGENT = {"impact": "critical", "text": "Nobody can sign in.", "affected_users": "300", "began": "09:00 JST"}


@pytest.fixture
def team(cast):
    return on(cast, Plan.TEAM)


@pytest.fixture
def enterprise(cast):
    return on(cast, Plan.ENTERPRISE)


def on(cast, plan: Plan):
    cast.atelier.plan = plan
    cast.atelier.save()
    return cast


def at(cast, page: str) -> str:
    return f"/o/{cast.atelier.id}/support/{page}"


# --- how to get support -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("lang", LANGS)
def test_everybody_reads_the_same_page_as_the_rules_are(cast, lang):
    text = client_of(cast, "", lang).get("/help/support").content.decode()
    for section in guide.guide():
        assert guide.GROUPS[section.group].in_(lang) in text
        for line in guide.told(section):
            assert line.in_(lang).replace("'", "&#x27;") in text
    for shared in guide.common():
        assert guide.WAYS[shared].in_(lang).replace("'", "&#x27;") in text
    assert guide.NO_TELEPHONE.in_(lang) in text
    markdown = client_of(cast, "", lang).get("/help/support.md")
    assert markdown.content.decode() == guide.as_markdown(SupportPolicy(), lang)
    assert markdown["content-type"].startswith("text/markdown")


def test_who_has_signed_in_reads_each_way_with_the_reason_for_each_of_their_accounts(team):
    factories.member(team.elsewhere, team.ben, Role.ADMIN)
    text = client_of(team, "ben").get("/help/support").content.decode()
    for organisation in (team.atelier, team.elsewhere):
        assert f"What is open to you: {organisation.name}".replace("'", "&#x27;") in text
        _actor, found = queries.entitlements_of(team.viewer("ben"), organisation.id, at=queries_now())
        for answer in found.each:
            assert answer.because.en.replace("'", "&#x27;") in text


def queries_now():
    from django.utils.timezone import now

    return now()


# --- a member asks ------------------------------------------------------------------------------------------------
def ask(cast, text: str = "How do we raise our limit?") -> Question:
    answer = client_of(cast, "ben").post(at(cast, "ask"), {"question": text, "submission": "one"})
    assert answer.status_code == 302, answer.content.decode()
    return Question.objects.get()


def test_a_member_asks_and_the_owner_passes_it_on_in_one_press(team):
    asked = ask(team)
    owner = client_of(team, "aiko", "en")
    listed = owner.get(at(team, "questions")).content.decode()
    assert "How do we raise our limit?" in listed
    assert owner.post(at(team, f"questions/{asked.id}/forward"), {"reaches_asker": "on"}).status_code == 302
    asked.refresh_from_db()
    opened = cases.case(system("test"), asked.case)
    assert (asked.state, opened.sponsor, opened.requester) == (State.FORWARDED, team.aiko.id, team.ben.id)
    shown = client_of(team, "ben").get(at(team, f"questions/{asked.id}")).content.decode()
    assert opened.reference in shown


@pytest.mark.parametrize(
    ("how", "said"), [("answer", {"text": "Ask Finance."}), ("decline", {"reason": "Not now."})]
)
def test_an_owner_answers_or_declines(team, how, said):
    asked = ask(team)
    client_of(team, "aiko").post(at(team, f"questions/{asked.id}/{how}"), said)
    shown = client_of(team, "ben").get(at(team, f"questions/{asked.id}")).content.decode()
    assert next(iter(said.values())) in shown
    assert not Case.objects.exists()


def test_words_of_people_are_shown_as_they_were_written(team):
    asked = ask(team, "<script>alert(1)</script>")
    for name in ("ben", "aiko"):
        page = read(client_of(team, name).get(at(team, f"questions/{asked.id}")).content.decode())
        assert page.inline == []


def test_a_member_sees_no_button_of_an_owner_and_cannot_press_it(team):
    asked = ask(team)
    member = client_of(team, "ben")
    assert "/forward" not in member.get(at(team, f"questions/{asked.id}")).content.decode()
    assert member.post(at(team, f"questions/{asked.id}/forward"), {}).status_code == 404
    assert not Case.objects.exists()


def test_an_unknown_way_of_deciding_is_no_page(team):
    asked = ask(team)
    assert client_of(team, "aiko").post(at(team, f"questions/{asked.id}/forget"), {}).status_code == 404
    opened = client_of(team, "aiko").get(at(team, f"questions/{asked.id}/forward"))
    assert (opened.status_code, opened["Allow"]) == (405, "POST")
    assert "This address only takes a form" in opened.content.decode()
    assert "no-store" in client_of(team, "aiko").get(at(team, f"questions/{asked.id}"))["Cache-Control"]


def test_what_was_decided_in_another_window_is_told(team):
    asked = ask(team)
    owner = client_of(team, "aiko", "en")
    owner.post(at(team, f"questions/{asked.id}/decline"), {})
    again = owner.post(at(team, f"questions/{asked.id}/forward"), {})
    assert again.status_code == 422
    assert "Somebody decided on this question already" in again.content.decode()


@pytest.mark.parametrize("name", ["aiko"])
def test_who_may_ask_the_team_is_not_sent_to_an_owner(team, name):
    answer = client_of(team, name, "en").post(at(team, "ask"), {"question": "Hello?"})
    assert answer.status_code == 403
    assert "You can ask the support team yourself." in answer.content.decode()
    assert not Question.objects.exists()


def test_the_navigation_counts_what_waits_for_the_owner(team):
    ask(team)
    assert [client_of(team, name).get(at(team, "questions")).context["frame"] for name in ("aiko", "ben")]
    counts = {
        name: [
            item.count
            for section in client_of(team, name).get(at(team, "questions")).context["frame"].nav
            for item in section.items
            if item.href == at(team, "questions")
        ]
        for name in ("aiko", "ben")
    }
    assert counts == {"aiko": [1], "ben": [0]}


# --- the Enterprise form ------------------------------------------------------------------------------------------
def test_an_owner_of_enterprise_sends_the_form_and_gets_a_receipt(enterprise):
    owner = client_of(enterprise, "aiko", "en")
    files = SimpleUploadedFile("画面.png", PNG, "application/x-lies")
    sent = owner.post(at(enterprise, "enterprise"), URGENT | {"attachments": files}, follow=True)
    opened = cases.case(system("test"), Case.objects.get().id)
    assert opened.reference in sent.content.decode()
    assert (opened.impact, opened.queue, opened.issue) == (
        Impact.CRITICAL,
        Queue.SUPPORT,
        "enterprise_urgent",
    )
    assert opened.details == {"affected_users": "300", "began": "09:00 JST"}
    assert opened.entitlements["open"]["enterprise_form"] == "form_owner"
    [said] = cases.messages(system("test"), opened.id)
    assert [(one.name, one.media_type) for one in said.enclosures] == [("画面.png", "image/png")]


def test_the_same_form_sent_twice_opens_one_case(enterprise):
    owner = client_of(enterprise, "aiko")
    for _ in range(2):
        owner.post(at(enterprise, "enterprise"), URGENT | {"submission": "a" * 32})
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("plan", "role", "name"),
    [
        pytest.param(Plan.ENTERPRISE, None, "", id="nobody signed in"),
        pytest.param(Plan.ENTERPRISE, None, "chie", id="an outsider"),
        pytest.param(Plan.ENTERPRISE, None, "daiki", id="staff"),
        pytest.param(Plan.ENTERPRISE, Role.MEMBER, "ben", id="a member"),
        pytest.param(Plan.ENTERPRISE, Role.ADMIN, "ben", id="an administrator"),
        pytest.param(Plan.TEAM, None, "aiko", id="an owner of another plan"),
        pytest.param(Plan.API, None, "aiko", id="an owner in the console"),
    ],
)
def test_everybody_else_learns_why_not_and_sends_nothing(cast, plan, role, name):
    on(cast, plan)
    if role:
        Membership.objects.filter(person=cast.ben).update(role=role)
    client = client_of(cast, name, "en")
    for answer in (client.get(at(cast, "enterprise")), client.post(at(cast, "enterprise"), URGENT)):
        text = answer.content.decode()
        assert answer.status_code == 403
        assert "for the primary owner and the owners of an Enterprise organisation" in text
        assert ("/accounts/login/?next=" in text) is (not name)
        assert "textarea" not in text
    assert not Case.objects.exists()


def test_of_an_organisation_that_does_not_exist_the_same_is_said(cast):
    on(cast, Plan.ENTERPRISE)
    client = client_of(cast, "chie", "en")
    real, none = (client.get(f"/o/{org}/support/enterprise") for org in (cast.atelier.id, "org_nowhere"))
    assert (real.status_code, none.status_code) == (403, 403)
    assert read(real.content.decode()).h1 == read(none.content.decode()).h1
    assert cast.atelier.name.replace("'", "&#x27;") not in real.content.decode()


def test_who_was_demoted_while_the_form_was_open_sends_nothing(enterprise):
    owner = client_of(enterprise, "aiko", "en")
    assert owner.get(at(enterprise, "enterprise")).status_code == 200
    Membership.objects.filter(person=enterprise.aiko).update(role=Role.MEMBER)
    assert owner.post(at(enterprise, "enterprise"), URGENT).status_code == 403
    assert not Case.objects.exists()


def test_it_is_asked_again_in_the_moment_of_sending(enterprise):
    """Also where the page itself would still have let somebody through."""
    from sekisho.console import support_enterprise

    allowed = support_enterprise._way(enterprise.viewer("aiko"), enterprise.atelier.id)
    with patch.object(support_enterprise, "_way", return_value=allowed):
        answer = client_of(enterprise, "ben").post(at(enterprise, "enterprise"), URGENT)
    assert answer.status_code == 403
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("said", "error"),
    [
        pytest.param({"text": " "}, "text", id="nothing said"),
        pytest.param({"impact": "enormous"}, "impact", id="an impact that there is not"),
        pytest.param({"text": "a" * 20_001}, "text", id="a letter too many"),
        pytest.param(
            {"attachments": SimpleUploadedFile("report.pdf", b"MZ\x90\x00program", "application/pdf")},
            "attachments",
            id="a program that calls itself a report",
        ),
    ],
)
def test_what_the_form_does_not_take(enterprise, said, error):
    answer = client_of(enterprise, "aiko").post(at(enterprise, "enterprise"), URGENT | said)
    assert answer.status_code == 422
    assert error in answer.context["form"].errors
    assert not Case.objects.exists()


def test_the_short_address_leads_to_the_form_of_one_s_organisation(enterprise):
    assert client_of(enterprise, "aiko").get("/help/enterprise")["location"] == at(enterprise, "enterprise")
    assert client_of(enterprise, "ben").get("/help/enterprise").status_code == 403
    assert client_of(enterprise, "").get("/help/enterprise").status_code == 403
    other = factories.organisation("Second", plan=Plan.ENTERPRISE)
    factories.member(other, enterprise.aiko, Role.OWNER)
    both = client_of(enterprise, "aiko").get("/help/enterprise")
    assert both.status_code == 200
    assert other.id in both.content.decode()


# --- support contacts and the operator's choice -------------------------------------------------------------------
def choose(cast, **options):
    from sekisho.accounts.models import StaffAppointment
    from sekisho.accounts.types import StaffRole

    StaffAppointment.objects.get_or_create(person=cast.daiki, role=StaffRole.OPERATOR)
    said = {"version": queries.policy_in_force().version, "reason": "Agreed."} | options
    return client_of(cast, "daiki", "en").post("/staff/support-policy", said)


def test_the_operator_chooses_and_the_page_for_everybody_follows_at_once(enterprise):
    before = client_of(enterprise, "", "en").get("/help/support").content.decode()
    assert choose(enterprise, support_contacts="on", free_deletion_by_people="on").status_code == 302
    after = client_of(enterprise, "", "en").get("/help/support").content.decode()
    heading = guide.GROUPS[guide.Group.CONTACTS].en
    assert [heading in text for text in (before, after)] == [False, True]
    assert queries.policy_in_force() == SupportPolicy(1, support_contacts=True)


def test_a_choice_made_on_an_old_page_is_refused(enterprise):
    assert choose(enterprise, support_contacts="on").status_code == 302
    assert choose(enterprise, version=0, admins_are_owners="on").status_code == 422
    assert not queries.policy_in_force().admins_are_owners


def test_support_reads_the_choice_and_does_not_change_it(enterprise):
    daiki = client_of(enterprise, "daiki", "en")
    page = daiki.get("/staff/support-policy")
    assert page.status_code == 200
    assert page.context["form"] is None
    daiki.post(
        "/staff/support-policy", {"version": 0, "reason": "I would like it.", "admins_are_owners": "on"}
    )
    assert queries.policy_in_force() == SupportPolicy()


def test_an_organisation_names_a_contact_and_takes_the_name_back(enterprise):
    choose(enterprise, support_contacts="on")
    owner = client_of(enterprise, "aiko")
    assert owner.post(at(enterprise, "contacts"), {"who": enterprise.ben.id}).status_code == 302
    assert _people(enterprise)
    named = SupportContact.objects.get()
    assert client_of(enterprise, "ben").post(at(enterprise, f"contacts/{named.id}/drop")).status_code == 403
    owner.post(at(enterprise, f"contacts/{named.id}/drop"))
    assert not _people(enterprise)


def _people(cast) -> bool:
    actor = queries.actor_of(cast.viewer("ben"), cast.atelier.id, at=queries_now())
    return Channel.HUMAN in entitlements(actor, policy=queries.policy_in_force()).open


@pytest.mark.parametrize("name", ["ben", "aiko"])
def test_where_contacts_are_off_nobody_is_named(enterprise, name):
    client_of(enterprise, name).post(at(enterprise, "contacts"), {"who": enterprise.ben.id})
    assert not SupportContact.objects.exists()


def test_what_is_shown_to_who_has_signed_in_goes_into_no_shared_cache(team):
    assert client_of(team, "aiko").get("/help/support")["Cache-Control"] == "private, no-cache"
    assert "Cache-Control" not in client_of(team, "").get("/help/support")
    assert "public" in client_of(team, "aiko").get("/help/sitemap.xml")["Cache-Control"]
