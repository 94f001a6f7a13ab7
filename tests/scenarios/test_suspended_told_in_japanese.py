"""Aiko's key is suspended. She reads why, in Japanese, in a real mail and on the page that it leads to."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import anthropic
import pytest

from tests.notices.mailbox import Mailbox
from tests.scenarios.installation import Installation
from tests.scenarios.test_a_key_is_revoked import refusal_within, wait_until_accepted

AIKO, EMI = "aiko@example.test", "emi@example.test"
FACTS_EN = "Scam messages were sent to 40 people on one day."
FACTS_JA = "1 日に 40 人へ詐欺のメッセージが送信されました。"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as box:
        yield box


@pytest.fixture
def told(tmp_path: Path, mailbox: Mailbox) -> Iterator[Installation]:
    """A running installation that sends its mail through a real mail server."""
    installation = Installation(
        tmp_path, {"SEKISHO_EMAIL_URL": mailbox.url, "SEKISHO_EMAIL_FROM": "Sekisho <gate@example.test>"}
    ).start()
    yield installation
    installation.stop()


def test_suspended_and_told_in_japanese(told: Installation, mailbox: Mailbox) -> None:
    told.run("people", "create", AIKO, "--name", "Aiko", "--language", "ja")
    told.run("people", "create", EMI, "--name", "Emi", "--staff", "reviewer")
    atelier = told.run("people", "organisation", "Aiko's Atelier", "--owner", AIKO).stdout.strip()
    key = json.loads(
        told.run("keys", "create", "--name", "Web shop", "--organisation", atelier, "--json").stdout
    )
    with anthropic.Anthropic(base_url=told.base_url, api_key=key["key"], max_retries=0) as client:
        story(told, mailbox, key["id"], client)


def story(told: Installation, mailbox: Mailbox, key: str, client: anthropic.Anthropic) -> None:
    wait_until_accepted(client)

    facts = ("--facts-en", FACTS_EN, "--facts-ja", FACTS_JA)
    decided = ("--clause", "fraud_predation", "--for", "2d", *facts, "--as", EMI)
    restriction = told.run("restrict", "impose", key, "suspended", *decided).stdout.strip()

    refused = refusal_within(client, 1.0)
    (mail,) = mailbox.wait(1)
    words = mail.get_content()
    link = next(line for line in words.splitlines() if line.startswith(f"{told.base_url}/statements/"))
    assert (mail["To"], mail["From"]) == (AIKO, "Sekisho <gate@example.test>")
    assert mail["Subject"].strip() == "ご利用の一時停止について（理由と異議申立てのご案内）"
    assert FACTS_JA in words
    assert "キー「Web shop」を一時停止しています" in words
    assert link in str(refused.body)

    for lang, shown in (("ja", FACTS_JA), ("en", FACTS_EN)):
        page = read(link, lang)
        assert shown in page
        assert f'href="/appeals/new/{link.rpartition("/")[2]}"' in page

    told.run("restrict", "lift", restriction, "--as", EMI)
    wait_until_accepted(client)
    lifted = mailbox.wait(2)[1]
    assert lifted["Subject"].strip() == "制限を解除しました"
    assert told.run("audit", "verify").stdout.startswith("Whole:")


def read(link: str, lang: str) -> str:
    """Open a page without signing in, as somebody who reads `lang`."""
    request = urllib.request.Request(link, headers={"Accept-Language": lang})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.read().decode()
