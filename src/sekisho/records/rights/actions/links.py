"""The one link to a bundle: made once, used once, gone after a day (R-DATA-235)."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from sekisho.accounts.queries import as_of_now, not_found
from sekisho.accounts.types import KeyView, Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import SekishoError
from sekisho.base.text import Text
from sekisho.records.keystore.actions import destroy_purpose_keys
from sekisho.records.keystore.queries import purpose_keys
from sekisho.records.keystore.wrapping import UnreadableError
from sekisho.records.rights.actions.building import chunks_of
from sekisho.records.rights.actions.ending import discard
from sekisho.records.rights.bundle import sealing
from sekisho.records.rights.bundle.zipping import zipped
from sekisho.records.rights.models import Bundle, Chunk, Request
from sekisho.records.rights.queries.requests import is_own, request_of_key
from sekisho.records.rights.quiet import not_before
from sekisho.records.rights.types import BundleState, Channel, Link


@dataclass(frozen=True, slots=True)
class Download:
    """A bundle on its way out: read `parts` once, to the end."""

    name: str
    parts: Iterator[bytes] = field(repr=False)


@transaction.atomic
def make_link(actor: Viewer, request_id: str, *, clock: Clock = system_clock) -> Link:
    """Make the bundle's one link and return it, the only time that it can be read. For its subject, signed in.

    From now on only the link opens the bundle, until the bundle's end. Raises `SekishoError`: `not_ready`, `not_yet`
    after a change of address, `link_made` for a second one, `bundle_expired`, `bundle_taken`.
    """
    return _linked(_ready(_row(actor, request_id), clock()), actor.id, clock())


@transaction.atomic
def make_link_for_address(request_id: str, *, clock: Clock = system_clock) -> Link:
    """The same for who came by the link in a mail to the verified address, and cannot sign in (R-DATA-231). The caller
    has verified that link."""
    return _linked(_ready(_from_outside(request_id), clock()), "system:rights", clock())


def take(actor: Viewer, request_id: str, secret: str, *, clock: Clock = system_clock) -> Download:
    """Use the link. From this moment nothing opens the bundle any more, whether or not the reading gets to its end.

    Raises `NotFoundError` for who may not have it, `SekishoError` (`link_forged`, `bundle_taken`, `bundle_expired`).
    """
    return _taken(_row(actor, request_id), secret, actor.id, clock())


def take_by_link(request_id: str, secret: str, *, clock: Clock = system_clock) -> Download:
    """The same for who cannot sign in and has made the link by their mail."""
    return _taken(_ready(_from_outside(request_id), clock()), secret, "system:rights", clock())


def take_for_controller(key: KeyView, external: str, *, clock: Clock = system_clock) -> Download:
    """The same for the controller that asked on behalf of its end user: its key is its word, once."""
    return _taken(_ready(request_of_key(key, external), clock()), "", key.id, clock())


@transaction.atomic
def expire(clock: Clock = system_clock) -> int:
    """Destroy the bundles whose time is over, and what is left of those that were taken; return how many."""
    at = clock()
    over = Bundle.objects.filter(expires_at__lte=at).exclude(
        state__in=[BundleState.EXPIRED, BundleState.TAKEN]
    )
    ended = list(Request.objects.filter(bundle__in=over)[:100])
    for row in ended:
        discard(row, at)
        record("system:rights", "rights.bundle_expired", row.id, organisation=row.organisation)
    left = Bundle.objects.filter(state=BundleState.TAKEN, expires_at__lte=at)
    Chunk.objects.filter(bundle__in=left).delete()
    return len(ended)


def _linked(row: Request, actor: str, at: datetime) -> Link:
    bundle = Bundle.objects.select_for_update().get(request=row)
    if bundle.state == BundleState.LINKED:
        raise SekishoError("link_made", _LINK_MADE)
    key, secret = _purpose_key(bundle), sealing.new_secret()
    own = sealing.unwrapped(bytes(bundle.wrapped), key, row.id)
    bundle.wrapped = sealing.wrapped(own, key, row.id, secret)
    bundle.state, bundle.link_digest = BundleState.LINKED.value, sealing.digest(secret)
    bundle.save(update_fields=["wrapped", "state", "link_digest"])
    assert bundle.expires_at is not None  # a bundle that is ready has an end
    record(actor, "rights.link_made", row.id, organisation=row.organisation)
    return Link(row.id, secret, bundle.expires_at)


def _taken(row: Request, secret: str, actor: str, at: datetime) -> Download:
    with transaction.atomic():
        bundle = Bundle.objects.select_for_update().get(request=row)
        _usable(bundle, at)
        known = bundle.state == BundleState.LINKED
        if known and not hmac.compare_digest(sealing.digest(secret), bundle.link_digest):
            raise SekishoError("link_forged", _FORGED)
        if not known and secret:
            raise SekishoError("link_forged", _FORGED)
        try:
            own = sealing.unwrapped(bytes(bundle.wrapped), _purpose_key(bundle), row.id, secret)
        except UnreadableError:
            raise SekishoError("link_forged", _FORGED) from None
        Bundle.objects.filter(request=row).update(state=BundleState.TAKEN, wrapped=b"", link_digest="")
        destroy_purpose_keys([bundle.key], at)
        record(actor, "rights.taken", row.id, organisation=row.organisation)
    return Download(f"sekisho-{row.id}.zip", _parts(bundle, own))


def _parts(bundle: Bundle, own: bytes) -> Iterator[bytes]:
    yield from zipped(((file, data) for file, data, _ in chunks_of(bundle, own)), bundle.as_of)
    Chunk.objects.filter(bundle=bundle).delete()


def _from_outside(request_id: str) -> Request | None:
    """A request of somebody who cannot sign in: a copy that was asked for on the pages leaves on the pages."""
    return Request.objects.filter(id=request_id, channel=Channel.LOCKED_OUT.value).first()


def _row(actor: Viewer, request_id: str) -> Request:
    row = Request.objects.filter(id=request_id).first()
    if row is None or not is_own(as_of_now(actor), row):
        raise not_found("request_not_found")
    return row


def _ready(row: Request | None, at: datetime) -> Request:
    if row is None:
        raise not_found("request_not_found")
    bundle = Bundle.objects.filter(request=row).first()
    if bundle is None:
        raise SekishoError("not_ready", _NOT_READY)
    if (begins := not_before(row.asked_by or row.person, at)) > at:
        raise SekishoError("not_yet", _NOT_YET.format(begins=f"{begins:%Y-%m-%d %H:%M}"))
    _usable(bundle, at)
    return row


def _usable(bundle: Bundle, at: datetime) -> None:
    match BundleState(bundle.state):
        case BundleState.BUILDING:
            raise SekishoError("not_ready", _NOT_READY)
        case BundleState.TAKEN:
            raise SekishoError("bundle_taken", _TAKEN, status=410)
        case BundleState.EXPIRED:
            raise SekishoError("bundle_expired", _EXPIRED, status=410)
    if bundle.expires_at is not None and at >= bundle.expires_at:
        raise SekishoError("bundle_expired", _EXPIRED, status=410)


def _purpose_key(bundle: Bundle) -> bytes:
    found = purpose_keys([bundle.key]).get(bundle.key)
    if found is None:
        raise SekishoError("bundle_expired", _EXPIRED, status=410)
    return found.secret


_NOT_YET = Text(
    "The address of the account was changed a few days ago, so no copy is given out before {begins} UTC.",
    "アカウントのメールアドレスが最近変更されたため、{begins} UTC まではデータの写しをお渡しできません。",
)
_NOT_READY = Text(
    "Your copy is still being made. You are told as soon as it is ready.",
    "データを準備しています。できあがりしだいお知らせします。",
)
_LINK_MADE = Text(
    "The link to this copy was made already, and is shown once. If you have lost it, ask for a new copy.",
    "このデータのリンクはすでに発行済みで、表示は一度だけです。紛失した場合は、もう一度ご請求ください。",
)
_TAKEN = Text(
    "This link was used, and the copy is destroyed. If you did not get it whole, ask for a new one.",
    "このリンクは使用済みで、データは破棄されました。最後まで受け取れなかった場合は、もう一度ご請求ください。",
)
_EXPIRED = Text(
    "The time to take this copy is over, and it is destroyed. Ask for a new one.",
    "受け取り期限が過ぎたため、データは破棄されました。もう一度ご請求ください。",
)
_FORGED = Text(
    "This link does not open the copy. Copy it whole from the page on which it was shown.",
    "このリンクではデータを開けません。表示されたページから、リンク全体をコピーしてください。",
)
