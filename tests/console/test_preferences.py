"""Language and colours are chosen by a plain form, and the page stays."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.console.html import read

pytestmark = pytest.mark.usefixtures("policy")


def choose(client: Client, **choice: str) -> str:
    """Send the form as the page at `/policy/versions` holds it, and return where it leads."""
    return str(client.post("/preferences", {"next": "/policy/versions", **choice})["Location"])


def test_the_language_changes_and_the_page_stays() -> None:
    client = Client(headers={"accept-language": "en"})
    assert choose(client, language="ja") == "/policy/versions"
    assert read(client.get("/policy/versions").content.decode()).lang == "ja"


def test_the_theme_is_written_into_the_page_so_that_nothing_flashes() -> None:
    client = Client()
    choose(client, theme="dark")
    assert '<html lang="en" data-theme="dark">' in client.get("/policy/versions").content.decode()
    choose(client, theme="auto")
    assert "data-theme" not in client.get("/policy/versions").content.decode()


@pytest.mark.parametrize("choice", [{"language": "xx"}, {"theme": '"><script>'}, {}], ids=str)
def test_what_is_not_offered_is_not_kept(choice: dict[str, str]) -> None:
    client = Client()
    choose(client, **choice)
    assert not client.cookies


@pytest.mark.parametrize("page", ["https://elsewhere.test/", "//elsewhere.test", "javascript:alert(1)", ""])
def test_the_form_leads_nowhere_else(page: str) -> None:
    assert Client().post("/preferences", {"next": page, "theme": "dark"})["Location"] == "/"


def test_it_takes_a_form_only() -> None:
    assert Client().get("/preferences").status_code == 405


def test_a_forged_form_gets_a_page_that_says_what_to_do() -> None:
    response = Client(enforce_csrf_checks=True).post("/preferences", {"theme": "dark"})
    assert response.status_code == 403
    assert read(response.content.decode()).h1 == ["This form has expired"]
