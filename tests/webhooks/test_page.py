"""The page on webhooks says what the rules say, and its verifier is the one that works."""

from __future__ import annotations

import base64
import hmac
import re
import time
from datetime import timedelta
from pathlib import Path

import pytest

from sekisho.base.clock import system_clock
from sekisho.webhooks.rules.retries import Again, GiveUp, after_failure
from sekisho.webhooks.rules.signature import headers, new_secret
from sekisho.webhooks.rules.targets import Bad, Good, judged
from sekisho.webhooks.types import CHOSEN

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "rules/webhooks.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[tuple[str, str]]:
    """Return the cells of the first table under a heading, without its head."""
    table = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    cells = [
        tuple(cell.strip(" `") for cell in line.strip("|").split("|"))
        for line in table.split("\n")
        if line[:1] == "|"
    ]
    return [(one[0], one[1]) for one in cells[2:]]


@pytest.mark.parametrize(("sendings", "wait"), rows("When it is sent again"))
def test_waits(sendings, wait):
    expected = GiveUp() if wait == "given up" else Again(timedelta(seconds=int(wait)))
    assert after_failure(int(sendings), 0.0) == expected


@pytest.mark.parametrize(("address", "answer"), rows("Where it may go"))
def test_addresses(address, answer):
    found = judged(address)
    assert (found.code if isinstance(found, Bad) else "good") == answer
    assert isinstance(found, Good) == (answer == "good")


def test_every_event_is_listed():
    assert [event for event, _ in rows("What is announced")] == list(CHOSEN)


def verifier(text: str):
    names = {"base64": base64, "hmac": hmac, "time": time}
    exec(text, names)
    return names["is_authentic"]


def test_the_verifier_of_the_page_works():
    code = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert code
    assert code[1].strip().count("\n") < 10
    is_authentic, secret, body = verifier(code[1]), new_secret(), b'{"type":"review.released"}'
    now = system_clock()
    sent = headers("msg_1", now, body, [new_secret(), secret])
    assert is_authentic(secret, sent, body)
    assert not is_authentic(secret, sent, body + b" ")
    assert not is_authentic(new_secret(), sent, body)
    assert not is_authentic(secret, sent | {"webhook-id": "msg_2"}, body)
    assert not is_authentic(secret, {}, body)
    assert not is_authentic(secret, headers("msg_1", now - timedelta(minutes=6), body, [secret]), body)


def test_the_verifier_of_the_example_is_that_of_the_page():
    example = (DOCS / "examples/webhook_receiver.py").read_text(encoding="utf-8")
    code = re.search(r"```python\ndef is_authentic.*?\n(.*?)```", PAGE, re.DOTALL)
    assert code
    assert code[1] in example
