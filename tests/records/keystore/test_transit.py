"""Vault as the root, over real HTTP: what it wraps it opens, for its purpose only, and with few questions."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sekisho.base.errors import SekishoError
from sekisho.link.ingest import Ingest
from sekisho.link.journal import encode
from sekisho.link.models import Quarantined
from sekisho.link.sealing import Sealer, generate_private_key, public_key_of
from sekisho.records.keystore import actions, queries
from sekisho.records.keystore.fake_vault import ROLE_ID, SECRET_ID, TOKEN
from sekisho.records.keystore.models import SubjectKey
from sekisho.records.keystore.transit import ITEMS_A_CALL, Access, VaultRoot
from sekisho.records.keystore.types import Secret, Wrapped
from sekisho.records.keystore.wrapping import UnreadableError
from sekisho.records.models import Turn
from tests.link.makers import content, sealed_entry
from tests.link.test_ingest import Memory

AT = datetime(2026, 1, 1, tzinfo=UTC)


class Moment:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def access(vault, **more):
    return Access(**{"addr": vault.url, "mount": "transit", "key": "sekisho", "token": TOKEN} | more)


def test_what_was_wrapped_opens_for_its_purpose_only(vault):
    root = VaultRoot(access(vault))
    (one,) = root.wrap([Secret(b"k" * 32, "subject key sk_1 org_1/a")])
    assert one.root == "vault:transit/sekisho:v1"
    assert b"k" * 32 not in one.data
    assert root.unwrap([one]) == [b"k" * 32]
    with pytest.raises(UnreadableError):
        root.unwrap([Wrapped(one.data, one.root, "subject key sk_1 org_1/b")])


def test_many_go_in_few_calls(vault):
    root = VaultRoot(access(vault))
    secrets = [Secret(number.to_bytes(32), f"key {number}") for number in range(ITEMS_A_CALL + 1)]
    wrapped = root.wrap(secrets)
    assert root.unwrap(wrapped) == [one.plain for one in secrets]
    assert vault.transit.calls == ["encrypt"] * 2 + ["decrypt"] * 2


def test_what_was_opened_is_remembered_for_its_time_and_no_longer(vault):
    moment = Moment()
    root = VaultRoot(access(vault, cache_s=60.0), moment)
    wrapped = root.wrap([Secret(b"k" * 32, "a key")])
    for moment.now in (0.0, 59.9, 60.0):
        root.unwrap(wrapped)
    assert vault.transit.calls.count("decrypt") == 2


def test_rotation_wraps_anew_without_showing_a_key(vault):
    root = VaultRoot(access(vault))
    wrapped = root.wrap([Secret(b"k" * 32, "a key")])
    assert root.rotate() == root.current() == "vault:transit/sekisho:v2"
    again = root.rewrap(wrapped)
    assert again[0].root == "vault:transit/sekisho:v2"
    vault.transit.keys["sekisho"][0] = b""  # the old version is gone for good
    assert root.unwrap(again) == [b"k" * 32]
    assert "decrypt" not in vault.transit.calls[:-1]
    with pytest.raises(UnreadableError):
        root.unwrap(wrapped)


def test_a_role_takes_a_token_and_another_when_it_has_run_out(vault):
    root = VaultRoot(access(vault, token="", role_id=ROLE_ID, secret_id=SECRET_ID))
    (one,) = root.wrap([Secret(b"k" * 32, "a key")])
    vault.tokens.clear()
    assert root.unwrap([one]) == [b"k" * 32]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        pytest.param({"token": "another"}, "vault_refused", id="a token without the right"),
        pytest.param({"token": "", "role_id": "no", "secret_id": "no"}, "vault_refused", id="no such role"),
        pytest.param({"addr": "http://127.0.0.1:1"}, "vault_unreachable", id="nobody there"),
    ],
)
def test_a_refusal_says_what_to_do_and_no_secret(vault, more, code):
    with pytest.raises(SekishoError) as refused:
        VaultRoot(access(vault, **more)).wrap([Secret(b"k" * 32, "a key")])
    assert refused.value.code == code
    assert "kkkk" not in str(refused.value)
    assert (more.get("token") or "another") not in str(refused.value)


def test_subject_keys_hang_on_vault(db, vault):
    made = actions.ensure_conversation_keys({"cnv_1": "org_1/a", "cnv_2": "org_1/b"}, AT)
    assert {row.root for row in SubjectKey.objects.all()} == {"vault:transit/sekisho:v1"}
    assert queries.living_conversation_keys(["cnv_1", "cnv_2"]) == made
    assert vault.transit.calls.count("encrypt") == 1


def test_an_installation_that_moves_to_vault_still_opens_what_the_local_key_wrapped(db, vault, monkeypatch):
    with monkeypatch.context() as before:
        before.delenv("SEKISHO_VAULT_ADDR")
        made = actions.ensure_conversation_keys({"cnv_1": "org_1/a"}, AT)
    made |= actions.ensure_conversation_keys({"cnv_2": "org_1/b"}, AT)
    assert queries.living_conversation_keys(["cnv_1", "cnv_2"]) == made


def test_while_vault_is_silent_the_journal_waits_and_nothing_is_lost(db, vault, monkeypatch):
    journal = Memory(encode(sealed_entry(_sealer(), content("said"), id="req_1")))
    with monkeypatch.context() as silent:
        silent.setenv("SEKISHO_VAULT_ADDR", "http://127.0.0.1:1")
        with pytest.raises(SekishoError):
            Ingest(journal).run_all()
    assert (journal.acknowledged, Turn.objects.count(), Quarantined.objects.count()) == (0, 0, 0)
    assert Ingest(journal).run_all() == 1
    assert Turn.objects.get().has_content


def _sealer() -> Sealer:
    private = generate_private_key()
    actions.make_sealing_key(private, public_key_of(private), AT)
    return Sealer(public_key_of(private))
