from __future__ import annotations

from contextlib import nullcontext

import pytest

from sekisho.records.training.actions import building


@pytest.fixture
def same_connection(db, monkeypatch):
    """Read through the test's own connection, whose transaction the exporter's would not see.

    `test_exporter` and `test_kill` have real ones.
    """
    monkeypatch.setattr(building, "exporting", nullcontext)
