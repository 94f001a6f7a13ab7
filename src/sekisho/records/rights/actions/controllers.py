"""Organisations ask on behalf of their end users (OpenDSR): the name becomes a pseudonym here and is kept nowhere."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction

from sekisho.accounts.types import KeyView, Scope
from sekisho.audit.actions import record
from sekisho.base import settings
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import NotAllowedError, SekishoError
from sekisho.base.inventory import Holder
from sekisho.base.pseudonyms import pseudonym
from sekisho.base.text import Text
from sekisho.records.keystore.actions import make_pseudonym_key
from sekisho.records.keystore.queries import pseudonym_key
from sekisho.records.queries import calendar_at
from sekisho.records.rights.actions.ending import close, discard, tell_controller
from sekisho.records.rights.models import Request
from sekisho.records.rights.queries.requests import request_of_key, view_of
from sekisho.records.rights.rules import due_at
from sekisho.records.rights.rules.controllers import Bad, Good, read
from sekisho.records.rights.types import Channel, RequestState, RequestView
from sekisho.webhooks.lookup import Lookup, PrivateAddressError, public_addresses, system_lookup
from sekisho.webhooks.rules.targets import REASONS, judged
from sekisho.webhooks.rules.targets import Bad as BadTarget


def ask_for_end_user(
    key: KeyView, data: bytes, *, clock: Clock = system_clock, lookup: Lookup = system_lookup
) -> RequestView:
    """Take in a controller's request and return it. The same request again returns the same; the same id with other
    words is refused (`id_taken`, 409).

    Raises `SekishoError`, whose `status` is the HTTP status, for what cannot be read, is late, or names an address that
    may not be called; `NotAllowedError` for a key without the scope `rights`.
    """
    _has_scope(key)
    at = clock()
    match read(data, at, calendar_at(at).request_due):
        case Bad(code=code, message=message, status=status):
            raise SekishoError(code, message, status=status)
        case Good() as asked:
            pass
    urls = [_callable(url, lookup) for url in asked.body.status_callback_urls]
    return _taken_in(key, asked, urls, hashlib.sha256(data).hexdigest(), at)


@transaction.atomic
def _taken_in(key: KeyView, asked: Good, urls: list[str], digest: str, at: datetime) -> RequestView:
    row = Request(
        kind=asked.kind.value,
        holder=Holder.END_USER.value,
        organisation=key.organisation_id,
        end_user=pseudonym(_key(at), key.organisation_id, asked.name),
        channel=Channel.API.value,
        language="en",
        asked_by=key.id,
        asked_at=at,
        due_at=due_at(asked.body.submitted_time, calendar_at(at)),
        begins_at=at,
        external=asked.body.subject_request_id,
        body_digest=digest,
        callbacks=urls,
    )
    Request.objects.bulk_create([row], ignore_conflicts=True)
    kept = Request.objects.get(organisation=key.organisation_id, external=row.external)
    if kept.body_digest != digest:
        raise SekishoError("id_taken", _TAKEN, status=409)
    if kept.id == row.id:
        tell_controller(kept, at)
        record(
            key.id,
            "rights.asked",
            kept.id,
            kind=kept.kind,
            holder=kept.holder,
            organisation=kept.organisation,
        )
    return view_of(kept)


def asked_by_key(key: KeyView, external: str) -> RequestView:
    """Return a request by the id that the controller gave it. Raises `NotFoundError`."""
    _has_scope(key)
    return view_of(request_of_key(key, external))


@transaction.atomic
def cancel_for_end_user(key: KeyView, external: str, *, clock: Clock = system_clock) -> RequestView:
    """Take a request back while it is pending (section 9). Raises `SekishoError` (`too_late`, 409) later."""
    _has_scope(key)
    row = request_of_key(key, external)
    if row.state == RequestState.CANCELLED:
        return view_of(row)
    if row.state not in (RequestState.RECEIVED, RequestState.VERIFYING):
        raise SekishoError("too_late", _TOO_LATE, status=409)
    close(row, RequestState.CANCELLED, clock())
    discard(row, clock())
    record(key.id, "rights.cancelled", row.id, organisation=row.organisation)
    return view_of(row)


def _has_scope(key: KeyView) -> None:
    if Scope.RIGHTS not in key.scopes:
        raise NotAllowedError("scope_missing", _SCOPE, permission=Scope.RIGHTS.value)


def _callable(url: str, lookup: Lookup) -> str:
    """The address as it will be called, judged as webhooks' addresses are; judged again at each sending."""
    private = settings.flag("webhook_private_targets")
    good = judged(url.strip(), private=private)
    if isinstance(good, BadTarget):
        raise SekishoError(f"callback_{good.code}", REASONS[good.code], status=400)
    try:
        public_addresses(good.host, good.port, lookup, private=private)
    except PrivateAddressError:
        raise SekishoError("callback_private_address", REASONS["private_address"], status=400) from None
    except (OSError, UnicodeError):
        raise SekishoError("callback_unknown_host", REASONS["unknown_host"], status=400) from None
    return good.url


def _key(at: datetime) -> bytes:
    if (key := pseudonym_key()) is None:
        make_pseudonym_key(at)
        key = pseudonym_key()
    assert key is not None  # just made
    return key


_TAKEN = Text(
    "This subject_request_id was used for another request. Make a fresh one.",
    "この subject_request_id は別の請求で使われています。新しく生成してください。",
)
_TOO_LATE = Text(
    "This request is being worked on or has ended: it can only be cancelled while it is pending.",
    "この請求はすでに処理中か、終わっています。取り消せるのは pending の間だけです。",
)
_SCOPE = Text(
    "This key may not ask for end users' data. Create one with the scope “rights” under Keys.",
    "このキーではエンドユーザーのデータを請求できません。キーの画面で「rights」の権限を持つキーを作成してください。",
)
