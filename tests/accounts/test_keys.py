"""API keys: shown once, stored hashed, gone when revoked."""

from __future__ import annotations

import hashlib
import re
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections
from hypothesis import given
from hypothesis import strategies as st

from sekisho.accounts import actions, keys, queries
from sekisho.accounts.events import access_changed
from sekisho.accounts.models import ApiKey
from sekisho.accounts.types import KeyDeclaration, NewKey, Role, Scope, UseCase, Viewer
from sekisho.audit.models import AuditEntry
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from tests import factories
from tests.cast import Cast

NOON = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)


@pytest.fixture
def made(cast: Cast) -> NewKey:
    return actions.create_key(cast.viewer("aiko"), cast.atelier.id, "Chat on our site")


def test_keys_have_one_recognisable_shape() -> None:
    assert re.fullmatch(keys.PATTERN, keys.new_key())
    assert keys.new_key() != keys.new_key()


@given(st.text())
def test_a_digest_is_the_sha256_of_the_whole_key(key: str) -> None:
    assert keys.digest(key) == hashlib.sha256(key.encode()).hexdigest()


def test_the_digest_of_bytes_that_are_no_text_is_still_a_digest() -> None:
    assert len(keys.digest(b"\xff\xfe".decode("utf-8", "surrogateescape"))) == 64


def test_the_key_itself_is_stored_nowhere(made: NewKey) -> None:
    row = ApiKey.objects.get(id=made.view.id)
    assert row.digest == keys.digest(made.plain)
    stored = [str(value) for value in ApiKey.objects.values().get(id=row.id).values()]
    stored += [entry.facts for entry in AuditEntry.objects.all()]
    assert not any(made.plain in text for text in stored)
    assert made.plain not in repr(made)
    assert made.plain.startswith(made.view.prefix)
    assert len(made.view.prefix) < len(made.plain) / 2


def test_making_a_key_is_audited(made: NewKey, cast: Cast) -> None:
    entry = AuditEntry.objects.get(action="key.created")
    assert (entry.actor, entry.subject) == (cast.aiko.id, made.view.id)


@pytest.mark.parametrize(
    ("who", "error"),
    [
        pytest.param("ben", NotAllowedError, id="a member may see keys but not make them"),
        pytest.param("chie", NotFoundError, id="an outsider does not learn that the organisation exists"),
        pytest.param("daiki", NotFoundError, id="staff hold no rights inside organisations"),
    ],
)
def test_who_may_not_make_a_key(cast: Cast, who: str, error: type[SekishoError]) -> None:
    with pytest.raises(error):
        actions.create_key(cast.viewer(who), cast.atelier.id, "Mine")
    assert not ApiKey.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_role_that_has_gone_since_the_page_was_read_counts_no_more(cast: Cast) -> None:
    remembered = Viewer(cast.ben.id, {cast.atelier.id: Role.ADMIN})
    with pytest.raises(NotAllowedError):
        actions.create_key(remembered, cast.atelier.id, "Mine")


def test_what_is_seen_of_keys(made: NewKey, cast: Cast) -> None:
    assert queries.keys(cast.viewer("ben"), cast.atelier.id) == (made.view,)
    assert queries.key(cast.viewer("ben"), made.view.id) == made.view


@pytest.mark.parametrize("who", ["chie", "daiki", "emi", "fumi"])
def test_outsiders_see_no_key(made: NewKey, cast: Cast, who: str) -> None:
    with pytest.raises(NotFoundError) as theirs:
        queries.key(cast.viewer(who), made.view.id)
    with pytest.raises(NotFoundError) as nothing:
        queries.key(cast.viewer(who), "key_00000000000000000000000000")
    assert str(theirs.value) == str(nothing.value)
    with pytest.raises(NotFoundError):
        queries.keys(cast.viewer(who), cast.atelier.id)


