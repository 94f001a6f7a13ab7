"""Chie has lost her password and her phone. She exports her data all the same: by a code and a link, both in real mails, on a
phone, in Japanese, without JavaScript, and without ever being signed in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from sekisho.accounts.types import Plan, Role
from sekisho.base.clock import Clock, fixed_clock
from sekisho.notices.tasks import post_due
from sekisho.records.rights.actions import work
from sekisho.support.recovery import tasks
from tests import factories
from tests.console.test_browser import CHROMIUM, FLAGS
from tests.console.test_browser import pytestmark as needs_browser
from tests.notices.mailbox import Mailbox
from tests.records.rights.makers import files, store, turn

pytestmark = [*needs_browser, pytest.mark.django_db(databases="__all__", transaction=True)]
CHIE = "chie@example.test"
PHONE = {"width": 390, "height": 844}
CODE, LINK = re.compile(r"(\d{4} \d{4})"), re.compile(r"https?://[^/\s]+(/\S+)")
PAGES = ("sekisho.console.recovery.now", "sekisho.console.rights_outside.now")


@pytest.fixture
def mailbox(settings) -> Iterator[Mailbox]:
    with Mailbox() as box:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
        yield box


@pytest.fixture
def phone(mailbox: Mailbox) -> Iterator[Browser]:
    """After the mailbox, which starts a loop of its own."""
    assert CHROMIUM, "SEKISHO_REQUIRE_BROWSER=1, but there is no `chromium` on the PATH. Install Debian's."
    with pytest.MonkeyPatch.context() as environ, sync_playwright() as playwright:
        # Playwright's loop runs in this thread, and Django would take every query for one made inside it.
        environ.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def installation(live_server, mailbox: Mailbox) -> str:
    """Chie's own account, with a conversation in it."""
    chie = factories.person("Chie", language="ja")
    own = factories.organisation("Chie", plan=Plan.PRO, language="ja")
    factories.member(own, chie, Role.PRIMARY_OWNER)
    said = turn(1, own.id, "来週の旅程を考えてください。", member=chie.id, plan=Plan.PRO)
    at = datetime.now(UTC) - timedelta(days=1)
    store(replace(said, stamp=replace(said.stamp, received_at=at), finished_at=at))
    return str(live_server.url)


def background(clock: Clock) -> None:
    """What the worker does beside."""
    tasks.send_due(clock)
    tasks.tend(clock)
    while work(clock):
        pass
    post_due(clock)


def text_of(mail: EmailMessage) -> str:
    return mail.get_content()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def ask_for_a_copy(page: Page, mailbox: Mailbox, soon: Clock) -> None:
    """Ask, type the code from the mail, and confirm; every contact of hers hears of it."""
    page.goto("/accounts/login/")
    page.get_by_role("link", name="サインインできない方へ").first.click()
    page.get_by_label("データの控え").check()
    page.get_by_label("アカウントのメールアドレス").fill(CHIE)
    press(page, "コードを送信")
    typed = page.get_by_label("メールに記載されたコード")
    typed.wait_for()
    background(soon)
    (code,) = mailbox.wait(1)
    assert (code["To"], code["Auto-Submitted"]) == (CHIE, "auto-generated")
    found = CODE.search(text_of(code))
    assert found
    typed.fill(found[1])
    press(page, "次へ")
    press(page, "データの控えを準備する")
    assert "まで" in page.get_by_text("それまでは、メールのリンクから取り消せます").inner_text()
    background(soon)
    told = mailbox.wait(2)[-1]
    assert "お心当たりがない場合" in text_of(told)
    assert "サインインできない方から" in str(told["Subject"])


def test_locked_out_she_exports_her_data(installation, mailbox, phone, monkeypatch, tmp_path: Path) -> None:
    began = datetime.now(UTC)
    page = phone.new_page(viewport=PHONE, locale="ja-JP", java_script_enabled=False, base_url=installation)
    page.set_default_timeout(10_000)
    ask_for_a_copy(page, mailbox, fixed_clock(began + timedelta(minutes=2)))

    # nothing is made before 72 hours; then the link comes, to that address
    before = fixed_clock(began + timedelta(hours=71))
    background(before)
    assert len(mailbox.mails) == 2
    then = fixed_clock(began + timedelta(hours=72, minutes=5))
    background(then)
    for name in PAGES:
        monkeypatch.setattr(name, then)
    ready = mailbox.wait(3)[-1]
    assert ready["To"] == CHIE
    link = LINK.search(text_of(ready))
    assert link

    # it is fetched once, by whoever has that mail
    page.goto(link[1])
    with page.expect_download() as download:
        press(page, "ダウンロード")
    copy = tmp_path / "copy.zip"
    download.value.save_as(copy)
    assert "来週の旅程".encode() in b"".join(files(copy.read_bytes()).values())
    page.goto(link[1])
    assert page.get_by_role("button", name="ダウンロード").count() == 0

    # and nobody was ever signed in
    page.goto("/notices")
    assert "/accounts/login/" in page.url
