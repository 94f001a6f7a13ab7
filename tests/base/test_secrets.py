"""Secrets made at the first start."""

from __future__ import annotations

import stat
import threading
from itertools import count
from pathlib import Path

from sekisho.base.secrets import kept_secret


def test_a_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "data" / "secret_key"
    assert kept_secret(path, lambda: "first") == "first"
    assert kept_secret(path, lambda: "second") == "first"
    assert list(path.parent.iterdir()) == [path], "no drafts are left behind"


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "data" / "secret_key"
    kept_secret(path, lambda: "quiet")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_processes_that_start_at_once_agree(tmp_path: Path) -> None:
    numbers, start, found = count(), threading.Barrier(8), []

    def begin() -> None:
        start.wait(timeout=10)
        found.append(kept_secret(tmp_path / "secret_key", lambda: str(next(numbers))))

    threads = [threading.Thread(target=begin) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)
    assert len(found) == 8
    assert len(set(found)) == 1
