"""A professional looks at an answer before anybody is given it: asked with the official SDK, told over the event stream,
by polling and by a signed webhook, as the examples in the documentation do."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Queue

import pytest

from tests.scenarios.installation import DEADLINE_S, Installation

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
QUESTION = "My landlord kept my deposit. Should I sue him?"
EDITED = "Please write to your landlord first, and keep a copy."

PROFESSIONAL = """
import django; django.setup()
from datetime import date, timedelta
from sekisho.accounts.queries import viewer_at
from sekisho.accounts.types import system
from sekisho.base.clock import system_clock
from sekisho.enforcement.holds import actions, queries
emi = viewer_at("admin@sekisho.example")
if not queries.professionals(emi):
    actions.register(system("cli"), emi.id, name="Emi", domains=["hr_legal"], jurisdictions=["JP"],
                     licence="L-12345", valid_until=system_clock().date() + timedelta(days=365),
                     evidence="Seen in the public register.")
for hold in queries.queue(emi, system_clock()).holds:
    actions.claim(emi, hold.id)
    actions.release(emi, hold.id, EDITED, agreed=True)
    print(hold.id)
"""
"""Somebody registered as a lawyer releases, edited, whatever waits."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("held")
    made = Installation(folder, {"SEKISHO_WEBHOOK_PRIVATE_TARGETS": "1"}).start()
    try:
        yield made
    finally:
        made.stop()


def environment(desk: Installation) -> dict[str, str]:
    key = json.loads((desk.data / "demo.json").read_text())["keys"]["legal"]
    return os.environ | {
        "ANTHROPIC_BASE_URL": desk.base_url,
        "ANTHROPIC_API_KEY": key,
        "PYTHONUNBUFFERED": "1",
    }


def started(desk: Installation, *arguments: str, **more: str) -> subprocess.Popen[str]:
    """Start an example as a reader of the documentation would."""
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=EXAMPLES,
        env=environment(desk) | more,
        stdout=subprocess.PIPE,
        text=True,
    )


def lines_of(process: subprocess.Popen[str]) -> Queue[str]:
    """Return what the process writes, line by line, as it comes."""
    lines: Queue[str] = Queue()

    def read() -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                lines.put(line.strip())

    threading.Thread(target=read, daemon=True).start()
    return lines


def decided(desk: Installation) -> str:
    """Let the professional release what waits; return the ticket."""

    def release() -> str:
        script = f"EDITED = {EDITED!r}\n{PROFESSIONAL}"
        own = {"SEKISHO_DATA_DIR": str(desk.data), "DJANGO_SETTINGS_MODULE": "sekisho.settings"}
        done = subprocess.run(
            [sys.executable, "-c", script], env=os.environ | own, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return until(release)


def until(ask: Callable[[], str]) -> str:
    """Ask until there is an answer."""
    deadline = time.monotonic() + DEADLINE_S
    while not (answer := ask()):
        assert time.monotonic() < deadline, "It did not happen."
        time.sleep(0.1)
    return answer


@pytest.mark.parametrize("way", ["stream", "poll"])
def test_the_example_is_given_what_the_professional_released(desk: Installation, way: str) -> None:
    example = started(desk, "held_answer.py", QUESTION, "--wait", way)
    ticket = decided(desk)
    said, _ = example.communicate(timeout=DEADLINE_S)
    assert example.returncode == 0, said
    held, _, released = said.partition(EDITED)
    assert ticket in held
    assert "I am qualified for this matter" in released
    assert "reviewed and edited" in released


def test_the_receiver_of_the_example_is_called_and_fetches_the_answer(desk: Installation) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    made = json.loads(desk.run(*ADD, f"http://127.0.0.1:{port}/hooks", "--json").stdout)
    receiver = started(desk, "webhook_receiver.py", "--port", str(port), WEBHOOK_SECRET=made["secret"])
    lines = lines_of(receiver)
    try:
        assert str(port) in lines.get(timeout=DEADLINE_S)
        desk.run("webhooks", "test", made["id"])
        assert lines.get(timeout=DEADLINE_S) == "webhook.test"
        with started(desk, "held_answer.py", QUESTION) as asking:
            decided(desk)
            assert lines.get(timeout=DEADLINE_S) == f"review.released {EDITED}"
            asking.communicate(timeout=DEADLINE_S)
    finally:
        receiver.kill()
        receiver.wait()
    [listed] = json.loads(desk.run("webhooks", "list", "--json").stdout)
    assert (listed["id"], listed["state"]) == (made["id"], "active")


def test_a_stream_that_is_open_keeps_nobody_from_stopping(tmp_path: Path) -> None:
    own = Installation(tmp_path, {"SEKISHO_DRAIN_S": "600"}).start()  # what a stream would otherwise be given
    listening = started(own, "held_answer.py", QUESTION)
    try:
        until(lambda: "rev_" if '"outcome":"held"' in own.run("records", "list", "--json").stdout else "")
        assert own.stop() == 0
    finally:
        listening.kill()
        listening.communicate()


ADD = ("webhooks", "add")


def test_what_is_not_held_is_answered_at_once(desk: Installation) -> None:
    said, _ = started(desk, "held_answer.py", "Hello").communicate(timeout=DEADLINE_S)
    assert said.strip()
    assert "rev_" not in said


@pytest.mark.parametrize("url", ["http://user@127.0.0.1/", "nowhere"])
def test_an_address_that_cannot_be_called_is_refused(desk: Installation, url: str) -> None:
    refused = desk.run(*ADD, url, check=False)
    assert refused.returncode == 2
    assert "https" in refused.stderr or "user name" in refused.stderr


def test_an_event_that_does_not_exist_is_refused(desk: Installation) -> None:
    refused = desk.run(*ADD, "http://127.0.0.1:1/", "--on", "review.forgotten", check=False)
    assert refused.returncode == 2
    assert "review.released" in refused.stderr
