"""The gate is killed under load at random moments. Every answer that a client saw whole is in the records exactly once.

Most rounds kill a gateway alone, as it stands beside a control plane in production; some kill everything at once. Each
request asks for a model of its own name, which the record repeats: so it is known of every record who asked for it.
"""

from __future__ import annotations

import json
import os
import random
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest
import urllib3

from tests.scenarios.installation import Gateway, Installation

GATEWAYS, WHOLES = {"all": (45, 6), "1": (12, 2)}.get(os.environ.get("SEKISHO_STRESS", ""), (4, 1))
"""Rounds in which a gateway is killed, and in which everything is."""
CLIENTS = 6
Killed = Gateway | Installation


@pytest.mark.stress
def test_no_acknowledged_answer_is_lost_and_none_is_invented(tmp_path: Path) -> None:
    chance = random.Random(20251123)
    installation = Installation(tmp_path).start()
    rounds: list[type[Killed]] = [Gateway] * GATEWAYS + [Installation] * WHOLES
    chance.shuffle(rounds)
    load = Load()
    for killed in rounds:
        target = Gateway(installation).start() if killed is Gateway else installation
        load.until_killed(
            target, installation.api_key, after_s=chance.uniform(0.05, 0.6), streamed=chance.random() < 0.5
        )
        if killed is Installation:
            installation.start()
    recorded = recorded_models(installation, load.acknowledged)
    installation.stop()

    assert len(load.acknowledged) > len(rounds), "The load got too few answers; the test would prove little."
    assert {name for name in load.acknowledged if recorded[name] != 1} == set()
    assert {name for name, times in recorded.items() if times != 1} == set()
    assert recorded.keys() <= load.asked


class Load:
    """Several clients that ask at once, each request under a name of its own."""

    def __init__(self) -> None:
        self.asked: set[str] = set()
        self.acknowledged: set[str] = set()
        """Names of the requests whose answers arrived whole."""
        self._numbers: Iterator[int] = count(1)
        self._lock = threading.Lock()

    def until_killed(self, target: Killed, key: str, after_s: float, streamed: bool) -> None:
        """Ask until the power is taken away."""
        stopped = threading.Event()
        pool = urllib3.PoolManager(maxsize=CLIENTS, retries=False, timeout=10)
        with ThreadPoolExecutor(CLIENTS) as clients:
            running = [
                clients.submit(self._keep_asking, target.base_url, key, pool, stopped, streamed)
                for _ in range(CLIENTS)
            ]
            stopped.wait(after_s)
            target.kill()
            stopped.set()
            for each in running:
                each.result()

    def _keep_asking(
        self, url: str, key: str, pool: urllib3.PoolManager, stopped: threading.Event, streamed: bool
    ) -> None:
        headers = {"x-api-key": key, "anthropic-version": "2023-06-01", "content-type": "application/json"}
        while not stopped.is_set():
            name = self._name()
            body = {
                "model": name,
                "max_tokens": 50,
                "stream": streamed,
                "messages": [{"role": "user", "content": "Hello there"}],
            }
            try:
                answer = pool.request("POST", f"{url}/v1/messages", body=json.dumps(body), headers=headers)
            except urllib3.exceptions.HTTPError:
                continue
            is_whole = b'"message_stop"' in answer.data if streamed else answer.data.endswith(b"}")
            if answer.status == 200 and is_whole:
                self.acknowledged.add(name)

    def _name(self) -> str:
        with self._lock:
            name = f"claude-demo-{next(self._numbers)}"
            self.asked.add(name)
            return name


def recorded_models(installation: Installation, awaited: set[str]) -> Counter[str]:
    """How often each model is in the records, once everything awaited is in or the deadline has passed."""
    models: Counter[str] = Counter()
    for _ in range(100):
        said = installation.run("records", "list", "--json").stdout
        models = Counter(json.loads(line)["model"] for line in said.splitlines())
        if awaited <= models.keys():
            break
    return models
