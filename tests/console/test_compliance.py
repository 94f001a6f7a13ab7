"""Pages of compliance: contact points, forms for everybody, and the desk of the legal team."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from sekisho.accounts.models import StaffAppointment
from sekisho.accounts.types import StaffRole, system
from sekisho.base.clock import fixed_clock
from sekisho.cases.actions import open_case
from sekisho.cases.types import Contact, Kind, Opening, Queue
from sekisho.compliance import queries
from sekisho.compliance.actions import state_profile, take_complaint, take_notice, take_order
from sekisho.compliance.types import Dsa, Matter, OrderGiven, OrderKind, Profile, Regime, Uk
from tests.cast import Cast
from tests.compliance.makers import complaint, notice

EVERYTHING = Profile(Dsa.PLATFORM, Uk.U2U, au_dis=True, uk_gdpr=True, eu_gdpr=True, jp_large=True)
POINTS = ("/contact/eu", "/contact/eu/authorities", "/contact/uk", "/contact/au", "/contact/data-protection")


@pytest.fixture
def everywhere(db: None) -> None:
    state_profile(system("test"), EVERYTHING, "Open everywhere")


@pytest.fixture
def legal(cast: Cast) -> Client:
    """Daiki, of the legal team, at a browser."""
    StaffAppointment.objects.create(person=cast.daiki, role=StaffRole.LEGAL.value)
    client = Client()
    client.force_login(cast.daiki)
    return client


def shown(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    return response.content.decode()


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(submission)" value="([^"]+)"', page))


def test_every_contact_point_is_two_clicks_from_any_page(everywhere: None) -> None:
    foot = shown(Client(), "/policy").partition('<footer class="foot">')[2]
    assert set(re.findall(r'href="(/contact[^"]*)"', foot)) == {"/contact", *POINTS}


def test_a_fresh_installation_publishes_no_contact_point_and_still_takes_everything(db: None) -> None:
    foot = shown(Client(), "/contact").partition('<footer class="foot">')[2]
    assert re.findall(r'href="(/contact[^"]*)"', foot) == ["/contact"]
    assert "nothing is promised here" in shown(Client(), "/contact/eu")
    assert "/complaints/new/own" in shown(Client(), "/complaints?region=GB")
    assert shown(Client(), "/complaints/new/uk_osa", 404)


def test_contact_points_are_read_by_everybody_in_both_languages(everywhere: None) -> None:
    for language in ("en", "ja"):
        client = Client(headers={"accept-language": language})
        assert all(f'<html lang="{language}"' in shown(client, path) for path in POINTS)


def test_australia_is_told_what_the_esafety_commissioner_does(everywhere: None) -> None:
    page = shown(Client(), "/contact/au")
    assert "independent regulator" in page
    assert "take your complaint to eSafety" in page
    assert "https://www.esafety.gov.au/report" in page


@pytest.mark.parametrize(
    ("languages", "region"),
    [
        pytest.param("en-GB,en;q=0.9", "GB", id="United Kingdom"),
        pytest.param("ja", "JP", id="Japanese"),
        pytest.param("de-AT", "EU", id="Austria"),
        pytest.param("en", "", id="says nothing"),
    ],
)
def test_where_somebody_lives_is_filled_in_and_asked(everywhere: None, languages: str, region: str) -> None:
    page = shown(Client(headers={"accept-language": languages}), "/complaints")
    assert f'<option value="{region}" selected>' in page
    assert 'name="region"' in shown(Client(headers={"accept-language": languages}), "/illegal-content")


def test_an_affected_person_complains_under_the_kinds_of_the_united_kingdom_and_follows_it(
    everywhere: None,
) -> None:
    visitor = Client()
    form = shown(visitor, "/complaints/new/uk_osa?region=GB")
    for kind in (
        "Illegal content safety duties",
        "Content reporting duties",
        "Freedom of expression and privacy",
    ):
        assert kind in form
    given = {
        **hidden(form),
        "region": "GB",
        "kind": "content_reporting",
        "complainant": "affected_person",
        "text": "<b>I could not report it.</b>",
    }
    answer = visitor.post("/complaints/new/uk_osa", given)
    assert answer.status_code == 302
    page = shown(visitor, answer["Location"])
    assert "Outcome of the complaint" in page
    assert "&lt;b&gt;I could not report it.&lt;/b&gt;" in page
    assert "Ofcom" in page
    assert visitor.post("/complaints/new/uk_osa", given)["Location"] == answer["Location"]


def test_one_complaint_to_two_laws_gives_two_receipts(everywhere: None) -> None:
    visitor = Client()
    form = shown(visitor, "/complaints/new/uk_dp")
    given = {
        **hidden(form),
        "kind": "data_use",
        "complainant": "user",
        "text": "My data",
        "also": ["gdpr"],
    }
    page = visitor.post("/complaints/new/uk_dp", given).content.decode()
    links = re.findall(r'href="(/followed/[^"]+)"', page)
    assert len(links) == 2
    assert all(shown(visitor, link) for link in links)


def test_what_is_missing_is_said_on_the_form(everywhere: None) -> None:
    form = shown(Client(), "/illegal-content")
    given = {"category": "fraud", "explanation": "It is.", "locations": "share 7", "good_faith": "on"}
    answer = Client().post("/illegal-content", {**hidden(form), **given})
    assert answer.status_code == 422
    assert "Your name and e-mail address are needed" in answer.content.decode()


def test_who_holds_no_link_reads_nothing(everywhere: None) -> None:
    assert Client().get("/followed/forged").status_code in (400, 404, 410)


def test_a_notice_is_decided_and_the_decision_complained_about(everywhere: None, legal: Client) -> None:
    taken = take_notice(notice())
    case = f"/staff/compliance/cases/{taken.case}"
    assert "https://ai.example.test/share/7" in shown(legal, case)
    answer = {"decision": "no_action", "basis": "none", "reasons": "It is the shop's own chat."}
    assert legal.post(case, answer).status_code == 302
    page = shown(Client(), taken.link)
    assert "the shop&#x27;s own chat" in page
    (complain,) = re.findall(r'href="(/complaints/new/dsa\?[^"]+)"', page)
    form = shown(Client(), complain.replace("&amp;", "&"))
    assert "About your notice" in form
    given = {
        **hidden(form),
        "kind": "notice_decision",
        "complainant": "notifier",
        "text": "It is not theirs.",
    }
    assert Client().post(complain.replace("&amp;", "&"), given).status_code == 302
    (view,) = queries.matters(system("test"), Matter.COMPLAINT)
    assert view.about == taken.case
    assert "You took part" in shown(legal, f"/staff/compliance/cases/{view.case}")


def test_a_complaint_that_came_by_the_wrong_form_is_moved(everywhere: None, legal: Client) -> None:
    (taken,) = take_complaint(complaint())
    move = f"/staff/compliance/cases/{taken.case}/move"
    assert legal.post(move, {"to": "complaint uk_dp data_use", "reason": "About data"}).status_code == 302
    assert queries.matter(system("test"), taken.case).regime is Regime.UK_DP


STAFF = (
    *("/staff/compliance", "/staff/compliance/cases", "/staff/compliance/orders"),
    *("/staff/compliance/profile", "/staff/compliance/contacts/eu", "/staff/compliance/law"),
    *("/staff/compliance/registers", "/staff/compliance/report"),
)


def test_only_the_legal_team_sees_its_pages(everywhere: None, legal: Client, cast: Cast) -> None:
    other = Client()
    other.force_login(cast.fumi)
    assert {path: legal.get(path).status_code for path in STAFF} == dict.fromkeys(STAFF, 200)
    assert {path: other.get(path).status_code for path in STAFF} == dict.fromkeys(STAFF, 404)


def test_an_order_is_sealed_receipted_and_answered(everywhere: None, legal: Client, cast: Cast) -> None:
    form = shown(Client(), "/contact/eu/authorities/order")
    given = {
        **hidden(form),
        "kind": "act",
        "authority": "Office of Example",
        "country": "de",
        "legal_basis": "Art. 9",
        "text": "Remove share 7.",
        "email": "office@example.test",
    }
    assert "official address" in Client().post("/contact/eu/authorities/order", given).content.decode()
    (view,) = queries.matters(system("test"), Matter.ORDER)
    page = f"/staff/compliance/orders/{view.case}"
    assert "Remove share 7." in shown(legal, page)
    emi = Client()
    emi.force_login(cast.emi)
    assert emi.get(page).status_code == 404
    assert legal.post(page, {"receipt-text": "Received.", "receipt": "1"}).status_code == 302
    done = {"effect": "complied", "text": "Removed today.", "give": "1"}
    assert legal.post(page, done).status_code == 302
    ended = queries.matter(system("test"), view.case)
    assert (ended.outcome, ended.acknowledged_at is not None) == ("complied", True)


def test_the_profile_is_stated_with_a_reason_and_stays_readable(legal: Client) -> None:
    words = {**Profile().words(), "uk": "u2u", "reason": "People in Britain share chats"}
    assert legal.post("/staff/compliance/profile", words).status_code == 302
    assert queries.profile().profile.uk is Uk.U2U
    page = shown(legal, "/staff/compliance/profile")
    assert "People in Britain share chats" in page
    assert "nothing" not in shown(Client(), "/contact/uk").partition("<main")[2].partition("</main")[0]


def test_a_contact_point_keeps_a_person_and_a_choice(everywhere: None, legal: Client) -> None:
    one = {"languages": ["en"], "means_0": "email", "where_0": "dsa@example.test"}
    refused = legal.post("/staff/compliance/contacts/eu", one)
    assert "A person must answer" in refused.content.decode()
    refused = legal.post("/staff/compliance/contacts/eu", {**one, "human_0": "on"})
    assert "choose between at least two" in refused.content.decode()
    both = {**one, "human_0": "on", "means_1": "post", "where_1": "1 Gate Street"}
    assert legal.post("/staff/compliance/contacts/eu", both).status_code == 302
    page = shown(Client(), "/contact/eu")
    assert "dsa@example.test" in page
    assert "Earlier versions" in page


def test_what_an_authority_wrote_to_the_mailbox_keeps_its_time(everywhere: None, legal: Client) -> None:
    given = OrderGiven("one", OrderKind.QUESTION, "Office", "DE", "How do you work?", "Art. 10")
    taken = take_order(given)
    assert queries.matter(system("test"), taken.case).matter is Matter.ORDER
    page = legal.post(
        "/staff/compliance/orders",
        {"reference": "AAAA-AAAA", "kind": "act", "authority": "Office", "country": "DE"},
    )
    assert "no case with this reference" in page.content.decode()


def test_the_report_leads_from_each_number_to_its_ids(everywhere: None, legal: Client) -> None:
    (taken,) = take_complaint(complaint())
    page = shown(legal, "/staff/compliance/report?since=2020-01-01&last=2090-12-31")
    (href,) = re.findall(r'href="([^"]+/complaints/kind[^"]+)"', page)
    assert taken.case in shown(legal, href.replace("&amp;", "&"))
    file = legal.get("/staff/compliance/report?since=2020-01-01&last=2090-12-31&file=json")
    assert file["Content-Type"].startswith("application/json")


def test_a_complaint_that_came_by_mail_counts_from_its_arrival(everywhere: None, legal: Client) -> None:
    at = datetime(2026, 1, 5, 9, tzinfo=UTC)
    opening = Opening(
        kind=Kind.SUPPORT,
        queue=Queue.LEGAL,
        submission="by mail",
        subject="My data",
        text="You use my name.",
        contact=Contact("chie@example.test", True),
        surface="mail",
    )
    case = open_case(opening, clock=fixed_clock(at))
    given = {"reference": case.reference, "to": "complaint uk_dp data_use", "reason": "About data"}
    assert legal.post("/staff/compliance/cases", given)["Location"].endswith(case.id)
    view = queries.matter(system("test"), case.id)
    assert (view.regime, view.received_at) == (Regime.UK_DP, at)
    assert legal.post("/staff/compliance/cases", {**given, "reference": "ZZZZ-ZZZZ"}).status_code == 200


def test_registers_are_kept(legal: Client) -> None:
    page = "/staff/compliance/registers"
    flagger = {"register": "flagger", "flagger-number": "TF-7", "flagger-name": "Shop watch"}
    assert legal.post(page, flagger).status_code == 302
    authority = {"register": "authority", "authority-domain": "example.org", "authority-name": "Office"}
    assert legal.post(page, {**authority, "authority-country": "de"}).status_code == 302
    dispute = {"register": "dispute", "dispute-about": "apl_1", "dispute-body": "Body"}
    assert legal.post(page, dispute).status_code == 302
    (begun,) = queries.disputes(system("test"))
    assert legal.post(page, {"register": "end", "dispute": begun.id, "outcome": "for_us"}).status_code == 302
    shown_page = shown(legal, page)
    for words in ("TF-7", "example.org", "The decision stands"):
        assert words in shown_page
    assert queries.authority_of("someone@mail.example.org") == "Office"
    assert queries.authority_of("someone@notexample.org") == ""
