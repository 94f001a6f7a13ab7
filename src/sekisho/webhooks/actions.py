"""Register endpoints, announce what happened, note what came of each sending."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from sekisho.accounts.queries import as_of_now, not_found, organisation
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.sealing import seal
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base import settings
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import NotAllowedError, SekishoError
from sekisho.base.ids import new_id
from sekisho.base.lengths import whole
from sekisho.base.text import Text
from sekisho.webhooks import events, telling
from sekisho.webhooks.lookup import Lookup, PrivateAddressError, public_addresses, system_lookup
from sekisho.webhooks.models import Delivery, Endpoint, Message, Secret
from sekisho.webhooks.queries import SEALED_FOR, endpoint_view, secrets_of
from sekisho.webhooks.rules.retries import Again, after_failure
from sekisho.webhooks.rules.signature import new_secret
from sekisho.webhooks.rules.targets import REASONS, Bad, Good, judged
from sekisho.webhooks.types import (
    CHOSEN,
    Answer,
    Attempt,
    DeliveryState,
    EndpointState,
    EndpointView,
    Kind,
    NewSecret,
    Parcel,
)

MOST_ENDPOINTS = 10
"""Endpoints an organisation may have."""
DESCRIPTION_CHARS = 200

GRACE = timedelta(hours=24)
"""How long the secret before a rotation signs beside the new one."""

LEASE = timedelta(seconds=60)
"""How long whoever sends has for it. Longer than every deadline of `sending.py` together."""

KEPT_ATTEMPTS = 20
LARGEST_BODY = 20_000
"""Bytes. Source: Standard Webhooks, "Payload size"."""
LONGEST_FACT = 500
KEPT = timedelta(days=30)
ROOM_A_SENDER = 4
"""Deliveries to one organisation that are under way at once: one whose addresses are slow holds nobody else up."""

SYSTEM = "system:webhooks"


# --- what happened ------------------------------------------------------------------------------------------
def announce(organisation: str, kind: Kind, data: Mapping[str, object], *, key: str, at: datetime) -> str:
    """Tell the organisation's endpoints what happened, once this transaction is committed; return the message's id.

    Call it inside the transaction of what happened. `key` names the happening: a second call with it changes nothing.
    `data` is ids, states, moments and the `url` under which more can be fetched, which may be a path of this
    installation: never content of conversations, for which a `ValueError` stands guard. Empty when no endpoint
    listens to this kind.
    """
    rows = Endpoint.objects.filter(organisation=organisation).exclude(state=EndpointState.DISABLED)
    listening = [row for row in rows if kind.value in row.kinds]
    return _posted(listening, organisation, kind, data, key, at) if listening else ""


@transaction.atomic
def _posted(
    to: list[Endpoint], organisation: str, kind: Kind, data: Mapping[str, object], key: str, at: datetime
) -> str:
    message = Message(organisation=organisation, kind=kind, data=_plain(data), key=key, at=at)
    Message.objects.bulk_create([message], ignore_conflicts=True)
    if not Message.objects.filter(id=message.id).exists():
        return Message.objects.get(organisation=organisation, key=key).id
    Delivery.objects.bulk_create(
        Delivery(message=message, endpoint=each, organisation=organisation, due_at=at) for each in to
    )
    transaction.on_commit(events.due.set)
    return message.id


def _plain(data: Mapping[str, object]) -> dict[str, object]:
    """Return the data as JSON holds it. Raises `ValueError` for what is, or could hide, content."""
    plain: dict[str, object] = {}
    for name, value in data.items():
        if isinstance(value, datetime):
            plain[name] = value.isoformat()
        elif value is None or isinstance(value, bool | int):
            plain[name] = value
        elif isinstance(value, str) and len(value) <= LONGEST_FACT:
            plain[name] = str(value)
        else:
            raise ValueError(
                f"{name!r} is no id, state or moment. Send an address under which it can be fetched."
            )
    if str(plain.get("url", "")).startswith("/"):
        plain["url"] = settings.text("public_url").rstrip("/") + str(plain["url"])
    if len(json.dumps(plain)) > LARGEST_BODY:
        raise ValueError("A webhook tells that something happened. Send an address for the rest.")
    return plain


def body_of(message: Message) -> bytes:
    """Return what is sent: the same bytes however often. Shape: Standard Webhooks, "Payload structure"."""
    told = {"type": message.kind, "timestamp": message.at.isoformat(), "data": message.data}
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


# --- endpoints ----------------------------------------------------------------------------------------------
def register_endpoint(
    actor: Viewer,
    organisation_id: str,
    url: str,
    kinds: frozenset[Kind],
    description: str = "",
    *,
    clock: Clock = system_clock,
    lookup: Lookup = system_lookup,
) -> NewSecret:
    """Register an address and return it with its signing secret, the only time that this can be read.

    Raises `SekishoError` with `webhook_…` for an address that may not be called, or when there are too many.
    """
    organisation(as_of_now(actor), organisation_id)
    _allowed(actor, organisation_id)
    good = _reachable(url, lookup)
    with transaction.atomic():
        if Endpoint.objects.filter(organisation=organisation_id).count() >= MOST_ENDPOINTS:
            raise SekishoError("webhook_too_many", _TOO_MANY.format(most=MOST_ENDPOINTS))
        row = Endpoint.objects.create(
            organisation=organisation_id,
            url=good.url,
            kinds=_chosen(kinds),
            description=whole(description.strip(), DESCRIPTION_CHARS),
            made_at=clock(),
            made_by=actor.id,
        )
        plain = _new_secret(row, clock())
        record(actor.id, "webhook.registered", row.id, organisation=organisation_id, host=good.host[:200])
        return NewSecret(endpoint_view(row), plain)


@transaction.atomic
def rotate_secret(actor: Viewer, endpoint_id: str, *, clock: Clock = system_clock) -> NewSecret:
    """Give the endpoint a new secret and return it. For `GRACE` the one before signs as well; any older ends now."""
    row, at = _endpoint(actor, endpoint_id), clock()
    row.secrets.filter(until__isnull=False).delete()
    row.secrets.filter(until=None).update(until=at + GRACE)
    plain = _new_secret(row, at)
    record(actor.id, "webhook.rotated", row.id, organisation=row.organisation)
    return NewSecret(endpoint_view(row), plain)


@transaction.atomic
def disable_endpoint(actor: Viewer, endpoint_id: str) -> EndpointView:
    """Send nothing there any more; what waits is given up. Doing it again changes nothing."""
    row = _endpoint(actor, endpoint_id)
    if _disable(row):
        record(actor.id, "webhook.disabled", row.id, organisation=row.organisation)
    return endpoint_view(_fresh(row))


@transaction.atomic
def enable_endpoint(actor: Viewer, endpoint_id: str) -> EndpointView:
    """Send there again what happens from now on."""
    row = _endpoint(actor, endpoint_id)
    was = Endpoint.objects.filter(id=row.id).exclude(state=EndpointState.ACTIVE)
    if was.update(state=EndpointState.ACTIVE, failing_since=None):
        record(actor.id, "webhook.enabled", row.id, organisation=row.organisation)
    return endpoint_view(_fresh(row))


@transaction.atomic
def remove_endpoint(actor: Viewer, endpoint_id: str) -> None:
    """Forget the endpoint, its secrets and its deliveries."""
    row = _endpoint(actor, endpoint_id)
    record(actor.id, "webhook.removed", row.id, organisation=row.organisation)
    row.delete()


@transaction.atomic
def send_test(actor: Viewer, endpoint_id: str, *, clock: Clock = system_clock) -> str:
    """Send a message of kind `webhook.test` to this endpoint and return its id."""
    row, at = _endpoint(actor, endpoint_id), clock()
    if row.state == EndpointState.DISABLED:
        raise SekishoError("webhook_disabled", _DISABLED)
    record(actor.id, "webhook.tested", row.id, organisation=row.organisation)
    return _posted([row], row.organisation, Kind.TEST, {"endpoint": row.id}, new_id("test"), at)


@transaction.atomic
def redeliver(actor: Viewer, delivery_id: str, *, clock: Clock = system_clock) -> None:
    """Send a message again, at once, with the same id. If it waits already, it only need wait no longer."""
    row = Delivery.objects.filter(id=delivery_id).select_related("endpoint").first()
    if row is None:
        raise not_found("webhook_not_found")
    endpoint = _endpoint(actor, row.endpoint_id)
    if endpoint.state == EndpointState.DISABLED:
        raise SekishoError("webhook_disabled", _DISABLED)
    Delivery.objects.filter(id=row.id).update(state=DeliveryState.WAITING, due_at=clock(), sendings=0)
    record(actor.id, "webhook.redelivered", row.id, organisation=row.organisation)
    transaction.on_commit(events.due.set)


def _allowed(actor: Viewer, organisation_id: str) -> None:
    if not may(as_of_now(actor), Permission.ORG_WEBHOOK_CHANGE, organisation_id):
        raise NotAllowedError("not_allowed", NOT_ALLOWED, permission=Permission.ORG_WEBHOOK_CHANGE)


def _endpoint(actor: Viewer, endpoint_id: str) -> Endpoint:
    row = Endpoint.objects.filter(id=endpoint_id).first()
    if row is None or not may(as_of_now(actor), Permission.ORG_PROFILE_READ, row.organisation):
        raise not_found("webhook_not_found")
    _allowed(actor, row.organisation)
    return row


def _fresh(row: Endpoint) -> Endpoint:
    return Endpoint.objects.get(id=row.id)


def _reachable(url: str, lookup: Lookup) -> Good:
    private = settings.flag("webhook_private_targets")
    match judged(url.strip(), private=private):
        case Bad(code=code):
            raise SekishoError(f"webhook_{code}", REASONS[code])
        case Good() as good:
            pass
    try:
        public_addresses(good.host, good.port, lookup, private=private)
    except PrivateAddressError:
        raise SekishoError("webhook_private_address", REASONS["private_address"]) from None
    except (OSError, UnicodeError):
        raise SekishoError("webhook_unknown_host", REASONS["unknown_host"]) from None
    return good


def _chosen(kinds: frozenset[Kind]) -> list[str]:
    chosen = [kind.value for kind in CHOSEN if kind in kinds]
    if not chosen:
        raise SekishoError("webhook_no_kinds", _NO_KINDS)
    return chosen


def _new_secret(row: Endpoint, at: datetime) -> str:
    plain = new_secret()
    Secret.objects.create(endpoint=row, sealed=seal(plain, SEALED_FOR), made_at=at)
    return plain


def _disable(row: Endpoint) -> bool:
    changed = Endpoint.objects.filter(id=row.id).exclude(state=EndpointState.DISABLED)
    if not changed.update(state=EndpointState.DISABLED):
        return False
    row.deliveries.filter(state=DeliveryState.WAITING).update(state=DeliveryState.GIVEN_UP)
    return True


# --- deliveries ---------------------------------------------------------------------------------------------
def claim(at: datetime, room: int, under_way: Mapping[str, int] | None = None) -> tuple[Parcel, ...]:
    """Take up to `room` deliveries that are due, and return them ready to be sent. Several workers may ask at once.

    `under_way` says how many of each organisation the caller sends already: none gets more than `ROOM_A_SENDER` at
    once. Who takes a delivery has `LEASE` for it; if nothing is noted by then, it is due again, with the same id.
    """
    busy = dict(under_way or {})
    full = [name for name, count in busy.items() if count >= ROOM_A_SENDER]
    waiting = Delivery.objects.filter(state=DeliveryState.WAITING, due_at__lte=at).exclude(
        organisation__in=full
    )
    taken: list[Delivery] = []
    for row in waiting.select_related("message", "endpoint").order_by("due_at", "id")[: room * 4]:
        if len(taken) < room and busy.get(row.organisation, 0) < ROOM_A_SENDER and _taken(row, at):
            busy[row.organisation] = busy.get(row.organisation, 0) + 1
            taken.append(row)
    signing = secrets_of({row.endpoint_id for row in taken}, at)
    return tuple(_parcel(row, signing.get(row.endpoint_id, ())) for row in taken)


def _taken(row: Delivery, at: datetime) -> bool:
    mine = Delivery.objects.filter(id=row.id, state=DeliveryState.WAITING, due_at=row.due_at)
    return mine.update(due_at=at + LEASE, sendings=row.sendings + 1) == 1


def _parcel(row: Delivery, signing: tuple[str, ...]) -> Parcel:
    return Parcel(
        row.id, row.organisation, row.message_id, row.endpoint.url, body_of(row.message), secrets=signing
    )


@transaction.atomic
def note(delivery_id: str, answer: Answer, at: datetime, chance: float | None = None) -> DeliveryState:
    """Note what came of a sending: delivered, to be sent again, or given up. A removed endpoint's is passed over."""
    row = (
        Delivery.objects.select_for_update(of=("self",))
        .filter(id=delivery_id)
        .select_related("endpoint", "message")
        .first()
    )
    if row is None:
        return DeliveryState.GIVEN_UP
    row.attempts = [*row.attempts, _kept(answer.attempt)][-KEPT_ATTEMPTS:]
    if answer.is_success:
        _delivered(row)
    elif row.state == DeliveryState.WAITING:
        _failed(row, answer, at, random.random() if chance is None else chance)  # noqa: S311 - spreads load
    row.save(update_fields=["attempts", "state", "due_at"])
    return DeliveryState(row.state)


