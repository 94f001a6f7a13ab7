"""The playground's own side: what it offers, and what each stage found. The traffic itself is the gateway's."""

from __future__ import annotations

import pytest

from sekisho.console.playground import EXAMPLES
from tests.cast import Cast
from tests.console.conftest import client_of

pytestmark = pytest.mark.usefixtures("decided")


def test_examples_come_in_pairs_of_languages() -> None:
    assert [example.lang for example in EXAMPLES] == ["en", "ja"] * 4


def test_what_each_stage_found_is_a_part_of_a_page(cast: Cast) -> None:
    response = client_of(cast, "ben").get("/playground/requests/req_0000")
    page = response.content.decode()
    assert response.status_code == 200
    assert "Answer" in page
    assert "0.24 ms" in page
    assert "<html" not in page


@pytest.mark.parametrize(
    ("who", "request_id"),
    [("ben", "req_unknown"), ("chie", "req_0000")],
    ids=["not yet there", "an outsider"],
)
def test_nothing_yet_and_not_yours_read_the_same(who: str, request_id: str, cast: Cast) -> None:
    response = client_of(cast, who).get(f"/playground/requests/{request_id}")
    assert (response.status_code, response.content) == (202, b"")


def test_it_says_so_where_scripts_are_off(cast: Cast) -> None:
    page = client_of(cast, "ben").get("/playground").content.decode()
    assert '<noscript><div class="note note-care">' in page
    assert 'method="dialog"' in page


@pytest.mark.parametrize("who", ["emi", "daiki"])
def test_staff_without_an_organisation_do_not_find_it(who: str, cast: Cast) -> None:
    assert client_of(cast, who).get("/playground").status_code == 404
