"""An installation from before content had classes is migrated, and reads what it wrote."""

from __future__ import annotations

import json
import os
import subprocess
import sys


def test_what_was_stored_before_is_read_after(tmp_path):
    own = {"SEKISHO_DATA_DIR": str(tmp_path)}
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.endswith(("DATABASE_URL", "KEYSTORE_URL"))
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.records.upgraded"], env=kept | own, capture_output=True, text=True
    )
    assert json.loads(done.stdout or "null") == {
        "row": ["other", "2026-01-01", 1],
        "blocks": 0,
        "before": "said before",
        "after": "said after",
        "cut": [],
        "new": True,
    }, done.stderr
