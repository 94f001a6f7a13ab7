"""What the doctor says of proof."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sekisho.audit import checkpoints
from sekisho.audit.actions import record
from sekisho.audit.models import AuditCheckpoint, AuditTile
from sekisho.cli.doctor_proof import check_proof
from sekisho.cli.health import State

AT = datetime(2026, 11, 23, 18, tzinfo=UTC)


@pytest.fixture
def signed(db, tmp_path, monkeypatch):
    monkeypatch.setenv("SEKISHO_AUDIT_WITNESS_PATH", str(tmp_path / "witness"))
    for number in range(3):
        record("cli", "x.happened", f"key_{number}")
    checkpoints.checkpoint(AT)


def test_a_log_that_is_signed_and_kept_twice_is_well(signed):
    assert check_proof(AT + timedelta(hours=2)).state is State.OK


def test_a_log_that_nobody_signs_is_noted(signed):
    assert check_proof(AT + timedelta(hours=2, seconds=1)).state is State.NOTE


def test_a_log_that_was_never_signed_is_noted(db):
    assert check_proof(AT).state is State.NOTE


def test_checkpoints_in_one_place_alone_are_noted(signed, monkeypatch):
    monkeypatch.delenv("SEKISHO_AUDIT_WITNESS_PATH")
    found = check_proof(AT)
    assert found.state is State.NOTE
    assert "SEKISHO_AUDIT_WITNESS_PATH" in found.remedy.en


def test_a_tree_that_was_changed_fails(signed):
    AuditTile.objects.update(hashes=b"\x00" * 96)
    assert check_proof(AT).state is State.FAILED


def test_checkpoints_that_were_rewound_fail(signed):
    AuditCheckpoint.objects.all().delete()
    found = check_proof(AT)
    assert found.state is State.FAILED
    assert "checkpoint 3 was signed before" in found.found.en