@pytest.mark.parametrize(
    ("declaration", "is_good"),
    [
        pytest.param(
            KeyDeclaration(UseCase.HIGH_RISK, "hr_legal", "Advice"), True, id="high-risk with its domain"
        ),
        pytest.param(
            KeyDeclaration(UseCase.CHATBOT, None, "受付チャット"), True, id="a chatbot with its name"
        ),
        pytest.param(KeyDeclaration(UseCase.HIGH_RISK), False, id="high-risk without a domain"),
        pytest.param(KeyDeclaration(UseCase.GENERAL, "hr_legal"), False, id="a domain without high risk"),
        pytest.param(KeyDeclaration(UseCase.HIGH_RISK, "HR legal!"), False, id="a domain that is no word"),
        pytest.param(KeyDeclaration(UseCase.CHATBOT, None, "x" * 121), False, id="an endless product name"),
    ],
)
def test_declarations_hold_together(
    made: NewKey, cast: Cast, declaration: KeyDeclaration, is_good: bool
) -> None:
    if is_good:
        assert (
            actions.declare_use_case(cast.viewer("aiko"), made.view.id, declaration).declaration
            == declaration
        )
    else:
        with pytest.raises(SekishoError):
            actions.declare_use_case(cast.viewer("aiko"), made.view.id, declaration)


def test_revoking_is_for_good_and_done_once(made: NewKey, cast: Cast) -> None:
    aiko = cast.viewer("aiko")
    assert actions.revoke_key(aiko, made.view.id, clock=fixed_clock(NOON)) is True
    assert actions.revoke_key(aiko, made.view.id, clock=fixed_clock(NOON + timedelta(days=1))) is False
    assert queries.key(aiko, made.view.id).revoked_at == NOON
    assert AuditEntry.objects.filter(action="key.revoked").count() == 1
    with pytest.raises(SekishoError, match="key_revoked"):
        actions.declare_use_case(aiko, made.view.id, KeyDeclaration())


@pytest.mark.parametrize(
    ("at", "usable"),
    [
        pytest.param(NOON - timedelta(seconds=1), True, id="a second before it expires"),
        pytest.param(NOON, False, id="the moment it expires"),
    ],
)
def test_a_key_opens_the_gate_until_it_expires(cast: Cast, at: datetime, usable: bool) -> None:
    made = actions.create_key(cast.viewer("aiko"), cast.atelier.id, "Trial", expires_at=NOON)
    assert made.view.is_usable(at) is usable


def test_gateways_learn_of_keys_by_digest_and_forget_the_revoked(made: NewKey, cast: Cast) -> None:
    assert [(key.digest, key.view) for key in queries.keys_for_gateway()] == [
        (keys.digest(made.plain), made.view)
    ]
    actions.revoke_key(cast.viewer("aiko"), made.view.id)
    assert list(queries.keys_for_gateway()) == []


def test_scopes_are_kept(cast: Cast) -> None:
    made = actions.create_key(cast.viewer("aiko"), cast.atelier.id, "List", scopes=frozenset({Scope.MODELS}))
    assert queries.key(cast.viewer("aiko"), made.view.id).scopes == {Scope.MODELS}


def test_the_rest_is_told_once_a_change_is_durable(
    made: NewKey, cast: Cast, django_capture_on_commit_callbacks
) -> None:
    told: list[str] = []

    def listen(organisation_id: str, **_: object) -> None:
        told.append(organisation_id)

    access_changed.connect(listen)
    try:
        with django_capture_on_commit_callbacks() as waiting:
            actions.revoke_key(cast.viewer("aiko"), made.view.id)
        assert told == []
        for callback in waiting:
            callback()
        assert told == [cast.atelier.id]
    finally:
        access_changed.disconnect(listen)


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_of_two_who_revoke_at_once_one_does() -> None:
    atelier, aiko = factories.organisation(), factories.person("Aiko")
    factories.member(atelier, aiko, Role.PRIMARY_OWNER)
    viewer = queries.viewer(aiko.id)
    made = actions.create_key(viewer, atelier.id, "Chat")
    if connection.vendor == "sqlite":
        assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    start = threading.Barrier(2)
    outcomes: list[bool] = []

    def revoke() -> None:
        start.wait(timeout=10)
        outcomes.append(actions.revoke_key(viewer, made.view.id))
        connections.close_all()

    threads = [threading.Thread(target=revoke) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcomes) == [False, True]
    assert AuditEntry.objects.filter(action="key.revoked").count() == 1
