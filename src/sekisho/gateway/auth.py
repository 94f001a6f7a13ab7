"""Step one: whose request is it, and may they pass at all? Answers from the snapshot alone."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from msgspec import structs

from sekisho.accounts.types import Scope
from sekisho.base.pseudonyms import pseudonym as pseudonym
from sekisho.base.text import Text
from sekisho.gateway.errors import GateError, Kind
from sekisho.gateway.exchange import Headers
from sekisho.gateway.measures import END_USER, KEY, ORGANISATION, refuse_if_stopped
from sekisho.gateway.types import Principal
from sekisho.link.snapshot import OrganisationEntry, Snapshot

CREDENTIAL_HEADERS = frozenset({b"authorization", b"x-api-key", b"proxy-authorization", b"cookie"})
"""Never logged, never forwarded: the gate's own credential for the provider takes their place
(R-DATA-262)."""


def fresh(snapshot: Snapshot | None, at: datetime) -> Snapshot:
    """Return the snapshot, or raise: a gate that has lost touch does not know whom it would let through."""
    if snapshot is None or snapshot.is_stale(at):
        raise GateError(Kind.UNAVAILABLE, "snapshot_stale", _STALE, retry_after_s=5)
    return snapshot


def authenticate(snapshot: Snapshot, headers: Headers, scope: Scope, at: datetime) -> Principal:
    """Return on whose behalf the request is made. Raises `GateError`, 401 or 403, with what to do about
    it."""
    digest = hashlib.sha256(_credential(headers)).hexdigest()
    key = snapshot.keys.get(digest)
    if key is None:
        raise GateError(Kind.AUTHENTICATION, "key_unknown", UNKNOWN)
    if key.expires_at is not None and key.expires_at <= at:
        raise GateError(Kind.AUTHENTICATION, "key_expired", _EXPIRED.format(day=key.expires_at.date()))
    organisation = snapshot.organisations.get(key.organisation)
    if organisation is None:
        raise GateError(Kind.AUTHENTICATION, "key_unknown", UNKNOWN)
    refuse_if_stopped(KEY, key.restriction, snapshot, at)
    refuse_if_stopped(ORGANISATION, organisation.restriction, snapshot, at)
    if scope not in key.scopes:
        raise GateError(Kind.PERMISSION, "scope_missing", _SCOPE.format(scope=scope.value))
    keeps_nothing = key.zero_retention or organisation.zero_retention
    believed = _with_fresh_consent(organisation, snapshot, at)
    return Principal(key, believed, zero_retention=keeps_nothing, digest=digest)


CONSENT_HOLDS = timedelta(seconds=60)
"""How old what is known of consent may be: older, it counts as no (R-DATA-013). Not a setting: an operator may let a
gate pass requests for longer without its control plane, but nobody may let consent outlive being taken back."""


def _with_fresh_consent(
    organisation: OrganisationEntry, snapshot: Snapshot, at: datetime
) -> OrganisationEntry:
    if not organisation.consent_epoch or at <= snapshot.issued_at + CONSENT_HOLDS:
        return organisation
    return structs.replace(organisation, consent_epoch=0)


def known(snapshot: Snapshot, headers: Headers) -> Principal | None:
    """Return whose key is sent, whatever it may do at the moment; None when the snapshot knows no such key."""
    try:
        digest = hashlib.sha256(_credential(headers)).hexdigest()
    except GateError:
        return None
    key = snapshot.keys.get(digest)
    organisation = snapshot.organisations.get(key.organisation) if key else None
    if key is None or organisation is None:
        return None
    keeps_nothing = key.zero_retention or organisation.zero_retention
    return Principal(key, organisation, zero_retention=keeps_nothing, digest=digest)


def home_language(snapshot: Snapshot | None, headers: Headers) -> str:
    """Return the language of the organisation whose key is sent, for refusals; English when there is none."""
    principal = known(snapshot, headers) if snapshot else None
    return principal.organisation.language if principal else "en"


def is_known(snapshot: Snapshot, headers: Headers) -> bool:
    """Return whether the request carries a key that the snapshot knows, whatever that may do. Raises `GateError` when
    it carries none, or two."""
    return hashlib.sha256(_credential(headers)).hexdigest() in snapshot.keys


def identify(principal: Principal, name: str, snapshot: Snapshot, at: datetime) -> Principal:
    """Return the principal with its end user's pseudonym. Raises `GateError` when that end user may not
    pass."""
    if not name:
        return principal
    known = pseudonym(snapshot.pseudonym_key, principal.organisation.id, name)
    restriction = snapshot.end_users.get(f"{principal.organisation.id}:{known}")
    refuse_if_stopped(END_USER, restriction, snapshot, at)
    return replace(principal, end_user=known)


def _credential(headers: Headers) -> bytes:
    """Return the one key that the request carries, in either form or twice the same."""
    found = {value for name, value in headers if name == b"x-api-key"}
    for name, value in headers:
        if name == b"authorization":
            scheme, _, token = value.partition(b" ")
            found.add(token.strip() if scheme.lower() == b"bearer" else b"")
    if len(found) > 1:
        raise GateError(Kind.AUTHENTICATION, "credentials_differ", _DIFFER)
    if not found or b"" in found:
        raise GateError(Kind.AUTHENTICATION, "key_missing", _MISSING)
    return found.pop()


_STALE = Text(
    "The gate has lost touch with its control plane and lets "
    "nothing through until it is back. Try again shortly.",
    "関所が管理系と連絡できないため、復旧するまでリクエストをお通しできません。"
    "少し待ってからもう一度お試しください。",
)
_MISSING = Text(
    "No API key was sent. Send one in the header x-api-key, or as Authorization: Bearer.",
    "API キーがありません。x-api-key ヘッダー、または Authorization: Bearer でお送りください。",
)
_DIFFER = Text(
    "The request carries two different API keys. Send one, in x-api-key or as Authorization: Bearer.",
    "異なる二つの API キーが送られました。x-api-key か "
    "Authorization: Bearer のどちらか一方でお送りください。",
)
UNKNOWN = Text(
    "This API key is not known here. Check it, or create a new one under Keys.",
    "この API キーは登録されていません。キーをご確認いただくか、「キー」のページで新しく作成してください。",
)
_EXPIRED = Text(
    "This API key expired on {day}. Create a new one under Keys.",
    "この API キーは {day} に期限が切れました。「キー」のページで新しく作成してください。",
)
_SCOPE = Text(
    "This API key may not be used for this: it lacks the scope {scope}. Create one that has it under Keys.",
    "この API キーには権限 {scope} がないため、この操作には使えません。"
    "「キー」のページで権限のあるキーを作成してください。",
)
