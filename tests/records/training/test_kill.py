"""A build that is killed at a random moment: a half-written export is never taken for a whole one."""

from __future__ import annotations

import hashlib
import json
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


def run(folder: Path, task: str, root: Path) -> str:
    command = [sys.executable, SCRIPT, str(folder), task]
    done = subprocess.run(command, cwd=root, env=environ(root), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def environ(root: Path) -> dict[str, str]:
    """Without settings of the test's own: the installation is one of its own, on SQLite."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("SEKISHO_")}
    return own | {"PYTHONPATH": str(root)}


def is_whole(version: Path) -> bool:
    """As anybody can tell who has only the files."""
    told = json.loads((version / "manifest.json").read_bytes())["manifest"]
    digests = {name: hashlib.sha256((version / name).read_bytes()).hexdigest() for name in told["files"]}
    return digests == told["files"]


@pytest.mark.stress
def test_what_has_a_versions_name_is_whole_whenever_the_build_is_killed(tmp_path, root):
    run(tmp_path, "seed", root)
    chance = random.Random(5)
    for _ in range(ROUNDS):
        building = subprocess.Popen(
            [sys.executable, SCRIPT, str(tmp_path), "build"],
            cwd=root,
            env=environ(root),
            stdout=subprocess.PIPE,
            text=True,
        )
        assert building.stdout is not None
        assert building.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.1, 2.5))  # the moment of the kill, not a wait for anything
        building.send_signal(signal.SIGKILL)
        building.wait()
        building.stdout.close()
        for path in (tmp_path / "out").glob("dsv_*"):
            assert is_whole(path), path.name
    ready, abandoned = map(int, run(tmp_path, "check", root).split())
    assert ready + abandoned
    assert ROUNDS < 10 or (ready and abandoned), (
        "some kills struck a build, and some builds were done before theirs"
    )
    print(f"{ROUNDS} kills: {ready} whole versions, {abandoned} builds broken off")
