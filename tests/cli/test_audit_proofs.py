"""`sekisho audit`: proofs on the command line, in both languages and for programs."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from sekisho.audit import checkpoints, receipts
from sekisho.audit.actions import record
from sekisho.cli import cli

AT = datetime(2026, 11, 23, 18, tzinfo=UTC)


def run(*arguments, language="en"):
    return CliRunner(env={"SEKISHO_LANG": language, "LANG": f"{language}_JP.UTF-8"}).invoke(
        cli, ["audit", *map(str, arguments)]
    )


@pytest.fixture
def receipt(db, tmp_path):
    """A file with a receipt that its holder was given."""
    made = receipts.issue("deletion", "org_1", {"turns": 3}, at=AT)
    done = run("prove", made, "--output", tmp_path / "receipt.json")
    assert done.exit_code == 0, done.output
    return tmp_path / "receipt.json"


def test_a_receipt_is_proven_and_checked(receipt):
    done = run("verify-receipt", receipt)
    assert done.exit_code == 0
    assert done.output.startswith("Proven: deletion, 2026-11-23")


def test_a_receipt_is_checked_against_the_key_that_the_operator_publishes(receipt):
    key = run("keys").output.strip()
    assert run("verify-receipt", receipt, "--key", key).exit_code == 0
    assert run("verify-receipt", receipt, "--key", "nonsense").exit_code == 2


def test_what_was_changed_is_refused_in_the_readers_language(receipt):
    document = json.loads(receipt.read_text())
    document["receipt"]["facts"]["turns"] = 2
    receipt.write_text(json.dumps(document))
    english, japanese = run("verify-receipt", receipt), run("verify-receipt", receipt, language="ja")
    assert (english.exit_code, japanese.exit_code) == (1, 1)
    assert "was changed after it was signed" in english.output
    assert "変更されています" in japanese.output
    assert json.loads(run("verify-receipt", receipt, "--json").output)["code"] == "receipt_altered"


def test_what_is_no_receipt_is_refused(tmp_path):
    (tmp_path / "x").write_text("[1")
    assert run("verify-receipt", tmp_path / "x").exit_code == 1


def test_a_receipt_without_a_proof_yet_says_so(db, tmp_path):
    made = receipts.issue("deletion", "org_1", {}, at=AT)
    (tmp_path / "x").write_text(json.dumps(receipts.document(made)))
    assert run("verify-receipt", tmp_path / "x").exit_code == 3


def test_a_kept_checkpoint_is_compared_with_the_log(db, tmp_path):
    record("cli", "x.happened", "key_1")
    assert run("checkpoint", "--output", tmp_path / "kept").exit_code == 0
    record("cli", "x.happened", "key_2")
    done = run("consistency", tmp_path / "kept", "--json")
    assert json.loads(done.output) == {"consistent": True, "checkpoints": 2}
    assert "fits all 2" in run("consistency", tmp_path / "kept").output


def test_a_log_that_was_cut_off_is_told(db):
    record("cli", "x.happened", "key_1")
    checkpoints.checkpoint(AT)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_auditentry")
    done = run("consistency")
    assert done.exit_code == 1
    assert "its tail is gone" in done.output
