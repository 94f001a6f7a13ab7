"""Aiko leaves with all her data, in a real browser, in Japanese: asks, fetches, checks, deletes, keeps the proof."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.apps import apps
from django.db import connections
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from sekisho.accounts.models import Organisation, Person
from sekisho.accounts.types import Plan, Role
from sekisho.audit.checkpoints import checkpoint
from sekisho.records.keystore.models import ConversationKey, PurposeKey, SubjectKey
from sekisho.records.rights import tasks
from sekisho.records.rights.bundle.verifying import Whole, verify
from sekisho.records.types import TurnRecord
from tests import factories
from tests.console.test_browser import browser, opened
from tests.console.test_browser import pytestmark as needs_browser
from tests.records.rights.makers import files, rows, turn
from tests.records.rights.makers import store as keep

__all__ = ["browser"]
pytestmark = [*needs_browser, pytest.mark.django_db(databases="__all__", transaction=True)]
VERIFIER = Path(__file__).parents[2] / "docs" / "examples" / "verify_receipt.py"
SAID = "京都でいちばん古い橋はどこですか。"


@pytest.fixture
def home(transactional_db: None) -> tuple[Organisation, Person]:
    """Aiko's account of her own, with a conversation of two days."""
    aiko = factories.person("Aiko", language="ja")
    own = factories.organisation("Aiko", plan=Plan.PRO, language="ja")
    factories.member(own, aiko, Role.PRIMARY_OWNER)
    now = datetime.now(UTC)
    for days in (1, 2):
        one = turn(days, own.id, SAID if days == 1 else "", member=aiko.id, plan=Plan.PRO)
        keep(moved(one, now - timedelta(days=days)))
    return own, aiko


def moved(one: TurnRecord, at: datetime) -> TurnRecord:
    return replace(one, stamp=replace(one.stamp, received_at=at), finished_at=at)


def test_aiko_leaves_with_all_her_data(
    browser: Browser, live_server: LiveServer, home: tuple[Organisation, Person], tmp_path: Path
) -> None:
    own, aiko = home
    page, said = opened(browser, "phone", "ja")
    sign_in(page, live_server.url, aiko)

    page.goto(f"{live_server.url}/privacy/export")
    page.get_by_role("button", name="写しを請求する").click()
    page.get_by_text("請求しました").wait_for()
    while tasks.work():
        pass
    page.reload()
    page.get_by_role("button", name="リンクを受け取る").click()
    link = page.get_by_role("link", name="ダウンロード")
    link.wait_for()
    is_accessible(page)
    with page.expect_download() as download:
        link.click()
    copy = tmp_path / "copy.zip"
    download.value.save_as(copy)

    assert isinstance(verify(copy), Whole)
    found = files(copy.read_bytes())
    assert found["README.txt"].decode().startswith("あなたのデータ")
    (conversation,) = (data for name, data in found.items() if name.startswith("conversations/"))
    assert SAID in {line["content"]["prompt"][0]["text"] for line in rows(conversation)}
    assert json.loads(found["profile.json"])["accounts_person"][0]["email"] == aiko.email

    page.goto(f"{live_server.url}/privacy/delete")
    is_accessible(page)
    page.get_by_role("link", name="本人確認に進む").click()
    prove(page)
    page.get_by_label("はい、このアカウント").check()
    is_accessible(page)
    page.get_by_role("button", name="すべて削除する").click()
    page.get_by_role("heading", name="アカウントを削除しています").wait_for()
    tasks.work()
    checkpoint(datetime.now(UTC))
    page.reload()
    page.get_by_role("heading", name="アカウントを削除しました").wait_for()
    is_accessible(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="受領証をダウンロード").click()
    receipt = tmp_path / "receipt.json"
    download.value.save_as(receipt)

    checked = subprocess.run(
        [sys.executable, str(VERIFIER), str(receipt)], capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stdout.split(":")[0]) == (0, "PROVEN"), checked
    assert hers(own, aiko) == []
    assert not SubjectKey.objects.filter(subject__startswith=f"{own.id}/", destroyed_at=None).exists()
    assert not (ConversationKey.objects.filter(destroyed_at=None).exists())
    assert not (PurposeKey.objects.filter(destroyed_at=None).exists())
    page.context.close()
    assert said == []


def sign_in(page: Page, url: str, person: Person) -> None:
    page.goto(f"{url}/accounts/login/")
    page.locator("input[name=login]").fill(person.email)
    page.locator("input[name=password]").fill(factories.PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_url(lambda where: "/accounts/login" not in where)


def prove(page: Page) -> None:
    """Where it was minutes ago that she signed in, she is not asked again."""
    page.locator("input[name=password]").or_(page.get_by_label("はい、このアカウント")).first.wait_for()
    if "reauthenticate" in page.url:
        page.locator("input[name=password]").fill(factories.PASSWORD)
        page.locator("main form button").first.click()


def is_accessible(page: Page) -> None:
    assert Axe().run(page).response["violations"] == []
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider == 0


def hers(own: Organisation, aiko: Person) -> list[str]:
    """Everything in any table that still says who she was: her address, her name, her words."""
    return [f"{table}: {word}" for table, text in dumped() for word in (aiko.email, SAID) if word in text]


def dumped() -> Iterator[tuple[str, str]]:
    """Every row of every table of both databases, as text."""
    for model in apps.get_models(include_auto_created=True):
        alias = "keystore" if model._meta.app_label == "keystore" else "default"
        with connections[alias].cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
            for row in cursor.fetchall():
                yield model._meta.db_table, "\n".join(map(_text, row))


def _text(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "replace")
    return str(value)
