"""What holds of every page, in both languages: its frame, its policy on scripts, and what an outsider sees."""

from __future__ import annotations

import pytest
from django.urls import resolve

from sekisho.accounts.types import KeyView
from sekisho.console import urls
from tests.cast import Cast
from tests.console.addresses import ADDRESSES, ELSEWHERE
from tests.console.conftest import client_of
from tests.console.html import read

pytestmark = pytest.mark.usefixtures(
    "decided",
    "told",
    "directory",
    "drafted",
    "appealed",
    "held",
    "called",
    "watched",
    "reported",
    "reviewed",
    "struck",
    "has_chosen",
    "has_feedback",
    "emi_prepares_policy",
    "daiki_operates",
    "has_datasets",
    "has_retention",
    "rights_asked",
    "locked_out",
    "calendars_put",
    "providers_stated",
    "matters_taken",
    "support_asked",
    "talked",
    "help_open",
    "desk_asked",
    "mailed",
)
SAYS_WHY = "console:support-enterprise"
"""Tells everybody else why it is closed to them, as R-SUP-059 asks: `test_support.py` shows it."""
PRIVATE = tuple(
    address
    for address in ADDRESSES
    if address.path.startswith(("/o/", "/staff", "/operator")) and address.route != SAYS_WHY
)


# Each test walks through all pages: the rows that they need take longer to make than the pages.


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_page_has_a_language_a_title_one_heading_and_labels(lang: str, cast: Cast, key: KeyView) -> None:
    wrong = {}
    for address in ADDRESSES:
        response = client_of(cast, address.who, lang).get(address.of(cast, key.id))
        page = read(response.content.decode())
        kept = {
            "status": response.status_code == 200,
            "language": page.lang == lang,
            "title": bool(page.title.strip().removesuffix("· Sekisho").strip()),
            "one heading": len(page.h1) == 1 and bool(page.h1[0].strip()),
            "labels": page.unlabelled == [],
            "unique ids": len(page.ids) == len(set(page.ids)),
        }
        if broken := [what for what, is_kept in kept.items() if not is_kept]:
            wrong[address.route] = broken
    assert wrong == {}


def test_a_page_carries_a_strict_policy_and_nothing_that_it_refuses(cast: Cast, key: KeyView) -> None:
    loose = []
    for address in ADDRESSES:
        response = client_of(cast, address.who).get(address.of(cast, key.id))
        policy = response["Content-Security-Policy"]
        demanded = ("default-src 'none'", "script-src 'self'", "style-src 'self'")
        is_strict = "unsafe" not in policy and all(one in policy for one in demanded)
        if not is_strict or read(response.content.decode()).inline:
            loose.append(address.route)
    assert loose == []


def test_chie_finds_nothing(cast: Cast, key: KeyView) -> None:
    client = client_of(cast, "chie")
    answers = {address.route: client.get(address.of(cast, key.id)) for address in PRIVATE}
    assert {route: answer.status_code for route, answer in answers.items() if answer.status_code != 404} == {}
    assert [route for route, answer in answers.items() if cast.atelier.name in answer.content.decode()] == []


def test_whoever_has_not_signed_in_is_asked_to(cast: Cast, key: KeyView) -> None:
    client = client_of(cast, "")
    answers = {address.route: client.get(address.of(cast, key.id)) for address in PRIVATE}
    assert {
        route: answer.status_code
        for route, answer in answers.items()
        if answer.status_code != 302 or not answer["Location"].startswith("/accounts/login/")
    } == {}


def test_every_route_is_among_the_pages_that_are_tested(cast: Cast, key: KeyView) -> None:
    tested = {resolve(address.of(cast, key.id).split("?")[0]).view_name for address in ADDRESSES}
    routes = {f"console:{pattern.name}" for pattern in urls.urlpatterns}
    assert routes - tested - ELSEWHERE == set()


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize(
    "path", ["/nothing/here", "/policy/1999-01-01", "/o/org_unknown", "/o/org_unknown/keys"]
)
def test_what_does_not_exist_says_so_in_the_shared_frame(path: str, lang: str, cast: Cast) -> None:
    response = client_of(cast, "chie", lang).get(path)
    page = read(response.content.decode())
    assert response.status_code == 404
    assert page.h1 == [{"en": "There is nothing here", "ja": "ページが見つかりません"}[lang]]
    assert page.inline == []
