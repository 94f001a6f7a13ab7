"""`sekisho rights`: what is open, carried out, written to a file and checked."""

from __future__ import annotations

import json
import stat

import pytest
from click.testing import CliRunner, Result

from sekisho.accounts.types import system
from sekisho.cli import cli
from tests.records.rights.makers import account, asked, store, turn


@pytest.fixture
def run(db, monkeypatch):
    monkeypatch.setattr("sekisho.cli.rights.set_up", lambda folder: None)
    monkeypatch.setattr("sekisho.cli.rights.require_migrated", lambda: None)

    def run(*words: str, lang: str = "en_US.UTF-8") -> Result:
        return CliRunner().invoke(cli, ["rights", *words], env={"LC_ALL": lang})

    return run


@pytest.fixture
def made(cast):
    store(turn(1, cast.atelier.id))
    return asked(system("test"), account(cast.atelier.id))


def test_what_is_open_is_listed_in_both_languages(run, made):
    assert "received" in run("list").output
    assert "受付済み" in run("list", lang="ja_JP.UTF-8").output
    (one,) = json.loads(run("list", "--json").output)
    assert (one["id"], one["state"], one["due_at"][:10]) == (made.id, "received", "2026-03-31")
    assert json.loads(run("show", made.id, "--json").output) == one
    assert json.loads(run("work", "--json").output)["open"] == 0
    assert json.loads(run("list", "--json").output) == []
    assert json.loads(run("list", "--all", "--json").output)[0]["state"] == "completed"


def test_a_copy_is_written_once_and_can_be_checked(run, made, tmp_path):
    path = tmp_path / "copy.zip"
    assert run("export", made.id, str(path)).exit_code == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    found = json.loads(run("verify", str(path), "--json").output)
    assert (found["whole"], found["request"]) == (True, made.id)
    assert "完全です" in run("verify", str(path), lang="ja_JP.UTF-8").output
    assert run("verify", str(path), "--key", "A" * 43 + "=").exit_code == 1
    path.write_bytes(path.read_bytes()[:-100])
    assert run("verify", str(path)).exit_code == 1
    again = tmp_path / "again.zip"
    assert run("export", made.id, str(again)).exit_code != 0
    assert not again.exists()
