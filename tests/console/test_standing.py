"""Pages of standing and of the ladder: who sees them, and what the buttons do."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from sekisho.accounts.models import StaffAppointment
from sekisho.accounts.types import StaffRole, system
from sekisho.enforcement import queries
from sekisho.enforcement.types import Measure
from tests.console.conftest import client_of

pytestmark = pytest.mark.usefixtures("struck")
SYSTEM = system("test")


def unit_page(cast) -> str:
    return reverse("console:staff-standing-unit", args=[cast.atelier.id, "end_user", "eu_struck"])


def in_force(cast):
    return queries.restrictions(SYSTEM, cast.atelier.id, datetime.now(UTC))


def form(measure: Measure, **more):
    return {
        "measure": measure.value,
        "days": "7",
        "clause": "fraud_predation",
        "facts_en": "Gift cards were asked for.",
        "facts_ja": "ギフトカードを求める内容でした。",
        **more,
    }


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_search_shows_the_worst_and_what_waits(cast, lang):
    page = client_of(cast, "emi", lang).get("/staff/standing?q=eu_")
    assert page.status_code == 200
    assert "eu_struck" in page.content.decode()
    assert {"en": "Waits for a person", "ja": "担当者の判断待ち"}[lang] in page.content.decode()
    assert (
        "eu_struck"
        not in client_of(cast, "emi").get("/staff/standing?q=key_").content.decode().split("Search")[-1]
    )


@pytest.mark.parametrize("name", ["aiko", "ben", "chie", "daiki"])
def test_others_do_not_know_the_staffs_pages(cast, name):
    for path in ("/staff/standing", unit_page(cast), "/staff/ladder", "/staff/ladder/ldr_page"):
        assert client_of(cast, name).get(path).status_code == 404


def test_chie_does_not_see_the_organisations_page(cast):
    assert client_of(cast, "chie").get(f"/o/{cast.atelier.id}/standing").status_code == 404


@pytest.mark.parametrize(("lang", "says"), [("en", "End users and keys"), ("ja", "エンドユーザーとキー")])
def test_the_organisation_sees_whose_conduct_it_is(cast, lang, says):
    page = client_of(cast, "ben", lang).get(f"/o/{cast.atelier.id}/standing").content.decode()
    for word in (says, "eu_struck", "key_struck", "<svg"):
        assert word in page
    assert "appeals/new/restriction" not in page
    aiko = client_of(cast, "aiko").get(f"/o/{cast.atelier.id}/standing").content.decode()
    assert "appeals/new/restriction" in aiko


def test_a_restriction_is_lifted(cast):
    (one,) = in_force(cast)
    answer = client_of(cast, "emi").post(unit_page(cast), {"lift": one.id})
    assert answer.status_code == 302
    assert in_force(cast) == ()


def test_a_person_suspends(cast):
    client_of(cast, "emi").post(unit_page(cast), form(Measure.SUSPENDED))
    assert {one.measure for one in in_force(cast)} == {Measure.THROTTLED, Measure.SUSPENDED}


def test_two_people_terminate(cast):
    client_of(cast, "emi").post(unit_page(cast), form(Measure.TERMINATED))
    (waits,) = queries.proposals(SYSTEM)
    mine = client_of(cast, "emi").post(unit_page(cast), {"confirm": waits.id})
    assert mine.status_code == 409
    shown = client_of(cast, "fumi").get(unit_page(cast)).content.decode()
    assert "Confirm as the second person" in shown
    client_of(cast, "fumi").post(unit_page(cast), {"confirm": waits.id})
    assert Measure.TERMINATED in {one.measure for one in in_force(cast)}


def test_a_form_that_lacks_something_says_so(cast):
    answer = client_of(cast, "emi").post(unit_page(cast), form(Measure.SUSPENDED, facts_ja=""))
    assert answer.status_code == 422
    answer = client_of(cast, "emi").post(unit_page(cast), form(Measure.SUSPENDED, days=""))
    assert (answer.status_code, "A suspension needs an end." in answer.content.decode()) == (409, True)


def test_what_waits_is_settled(cast):
    (waits,) = queries.waiting_for_people(SYSTEM, datetime.now(UTC))
    client_of(cast, "emi").post(unit_page(cast), {"settle": waits.id})
    assert queries.waiting_for_people(SYSTEM, datetime.now(UTC)) == ()


def test_an_unknown_kind_of_unit_is_not_found(cast):
    path = reverse("console:staff-standing-unit", args=[cast.atelier.id, "planet", "eu_struck"])
    assert client_of(cast, "emi").get(path).status_code == 404


def test_a_unit_of_which_nothing_is_known_stands_well(cast):
    path = reverse("console:staff-standing-unit", args=[cast.atelier.id, "key", "key_new"])
    assert "good standing" in client_of(cast, "emi").get(path).content.decode()


# --- the ladder ---


@pytest.mark.parametrize(("lang", "says"), [("en", "Whom it would have reached"), ("ja", "影響を受ける対象")])
def test_a_version_is_drawn(cast, lang, says):
    page = client_of(cast, "emi", lang).get("/staff/ladder/ldr_page").content.decode()
    assert says in page
    assert "<svg" in page


def test_numbers_are_proposed_tried_and_approved_by_another(cast):
    answer = client_of(cast, "emi").post("/staff/ladder", {"source": "throttle: 700\r\nsuspension: 1400\r\n"})
    assert answer.status_code == 302
    (made, *_) = queries.ladders(SYSTEM)
    assert (made.ladder.throttle, made.simulated_at is not None) == (700, True)
    assert client_of(cast, "emi").post(answer["location"], {"approve": ""}).status_code == 409
    StaffAppointment.objects.create(person=cast.daiki, role=StaffRole.POLICY)
    client_of(cast, "daiki").post(answer["location"], {"approve": ""})
    assert queries.ladder_in_force().ladder.throttle == 700


def test_numbers_that_are_wrong_are_told_at_their_place(cast):
    answer = client_of(cast, "emi").post("/staff/ladder", {"source": "warnings: 3"})
    assert answer.status_code == 422
    assert "ladder.yaml:1:1" in answer.content.decode()


def test_who_may_not_change_it_sees_no_form(cast):
    page = client_of(cast, "fumi").get("/staff/ladder").content.decode()
    assert "<textarea" not in page
    assert client_of(cast, "fumi").post("/staff/ladder", {"source": "throttle: 700"}).status_code == 403
