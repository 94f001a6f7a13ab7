"""Who may pass: keys in both forms, restrictions with what they tell, pseudonyms."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from sekisho.accounts.types import Plan, Scope
from sekisho.gateway import auth
from sekisho.gateway.errors import GateError, Kind
from sekisho.link.snapshot import KeyEntry, OrganisationEntry, Restriction, Snapshot, Stop

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(seconds=1)
SECRET = b"sk-of-ben"
DEFAULT = {(b"x-api-key", SECRET)}


def snapshot(
    key: dict | None = None, organisation: dict | None = None, end_users: dict | None = None
) -> Snapshot:
    ben = {"id": "key_ben", "organisation": "org_a", "scopes": frozenset({"messages"})} | (key or {})
    return Snapshot(
        format=1,
        revision=7,
        issued_at=NOW,
        stale_after=timedelta(seconds=60),
        keys={hashlib.sha256(SECRET).hexdigest(): KeyEntry(**ben)},
        organisations={"org_a": OrganisationEntry(id="org_a", plan=Plan.API, **(organisation or {}))},
        packs=(),
        routes=(),
        sealing_key=b"",
        pseudonym_key=b"secret",
        end_users=end_users or {},
        public_url="https://gate.test",
    )


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param([(b"x-api-key", SECRET)], id="x-api-key"),
        pytest.param([(b"authorization", b"Bearer " + SECRET)], id="bearer"),
        pytest.param([(b"authorization", b"bearer  " + SECRET)], id="bearer in small letters"),
        pytest.param([(b"x-api-key", SECRET), (b"authorization", b"Bearer " + SECRET)], id="both, the same"),
    ],
)
def test_a_key_is_taken_in_either_form(headers):
    assert auth.authenticate(snapshot(), headers, Scope.MESSAGES, NOW).key.id == "key_ben"


def _stop(kind: Stop, **more) -> Restriction:
    return Restriction(kind=kind, clause="weapons", statement="sor_1", **more)


@pytest.mark.parametrize(
    ("headers", "changes", "kind", "code"),
    [
        pytest.param([], {}, Kind.AUTHENTICATION, "key_missing", id="no key"),
        pytest.param([(b"x-api-key", b"")], {}, Kind.AUTHENTICATION, "key_missing", id="an empty key"),
        pytest.param([(b"authorization", b"Basic eA==")], {}, Kind.AUTHENTICATION, "key_missing", id="basic"),
        pytest.param([(b"x-api-key", b"sk-other")], {}, Kind.AUTHENTICATION, "key_unknown", id="unknown"),
        pytest.param(
            [(b"x-api-key", SECRET), (b"authorization", b"Bearer other")],
            {},
            Kind.AUTHENTICATION,
            "credentials_differ",
            id="two keys",
        ),
        pytest.param(
            DEFAULT, {"key": {"expires_at": NOW}}, Kind.AUTHENTICATION, "key_expired", id="expired now"
        ),
        pytest.param(
            DEFAULT,
            {"key": {"restriction": _stop(Stop.REVOKED)}},
            Kind.AUTHENTICATION,
            "key_revoked",
            id="revoked",
        ),
        pytest.param(
            DEFAULT,
            {"organisation": {"restriction": _stop(Stop.SUSPENDED, until=LATER)}},
            Kind.PERMISSION,
            "account_suspended",
            id="organisation suspended",
        ),
        pytest.param(
            DEFAULT,
            {"organisation": {"restriction": _stop(Stop.TERMINATED)}},
            Kind.PERMISSION,
            "account_terminated",
            id="organisation terminated",
        ),
        pytest.param(
            DEFAULT, {"key": {"scopes": frozenset({"models"})}}, Kind.PERMISSION, "scope_missing", id="scope"
        ),
    ],
)
def test_refused(headers, changes, kind, code):
    with pytest.raises(GateError) as refusal:
        auth.authenticate(snapshot(**changes), list(headers), Scope.MESSAGES, NOW)
    assert (refusal.value.kind, refusal.value.code) == (kind, code)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"key": {"expires_at": LATER}}, id="expires in a second"),
        pytest.param(
            {"organisation": {"restriction": _stop(Stop.SUSPENDED, until=NOW)}}, id="suspension over"
        ),
        pytest.param({"organisation": {"restriction": _stop(Stop.THROTTLED)}}, id="throttled, not stopped"),
    ],
)
def test_passes(changes):
    assert auth.authenticate(snapshot(**changes), list(DEFAULT), Scope.MESSAGES, NOW)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_suspension_tells_clause_end_and_where_to_appeal(language):
    stopped = snapshot(organisation={"restriction": _stop(Stop.SUSPENDED, until=LATER)})
    with pytest.raises(GateError) as refusal:
        auth.authenticate(stopped, list(DEFAULT), Scope.MESSAGES, NOW)
    told = refusal.value.told(language)
    for part in ("weapons", "2026-04-01 12:00 UTC", "https://gate.test/statements/sor_1"):
        assert part in told


def test_a_stale_snapshot_refuses_and_its_last_instant_does_not():
    held = snapshot()
    assert auth.fresh(held, NOW + timedelta(seconds=60)) is held
    for stale in (held, None):
        with pytest.raises(GateError) as refusal:
            auth.fresh(stale, NOW + timedelta(seconds=60, microseconds=1))
        assert refusal.value.kind is Kind.UNAVAILABLE


def test_an_end_user_has_one_pseudonym_in_an_organisation_and_another_elsewhere():
    here = auth.pseudonym(b"k", "org_a", "chie@example.com")
    assert here == auth.pseudonym(b"k", "org_a", "chie@example.com")
    assert here not in (
        auth.pseudonym(b"k", "org_b", "chie@example.com"),
        auth.pseudonym(b"other", "org_a", "chie@example.com"),
    )
    assert "chie" not in here


def test_a_suspended_end_user_is_refused_and_others_of_the_organisation_are_not():
    chie = auth.pseudonym(b"secret", "org_a", "chie")
    held = snapshot(end_users={f"org_a:{chie}": _stop(Stop.SUSPENDED)})
    principal = auth.authenticate(held, list(DEFAULT), Scope.MESSAGES, NOW)
    with pytest.raises(GateError) as refusal:
        auth.identify(principal, "chie", held, NOW)
    assert refusal.value.kind is Kind.PERMISSION
    assert auth.identify(principal, "ben", held, NOW).end_user
    assert auth.identify(principal, "", held, NOW) is principal


@pytest.mark.parametrize(
    ("age_s", "expected"),
    [pytest.param(60, 41, id="a minute old: believed"), pytest.param(61, 0, id="older: counts as no")],
)
def test_what_is_known_of_consent_is_believed_for_a_minute_however_long_the_gate_may_go_on(age_s, expected):
    held = structs.replace(snapshot(organisation={"consent_epoch": 41}), stale_after=timedelta(hours=1))
    at = NOW + timedelta(seconds=age_s)
    found = auth.authenticate(held, [(b"x-api-key", SECRET)], Scope.MESSAGES, at)
    assert found.organisation.consent_epoch == expected