def _delivered(row: Delivery) -> None:
    row.state = DeliveryState.DELIVERED
    failing = Endpoint.objects.filter(id=row.endpoint_id, state=EndpointState.FAILING)
    failing.update(state=EndpointState.ACTIVE, failing_since=None)


def _failed(row: Delivery, answer: Answer, at: datetime, chance: float) -> None:
    match after_failure(row.sendings, chance, answer.wait_s):
        case Again(wait=wait) if not answer.is_gone:
            row.due_at = at + wait
        case _:
            row.state = DeliveryState.GIVEN_UP
            _given_up(row, answer, at)


def _given_up(row: Delivery, answer: Answer, at: datetime) -> None:
    """Mark the endpoint and tell the organisation, once until it works again."""
    if answer.is_gone and _disable(row.endpoint):
        record(SYSTEM, "webhook.disabled", row.endpoint_id, organisation=row.organisation, status=410)
        telling.gone(row.endpoint, at)
    working = Endpoint.objects.filter(id=row.endpoint_id, state=EndpointState.ACTIVE)
    if working.update(state=EndpointState.FAILING, failing_since=at):
        facts = {"status": answer.attempt.status, "problem": answer.attempt.problem}
        record(SYSTEM, "webhook.failing", row.endpoint_id, organisation=row.organisation, **facts)
        telling.failing(row.endpoint, answer.attempt, at)


