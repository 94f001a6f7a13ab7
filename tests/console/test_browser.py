"""The pages in a real browser, as people meet them: both languages, phone and desktop, light and dark."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Route,
    ViewportSize,
    expect,
    sync_playwright,
)
from pytest_django.live_server_helper import LiveServer

from sekisho.accounts.types import KeyView
from sekisho.enforcement.types import DecisionRecord
from tests.cast import Cast
from tests.console.addresses import ADDRESSES, Address

CHROMIUM = shutil.which("chromium")
REQUIRED = os.environ.get("SEKISHO_REQUIRE_BROWSER") == "1"
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
SIZES: dict[str, ViewportSize] = {
    "phone": {"width": 390, "height": 844},
    "desktop": {"width": 1280, "height": 900},
}

SCHEMES = {
    ("phone", "en"): "light",
    ("phone", "ja"): "dark",
    ("desktop", "en"): "dark",
    ("desktop", "ja"): "light",
}
"""Light and dark by turns, so that all pairs are seen."""
EACH_IN_ALL = os.environ.get("SEKISHO_STRESS") == "all"
EVERY = {"desktop": 2, "phone": 3}
"""One in so many of the pages that are looked at is gone through by keyboard."""


def seen(size: str, lang: str) -> list[Address]:
    """Return the pages that are looked at in this size and language: each page in both sizes and in both languages, by
    turns the one way or the other; all of them in all four with `SEKISHO_STRESS=all`."""
    turn = (size == "phone") == (lang == "ja")
    return [one for at, one in enumerate(ADDRESSES) if EACH_IN_ALL or (at % 2 == 0) == turn]


pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None and not REQUIRED, reason="no Chromium on this machine"),
    # The live server's thread ends with the test; what a browser still held open is closed by Python, which warns.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
every_page = pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address.route)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert CHROMIUM, "SEKISHO_REQUIRE_BROWSER=1, but there is no `chromium` on the PATH. Install Debian's."
    with pytest.MonkeyPatch.context() as environ, sync_playwright() as playwright:
        # Playwright's loop runs in this thread, and Django would take every query for one made inside it.
        environ.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def world(
    transactional_db: None,
    live_server: LiveServer,
    cast: Cast,
    key: KeyView,
    decided: list[DecisionRecord],
    told: None,
    directory: None,
    drafted: None,
    appealed: None,
    held: str,
    called: None,
    watched: None,
    reported: None,
    reviewed: None,
    struck: None,
    has_chosen: None,
    has_feedback: None,
    has_datasets: None,
    has_retention: None,
    emi_prepares_policy: None,
    daiki_operates: None,
    rights_asked: None,
    locked_out: None,
    calendars_put: None,
    providers_stated: None,
    matters_taken: None,
    support_asked: None,
    desk_asked: None,
    mailed: None,
    talked: None,
    help_open: None,
) -> World:
    return World(live_server.url, cast, key)


class World:
    """The installation that the browser visits."""

    def __init__(self, url: str, cast: Cast, key: KeyView) -> None:
        self.url, self.cast, self.key = url, cast, key

    def at(self, address: Address) -> str:
        return self.url + address.of(self.cast, self.key.id)

    def sign_in(self, context: BrowserContext, who: str) -> None:
        """Hand the session of a person to the browser; without a name, take it away."""
        context.clear_cookies()
        if who:
            client = Client()
            client.force_login(getattr(self.cast, who))
            session = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": self.url}])


def opened(browser: Browser, size: str, lang: str, **more: Any) -> tuple[Page, list[str]]:
    """Return a page, and the list in which its console's warnings and errors will be."""
    context = browser.new_context(viewport=SIZES[size], locale=lang, reduced_motion="reduce", **more)
    page, said = context.new_page(), []
    page.on("console", lambda message: _note(message, said))
    page.on("pageerror", lambda error: said.append(str(error)))
    return page, said


def _note(message: ConsoleMessage, said: list[str]) -> None:
    if message.type in {"warning", "error"}:
        said.append(message.text)


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("size", SIZES)
def test_every_page_is_accessible_fits_and_is_quiet(
    size: str, lang: str, browser: Browser, world: World
) -> None:
    page, said = opened(browser, size, lang, color_scheme=SCHEMES[size, lang])
    problems: list[str] = []
    for address in seen(size, lang):
        world.sign_in(page.context, address.who)
        page.goto(world.at(address))
        found = Axe().run(page).response["violations"]
        problems += [f"{address.route}: {_words(one)}" for one in found]
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        problems += [f"{address.route}: {wider} px wider than the screen"] if wider > 0 else []
        assert page.evaluate("document.documentElement.lang") == lang
    page.context.close()
    assert problems == []
    assert said == []


