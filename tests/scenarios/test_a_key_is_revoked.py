"""Whoever revokes a key wants it dead now, not after a restart."""

from __future__ import annotations

import json
import time

import anthropic
import pytest

from tests.scenarios.installation import Installation

WITHIN_S = 1.0
"""From the end of the command that revokes (spec: a change that tightens bites within a second)."""


def test_a_revoked_key_is_refused_by_the_running_gateway_within_a_second(running: Installation) -> None:
    made = json.loads(running.run("keys", "create", "--name", "short-lived", "--json").stdout)
    client = anthropic.Anthropic(base_url=running.base_url, api_key=made["key"], max_retries=0)
    wait_until_accepted(client)
    running.run("keys", "revoke", made["id"])
    refused = refusal_within(client, WITHIN_S)
    assert refused.status_code == 401
    assert made["key"] not in str(refused.body)


def test_a_suspended_key_is_told_why_until_when_and_where_to_appeal_and_passes_again_once_it_is_lifted(
    running: Installation,
) -> None:
    made = json.loads(running.run("keys", "create", "--name", "to be suspended", "--json").stdout)
    client = anthropic.Anthropic(base_url=running.base_url, api_key=made["key"], max_retries=0)
    wait_until_accepted(client)
    facts = ("--facts-en", "Scam messages were sent.", "--facts-ja", "詐欺のメッセージが送信されました。")
    decided = ("--clause", "fraud_predation", "--for", "2d", *facts, "--as", str(running.admin["email"]))
    imposed = running.run("restrict", "impose", made["id"], "suspended", *decided).stdout.strip()
    refused = refusal_within(client, WITHIN_S)
    assert refused.status_code == 403
    told = refused.body["error"]["message"]  # type: ignore[index,call-overload]
    assert "fraud_predation" in told
    assert running.base_url in told
    running.run("restrict", "lift", imposed, "--as", str(running.admin["email"]))
    wait_until_accepted(client)
    assert running.run("audit", "verify").stdout.startswith("Whole:")


def refusal_within(client: anthropic.Anthropic, seconds: float) -> anthropic.APIStatusError:
    """Ask until the gateway refuses, and return the refusal."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            ask(client)
        except anthropic.APIStatusError as refused:
            return refused
    pytest.fail(f"It still passes after {seconds} s.")


def ask(client: anthropic.Anthropic) -> None:
    client.messages.create(model="claude-demo", max_tokens=5, messages=[{"role": "user", "content": "Hello"}])


def wait_until_accepted(client: anthropic.Anthropic) -> None:
    until = time.monotonic() + 10
    while True:
        try:
            return ask(client)
        except anthropic.APIStatusError:
            assert time.monotonic() < until, "The key was never accepted."
