"""Ben flips his consent in a real browser, in Japanese, and watches what becomes of his clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from sekisho.accounts import actions as accounts
from sekisho.accounts.types import AgeBand, KeyView
from sekisho.records.actions import store_turn
from sekisho.records.actions.restamp import restamp
from sekisho.records.consent import queries
from sekisho.records.queries import events_of
from sekisho.records.queries.clocks import Stored, timeline
from tests.cast import Cast
from tests.console.test_browser import World, browser, opened
from tests.console.test_browser import pytestmark as needs_browser
from tests.records.consent.conftest import own_turn

__all__ = ["browser"]
pytestmark = needs_browser
YEARS = timedelta(days=5 * 365)


@pytest.fixture
def account(transactional_db: None, cast: Cast) -> str:
    accounts.state_age(cast.viewer("ben"), AgeBand.ADULT)
    return accounts.open_account(cast.ben.id)


def test_ben_flips_consent_and_watches_the_clocks(
    browser: Browser, live_server: LiveServer, cast: Cast, account: str, key: KeyView
) -> None:
    page, said = opened(browser, "phone", "ja")
    World(live_server.url, cast, key).sign_in(page.context, "ben")
    page.goto(f"{live_server.url}/privacy")
    assert shown(page) == ("使われません", "30 日")

    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert events_of(account) == (), "a key pressed beside the buttons chooses nothing"

    press(page, "許可する")
    assert shown(page) == ("使われることがあります", "5 年")
    send(cast, account, "allowed")
    assert left(account, cast).ends_from - datetime.now(UTC) > YEARS
    assert clock_on_the_page(page) == f"{datetime.now(UTC).year + 5}"

    press(page, "許可しない")
    assert shown(page) == ("使われません", "30 日")
    clock = left(account, cast)
    assert timedelta(days=29) < clock.ends_from - datetime.now(UTC) <= timedelta(days=30)
    assert clock.is_sealed, "from now on Ben alone reads it, to take it along"
    restamp(account)
    assert clock_on_the_page(page) == f"{clock.ends_from:%Y}"

    with page.expect_download() as download:
        page.get_by_role("link", name="ダウンロード").first.click()
    last = queries.receipts(cast.viewer("ben"))[0]
    assert download.value.suggested_filename == f"{last.id}.json"
    assert last.language == "ja"
    page.context.close()
    assert said == []


def clock_on_the_page(page: Page) -> str:
    """Go and see when the stored conversation ends; return the year, and come back."""
    page.get_by_role("link", name="保管されているもの").first.click()
    shown = page.locator("section:has(#conversations) td time").first.inner_text()
    page.goto(page.url.replace("/stored", ""))
    return shown[:4]


def press(page: Page, button: str) -> None:
    """Reach the button by the keyboard and press it: one step, from the page that is open."""
    page.get_by_role("button", name=button, exact=True).focus()
    page.keyboard.press("Enter")
    page.locator("ul.messages .note-good").wait_for()
    assert Axe().run(page).response["violations"] == []


def shown(page: Page) -> tuple[str, str]:
    """What the page says of training, and of how long a message is kept that is sent now."""
    rows = page.locator("section:has(#holds-1) tbody tr")
    told = [row.locator("td").first.inner_text() for row in rows.all()]
    return told[1].strip(), told[2].strip()


def left(account: str, cast: Cast) -> Stored:
    (stored,) = timeline(account, member=cast.ben.id, at=datetime.now(UTC))
    return stored


def send(cast: Cast, account: str, name: str) -> None:
    """Keep a turn as ingest does."""
    store_turn(own_turn(cast.ben, account, name, datetime.now(UTC)))