def _kept(attempt: Attempt) -> dict[str, object]:
    return {
        "at": attempt.at.isoformat(),
        "status": attempt.status,
        "problem": attempt.problem,
        "took_ms": attempt.took_ms,
    }


@transaction.atomic
def forget(at: datetime) -> int:
    """Delete messages that are older than `KEPT`, and secrets that have ceased to sign. Return how many messages."""
    old = Message.objects.filter(at__lt=at - KEPT).exclude(deliveries__state=DeliveryState.WAITING)
    count = old.count()
    old.delete()
    Secret.objects.filter(until__lte=at).delete()
    return count


NOT_ALLOWED = Text(
    "Only owners of the organisation change its webhooks. Ask one of them.",
    "Webhook を変更できるのは組織のオーナーだけです。オーナーにご相談ください。",
)
_TOO_MANY = Text(
    "An organisation has at most {most} endpoints. Remove one that is not needed any more.",
    "登録できるエンドポイントは組織ごとに {most} 件までです。不要なものを削除してください。",
)
_NO_KINDS = Text(
    "Choose at least one kind of event.",
    "イベントの種類を 1 つ以上選んでください。",
)
_DISABLED = Text(
    "This endpoint is disabled. Enable it first.",
    "このエンドポイントは無効です。先に有効にしてください。",
)
