"""Notices and statements as people find them: listed, counted, read, and open to whoever holds the link."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from sekisho.accounts.types import KeyView
from sekisho.enforcement import queries
from sekisho.enforcement.actions import lift
from sekisho.enforcement.models import Restriction
from sekisho.notices.links import Purpose, token
from sekisho.notices.models import Notice
from tests.cast import Cast
from tests.console.addresses import TOLD
from tests.console.conftest import client_of
from tests.console.html import read

pytestmark = pytest.mark.usefixtures("told")
LATER = datetime(2100, 1, 1, tzinfo=UTC)
LINK = f"/statements/{token(Purpose.STATEMENT, TOLD, LATER)}"


def page(cast: Cast, name: str, path: str, lang: str = "en") -> str:
    response = client_of(cast, name, lang).get(path)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    ("lang", "shown"),
    [
        (
            "en",
            (
                "The key “Web shop” is suspended",
                "in 12 requests of one day",
                "A person decided",
                "Read the clause",
            ),
        ),
        (
            "ja",
            ("キー「Web shop」を一時停止しています", "1 日に 12 件", "担当者が決定しました", "条項を読む"),
        ),
    ],
)
def test_whoever_holds_the_link_reads_the_whole_statement_without_signing_in(cast, lang, shown):
    told = page(cast, "", LINK, lang)
    (view,) = queries.restrictions(cast.viewer("aiko"), cast.atelier.id, datetime.now(UTC))
    paragraphs = view.statement.redress.in_(lang).split("\n\n")
    assert [one for one in (*shown, *paragraphs) if one not in told] == []
    assert f'href="/appeals/new/{LINK.removeprefix("/statements/")}"' in told
    assert "/policy/2025-09-15#fraud_predation" in told
    assert f"http://127.0.0.1:8080/appeals/new/{LINK.removeprefix('/statements/')}" in told  # for paper


def test_the_link_is_kept_from_others(cast):
    response = client_of(cast, "").get(LINK)
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    # No stricter: without a referrer, browsers post the form for the language with `Origin: null`, which is refused.
    assert response["Referrer-Policy"] == "same-origin"
    assert "no-store" in response["Cache-Control"]


def test_the_reader_changes_the_language_on_the_page(cast):
    client = Client(headers={"accept-language": "en"})
    moved = client.post("/preferences", {"language": "ja", "next": LINK})
    assert moved["Location"] == LINK
    assert read(client.get(LINK).content.decode()).lang == "ja"


@pytest.mark.parametrize(
    ("link", "status", "title"),
    [
        pytest.param(LINK[:-1] + "_", 404, "This link does not open anything", id="forged"),
        pytest.param("/statements/sor_told", 404, "This link does not open anything", id="an id is no link"),
        pytest.param(
            f"/statements/{token(Purpose.APPEAL, TOLD, LATER)}",
            404,
            "This link does not open anything",
            id="made for another purpose",
        ),
        pytest.param(
            f"/statements/{token(Purpose.STATEMENT, TOLD, datetime(2026, 1, 1, tzinfo=UTC))}",
            410,
            "This link has expired",
            id="expired",
        ),
        pytest.param(
            f"/statements/{token(Purpose.STATEMENT, 'sor_gone', LATER)}",
            404,
            "There is nothing here",
            id="gone",
        ),
    ],
)
def test_a_link_that_does_not_open_says_why(cast, link, status, title):
    response = client_of(cast, "").get(link)
    assert (response.status_code, read(response.content.decode()).h1) == (status, [title])


def test_what_was_lifted_is_shown_as_lifted(cast):
    assert "In force" in page(cast, "", LINK)
    lift(cast.viewer("fumi"), Restriction.objects.get().id)
    told = page(cast, "", LINK)
    assert "Lifted" in told
    assert "In force" not in told


def test_what_should_never_have_been_says_so(cast):
    Restriction.objects.update(lifted_at=datetime.now(UTC), reversed_at=datetime.now(UTC))
    assert "it should not have been" in page(cast, "", LINK)


def test_the_overview_leads_to_the_statement(cast):
    told = read(page(cast, "ben", f"/o/{cast.atelier.id}")).links
    (link,) = [one for one in told if one.startswith("/statements/")]
    assert "Statement of reasons" in page(cast, "", link)


@pytest.mark.parametrize(("name", "status"), [("emi", 200), ("fumi", 200), ("daiki", 404), ("chie", 404)])
def test_staff_who_see_standing_read_it_by_its_id(cast, name, status):
    response = client_of(cast, name).get(f"/staff/statements/{TOLD}")
    assert response.status_code == status
    assert b"/appeals/new/" not in response.content


def test_new_notices_are_counted_until_they_are_read(cast: Cast, key: KeyView):
    Notice.objects.update(at=datetime.now(UTC) - timedelta(days=1))
    here = f"/o/{cast.atelier.id}"
    assert '<span class="count">1 new</span>' in page(cast, "ben", here)
    assert "Access is suspended" in page(cast, "ben", f"{here}/notices")
    told = page(cast, "ben", f"{here}/notices/ntc_told")
    assert "in 12 requests of one day" in told
    assert 'class="count"' not in page(cast, "ben", here)
    assert '<span class="count">新着 1 件</span>' in page(cast, "aiko", here, "ja")


def test_an_organisation_that_was_told_nothing_reads_so(cast):
    assert "No notices" in page(cast, "chie", f"/o/{cast.elsewhere.id}/notices")


def test_a_long_list_has_pages(cast):
    row = Notice.objects.get(pk="ntc_told")
    for number in range(60):
        row.pk, row.key, row.at = f"ntc_{number:03}", f"key-{number}", row.at - timedelta(hours=1)
        row.save(force_insert=True)
    here = f"/o/{cast.atelier.id}/notices"
    first = read(page(cast, "aiko", here)).links
    assert "?cursor=ntc_048" in first
    second = read(page(cast, "aiko", f"{here}?cursor=ntc_048")).links
    listed = [link.removeprefix(f"{here}/") for link in second if link.startswith(f"{here}/")]
    assert listed == [f"ntc_{number:03}" for number in range(49, 60)]
    assert "?cursor=ntc_059" not in second


def test_what_one_was_told_in_person_is_for_oneself(cast):
    assert "Access is suspended" in page(cast, "emi", "/notices")
    assert "in 12 requests of one day" in page(cast, "emi", "/notices/ntc_emi")
    assert "No notices" in page(cast, "aiko", "/notices")
    for name, path in (
        ("aiko", "/notices/ntc_emi"),
        ("emi", "/notices/ntc_told"),
        ("chie", "/notices/ntc_told"),
    ):
        assert client_of(cast, name).get(path).status_code == 404
    assert client_of(cast, "").get("/notices").status_code == 302
