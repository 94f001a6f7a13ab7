"""A process that is killed, and a database that is restored: nothing comes back, and nothing is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

IS_LONG = os.environ.get("SEKISHO_STRESS") == "all"
ROUNDS = 60 if IS_LONG else 2
"""How often the process that sweeps and erases is killed."""


def play(root: Path, folder: Path, *words: str) -> dict[str, object]:
    """Play it in an installation of its own, on SQLite, and return what became of it."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("SEKISHO_")}
    command = [
        sys.executable,
        "-m",
        "tests.records.retention.installation",
        words[0],
        str(folder),
        *words[1:],
    ]
    ended = subprocess.run(command, cwd=root, env=plain, capture_output=True, check=True, timeout=600)
    found: dict[str, object] = json.loads(ended.stdout.splitlines()[-1])
    return found


@pytest.mark.stress
def test_killed_at_random_moments_nothing_is_resurrected_and_nothing_lost(root: Path, tmp_path: Path):
    found = play(root, tmp_path, "kill", str(ROUNDS), "20260101")
    assert found.pop("killed_at_work"), "The process was always done already; the test would prove little."
    assert found == {
        "resurrected": [],
        "lost": [],
        "past_due": 0,
        "opens_though_due": [],
        "closed_though_living": [],
        "erasures_not_done": 0,
        "behind": 0,
    }


DUE, PART_OLD, PART_NEW, GONE, STAYS = range(5)


BACKUPS = [
    pytest.param("both", {DUE, PART_OLD, GONE}, id="both databases: all of it would be readable again"),
    pytest.param("sekisho", set(), id="the main one: rows come back, and their keys do not"),
    pytest.param("keystore", set(), id="the keystore: keys come back"),
]


@pytest.mark.parametrize(("which", "comes_back"), BACKUPS if IS_LONG else BACKUPS[:1])
def test_a_restored_backup_serves_nothing_before_it_knows_what_was_destroyed(
    root: Path, tmp_path: Path, which: str, comes_back: set[int]
):
    found = play(root, tmp_path, "restore", which)
    assert found["before"]["open"] is False  # type: ignore[index]
    assert found["before"]["opens"] == [at in comes_back | {PART_NEW, STAYS} for at in range(5)]  # type: ignore[index]
    assert (found["replayed"], found["open"], found["again"]) == (2, True, 0)
    assert found["opens"] == [False, False, True, False, True]
    assert found["erased_rows"] == 0
