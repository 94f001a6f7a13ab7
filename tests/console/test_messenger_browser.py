"""The model dies in mid-conversation, in a real browser against the real server: streams, resume, focus, axe, CSP."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from sekisho.accounts.types import Plan
from sekisho.support.bot.types import Failure
from sekisho.support.messenger import seam
from tests.cast import Cast
from tests.console.test_browser import browser, opened
from tests.console.test_browser import pytestmark as needs_browser
from tests.support.messenger.talks import GOOD, Scripted

__all__ = ["browser"]
pytestmark = [
    *needs_browser,
    # Of Django's own ASGI handler, which the other tests do without: it leaves its spool of a body to the collector, and
    # says that static files are read synchronously.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume"),
]
expect.set_options(timeout=30_000)
"""What a busy machine needs; nothing waits for so long where all is well."""


@pytest.fixture
def bot(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    """Answers once, and dies in the middle of the second answer."""
    scripted = Scripted([GOOD, Failure.DOWN], pieces=("Open Keys ", "and press"))
    monkeypatch.setattr(seam, "responder", lambda: scripted)
    return scripted


@pytest.fixture
def server(
    transactional_db: None, db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """The pages as they are really served: by uvicorn, streams and all. What other tests destroyed, this database need
    not know."""
    from sekisho.asgi import pages

    monkeypatch.setenv("SEKISHO_TOMBSTONE_PATH", str(tmp_path / "tombstones.jsonl"))

    config = uvicorn.Config(pages(), port=0, lifespan="off", log_config=None, timeout_graceful_shutdown=1)
    made = uvicorn.Server(config)

    thread = threading.Thread(target=made.run, daemon=True)
    thread.start()
    while not made.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{made.servers[0].sockets[0].getsockname()[1]}"
    made.should_exit = made.force_exit = True
    thread.join(timeout=10)
    connections.close_all()


def sign_in(page: Page, url: str, person: object) -> None:
    client = Client()
    client.force_login(person)
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": url}])


def problems(page: Page) -> list[str]:
    return [one["id"] for one in Axe().run(page).response["violations"]]


def test_the_model_dies_in_mid_conversation_and_people_take_over(
    browser: Browser, server: str, bot: Scripted, cast: Cast
) -> None:
    cast.atelier.plan = Plan.PRO.value
    cast.atelier.save()
    page, said = opened(browser, "phone", "ja")
    sign_in(page, server, cast.ben)
    page.goto(f"{server}/o/{cast.atelier.id}")
    page.locator(".me summary").click()
    assert problems(page) == []
    page.get_by_role("link", name="ヘルプを表示").click()
    window = page.get_by_role("dialog", name="ヘルプを表示")
    expect(window.get_by_role("heading", name="ヘルプを表示")).to_be_focused()
    offered = window.get_by_role("button").all_inner_texts()
    assert offered == ["×", "ヘルプリソースを検索", "ボットとチャット"]
    assert problems(page) == []

    window.get_by_role("button", name="ボットとチャット").click()
    window.get_by_role("button", name="同意する").click()
    window.get_by_role("button", name="不具合を報告する").click()
    for name in ("本来どうなるはずでしたか", "実際にはどうなりましたか"):
        window.get_by_role("textbox", name=name).fill("<b>太字</b>")
    window.get_by_role("button", name="次へ").click()
    log = window.get_by_role("log")
    expect(log.get_by_text(GOOD.text)).to_be_visible()
    expect(log.get_by_text("<b>太字</b>").first).to_be_visible()
    assert log.locator("b").count() == 0

    text = window.get_by_role("textbox", name="メッセージ")
    text.fill("下書きは残ります")
    page.reload()
    expect(text).to_have_value("下書きは残ります")
    expect(log.get_by_text(GOOD.text)).to_be_visible()

    window.get_by_role("button", name="メッセージを送信").click()
    expect(log.get_by_text("ただいまアシスタントが回答できません")).to_be_visible()
    assert "Open Keys and press" not in log.inner_text().replace(GOOD.text, "")
    assert problems(page) == []
    page.get_by_role("button", name="サポートチームに問い合わせる").click()
    expect(log.get_by_text("b•••@")).to_be_visible()
    page.keyboard.press("Escape")
    expect(window).to_have_count(0)
    page.context.close()
    assert said == []


def test_a_visitor_in_the_help_centre_on_a_desktop_without_a_stream(
    browser: Browser, server: str, bot: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, said = opened(browser, "desktop", "en")
    page.add_init_script("delete window.EventSource")
    page.goto(f"{server}/help")
    icon = page.get_by_role("button", name="Open help")
    box = icon.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 44
    assert box["x"] > 1_100
    icon.focus()
    page.keyboard.press("Enter")
    window = page.get_by_role("dialog", name="Get help")
    window.get_by_role("button", name="Chat with the bot").click()
    window.get_by_role("button", name="Agree").click()
    expect(window.get_by_role("link", name="I cannot sign in")).to_be_visible()
    assert problems(page) == []
    window.get_by_role("button", name="How do I do something?").click()
    wish = window.get_by_role("textbox", name="What do you want to do?")
    wish.fill("words " * 100)
    told = "This text has 599 characters, and at most 300 are taken. Shorten it, and send it once more."
    expect(wish).to_have_js_property("validationMessage", told)
    expect(wish).to_have_value("words " * 100)
    wish.fill("Make a key")
    expect(wish).to_have_js_property("validationMessage", "")
    window.get_by_role("button", name="Continue").click()
    expect(window.get_by_role("log").get_by_text(GOOD.text)).to_be_visible()
    page.keyboard.press("Escape")
    expect(icon).to_be_focused()

    icon.click()
    window.get_by_role("textbox", name="Message").fill("Mine alone")
    page.context.clear_cookies()  # somebody else sits down at the computer
    page.reload()
    window.get_by_role("button", name="Chat with the bot").click()
    window.get_by_role("button", name="Agree").click()
    expect(window.get_by_role("link", name="I cannot sign in")).to_be_visible()
    assert page.evaluate("sessionStorage.getItem('messenger-draft')") == "", "nobody reads another's draft"
    page.context.close()
    assert said == []
