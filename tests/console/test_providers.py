"""The pages of the provider registry: what Daiki sees and states, and what nobody else sees."""

from __future__ import annotations

import pytest

from sekisho.records.providers import queries
from sekisho.records.providers.types import Provider
from tests.console.conftest import client_of

pytestmark = [
    pytest.mark.django_db(databases=["default", "keystore"]),
    pytest.mark.usefixtures("providers_stated"),
]
PAGE = "/staff/providers/elsewhere"
SENT = {
    "evidence": "https://elsewhere.example/contract",
    "region": "jp",
    "retention_days": "",
    "requires_retention": "a*\nb",
}


def test_what_is_stale_or_unknown_is_loud(cast):
    page = client_of(cast, "daiki").get("/staff/providers").content.decode()
    assert page.count('role="alert"') >= 1
    assert "anthropic: the review has been too old since" in page
    assert "elsewhere: nothing is stated" in page


def test_the_form_begins_with_the_worst_where_nothing_is_known(cast):
    page = client_of(cast, "daiki").get(PAGE).content.decode()
    assert page.count(" checked") == 2  # it keeps, and it trains


def test_what_is_stated_counts_at_once(cast):
    client = client_of(cast, "daiki")
    assert client.post(PAGE, SENT).status_code == 302
    [stated] = queries.history(cast.viewer("daiki"), Provider("elsewhere", "elsewhere.example"))
    assert (stated.facts.retains, stated.facts.requires_retention) == (False, ("a*", "b"))
    assert "may go there" in client.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(
            {"evidence": "http://elsewhere.example"}, "https address", id="evidence that can be altered"
        ),
        pytest.param(
            {"trains": "on", "zero_retention_contract": "on"}, "exclude each other", id="trains on nothing"
        ),
    ],
)
def test_what_is_unsound_is_told_on_the_form(cast, change, said):
    reply = client_of(cast, "daiki").post(PAGE, SENT | change)
    assert (reply.status_code, said in reply.content.decode()) == (422, True)


@pytest.mark.parametrize("name", ["aiko", "ben", "chie", "emi", "fumi"])
@pytest.mark.parametrize("path", ["/staff/providers", PAGE])
def test_nobody_else_finds_the_pages(cast, name, path):
    assert client_of(cast, name).get(path).status_code == 404


def test_what_is_shipped_is_stated_by_nobody(cast, monkeypatch):
    from sekisho.link.routes import routes

    monkeypatch.setattr("sekisho.console.providers.known_routes", routes)
    client = client_of(cast, "daiki")
    client.post("/staff/providers/fake-openai", SENT)
    assert queries.history(cast.viewer("daiki"), Provider("fake-openai", "")) == ()
    assert client.get("/staff/providers/nowhere").status_code == 404
