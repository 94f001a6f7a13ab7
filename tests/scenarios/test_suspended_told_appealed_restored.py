"""Aiko's key is suspended by mistake. The gate tells her program where to read why; she appeals in Japanese, in a real
browser and without signing in; Fumi, who had no part in it, takes the decision back; her next request passes."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import anthropic
import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect, sync_playwright

from tests.console.test_browser import CHROMIUM, FLAGS, SIZES
from tests.console.test_browser import pytestmark as needs_browser
from tests.notices.mailbox import Mailbox
from tests.scenarios.installation import Installation
from tests.scenarios.test_a_key_is_revoked import ask, refusal_within, wait_until_accepted

pytestmark = needs_browser
AIKO, EMI, FUMI = "aiko@example.test", "emi@example.test", "fumi@example.test"
FACTS_EN, FACTS_JA = "A scam message was asked for.", "詐欺のメッセージの作成を求める内容でした。"
WORDS = "これは私が書いている小説の一場面です。原稿を添付します。"
MANUSCRIPT: FilePayload = {
    "name": "原稿.pdf",
    "mimeType": "application/pdf",
    "buffer": b"%PDF-1.7\n1 0 obj\n",
}
WHY_EN, WHY_JA = (
    "The manuscript shows that it was a scene of a novel.",
    "原稿から、小説の一場面であることを確認しました。",
)
WITHIN_S = 1.0
"""From the decision to the first request that passes: a change is known to every gateway within a second."""


@pytest.fixture
def browser(mailbox: Mailbox) -> Iterator[Browser]:
    """After the mailbox, which starts a loop of its own: Playwright's runs in this thread until it is closed."""
    assert CHROMIUM, "SEKISHO_REQUIRE_BROWSER=1, but there is no `chromium` on the PATH. Install Debian's."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as box:
        yield box


@pytest.fixture
def gate(tmp_path: Path, mailbox: Mailbox) -> Iterator[Installation]:
    """A running installation that sends its mail through a real mail server."""
    running = Installation(tmp_path, {"SEKISHO_EMAIL_URL": mailbox.url}).start()
    yield running
    running.stop()


def test_suspended_told_in_japanese_appealed_restored(
    gate: Installation, mailbox: Mailbox, browser: Browser
) -> None:
    gate.run("people", "create", AIKO, "--name", "Aiko", "--language", "ja")
    gate.run("people", "create", EMI, "--name", "Emi", "--staff", "reviewer")
    gate.run("people", "create", FUMI, "--name", "Fumi", "--staff", "appeals")
    atelier = gate.run("people", "organisation", "Aiko's Atelier", "--owner", AIKO).stdout.strip()
    made = gate.run("keys", "create", "--name", "Web shop", "--organisation", atelier, "--json")
    key = json.loads(made.stdout)
    with anthropic.Anthropic(base_url=gate.base_url, api_key=key["key"], max_retries=0) as client:
        wait_until_accepted(client)
        link = suspended(gate, key["id"], client)
        aiko = opened(browser, "phone", "ja-JP")
        followed = appealed(aiko, link)
        fumi = opened(browser, "desktop", "en-GB")
        signed_in(fumi, gate, mailbox)
        decided(fumi, gate)
        accepted_within(client, WITHIN_S)
    told(aiko, followed)
    assert WHY_JA in mail_to(mailbox, AIKO, "異議申立ての結果をお知らせします")
    assert gate.run("audit", "verify").stdout.startswith("Whole:")


def suspended(gate: Installation, key: str, client: anthropic.Anthropic) -> str:
    """Emi suspends the key; return the link that the program's own error names."""
    facts = ("--facts-en", FACTS_EN, "--facts-ja", FACTS_JA)
    gate.run(
        "restrict",
        "impose",
        key,
        "suspended",
        "--clause",
        "fraud_predation",
        "--for",
        "30d",
        *facts,
        "--as",
        EMI,
    )
    refused = refusal_within(client, WITHIN_S)
    assert refused.status_code == 403
    found = re.search(rf"{re.escape(gate.base_url)}/statements/[\w:.-]+", str(refused.body))
    assert found is not None, refused.body
    return found[0].rstrip(".")


def opened(browser: Browser, size: str, locale: str) -> Page:
    return browser.new_context(viewport=SIZES[size], locale=locale, accept_downloads=True).new_page()


def appealed(aiko: Page, link: str) -> str:
    """Read the statement, appeal from there with a file, and return the address of the receipt."""
    aiko.goto(link)
    assert FACTS_JA in aiko.locator("main").inner_text()
    aiko.locator("a[href^='/appeals/new/']").click()
    aiko.get_by_label("どこが誤っていましたか").fill(WORDS)
    aiko.get_by_label("ファイル").set_input_files(MANUSCRIPT)
    aiko.get_by_role("button", name="異議を申し立てる").click()
    aiko.wait_for_url(re.compile(r"/appeals/(?!new/)"))
    assert "受け付けました" in aiko.locator("main").inner_text()
    return aiko.url


def signed_in(fumi: Page, gate: Installation, mailbox: Mailbox) -> None:
    """Sign in by the code that is mailed."""
    fumi.goto(f"{gate.base_url}/accounts/login/code/")
    fumi.get_by_label("Email").fill(FUMI)
    fumi.get_by_role("button", name=re.compile("code", re.IGNORECASE)).click()
    code = re.search(r"^\s*([A-Z0-9-]{6,12})\s*$", mail_to(mailbox, FUMI, ""), re.MULTILINE)
    assert code is not None
    fumi.get_by_label("Code").fill(code[1])
    fumi.locator("main form button").first.click()


def mail_to(mailbox: Mailbox, who: str, subject: str) -> str:
    """Return the first mail to somebody under that subject, once it has come."""
    seen = 0
    while True:
        mails = mailbox.wait(seen + 1)
        for mail in mails[seen:]:
            if mail["To"] == who and subject in mail["Subject"]:
                return str(mail.get_content())
        seen = len(mails)


def decided(fumi: Page, gate: Installation) -> None:
    """Take the appeal, read it, and take the decision back."""
    fumi.goto(f"{gate.base_url}/staff/appeals")
    fumi.get_by_role("button", name="Take the next one").click()
    expect(fumi.locator("main")).to_contain_text(WORDS)
    with fumi.expect_download() as downloading:
        fumi.get_by_role("link", name="原稿.pdf").click()
    assert Path(downloading.value.path()).read_bytes() == MANUSCRIPT["buffer"]
    fumi.get_by_label("Reversed").check()
    fumi.get_by_label("Reasons, in English").fill(WHY_EN)
    fumi.get_by_label("Reasons, in Japanese").fill(WHY_JA)
    fumi.get_by_role("button", name="Decide").click()
    fumi.get_by_text("What follows from it is done").wait_for()


def accepted_within(client: anthropic.Anthropic, seconds: float) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            return ask(client)
        except anthropic.APIStatusError:
            assert time.monotonic() < until, f"Still refused after {seconds} s."


def told(aiko: Page, followed: str) -> None:
    """Read the outcome where the receipt was: what was decided, why, what was put right, and where to go on."""
    aiko.goto(followed)
    shown = aiko.locator("main").inner_text()
    for part in ("取消し", WHY_JA, "解除した措置", "裁判所"):
        assert part in shown
    assert WORDS not in shown
