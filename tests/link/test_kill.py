"""`kill -9` at random moments: every acknowledged entry is in the records exactly once, and none is
invented."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys

import pytest

from sekisho.accounts.types import system
from sekisho.link.carriers.local import JournalFolder
from sekisho.link.ingest import Ingest
from sekisho.link.sealing import generate_private_key, public_key_of
from sekisho.records import queries as records
from sekisho.records.keystore import actions as keystore
from sekisho.records.models import Turn
from sekisho.records.types import Part, Readable
from sekisho.records.types.purposes import Purpose
from tests.link.makers import AT

ROUNDS = {"all": 50, "1": 16}.get(os.environ.get("SEKISHO_STRESS", ""), 8)


@pytest.mark.stress
@pytest.mark.django_db(databases=["default", "keystore"])
def test_every_acknowledged_entry_is_recorded_exactly_once(tmp_path):
    private = generate_private_key()
    keystore.make_sealing_key(private, public_key_of(private), AT)
    chance = random.Random(20250915)
    acknowledged: list[str] = []
    for number in range(ROUNDS):
        acknowledged += _killed(tmp_path, public_key_of(private).hex(), f"r{number}", chance.randint(1, 300))
    reader = JournalFolder(tmp_path)
    written = Ingest(reader).run_all()
    recorded = set(Turn.objects.values_list("id", flat=True))
    assert len(acknowledged) == len(set(acknowledged)) >= ROUNDS
    assert set(acknowledged) <= recorded
    assert Turn.objects.count() == written  # unacknowledged, yet durable, entries are real ones too
    assert all(name.startswith("req_r") for name in recorded)
    assert _what_was_said(acknowledged[-1]) == f"said in {acknowledged[-1]}"
    assert reader.clear_orphans() == ROUNDS


def _killed(folder, public_key: str, name: str, after: int) -> list[str]:
    """Run a gateway, kill it when it has acknowledged `after` entries, and return all that it
    acknowledged."""
    arguments = [
        sys.executable,
        "-m",
        "tests.link.killed_gateway",
        str(folder / f"{name}.sqlite3"),
        public_key,
        name,
    ]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        lines = [process.stdout.readline() for _ in range(after)]
        process.send_signal(signal.SIGKILL)
        lines += process.stdout.readlines()
    assert process.returncode == -signal.SIGKILL
    return [line.strip() for line in lines if line.endswith("\n")]


def _what_was_said(turn: str) -> str:
    found = records.content_of(system("test"), turn, "test", purpose=Purpose.REVIEW)
    assert isinstance(found, Readable)
    return found.parts[Part.PROMPT][0].text
