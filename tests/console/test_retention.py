"""Pages of destruction: what they show, and what two persons can do there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from sekisho.accounts.models import StaffAppointment
from sekisho.accounts.types import StaffRole
from sekisho.console.retention_charts import gauge
from sekisho.records.retention.models import Guard, LegalHold
from tests.cast import Cast

pytestmark = pytest.mark.django_db(databases="__all__")


def client_of(cast: Cast, name: str, lang: str = "en") -> Client:
    client = Client(headers={"accept-language": lang})
    client.force_login(getattr(cast, name))
    return client


@pytest.fixture
def emi_keeps_privacy(cast: Cast) -> None:
    StaffAppointment.objects.create(person=cast.emi, role=StaffRole.PRIVACY)


def test_two_persons_place_a_hold_and_one_releases_it(
    cast: Cast, daiki_keeps_privacy: None, emi_keeps_privacy: None
):
    daiki, emi = client_of(cast, "daiki"), client_of(cast, "emi")
    said = {"organisation": cast.atelier.id, "reason": "A court asked for it."}
    page = daiki.post("/staff/legal-holds/new", said)
    assert page.status_code == 302
    address = page.headers["location"]
    assert daiki.post(address, {"approve": ""}).status_code == 409, "not by whoever proposed it"
    assert LegalHold.objects.get().approved_at is None
    assert emi.post(address, {"approve": ""}).status_code == 302
    assert "In force" in daiki.get(address).content.decode()
    assert emi.post(address, {"release": "", "reason": " "}).status_code == 409
    assert emi.post(address, {"release": "", "reason": "The case is over."}).status_code == 302
    assert LegalHold.objects.get().release_reason == "The case is over."


def test_a_proposal_without_its_reason_is_shown_again(cast: Cast, daiki_keeps_privacy: None):
    page = client_of(cast, "daiki").post("/staff/legal-holds/new", {"organisation": cast.atelier.id})
    assert page.status_code == 422
    assert not LegalHold.objects.exists()


def test_a_clock_that_jumped_is_confirmed_on_the_page(cast: Cast, daiki_keeps_privacy: None):
    at = datetime.now(UTC)
    Guard.objects.create(id=1, good_at=at - timedelta(days=9), halted_at=at, seen_at=at)
    client = client_of(cast, "daiki", "ja")
    assert "破棄を停止しています" in client.get("/staff/retention").content.decode()
    assert client.post("/staff/retention", {"confirm": ""}).status_code == 302
    assert Guard.objects.get().halted_at is None
    assert client.post("/staff/retention", {"confirm": ""}).status_code == 409


@pytest.mark.parametrize(
    "path", ["/staff/retention", "/staff/legal-holds", "/staff/erasures", "/staff/erasures/ers_page"]
)
@pytest.mark.parametrize("name", ["aiko", "ben", "chie", "fumi"])
def test_who_does_not_keep_privacy_finds_none_of_it(path: str, name: str, cast: Cast, has_retention: None):
    assert client_of(cast, name).get(path).status_code in (403, 404)


def test_an_erasure_is_shown_table_by_table_with_what_failed_and_what_stays(cast: Cast, has_retention: None):
    page = client_of(cast, "daiki", "ja").get("/staff/erasures/ers_page").content.decode()
    assert "OperationalError" in page
    assert "6 表のうち 4 表が完了しています" in page


@pytest.mark.parametrize(
    ("past_due", "tone"),
    [pytest.param(0, "fill-allow", id="at rest"), pytest.param(1, "fill-block", id="one shows")],
)
def test_the_needle_rests_while_nothing_is_past_due(past_due: int, tone: str):
    drawn = gauge(past_due, "…")
    assert tone in drawn
    assert ("L36.0 92.0" in drawn) == (past_due == 0)
