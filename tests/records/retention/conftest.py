"""A second place for tombstones of each test's own."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def second_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the file to which tombstones go."""
    path = tmp_path / "elsewhere" / "tombstones.jsonl"
    monkeypatch.setenv("SEKISHO_TOMBSTONE_PATH", str(path))
    return path
