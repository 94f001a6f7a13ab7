"""The published policy: versions, dates, anchors, changes. Nobody needs to sign in."""

from __future__ import annotations

import pytest
from django.test import Client

from sekisho.accounts.types import NOBODY
from sekisho.policy import queries
from sekisho.policy.packs import reference_sources
from tests.cast import Cast
from tests.console.conftest import client_of
from tests.console.html import read

pytestmark = pytest.mark.usefixtures("policy")


def text(path: str, lang: str = "en") -> str:
    return Client(headers={"accept-language": lang}).get(path).content.decode()


def test_the_version_in_force_is_shown_with_an_anchor_for_every_clause() -> None:
    page = read(text("/policy"))
    (pack,) = [view.pack for view in queries.versions(NOBODY) if view.pack.version == "2025-09-15"]
    assert {clause.id for clause in pack.clauses} <= set(page.ids)
    assert {f"#{clause.id}" for clause in pack.clauses} <= set(page.links)


@pytest.mark.parametrize(
    ("lang", "announced", "effective"),
    [("en", "Aug. 15, 2025", "Sept. 15, 2025"), ("ja", "2025年8月15日", "2025年9月15日")],
)
def test_dates_are_those_of_the_place_where_the_policy_takes_effect(
    lang: str, announced: str, effective: str
) -> None:
    page = text("/policy", lang)
    assert announced in page
    assert effective in page


def test_an_earlier_version_stays_readable_and_says_that_it_is_one() -> None:
    page = text("/policy/2024-06-06")
    assert "This is an earlier version" in page
    assert "Version 2025-09-15 is in force now" in page


def test_a_reader_is_told_which_language_decides() -> None:
    assert "If the two languages differ, this one counts." in text("/policy")


def test_versions_are_listed_latest_first() -> None:
    page = text("/policy/versions")
    assert page.index("2025-09-15") < page.index("2024-06-06")
    assert len(reference_sources()) == 2


def test_the_changes_between_two_versions_are_marked_word_by_word() -> None:
    page = text("/policy/diff/2024-06-06..2025-09-15")
    assert "<ins>" in page
    assert "<del>" in page
    assert 'id="cyber"' in page


def test_examples_of_what_must_be_caught_are_not_published() -> None:
    pack = queries.pack_of(queries.PolicyVersion.objects.get(version="2025-09-15"))
    caught = [example.text for clause in pack.clauses for example in clause.must_fire]
    pages = text("/policy") + text("/policy/diff/2024-06-06..2025-09-15")
    assert caught
    assert not [example for example in caught if example in pages]


@pytest.mark.parametrize("path", ["/policy/diff/2024-06-06..1999-01-01", "/policy/none"])
def test_an_unknown_version_is_not_found(path: str) -> None:
    assert Client().get(path).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["aiko", "emi"])
def test_the_front_page_leads_people_to_where_they_begin(who: str, cast: Cast) -> None:
    response = client_of(cast, who).get("/")
    begin = {"aiko": f"/o/{cast.atelier.id}", "emi": "/staff/decisions"}[who]
    assert response["Location"] == begin


class TestWithoutAnyVersion:
    @pytest.fixture
    def policy(self, db: None) -> None:
        """No version is installed."""

    def test_the_page_says_that_nothing_passes(self) -> None:
        assert "the gate lets nothing pass" in text("/policy")


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "Pays or orders, and nobody agreed to it"), ("ja", "確認を得ずに支払いや注文を行う")],
)
def test_the_policy_says_what_agents_may_not_do(
    client: Client, policy: None, language: str, told: str
) -> None:
    page = client.get("/policy", headers={"accept-language": language}).content.decode()
    assert told in page
    assert "payment_unagreed" in page
