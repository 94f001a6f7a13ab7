"""A patient's question waits for a doctor. Daiki registers Emi's licence; Emi reads question and draft in a real browser,
corrects the dose, and puts her name to it; the program that asked fetches her text, and anybody can prove whose it is."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anthropic
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.console.test_browser import CHROMIUM, FLAGS, SIZES
from tests.console.test_browser import pytestmark as needs_browser
from tests.scenarios.installation import Installation
from tests.scenarios.test_an_answer_is_held import until

pytestmark = needs_browser
AIKO, DAIKI, EMI = "aiko@example.test", "daiki@example.test", "emi@example.test"
QUESTION = "Which dose of ibuprofen should I take for my fever?"
WELLNESS = "How can I sleep better and eat well?"
EDITED = "Ask your pharmacist, and take no more than the leaflet says."
LICENCE = "M-482913"


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Installation]:
    running = Installation(tmp_path).start()
    yield running
    running.stop()


@pytest.fixture
def browser() -> Iterator[Browser]:
    assert CHROMIUM, "SEKISHO_REQUIRE_BROWSER=1, but there is no `chromium` on the PATH. Install Debian's."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def test_a_doctors_answer_is_held_edited_and_released(gate: Installation, browser: Browser) -> None:
    gate.run("people", "create", AIKO, "--name", "Aiko")
    daiki = signed_in(browser, gate, DAIKI, "policy")
    emi = signed_in(browser, gate, EMI, "professional")
    key = declared(gate)
    with anthropic.Anthropic(base_url=gate.base_url, api_key=key, max_retries=0) as client:
        ticket = held(client)
        emi.goto(f"{gate.base_url}/staff/holds")
        assert "No registration of yours is valid" in emi.locator("main").inner_text()
        registered(daiki, gate)
        assert state(client, ticket) == "waiting"
        released(emi, gate, ticket)
        given = review(client, ticket)
        assert ticket_of(client, WELLNESS) is None
    assert (given["state"], given["edited"]) == ("released", True)
    assert given["answer"]["text"] == EDITED
    said = given["message"]["content"][0]["text"]
    assert "AI" in said
    assert EDITED in said
    assert "reviewed and edited" in said
    proven(gate, given)
    assert gate.run("audit", "verify").stdout.startswith("Whole:")


def signed_in(browser: Browser, gate: Installation, who: str, role: str) -> Page:
    """Make a member of the staff, and sign them in with the password that is printed this once."""
    name = who.partition("@")[0].title()
    printed = gate.run("people", "create", who, "--name", name, "--staff", role).stdout
    password = printed.split()[-1]
    page = browser.new_context(viewport=SIZES["desktop"], locale="en-GB", accept_downloads=True).new_page()
    page.goto(f"{gate.base_url}/accounts/login/")
    page.get_by_label("Email").fill(who)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(r"^(?!.*login)"))
    return page


def declared(gate: Installation) -> str:
    """Return a key that is declared for advice on health."""
    atelier = gate.run("people", "organisation", "Aiko's Atelier", "--owner", AIKO).stdout.strip()
    use = ("--use-case", "high_risk", "--domain", "hr_healthcare", "--product", "Health Desk")
    made = gate.run("keys", "create", "--name", "desk", "--organisation", atelier, *use, "--json")
    return str(json.loads(made.stdout)["key"])


def held(client: anthropic.Anthropic) -> str:
    """Ask, and return the ticket; the draft is not in the answer."""
    return until(lambda: _asked(client))


def _asked(client: anthropic.Anthropic) -> str:
    try:
        return ticket_of(client, QUESTION) or ""
    except anthropic.AuthenticationError:  # the key is on its way to the gate
        return ""


def ticket_of(client: anthropic.Anthropic, question: str) -> str | None:
    raw = client.messages.with_raw_response.create(
        model="claude-demo", max_tokens=50, messages=[{"role": "user", "content": question}]
    )
    return raw.headers.get("sekisho-review")


def review(client: anthropic.Anthropic, ticket: str) -> dict[str, Any]:
    """Ask what has become of the ticket, as a program does that polls."""
    return client.get(f"/v1/reviews/{ticket}", cast_to=dict[str, Any])


def state(client: anthropic.Anthropic, ticket: str) -> str:
    def known() -> str:
        try:
            return str(review(client, ticket)["state"])
        except anthropic.NotFoundError:  # the gate hands it out before it has arrived
            return ""

    return until(known)


def registered(daiki: Page, gate: Installation) -> None:
    daiki.goto(f"{gate.base_url}/staff/professionals")
    daiki.get_by_role("link", name="Register somebody").click()
    daiki.get_by_label("E-mail address of the person").fill(EMI)
    daiki.get_by_label("Name, as on the licence").fill("Emi")
    daiki.get_by_label("Healthcare").check()
    daiki.get_by_label("Licensed in").fill("JP")
    daiki.get_by_label("Number of the licence").fill(LICENCE)
    daiki.get_by_label("Valid until").fill("2099-12-31")
    daiki.get_by_label("How you checked it").fill("Seen in the public register.")
    daiki.get_by_role("button", name="Register").click()
    daiki.get_by_text("Registered. They can decide").wait_for()
    assert LICENCE not in daiki.locator("main").inner_text()


def released(emi: Page, gate: Installation, ticket: str) -> None:
    """Claim it, read it, correct it, see what changed, agree, release."""
    emi.goto(f"{gate.base_url}/staff/holds")
    emi.get_by_role("link", name=ticket).click()
    claim = emi.get_by_role("button", name="Claim and read")
    claim.wait_for()
    assert QUESTION not in emi.locator("main").inner_text()
    claim.click()
    expect(emi.locator("main")).to_contain_text(QUESTION)
    emi.get_by_label("Answer", exact=True).fill(EDITED)
    emi.locator("#diff ins").first.wait_for()
    emi.get_by_role("button", name="Release").click()
    emi.get_by_role("alert").get_by_text("agree to it").wait_for()
    emi.get_by_label("I agree to this statement").check()
    emi.get_by_role("button", name="Release").click()
    emi.get_by_text("Released. The client has it now").wait_for()


def proven(gate: Installation, given: dict[str, Any]) -> None:
    """Verify the attestation with nothing but the key: it names who answered, for this very text."""
    document, answer = gate.folder / "attestation.json", gate.folder / "answer.txt"
    document.write_text(json.dumps(given["attestation"]), encoding="utf-8")
    answer.write_text(given["answer"]["text"], encoding="utf-8")
    verify = ("enforcement", "attestation", "verify", str(document), "--json")
    key = gate.run("enforcement", "attestation", "keys").stdout.split()[0]
    text = ("--answer", str(answer), "--salt", given["answer"]["salt"])
    told = json.loads(gate.run(*verify, "--key", key, *text).stdout)
    assert (told["holds"], told["decision"], told["domain"]) == (True, "released_edited", "hr_healthcare")
    assert "I am qualified for this matter" in told["statement"]
    answer.write_text("Another text.", encoding="utf-8")
    assert gate.run(*verify, "--key", key, *text, check=False).returncode == 1
    other = base64.b64encode(bytes(32)).decode()
    assert gate.run(*verify, "--key", other, check=False).returncode == 1
