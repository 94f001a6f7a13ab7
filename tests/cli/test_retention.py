"""`sekisho retention sweep | status | confirm-clock | restore-check`: what they do, say, and end with."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sekisho.cli import retention, retention_sweep
from sekisho.records.models import Turn
from sekisho.records.retention.models import Guard, Replayed
from tests.records.retention.makers import store, turn

pytestmark = pytest.mark.django_db(databases="__all__")
OLD = datetime.now(UTC) - timedelta(days=40)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' own databases, and a second place of each test's own."""
    monkeypatch.setenv("SEKISHO_TOMBSTONE_PATH", str(tmp_path / "tombstones.jsonl"))
    for name in ("set_up", "require_migrated"):
        monkeypatch.setattr(retention_sweep, name, lambda *_: None)


def run(*words: str, lang: str = "en") -> Result:
    env = {"SEKISHO_LANG": lang, "LANG": "ja_JP.UTF-8" if lang == "ja" else "en_US.UTF-8", "LC_ALL": ""}
    return CliRunner().invoke(retention.command, list(words), env=env)


def test_a_dry_run_says_how_much_is_due_and_destroys_nothing():
    store(turn(at=OLD))
    told = json.loads(run("sweep", "--dry-run", "--json").stdout)
    assert (told["reason"], told["turns"]) == ("dry_run", 1)
    assert Turn.objects.get().has_content
    assert "Due now: 1 turns" in run("sweep", "--dry-run").stdout


def test_a_sweep_says_what_it_destroyed():
    store(turn(at=OLD))
    assert run("status").exit_code == 1
    done = run("sweep", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["keys"] == 1
    told = run("status", "--json")
    assert (told.exit_code, json.loads(told.stdout)["past_due"]) == (0, 0)
    assert "Past due: 0" in run("status").stdout


@pytest.mark.parametrize(("lang", "says"), [("en", "the clock jumped"), ("ja", "時刻が大きく進みました")])
def test_a_halted_sweep_says_what_to_do_and_confirming_goes_on(lang: str, says: str):
    store(turn(at=OLD))
    Guard.objects.create(id=1, good_at=OLD)
    halted = run("sweep", lang=lang)
    assert (halted.exit_code, says in halted.stdout) == (1, True)
    assert "confirm-clock" in halted.stdout
    assert run("confirm-clock").exit_code == 0
    assert run("sweep").exit_code == 0


def test_a_restored_database_is_told_and_replayed():
    store(turn(at=OLD))
    run("sweep")
    assert run("restore-check").exit_code == 0
    Replayed.objects.all().delete()
    found = run("restore-check", "--json")
    assert (found.exit_code, json.loads(found.stdout)["database_behind"]) == (1, 1)
    assert "--replay" in run("restore-check").stdout
    assert run("restore-check", "--replay").exit_code == 0
