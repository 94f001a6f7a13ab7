"""The directory on pages: registered, answered for, looked at, listed, taken down."""

from __future__ import annotations

import pytest

from sekisho.accounts.types import system
from sekisho.base.databases import KEYSTORE
from sekisho.connectors import queries
from sekisho.connectors.checklist import ITEMS
from sekisho.connectors.types import Listing, Rule
from tests.connectors.conftest import CALENDAR, DETAILS
from tests.console.conftest import client_of
from tests.policy.makers import appointed

pytestmark = pytest.mark.django_db(databases=["default", KEYSTORE])
SYSTEM = system("test")


@pytest.fixture(autouse=True)
def answering(cast, monkeypatch) -> None:
    """Emi lists connectors, and servers answer without being there."""
    appointed(cast.emi)
    monkeypatch.setattr("sekisho.connectors.actions._ask", lambda url: CALENDAR)


@pytest.fixture
def form() -> dict[str, object]:
    details = {name: getattr(DETAILS, name) for name in DETAILS.__slots__}
    return {**details, "answered": sorted(ITEMS)}


def registered(cast, form) -> str:
    return client_of(cast, "aiko").post(f"/o/{cast.atelier.id}/connectors/new", form)["Location"]


def test_from_registration_to_the_public_directory(cast, form) -> None:
    page = registered(cast, form)
    owner, staff, anybody = client_of(cast, "aiko"), client_of(cast, "emi"), client_of(cast, "")
    assert "list_events" in owner.get(page).content.decode()
    owner.post(page, {"submit": "1"})
    connector = page.rpartition("/")[2]
    staff.post(f"/staff/connectors/{connector}", {"list": "1"})
    assert "Team calendar" in anybody.get("/connectors").content.decode()
    assert "Lists the events of a day." in anybody.get("/connectors/team-calendar").content.decode()
    staff.post(f"/staff/connectors/{connector}", {"suspend": "1", "reason": "It asks for too much."})
    assert "It asks for too much." in anybody.get("/connectors/team-calendar").content.decode()


def test_what_is_missing_is_told_where_one_stands(cast, form) -> None:
    page = registered(cast, {**form, "answered": ["ours"]})
    response = client_of(cast, "aiko", "ja").post(page, {"submit": "1"})
    assert response.status_code == 409
    assert "未確認の項目" in response.content.decode()
    client_of(cast, "aiko").post(page, {"answer": "1", "answered": sorted(ITEMS)})
    client_of(cast, "aiko").post(page, {"submit": "1"})
    assert queries.connector(SYSTEM, page.rpartition("/")[2]).listing is Listing.SUBMITTED


def test_nothing_typed_is_lost(cast, form) -> None:
    response = client_of(cast, "aiko").post(
        f"/o/{cast.atelier.id}/connectors/new", {**form, "url": "https://10.0.0.1/"}
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert "has to be a public one" in page
    assert "Events of a team, read and written." in page


def test_owners_choose_what_their_models_may_call(cast) -> None:
    page = f"/o/{cast.atelier.id}/connectors"
    client_of(cast, "aiko").post(page, {"rule": "listed"})
    assert queries.rule(SYSTEM, cast.atelier.id) is Rule.LISTED
    assert client_of(cast, "ben").post(page, {"rule": "any"}).status_code == 403
    assert queries.rule(SYSTEM, cast.atelier.id) is Rule.LISTED


@pytest.mark.parametrize(("who", "status"), [("chie", 404), ("ben", 200), ("daiki", 404)])
def test_who_sees_what_an_organisation_registered(cast, form, who, status) -> None:
    page = registered(cast, form)
    assert client_of(cast, who).get(page).status_code == status


@pytest.mark.parametrize("who", ["aiko", "daiki"])
def test_the_queue_is_for_staff_who_read_it(cast, who) -> None:
    assert client_of(cast, who).get("/staff/connectors").status_code == 404


def test_what_a_server_says_is_shown_literally(cast, form, monkeypatch) -> None:
    evil = CALENDAR.__class__("x", "1", "<script>alert(1)</script>", CALENDAR.tools)
    monkeypatch.setattr("sekisho.connectors.actions._ask", lambda url: evil)
    page = client_of(cast, "aiko").get(registered(cast, form)).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
