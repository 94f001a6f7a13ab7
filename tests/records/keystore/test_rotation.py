"""A new root takes over: nothing is lost, nothing that was destroyed comes back, and the old one is needed no more."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from sekisho.accounts.types import system
from sekisho.audit import queries as audit
from sekisho.base.errors import SekishoError
from sekisho.cli import cli
from sekisho.records.keystore import actions, queries, rotation
from sekisho.records.keystore.models import RootVersion, SealingKey, SubjectKey
from sekisho.records.keystore.root import local_keys, local_name, new_local_key, root_file
from sekisho.records.keystore.rotation import rotate, status
from sekisho.records.keystore.wrapping import UnreadableError

pytestmark = pytest.mark.django_db(databases="__all__")
AT = datetime(2026, 1, 1, tzinfo=UTC)
ROUNDS = 50 if os.environ.get("SEKISHO_STRESS") == "all" else 2


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("SEKISHO_DATA_DIR", str(tmp_path))


def made(count=12):
    """Keys of every kind, and how to read them all again."""
    conversations = {f"cnv_{number}": f"org_1/{number % 5}" for number in range(count)}
    keys = actions.ensure_conversation_keys(conversations, AT)
    purpose = actions.purpose_key("feedback", "fbk_1", "org_1/feedback", AT)
    actions.make_sealing_key(b"s" * 32, b"p" * 32, AT)
    actions.make_pseudonym_key(AT)
    signing = actions.ensure_signing_key(AT)
    pseudonym = queries.pseudonym_key()

    def unchanged():
        assert queries.living_conversation_keys(conversations) == keys
        assert queries.purpose_keys([purpose.id]) == {purpose.id: purpose}
        assert queries.sealing_private_keys() == [b"s" * 32]
        assert actions.ensure_signing_key(AT) == signing
        assert queries.pseudonym_key() == pseudonym

    return unchanged


def test_after_a_rotation_the_new_root_alone_opens_everything(monkeypatch):
    unchanged = made()
    old = local_keys()[0]
    done = rotate(AT, at_once=2)
    assert (done.rows, done.retired) == (9, (local_name(old),))
    assert done.moved_to.read_text() == root_file().with_name("root_key.old").read_text()
    assert local_name(old) not in map(local_name, local_keys())
    assert oct(root_file().stat().st_mode & 0o777) == "0o600"
    unchanged()
    found = status()
    assert (found.pending, found.rows, found.retired) == (0, {found.current: 9}, (local_name(old),))
    new = root_file().read_text()
    monkeypatch.setenv("SEKISHO_ROOT_KEY", done.moved_to.read_text())
    with pytest.raises(UnreadableError):
        unchanged()
    monkeypatch.setenv("SEKISHO_ROOT_KEY", new)
    unchanged()


def test_what_was_destroyed_stays_so():
    made()
    actions.destroy_subject_keys("org_1/0", AT)
    rotate(AT)
    assert SubjectKey.objects.filter(subject="org_1/0").values_list("wrapped", "destroyed_at").get() == (
        b"",
        AT,
    )


def test_a_row_that_falls_while_it_is_wrapped_anew_does_not_come_back(monkeypatch):
    made()

    def falls_meanwhile(wrapped):
        actions.destroy_subject_keys("org_1/1", AT)
        return rewrap(wrapped)

    rewrap = rotation.rewrap
    monkeypatch.setattr(rotation, "rewrap", falls_meanwhile)
    rotate(AT)
    assert bytes(SubjectKey.objects.get(subject="org_1/1").wrapped) == b""


def test_rows_from_before_roots_had_names_are_taken_along():
    unchanged = made()
    SubjectKey.objects.update(root="")
    SealingKey.objects.update(root="")
    RootVersion.objects.all().delete()
    unchanged()
    assert status().rows[""] == 7
    rotate(AT)
    unchanged()
    assert status().pending == 0


def test_a_rotation_that_was_begun_is_brought_to_its_end_and_no_other_begun(monkeypatch):
    unchanged = made()
    first = root_file().read_text()
    new = new_local_key()
    root_file().write_text(f"{new} {first}")
    unchanged()
    done = rotate(AT)
    assert root_file().read_text() == new
    assert done.root == local_name(local_keys()[0])
    unchanged()


def test_a_process_that_has_not_heard_wraps_nothing_by_a_retired_root(monkeypatch):
    made()
    old = root_file().read_text()
    rotate(AT)
    monkeypatch.setenv("SEKISHO_ROOT_KEY", old)
    with pytest.raises(SekishoError) as refused:
        actions.make_sealing_key(b"t" * 32, b"q" * 32, AT)
    assert refused.value.code == "root_retired"
    assert SealingKey.objects.count() == 1


def test_a_key_from_a_setting_is_changed_by_whoever_sets_it(monkeypatch):
    old, new = new_local_key(), new_local_key()
    monkeypatch.setenv("SEKISHO_ROOT_KEY", old)
    unchanged = made()
    with pytest.raises(SekishoError) as refused:
        rotate(AT)
    assert refused.value.code == "root_key_is_given"
    assert old not in str(refused.value)
    monkeypatch.setenv("SEKISHO_ROOT_KEY", f"{new} {old}")
    assert rotate(AT).moved_to is None
    monkeypatch.setenv("SEKISHO_ROOT_KEY", new)
    unchanged()


def test_vault_rotates_without_showing_a_key(vault):
    unchanged = made()
    before = len(vault.transit.calls)
    done = rotate(AT)
    assert done.root == "vault:transit/sekisho:v2"
    assert "rewrap" in vault.transit.calls[before:]
    assert "decrypt" not in vault.transit.calls[before:]
    vault.transit.keys["sekisho"][0] = b""
    unchanged()


def test_an_installation_moves_to_vault(monkeypatch, vault):
    with monkeypatch.context() as before:
        before.delenv("SEKISHO_VAULT_ADDR")
        unchanged = made()
    done = rotate(AT)
    assert done.root == "vault:transit/sekisho:v1"
    assert not root_file().exists()
    assert done.moved_to.exists()
    unchanged()


def test_the_audit_log_says_that_it_happened():
    made()
    done = rotate(AT)
    (entry,) = audit.entries(system("test"), audit.EntryFilter(action="root.rotated"))
    assert (entry.subject, entry.facts["keys"]) == (done.root, 9)


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_command_says_until_when_the_old_key_is_needed(monkeypatch, tmp_path, lang):
    monkeypatch.setenv("LC_ALL", lang)
    monkeypatch.setattr("sekisho.cli.keystore.set_up", lambda folder: tmp_path)
    made()
    told = CliRunner().invoke(cli, ["keystore", "rotate"]).output
    assert local_name(local_keys()[0]) in told
    assert "UTC" in told
    shown = json.loads(CliRunner().invoke(cli, ["keystore", "status", "--json"]).output)
    assert (shown["pending"], len(shown["retired"])) == (0, 1)
    assert shown["current"] in CliRunner().invoke(cli, ["keystore", "status"]).output


@pytest.mark.stress
def test_killed_at_any_moment_it_loses_nothing(tmp_path):
    """Every key that was acknowledged opens as it did, whatever the moments at which rotations were cut off."""
    chance, told = random.Random(20260101), {}
    environ = {**os.environ, "SEKISHO_DATA_DIR": str(tmp_path / "own")}
    environ = {name: value for name, value in environ.items() if name not in _DATABASES}
    for number in range(ROUNDS):
        arguments = [sys.executable, "-m", "tests.records.keystore.killed_rotation", f"r{number}"]
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env=environ) as process:
            lines = [process.stdout.readline() for _ in range(chance.randint(1, 40))]
            process.send_signal(signal.SIGKILL)
            lines += process.stdout.readlines()
        told |= dict(line.split() for line in lines if line.endswith("\n"))
    reading = subprocess.run(
        [sys.executable, "-c", _READ],
        input=json.dumps(list(told)),
        capture_output=True,
        text=True,
        env=environ,
    )
    assert json.loads(reading.stdout) == [told, 0, True], reading.stderr


_DATABASES = ("SEKISHO_DATABASE_URL", "SEKISHO_KEYSTORE_URL", "SEKISHO_TEST_DATABASE")
_READ = """
import hashlib, json, sys
from tests.records.keystore.killed_rotation import AT, set_up
set_up()
from sekisho.records.keystore import queries, rotation
rotation.rotate(AT)
found = queries.living_conversation_keys(json.load(sys.stdin))
hashes = {name: hashlib.sha256(key.secret).hexdigest() for name, key in found.items()}
state = rotation.status()
print(json.dumps([hashes, state.pending, len(state.given) == 1]))
"""
