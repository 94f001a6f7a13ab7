"""A held answer decided on in a real browser, by the keyboard alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from sekisho.enforcement.holds import queries
from sekisho.enforcement.holds.types import HoldState
from tests.console.test_browser import World, browser, opened, world
from tests.console.test_browser import pytestmark as needs_browser

__all__ = ["browser", "world"]
pytestmark = needs_browser
EDITED = "Take one pill a day, and see a doctor."


@pytest.mark.parametrize(("size", "lang"), [("desktop", "en"), ("phone", "ja")])
def test_an_answer_is_edited_and_released_by_the_keyboard_alone(
    size: str, lang: str, browser: Browser, world: World
) -> None:
    page, said = opened(browser, size, lang)
    world.sign_in(page.context, "emi")
    page.goto(world.url + "/staff/holds")
    while page.evaluate("document.activeElement.textContent") != "rev_page":
        page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/staff/holds/rev_page")
    page.keyboard.press("e")
    page.keyboard.press("Control+a")
    page.keyboard.type(EDITED)
    page.locator("#diff ins").first.wait_for()  # as one types, without leaving the page
    assert Axe().run(page).response["violations"] == []
    page.keyboard.press("Tab")
    page.keyboard.press("r")
    page.get_by_role("alert").wait_for()  # nothing is released without agreeing
    assert page.locator("#text").input_value() == EDITED
    assert Axe().run(page).response["violations"] == []
    page.keyboard.press("a")
    page.keyboard.press("r")
    page.wait_for_url("**/staff/holds")
    page.context.close()
    assert queries.answer_of("rev_page").text == EDITED  # type: ignore[union-attr]
    assert [one for one in said if "409" not in one] == []


def test_keys_can_be_turned_off(browser: Browser, world: World) -> None:
    page, _ = opened(browser, "desktop", "en")
    world.sign_in(page.context, "emi")
    page.goto(world.url + "/staff/holds/rev_page")
    page.get_by_role("button", name="Keys are on").click()
    page.keyboard.press("b")
    page.get_by_role("button", name="Keys are off").wait_for()
    page.context.close()
    assert queries.hold_view("rev_page", datetime.now(UTC)).state is HoldState.CLAIMED
