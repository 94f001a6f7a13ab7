"""Somebody who does not use the service complains under the United Kingdom's kinds, sees the clock, and gets an answer."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from playwright.sync_api import Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from sekisho.accounts.models import StaffAppointment
from sekisho.accounts.types import StaffRole, system
from sekisho.compliance import queries
from sekisho.compliance.actions import state_profile
from sekisho.compliance.types import Matter, Profile, Uk
from tests.cast import Cast

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture
def visitor(monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """A browser on a telephone in Britain."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB")
        yield context.new_page()
        browser.close()


def test_an_affected_non_user_complains_under_the_uk_kinds_and_sees_the_clock(
    transactional_db: None, live_server: LiveServer, visitor: Page, cast: Cast
) -> None:
    StaffAppointment.objects.create(person=cast.daiki, role=StaffRole.LEGAL.value)
    state_profile(system("test"), Profile(uk=Uk.U2U), "People share chats.")

    visitor.goto(f"{live_server.url}/policy")
    visitor.get_by_role("contentinfo").get_by_role("link", name="United Kingdom").click()
    visitor.get_by_role("link", name="Complain").first.click()
    assert visitor.get_by_label("Where do you live?").input_value() == "GB"
    visitor.get_by_label("Content reporting duties").check()
    visitor.get_by_label("I do not use it, but it concerns me").check()
    visitor.get_by_label("What happened?").fill("There is no button to report a picture of me.")
    visitor.get_by_role("button", name="Send").click()

    visitor.get_by_role("heading", name="Complaint", exact=True).wait_for()
    (view,) = queries.matters(system("test"), Matter.COMPLAINT)
    receipt, outcome = queries.clocks_of(view)
    table = visitor.get_by_role("table").inner_text()
    assert f"{outcome.due:%Y-%m-%d %H:%M}" in table
    assert "Not yet" in table
    assert receipt.met_at is not None
    assert timedelta(days=11) < outcome.due - outcome.starts < timedelta(days=22)
    assert "Ofcom" in visitor.content()

    daiki = Client()
    daiki.force_login(cast.daiki)
    answer = {"outcome": "upheld", "reasons": "You are right. The button is there now."}
    assert daiki.post(f"/staff/compliance/cases/{view.case}", answer).status_code == 302

    visitor.reload()
    assert "The button is there now." in visitor.content()
    assert "Not yet" not in visitor.get_by_role("table").inner_text()
