"""What holds of every page, in both languages: its frame, its policy on scripts, and what an outsider sees."""

from __future__ import annotations

import pytest
from django.urls import resolve

from sekisho.accounts.types import KeyView
from sekisho.console import urls
from tests.cast import Cast
from tests.console.addresses import ADDRESSES, ELSEWHERE, Address
from tests.console.conftest import client_of
from tests.console.html import read

pytestmark = pytest.mark.usefixtures(
    "decided",
    "told",
    "directory",
    "appealed",
    "held",
    "called",
    "watched",
    "reported",
    "reviewed",
    "struck",
    "emi_prepares_policy",
    "daiki_operates",
)
every_page = pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address.route)
PRIVATE = tuple(address for address in ADDRESSES if address.path.startswith(("/o/", "/staff", "/operator")))


@pytest.mark.parametrize("lang", ["en", "ja"])
@every_page
def test_a_page_has_a_language_a_title_one_heading_and_labels(
    address: Address, lang: str, cast: Cast, key: KeyView
) -> None:
    response = client_of(cast, address.who, lang).get(address.of(cast, key.id))
    page = read(response.content.decode())
    assert response.status_code == 200
    assert page.lang == lang
    assert page.title.strip().removesuffix("· Sekisho").strip()
    assert len(page.h1) == 1
    assert page.h1[0].strip()
    assert page.unlabelled == []
    assert len(page.ids) == len(set(page.ids))


@every_page
def test_a_page_carries_a_strict_policy_and_nothing_that_it_refuses(
    address: Address, cast: Cast, key: KeyView
) -> None:
    response = client_of(cast, address.who).get(address.of(cast, key.id))
    policy = response["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert read(response.content.decode()).inline == []


@pytest.mark.parametrize("address", PRIVATE, ids=lambda address: address.route)
def test_chie_finds_nothing(address: Address, cast: Cast, key: KeyView) -> None:
    response = client_of(cast, "chie").get(address.of(cast, key.id))
    assert response.status_code == 404
    assert cast.atelier.name not in response.content.decode()


@pytest.mark.parametrize("address", PRIVATE, ids=lambda address: address.route)
def test_whoever_has_not_signed_in_is_asked_to(address: Address, cast: Cast, key: KeyView) -> None:
    response = client_of(cast, "").get(address.of(cast, key.id))
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


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
