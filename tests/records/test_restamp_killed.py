"""A worker that is killed while it re-stamps: the next one goes on, and every turn comes to stand as the rules say."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROUNDS = 60 if os.environ.get("SEKISHO_STRESS") == "all" else 2
SCRIPT = Path(__file__).with_name("restamping.py")


def started(folder: Path, root: Path, *words: str) -> subprocess.Popen[str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("SEKISHO_")}
    command = [sys.executable, SCRIPT, str(folder), *words]
    return subprocess.Popen(
        command, cwd=root, env=own | {"PYTHONPATH": str(root)}, stdout=subprocess.PIPE, text=True
    )


@pytest.mark.stress
def test_killed_at_random_moments_the_work_goes_on_and_comes_to_its_end(tmp_path: Path, root: Path):
    assert started(tmp_path, root, "seed").communicate()[0] == ""
    chance, at_work = random.Random(11), 0
    for number in range(ROUNDS):
        working = started(tmp_path, root, "round", str(number))
        assert working.stdout is not None
        assert working.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.0, 0.8))  # the moment of the kill, not a wait for anything
        at_work += working.poll() is None
        working.send_signal(signal.SIGKILL)
        working.wait()
        working.stdout.close()
    assert at_work, "The worker was always done already; the test would prove little."
    assert started(tmp_path, root, "finish").communicate()[0].strip() == "0"
