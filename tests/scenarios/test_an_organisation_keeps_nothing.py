"""An owner switches zero retention on: she is told how much goes, the next request is kept nowhere, and a day later
exactly that much is gone."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import anthropic
from playwright.sync_api import Browser, Page

from tests.console.test_browser import browser, opened
from tests.console.test_browser import pytestmark as needs_browser
from tests.scenarios.installation import DEADLINE_S, Installation

__all__ = ["browser"]
pytestmark = needs_browser

KEPT = ("Which bridge is the oldest in Kyoto?", "And in Osaka?", "How long is it?")
MEANWHILE = "Is it snowing there?"
"""Asked until the switch has reached the gate; what is answered before that is kept, as the answer says. Of the one
that was under way when it did, the stricter of start and end holds (R-DATA-139): it is not."""
AFTERWARDS = "Which lantern hangs beside the marmalade gate?"
A_DAY_LATER = """
import django; django.setup()
from datetime import timedelta
from sekisho.base.clock import system_clock
from sekisho.records.retention.actions import sweep
done = sweep(lambda: system_clock() + timedelta(hours=24, minutes=1))
print(done.result, done.turns, done.past_due)
"""


def test_an_organisation_turns_on_zero_retention(running: Installation, browser: Browser) -> None:
    client = anthropic.Anthropic(base_url=running.base_url, api_key=running.api_key, max_retries=0)
    for text in KEPT:
        assert ask(client, text).startswith("retained")
    wait_for(running, len(KEPT))
    assert kept(running) == len(KEPT)

    page, said = opened(browser, "desktop", "ja")
    sign_in(page, running)
    page.get_by_role("link", name="データ", exact=True).click()
    page.get_by_role("link", name="有効にすると破棄されるものを確認").click()
    shown = page.get_by_role("button", name="有効にして").inner_text()
    assert re.findall(r"\d+", shown) == [str(len(KEPT))]
    page.get_by_role("button", name="有効にして").click()
    page.get_by_text("ゼロデータ保持を有効にしました").wait_for()
    pressed = time.monotonic()

    count = len(KEPT)
    while not (policy := ask(client, MEANWHILE)).startswith("zero-retention"):
        assert time.monotonic() - pressed < 1.0, policy
        count += 1
    assert ask(client, AFTERWARDS).startswith("zero-retention")
    wait_for(running, count + 2)
    assert nowhere(running, AFTERWARDS)
    stored = kept(running)
    assert count - 1 <= stored <= count, (
        "nothing is kept that was answered under zero retention, all else but one is"
    )

    assert a_day_later(running) == ["complete", str(stored), "0"], "what was shown is what went"
    page.goto(f"{running.base_url}{page_of(page)}")
    page.get_by_text("メッセージの内容は一切保管されません。").wait_for()
    assert page.get_by_text("現在の保管件数: 0件").count() == 1
    page.context.close()
    assert said == []


def ask(client: anthropic.Anthropic, text: str) -> str:
    """Send a message and return what the answer says of its data."""
    told = client.messages.with_raw_response.create(
        model="claude-demo", max_tokens=20, messages=[{"role": "user", "content": text}]
    )
    return str(told.headers["x-sekisho-data-policy"])


def rows(running: Installation, which: str) -> int:
    with closing(sqlite3.connect(running.data / "sekisho.db", timeout=20)) as database:
        return int(database.execute(f"SELECT count(*) FROM records_turn WHERE {which}").fetchone()[0])


def wait_for(running: Installation, count: int) -> None:
    until = time.monotonic() + 20
    while (found := rows(running, "1 = 1")) < count:
        assert time.monotonic() < until, f"{found} of {count} arrived"


def kept(running: Installation) -> int:
    return rows(running, "has_content")


def nowhere(running: Installation, text: str) -> bool:
    """Whether no file of the installation holds the words."""
    return not any(text.encode() in path.read_bytes() for path in running.folder.rglob("*") if path.is_file())


def sign_in(page: Page, running: Installation) -> None:
    page.goto(f"{running.base_url}/accounts/login/")
    page.locator("input[name=login]").fill(running.admin["email"])
    page.locator("input[name=password]").fill(running.admin["password"])
    page.locator("form.form button").first.click()
    page.wait_for_url("**/o/**")


def page_of(page: Page) -> str:
    return str(page.evaluate("location.pathname"))


def a_day_later(running: Installation) -> list[str]:
    """Sweep as a worker would a day and a minute later; return the result, how many turns went and how many are due."""
    environ = running._environ() | {
        "SEKISHO_DATA_DIR": str(running.data),
        "DJANGO_SETTINGS_MODULE": "sekisho.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", A_DAY_LATER],
        env=environ,
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()
