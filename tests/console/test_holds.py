"""A professional reads, edits and releases a held answer; staff keep the registry; the organisation sees states."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from sekisho.accounts.models import StaffAppointment
from sekisho.accounts.types import StaffRole
from sekisho.enforcement.holds import queries
from sekisho.enforcement.holds.attestation import RESPONSIBILITY, verified
from sekisho.enforcement.holds.models import Hold, Professional
from sekisho.enforcement.holds.types import HoldState
from tests.console.conftest import client_of
from tests.enforcement.holds.makers import DRAFT, PROMPT, hold, professional

pytestmark = pytest.mark.usefixtures("policy")
PAGE = "/staff/holds/rev_1"


@pytest.fixture
def doctor(cast):
    made = professional(cast.emi.id)
    Professional.objects.filter(id=made).update(valid_until=date(2099, 12, 31))
    return client_of(cast, "emi")


@pytest.fixture
def ticket(cast):
    return hold(organisation=cast.atelier.id, finished_at=datetime.now(UTC))


@pytest.fixture
def claimed(doctor, ticket):
    assert doctor.post(PAGE, {"deed": "claim"}).status_code == 302
    return doctor


def state():
    return queries.hold_view("rev_1", datetime.now(UTC)).state


def text(response):
    return response.content.decode()


class TestReviewing:
    def test_the_queue_leads_to_the_answer_and_shows_no_content(self, doctor, ticket):
        page = text(doctor.get("/staff/holds"))
        assert f'href="{PAGE}"' in page
        assert PROMPT not in page
        page = text(doctor.get(PAGE))
        assert "Claim and read" in page
        assert DRAFT not in page

    def test_the_claim_shows_question_draft_and_statement(self, claimed):
        page = text(claimed.get(PAGE))
        assert PROMPT in page
        assert DRAFT in page
        assert RESPONSIBILITY.en[:60] in page
        assert claimed.get(PAGE)["Cache-Control"].startswith("max-age=0")

    def test_an_edit_is_previewed_word_by_word_with_and_without_scripts(self, claimed):
        typed = {"deed": "preview", "text": DRAFT.replace("two", "three")}
        part = text(claimed.post(PAGE, typed, headers={"hx-request": "true"}))
        assert "<del>two</del><ins>three</ins>" in part
        assert "<html" not in part
        page = text(claimed.post(PAGE, typed))
        assert "<del>two</del><ins>three</ins>" in page
        assert "Take three pills a day." in page
        assert state() is HoldState.CLAIMED

    def test_a_release_needs_the_agreement_and_loses_nothing_typed(self, claimed):
        response = claimed.post(PAGE, {"deed": "release", "text": "Take one."})
        assert response.status_code == 409
        assert "agree to it" in text(response)
        assert ">Take one.</textarea>" in text(response)
        assert claimed.post(PAGE, {"deed": "release", "text": "Take one.", "agreed": "1"}).status_code == 302
        assert state() is HoldState.RELEASED_EDITED
        assert queries.answer_of("rev_1").text == "Take one."

    def test_a_statement_is_agreed_to_in_the_language_it_was_read_in(self, cast, doctor, ticket):
        reader = client_of(cast, "emi", "ja")
        reader.post(PAGE, {"deed": "claim"})
        assert RESPONSIBILITY.ja in text(reader.get(PAGE))
        reader.post(PAGE, {"deed": "release", "text": DRAFT, "agreed": "1"})
        document = text(reader.get(f"{PAGE}/attestation"))
        assert verified(document)["statement"] == RESPONSIBILITY.ja

    @pytest.mark.parametrize(
        ("typed", "expected"),
        [
            ({"deed": "reject", "reason": "See a doctor."}, HoldState.REJECTED),
            ({"deed": "ask", "question": "How old are you?"}, HoldState.FACTS_ASKED),
            ({"deed": "give_back"}, HoldState.WAITING),
        ],
    )
    def test_what_else_one_can_do(self, claimed, typed, expected):
        assert claimed.post(PAGE, typed)["Location"] == "/staff/holds"
        assert state() is expected

    def test_a_lease_that_ended_loses_nothing_typed(self, claimed):
        Hold.objects.update(lease_until=datetime(2026, 1, 1, tzinfo=UTC))
        response = claimed.post(PAGE, {"deed": "release", "text": "Take one.", "agreed": "1"})
        assert response.status_code == 409
        assert "Take one." in text(response)
        again = claimed.post(PAGE, {"deed": "claim", "text": "Take one."})
        assert ">Take one.</textarea>" in text(again)
        assert "Release" in text(again)

    def test_who_comes_second_is_told(self, cast, claimed):
        StaffAppointment.objects.create(person=cast.daiki, role=StaffRole.PROFESSIONAL)
        made = professional(cast.daiki.id)
        Professional.objects.filter(id=made).update(valid_until=date(2099, 12, 31))
        second = client_of(cast, "daiki")
        response = second.post(PAGE, {"deed": "claim"})
        assert response.status_code == 409
        assert "Somebody else has claimed" in text(response)
        assert DRAFT not in text(response)

    def test_who_is_not_registered_reads_why(self, cast, ticket):
        client = client_of(cast, "emi")
        assert "No registration of yours is valid" in text(client.get("/staff/holds"))
        page = text(client.get(PAGE))
        assert "not registered as a professional" in page
        assert "Claim and read" not in page
        assert client.post(PAGE, {"deed": "claim"}).status_code == 409

    def test_without_a_claim_nothing_is_previewed(self, doctor, ticket):
        typed = {"deed": "preview", "text": "?"}
        assert "del" not in text(doctor.post(PAGE, typed, headers={"hx-request": "true"}))

    @pytest.mark.parametrize("who", ["aiko", "ben", "chie", "daiki", "fumi"])
    def test_nobody_else_finds_the_desk(self, cast, ticket, who):
        client = client_of(cast, who)
        for path in ("/staff/holds", PAGE):
            assert client.get(path).status_code == 404
        assert client.post(PAGE, {"deed": "claim"}).status_code == 404


class TestOrganisation:
    def test_its_people_see_states_and_never_content(self, cast, claimed):
        home = f"/o/{cast.atelier.id}/holds"
        for who in ("aiko", "ben"):
            client = client_of(cast, who)
            assert "Being looked at" in text(client.get(home))
            for path in (home, f"{home}/rev_1"):
                assert PROMPT not in text(client.get(path))
                assert DRAFT not in text(client.get(path))
        claimed.post(PAGE, {"deed": "release", "text": DRAFT, "agreed": "1"})
        client = client_of(cast, "ben")
        assert DRAFT not in text(client.get(f"{home}/rev_1"))
        assert verified(text(client.get(f"{home}/rev_1/attestation")))["hold"] == "rev_1"

    def test_another_organisations_ticket_is_not_found_under_ones_own(self, cast, ticket):
        client = client_of(cast, "chie")
        for path in ("", "/attestation"):
            assert client.get(f"/o/{cast.elsewhere.id}/holds/rev_1{path}").status_code == 404
        assert client_of(cast, "emi").get(f"/o/{cast.atelier.id}/holds/rev_1").status_code == 404

    def test_before_a_decision_there_is_no_attestation(self, cast, ticket):
        home = f"/o/{cast.atelier.id}/holds/rev_1"
        assert client_of(cast, "ben").get(f"{home}/attestation").status_code == 404

    def test_its_own_professional_decides_there(self, cast, ticket):
        made = professional(cast.ben.id, organisation=cast.atelier.id)
        Professional.objects.filter(id=made).update(valid_until=date(2099, 12, 31))
        client, home = client_of(cast, "ben"), f"/o/{cast.atelier.id}/holds/rev_1"
        client.post(home, {"deed": "claim"})
        assert DRAFT in text(client.get(home))
        client.post(home, {"deed": "release", "text": DRAFT, "agreed": "1"})
        assert state() is HoldState.RELEASED

    def test_it_says_where_professionals_are_licensed(self, cast):
        home = f"/o/{cast.atelier.id}/holds"
        client = client_of(cast, "aiko")
        assert client.post(home, {"jurisdiction": "jp"}).status_code == 302
        assert 'value="JP"' in text(client.get(home))
        assert client.post(home, {"jurisdiction": "Tokyo"}).status_code == 422
        assert client_of(cast, "ben").post(home, {"jurisdiction": "US"}).status_code == 403
        assert queries.jurisdiction_of(cast.atelier.id) == "JP"


FIELDS = {
    "email": "daiki@example.test",
    "name": "Daiki",
    "domains": ["hr_legal"],
    "jurisdictions": "jp, us-ca",
    "licence": "L-77120",
    "valid_until": "2099-12-31",
    "evidence": "Seen in the register of the bar.",
}


@pytest.mark.usefixtures("emi_prepares_policy")
class TestRegistry:
    def test_somebody_is_registered_renewed_and_ended(self, cast):
        StaffAppointment.objects.create(person=cast.daiki, role=StaffRole.PROFESSIONAL)
        client = client_of(cast, "emi")
        assert client.post("/staff/professionals/new", FIELDS).status_code == 302
        (made,) = queries.professionals(cast.viewer("emi"))
        assert made.jurisdictions == ("JP", "US-CA")
        home = f"/staff/professionals/{made.id}"
        assert "L-77120" in text(client.get(home))
        assert "L-77120" not in text(client.get("/staff/professionals"))
        renewal = {"deed": "renew", "valid_until": "2098-12-31", "evidence": "Seen again."}
        assert client.post(home, renewal).status_code == 302
        assert client.post(home, {"deed": "end", "reason": "Left."}).status_code == 302
        (ended,) = queries.professionals(cast.viewer("emi"))
        assert (ended.valid_until, ended.evidence, bool(ended.ended_at)) == (
            date(2098, 12, 31),
            "Seen again.",
            True,
        )

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            ({"email": "emi@example.test"}, "Nobody registers themselves"),
            ({"email": "nobody@example.test"}, "nothing here that you can see"),
            ({"email": "fumi@example.test"}, "not on the staff as a professional"),
            ({"jurisdictions": "Japan"}, "is no place"),
            ({"valid_until": "2020-01-01"}, "has expired already"),
            ({"domains": []}, "This field is required"),
        ],
    )
    def test_what_is_wrong_is_told_and_nothing_typed_is_lost(self, cast, change, told):
        StaffAppointment.objects.create(person=cast.daiki, role=StaffRole.PROFESSIONAL)
        response = client_of(cast, "emi").post("/staff/professionals/new", {**FIELDS, **change})
        assert response.status_code == 422
        assert told in text(response)
        assert "L-77120" in text(response)

    @pytest.mark.parametrize("typed", [{"deed": "renew", "valid_until": "2020-01-01", "evidence": "Seen."},
                                       {"deed": "end", "reason": ""}])  # fmt: skip
    def test_a_renewal_or_an_end_that_makes_no_sense_is_told(self, cast, typed):
        made = _registered(cast)
        response = client_of(cast, "emi").post(f"/staff/professionals/{made}", typed)
        assert response.status_code == 422

    @pytest.mark.parametrize("who", ["aiko", "chie", "daiki", "fumi"])
    def test_nobody_else_finds_the_registry(self, cast, who):
        made = _registered(cast)
        for path in ("", "/new", f"/{made}"):
            assert client_of(cast, who).get(f"/staff/professionals{path}").status_code == 404


def _registered(cast):
    StaffAppointment.objects.create(person=cast.daiki, role=StaffRole.PROFESSIONAL)
    return professional(cast.daiki.id)
