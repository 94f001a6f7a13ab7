"""An attestation is verified by a command that needs no server and no database."""

from __future__ import annotations

import base64
import json

import pytest
from click.testing import CliRunner

from sekisho.cli import cli
from sekisho.enforcement.holds.attestation import digest, signed
from sekisho.records.keystore.actions import ensure_signing_key
from tests.enforcement.holds.makers import AT
from tests.enforcement.holds.test_attestation import ANSWER, ATTESTED, KEY, PUBLIC, SALT

PLAIN = ["--key", base64.b64encode(PUBLIC).decode()]


@pytest.fixture
def run(tmp_path):
    (tmp_path / "attestation.json").write_text(signed(ATTESTED, KEY.private_bytes_raw()), encoding="utf-8")
    (tmp_path / "answer.txt").write_text(ANSWER, encoding="utf-8")
    (tmp_path / "other.txt").write_text("Another answer.", encoding="utf-8")

    def run(*arguments):
        paths = [str(tmp_path / one) if "." in one else one for one in arguments]
        return CliRunner().invoke(cli, ["enforcement", "attestation", "verify", *paths])

    return run


def test_what_was_attested_is_shown_once_the_signature_holds(run):
    found = run("attestation.json", *PLAIN, "--answer", "answer.txt", "--salt", SALT)
    assert found.exit_code == 0
    assert "The signature holds." in found.output
    assert "reviewer: usr_emi" in found.output


def test_for_programs_it_is_one_object(run):
    found = json.loads(run("attestation.json", "--json").output)
    assert (found["holds"], found["released_digest"]) == (True, digest(SALT, ANSWER))


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        pytest.param(["attestation.json", "--answer", "other.txt", "--salt", SALT], "other_text", id="text"),
        pytest.param(
            ["attestation.json", "--key", base64.b64encode(b"0" * 32).decode()], "other_key", id="key"
        ),
        pytest.param(["answer.txt"], "unreadable", id="no attestation"),
    ],
)
def test_what_does_not_hold_is_told(run, arguments, code):
    found = run(*arguments, "--json")
    assert (found.exit_code, json.loads(found.output)) == (1, {"holds": False, "why": code})
    assert run(*arguments).exit_code == 1


def test_a_key_that_is_none_is_told(run):
    assert run("attestation.json", "--key", "abc").exit_code == 2


@pytest.mark.django_db(databases="__all__")
def test_the_keys_of_the_installation_are_listed(monkeypatch):
    monkeypatch.setattr("sekisho.cli.attestations.set_up", lambda _: None)
    monkeypatch.setattr("sekisho.cli.attestations.require_migrated", lambda: None)
    private = ensure_signing_key(AT)
    assert ensure_signing_key(AT) == private
    listed = CliRunner().invoke(cli, ["enforcement", "attestation", "keys"]).output.split()
    assert [len(base64.b64decode(one)) for one in listed] == [32]