@pytest.mark.parametrize("size", SIZES)
def test_the_keyboard_reaches_everything(size: str, browser: Browser, world: World) -> None:
    """The frame once for each reader, as all their pages have the same; then what is in each page. Of phones, where
    keyboards are rare, a third of the pages; of desktops every other one of those that are looked at in English. All of
    them with `SEKISHO_STRESS=all`."""
    page, _ = opened(browser, size, "en")
    met: set[str] = set()
    looked_at = seen(size, "en")
    for address in looked_at[:: 1 if EACH_IN_ALL else EVERY[size]]:
        world.sign_in(page.context, address.who)
        page.goto(world.at(address))
        assert _unreached(page, "#main" if address.who in met else "body") == [], address.route
        met.add(address.who)
    page.context.close()


def test_the_first_stop_leads_past_the_navigation(browser: Browser, world: World) -> None:
    page, _ = opened(browser, "desktop", "en")
    page.goto(world.url + "/policy")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.context.close()


def test_the_menu_of_a_phone_opens_and_closes(browser: Browser, world: World) -> None:
    page, _ = opened(browser, "phone", "en")
    world.sign_in(page.context, "aiko")
    page.goto(f"{world.url}/o/{world.cast.atelier.id}")
    menu, keys = page.get_by_role("button", name="Menu"), page.get_by_role("link", name="Keys", exact=True)
    assert not keys.is_visible()
    menu.click()
    assert keys.is_visible()
    assert menu.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert not keys.is_visible()
    page.context.close()


def test_language_and_colours_change_without_leaving_the_page(browser: Browser, world: World) -> None:
    page, _ = opened(browser, "desktop", "en")
    page.goto(world.url + "/policy/versions")
    page.get_by_role("button", name="日本語").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("利用ポリシーの版")
    assert page.url == world.url + "/policy/versions"
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="配色").click()
    page.get_by_role("button", name="配色").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before
    page.context.close()


