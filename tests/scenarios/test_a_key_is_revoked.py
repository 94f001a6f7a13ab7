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
    until = time.monotonic() + WITHIN_S
    while time.monotonic() < until:
        try:
            ask(client)
        except anthropic.APIStatusError as refused:
            assert refused.status_code in {401, 403}
            assert made["key"] not in str(refused.body)
            return
    pytest.fail("The revoked key still passes after a second.")


def ask(client: anthropic.Anthropic) -> None:
    client.messages.create(model="claude-demo", max_tokens=5, messages=[{"role": "user", "content": "Hello"}])


def wait_until_accepted(client: anthropic.Anthropic) -> None:
    until = time.monotonic() + 10
    while True:
        try:
            return ask(client)
        except anthropic.AuthenticationError:
            assert time.monotonic() < until, "A new key was never accepted."
