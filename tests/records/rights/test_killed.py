"""A worker that is killed while it writes copies and erases accounts: what comes out is whole, and nothing is left."""

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
SCRIPT = Path(__file__).with_name("killed.py")


def started(folder: Path, root: Path, *words: str) -> subprocess.Popen[str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("SEKISHO_")}
    command = [sys.executable, SCRIPT, str(folder), *words]
    return subprocess.Popen(
        command, cwd=root, env=own | {"PYTHONPATH": str(root)}, stdout=subprocess.PIPE, text=True
    )


@pytest.mark.stress
def test_killed_at_random_moments_copies_are_whole_and_erasures_complete(tmp_path: Path, root: Path):
    assert started(tmp_path, root, "seed", str(ROUNDS)).communicate()[0] == ""
    chance = random.Random(17)
    for number in range(ROUNDS):
        working = started(tmp_path, root, "work", str(number))
        assert working.stdout is not None
        assert working.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.0, 2.0))  # the moment of the kill, not a wait for anything
        assert working.poll() is None
        working.send_signal(signal.SIGKILL)
        working.wait()
        working.stdout.close()
    ending = started(tmp_path, root, "check")
    copies, erased = map(int, ending.communicate()[0].split())
    assert (ending.returncode, erased) == (0, ROUNDS)
    print(f"{ROUNDS} kills: {copies} copies are whole, {erased} accounts are erased")
