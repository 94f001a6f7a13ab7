"""The review desk by keyboard, in a real browser: nothing needs the mouse, and the keys can be turned off."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from sekisho.enforcement.review.models import Case
from tests.console.addresses import REVIEWED
from tests.console.test_browser import World, browser, opened, pytestmark, world

__all__ = ["browser", "pytestmark", "world"]


@pytest.mark.usefixtures("world")
def test_a_case_is_found_and_answered_by_keys_alone(browser: Browser, world: World) -> None:
    page, said = opened(browser, "desktop", "en")
    world.sign_in(page.context, "emi")
    page.goto(f"{world.url}/staff/review")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.hasAttribute('data-row')")
    page.keyboard.press("n")
    page.wait_for_url(f"**/staff/review/cases/{REVIEWED}")
    page.keyboard.press("2")
    assert page.locator("input[name=verdict]:checked").get_attribute("value") == "no_violation"
    page.keyboard.press("r")
    expect(page.get_by_role("button", name="Show it", exact=True)).to_be_visible()
    page.locator("input[name=verdict]:checked").press("Enter")
    page.wait_for_url("**/staff/review**")
    page.context.close()
    assert said == []
    assert Case.objects.get(id=REVIEWED).outcome == "no_violation"


@pytest.mark.usefixtures("world")
def test_keys_stay_silent_while_one_types_and_when_they_are_off(browser: Browser, world: World) -> None:
    page, _ = opened(browser, "desktop", "en")
    world.sign_in(page.context, "emi")
    page.goto(f"{world.url}/staff/review/cases/{REVIEWED}")
    page.get_by_label("Reference of the earlier case").press("2")
    assert page.locator("input[name=verdict]:checked").count() == 0
    page.get_by_role("button", name="Keys are on").click()
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("2")
    assert page.locator("input[name=verdict]:checked").count() == 0
    page.reload()
    expect(page.get_by_role("button", name="Keys are off")).to_be_visible()
    page.context.close()
