"""The pool as processes: what its answers say, what it records, and what it survives."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from sekisho.gateway.zdr.lines import is_catalogued
from sekisho.link.carriers.local import JournalFolder, SnapshotFile, journal_folder, snapshot_path
from sekisho.link.journal import decode
from sekisho.link.snapshot import Dialect, Route
from tests.gateway.conftest import KEY, snapshot

ROUTES = (Route("fake-anthropic", Dialect.ANTHROPIC, "", fake=True, zero_retention=True),)
PATIENCE_S = 30.0


@contextmanager
def pool(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A running pool of one worker, once it answers."""
    SnapshotFile(snapshot_path(folder)).replace(snapshot(routes=ROUTES))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "sekisho",
        "gateway",
        "--zdr",
        "--port",
        str(port),
        "--data-dir",
        str(folder),
    ]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=os.environ | {"SEKISHO_SCORER": "0"}, stdout=log, stderr=log)
    try:
        until(lambda: fetch(f"http://127.0.0.1:{port}/ready").status == 200)
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.terminate()
        assert process.wait(PATIENCE_S) == 0


def until(holds):
    """Ask until it holds, for a while at most: another process is what is waited for."""
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            if holds():
                return
        except OSError:
            pass
        assert time.monotonic() < end
        time.sleep(0.05)


def fetch(url, body=None, **headers):
    request = urllib.request.Request(url, data=body, headers=headers)
    return urllib.request.urlopen(request, timeout=PATIENCE_S)


def ask(url, prompt="Hello"):
    sent = {"model": "claude-fake-1", "max_tokens": 9, "messages": [{"role": "user", "content": prompt}]}
    headers = {"x-api-key": KEY, "anthropic-version": "2023-06-01", "content-type": "application/json"}
    return fetch(f"{url}/v1/messages", msgspec.json.encode(sent), **headers)


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What a pool said and kept: before a worker was killed, and after."""
    folder = tmp_path_factory.mktemp("pool")
    with pool(folder) as (url, process):
        ready = msgspec.json.decode(fetch(f"{url}/ready").read())
        answers = [ask(url), ask(url, "[fake:violating]")]
        [worker] = children(process.pid)
        os.kill(worker, signal.SIGKILL)
        until(lambda: children(process.pid) not in ([], [worker]))
        answers.append(ask(url))
    entries = [decode(one.data) for one in JournalFolder(journal_folder(folder)).read(10)]
    return ready, answers, entries, (folder / "log").read_bytes().splitlines()


def children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_the_kernel_holds_it_and_its_answers_say_so(told):
    ready, answers, _, _ = told
    assert ready["zero_retention"] == "kernel"
    assert {answer.headers["x-sekisho-data-policy"] for answer in answers} == {
        "zero-retention; enforced=kernel"
    }


def test_everybody_is_under_zero_retention_there_and_every_request_is_recorded(told):
    _, _, entries, _ = told
    assert [(one.zero_retention, one.content) for one in entries] == [(True, b"")] * 3


def test_a_worker_that_dies_is_followed_by_another(told):
    events = [msgspec.json.decode(line)["event"] for line in told[3]]
    assert events.count("gateway.confined") == 2
    assert "worker.restarted" in events


def test_its_log_holds_catalogued_lines_alone(told):
    assert [line for line in told[3] if not is_catalogued(line)] == []
