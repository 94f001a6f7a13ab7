"""The gate is killed under load at random moments. Every answer that a client saw whole is in the records exactly once."""

from __future__ import annotations

import json
import os
import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import urllib3

from tests.scenarios.installation import Installation

ROUNDS = 50 if os.environ.get("SEKISHO_STRESS") == "1" else 4
CLIENTS = 6


@pytest.mark.stress
def test_no_acknowledged_answer_is_lost_and_none_is_invented(tmp_path: Path) -> None:
    chance = random.Random(20251123)
    installation = Installation(tmp_path)
    asked: set[str] = set()
    acknowledged: list[str] = []
    for _ in range(ROUNDS):
        installation.start()
        seen, sent = load_until_killed(
            installation, after_s=chance.uniform(0.05, 0.8), streamed=chance.random() < 0.5
        )
        acknowledged += seen
        asked |= sent
    installation.start()
    recorded = Counter(wait_for_records(installation, set(acknowledged)))
    installation.stop()

    assert acknowledged, "The load never got an answer; the test would prove nothing."
    assert [id for id in acknowledged if recorded[id] != 1] == []
    assert [id for id, times in recorded.items() if times != 1] == []


def load_until_killed(
    installation: Installation, after_s: float, streamed: bool
) -> tuple[list[str], set[str]]:
    """Ask from several clients at once, take the power away, and return the ids of answers that arrived whole."""
    stopped = threading.Event()
    pool = urllib3.PoolManager(maxsize=CLIENTS, retries=False, timeout=10)
    with ThreadPoolExecutor(CLIENTS) as clients:
        running = [clients.submit(keep_asking, installation, pool, stopped, streamed) for _ in range(CLIENTS)]
        stopped.wait(after_s)
        installation.kill()
        stopped.set()
        seen = [id for each in running for id in each.result()]
    return seen, set(seen)


def keep_asking(
    installation: Installation, pool: urllib3.PoolManager, stopped: threading.Event, streamed: bool
) -> list[str]:
    body = {
        "model": "claude-demo",
        "max_tokens": 50,
        "stream": streamed,
        "messages": [{"role": "user", "content": "Hello there"}],
    }
    headers = {
        "x-api-key": installation.api_key,
        "anthropic-version": "2023-06-01",
        "content-type": "application/json",
    }
    seen: list[str] = []
    while not stopped.is_set():
        try:
            answer = pool.request(
                "POST", f"{installation.base_url}/v1/messages", body=json.dumps(body), headers=headers
            )
        except urllib3.exceptions.HTTPError:
            continue
        whole = b'"message_stop"' in answer.data if streamed else answer.data.endswith(b"}")
        if answer.status == 200 and whole:
            seen.append(answer.headers["sekisho-request-id"])
    return seen


def wait_for_records(installation: Installation, awaited: set[str]) -> list[str]:
    """Ids of all recorded requests, once everything awaited is in or the deadline has passed."""
    ids: list[str] = []
    for _ in range(100):
        said = installation.run("records", "list", "--json").stdout
        ids = [json.loads(line)["id"] for line in said.splitlines()]
        if awaited <= set(ids):
            break
    return ids
