"""A Free user, in Japanese, on a telephone without script: finds the answer, says so, and nobody knows who it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from sekisho.accounts.types import Plan, Role
from sekisho.support.help import actions, queries
from sekisho.support.help.types import Audience
from tests import factories
from tests.console.test_browser import browser, opened
from tests.console.test_browser import pytestmark as needs_browser
from tests.support.help.makers import EDITOR, publish

__all__ = ["browser"]
pytestmark = needs_browser


@pytest.fixture
def chie_on_free(transactional_db: None) -> str:
    """Her session, at an installation with the articles of the release and one that is for Team alone."""
    chie = factories.person("Chie", language="ja")
    home = factories.organisation("Chie", plan=Plan.FREE, language="ja")
    factories.member(home, chie, Role.PRIMARY_OWNER)
    actions.load_articles()
    publish(
        "team-refunds",
        "ja",
        title="Team の返金",
        body="返金の話。\n",
        audience=Audience(plans=frozenset({Plan.TEAM})),
    )
    client = Client()
    client.force_login(chie)
    return client.cookies["sessionid"].value


def test_a_free_user_in_japanese_finds_the_answer(
    browser: Browser, live_server: LiveServer, chie_on_free: str
) -> None:
    page, _ = opened(browser, "phone", "ja", java_script_enabled=False)
    page.context.add_cookies([{"name": "sessionid", "value": chie_on_free, "url": live_server.url}])
    page.goto(live_server.url + "/help")

    page.get_by_role("searchbox").fill("お金を返してほしい")
    page.get_by_role("button", name="検索").click()
    page.locator(".help-rows h2").first.wait_for()
    titles = page.locator(".help-rows h2").all_inner_texts()
    assert "返金" in titles[:3]
    assert "Team の返金" not in titles

    page.get_by_role("link", name="返金", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("返金")
    assert page.locator(".help-facts time").inner_text().endswith("更新")
    page.get_by_role("button", name="はい").click()
    page.get_by_role("heading", name="お役に立てて何よりです。ありがとうございます。").wait_for()
    page.context.close()

    today = datetime.now(UTC).date()
    counted = queries.usage(EDITOR, today - timedelta(days=1), today + timedelta(days=2), "ja")
    (seen,) = [one for one in counted if one.slug == "refunds"]
    assert (seen.views, seen.yes, seen.no) == (1, 1, 0)