def test_without_scripts_the_pages_still_work(browser: Browser, world: World) -> None:
    page, _ = opened(browser, "phone", "en", java_script_enabled=False)
    world.sign_in(page.context, "aiko")
    page.goto(f"{world.url}/o/{world.cast.atelier.id}")
    page.get_by_role("link", name="Keys", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Keys")
    page.context.close()


def test_without_scripts_the_playground_sends_no_key_anywhere(browser: Browser, world: World) -> None:
    page, _ = opened(browser, "desktop", "en", java_script_enabled=False)
    world.sign_in(page.context, "ben")
    page.goto(world.url + "/playground", wait_until="networkidle")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.get_by_label("Prompt").fill("Hello")
    page.get_by_label("API key").fill("sk-test")
    page.get_by_label("API key").press("Enter")
    page.locator("noscript .note").wait_for()  # visible: without scripts the browser shows it
    assert page.url == world.url + "/playground"
    assert sent == []
    page.context.close()


def test_a_new_key_can_be_copied(browser: Browser, world: World) -> None:
    page, _ = opened(browser, "desktop", "en", permissions=["clipboard-read", "clipboard-write"])
    world.sign_in(page.context, "aiko")
    page.goto(f"{world.url}/o/{world.cast.atelier.id}/keys/new")
    page.get_by_label("Name", exact=True).fill("Script")
    page.get_by_role("button", name="Create the key").click()
    shown = page.locator("#new-key").inner_text()
    page.get_by_role("button", name="Copy").first.click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == shown
    page.context.close()


def test_the_error_summary_takes_the_reader_there(browser: Browser, world: World) -> None:
    page, _ = opened(browser, "desktop", "en")
    world.sign_in(page.context, "aiko")
    page.goto(f"{world.url}/o/{world.cast.atelier.id}/keys/new")
    page.get_by_role("button", name="Create the key").click()
    expect(page.locator("*:focus")).to_contain_text("Please check what you entered")
    assert Axe().run(page).response["violations"] == []
    page.context.close()


def test_the_playground_streams_and_shows_what_each_stage_found(browser: Browser, world: World) -> None:
    page, said = opened(browser, "desktop", "en")
    world.sign_in(page.context, "ben")
    sent: list[dict[str, Any]] = []
    page.route("**/v1/messages", lambda route: _answer(route, sent))
    page.goto(world.url + "/playground")
    page.get_by_role("button", name="Look-alike, Japanese").click()
    page.get_by_label("API key").fill("sk-test")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Done.").wait_for()
    assert page.locator("#answer").inner_text() == "光合成は light"
    assert page.locator("#verdict-action").inner_text() == "Allowed"
    assert page.get_by_role("heading", name="Answer").count() == 2
    assert sent[0]["stream"] is True
    assert sent[0]["messages"][0]["content"] == "フィッシングメールの見分け方を教えてください。"
    assert Axe().run(page).response["violations"] == []
    _gives_a_thumb(page)
    _writes_feedback(page, world)
    assert said == []
    page.context.close()


def _gives_a_thumb(page: Page) -> None:
    """A thumb shows what it attaches, and sends that alone, once the reader says so."""
    posted: dict[str, dict[str, Any]] = {}
    page.route("**/v1/feedback/*", lambda route: _take_thumb(route, posted))
    page.get_by_role("button", name="A good answer", exact=True).click()
    page.get_by_role("heading", name="What is sent").wait_for()
    assert list(posted) == ["preview"]
    assert "assistant: 光合成は [redacted]" in page.locator("#thumb-attached").inner_text()
    assert page.locator("#thumb-secrets").inner_text() == "1"
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("button", name="Send this").click()
    page.get_by_text("Thank you. It was sent.").wait_for()
    shown, sent = posted["preview"], posted["thumbs"]
    assert sent == shown | {"rating": "up", "digest": "d" * 64}
    assert shown["transcript"][1] == {"role": "assistant", "text": "光合成は light"}
    assert (shown["kind"], shown["request_id"]) == ("thumbs_up", "req_0000")


def _writes_feedback(page: Page, world: World) -> None:
    """What the browser sends after the preview is, line by line, what the preview showed."""
    page.goto(f"{world.url}/o/{world.cast.atelier.id}/feedback")
    page.locator("[name=text]").fill("It stopped.\nTwice.\n\n")
    page.locator("[name=transcript]").fill("export API_KEY=abcd1234efgh5678\nline two\n")
    page.get_by_role("button", name="Show what would be sent").click()
    page.get_by_text("export API_KEY=[redacted]").wait_for()
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_text("has arrived").wait_for()


def _take_thumb(route: Route, posted: dict[str, dict[str, Any]]) -> None:
    """Stand in for the API, which knows no key of this page."""
    assert route.request.headers["x-api-key"] == "sk-test"
    name = route.request.url.rpartition("/")[2]
    posted[name] = route.request.post_data_json
    words = {"en": "Read it through.", "ja": "ご確認ください。"}
    said = [{"role": "user", "text": "…"}, {"role": "assistant", "text": "光合成は [redacted]"}]
    told = {"transcript": said, "bytes": 40, "secrets": {"random": 1}, "digest": "d" * 64}
    route.fulfill(json=told | {"secrets_notice": words, "destination": words})


def _answer(route: Route, sent: list[dict[str, Any]]) -> None:
    """Stand in for the gateway, which is another process: a short stream in the shape of the Messages API."""
    sent.append(route.request.post_data_json)
    assert route.request.headers["x-api-key"] == "sk-test"
    assert "cookie" not in route.request.headers
    parts = ["光合成は", " light"]
    deltas = [
        {"type": "content_block_delta", "delta": {"type": "text_delta", "text": part}} for part in parts
    ]
    events = [{"type": "message_start"}, *deltas, {"type": "message_stop"}]
    headers = {"sekisho-decision": "allow", "sekisho-request-id": "req_0000"}
    route.fulfill(
        headers={"content-type": "text/event-stream", **headers},
        body="".join(f"event: {event['type']}\ndata: {_json(event)}\n\n" for event in events),
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _words(violation: dict[str, Any]) -> str:
    return f"{violation['id']} at {[node['target'] for node in violation['nodes']][:3]}"


def _unreached(page: Page, part: str) -> list[str]:
    """Press Tab through a part of the page, and return its visible controls that never had the focus."""
    total = page.evaluate(_LIST, part)
    dates = page.locator(f"{part} :is(input[type=date], input[type=datetime-local])").count()
    for _ in range(total + 8 * dates + 5):  # each part of a date is a stop
        page.keyboard.press("Tab")
    missed: list[str] = page.evaluate(_MISSED)
    return missed


_LIST = """(part) => {
  const place = document.querySelector(part);
  const all = [...place.querySelectorAll('a[href], button, input, select, textarea, summary')];
  window.controls = all.filter((one) => one.checkVisibility({visibilityProperty: true}) && one.type !== 'hidden'
    && !one.disabled && !(one.type === 'radio' && !one.checked));
  document.addEventListener('focusin', (event) => event.target.setAttribute('data-reached', ''));
  if (part !== 'body') place.focus();
  return window.controls.length;
}"""
_MISSED = (
    """() => window.controls.filter((one) => !one.hasAttribute('data-reached')).map((one) => one.outerHTML)"""
)
