"""Publishing: the state of the control plane becomes the next snapshot.

Rooms say when: `accounts` (a key, an organisation), `policy` (another version, what an organisation is held to),
`enforcement` (a restriction), `connectors`, `records` (consent, zero retention). Each tells after its commit, and the
snapshot is replaced in the same breath, so that a revocation bites in every gateway within a second. A heartbeat
re-issues it well before it goes stale, and heals whatever was not told.

Two kinds of processes publish. The worker says what the deployment's settings say: providers, the public address, the
age at which a snapshot is stale. A command or a page may run under other settings (an operator's shell has no provider
key), so after a change it publishes new facts and keeps what the worker said of the deployment.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import msgspec
from django.db import transaction
from django.db.models import F

from sekisho.accounts import queries as accounts
from sekisho.accounts.events import access_changed
from sekisho.accounts.types import GatewayKey, OrganisationView
from sekisho.base import settings
from sekisho.base.clock import Clock, system_clock
from sekisho.connectors import queries as directory
from sekisho.connectors.events import directory_changed
from sekisho.connectors.types import Gate, Listing, Rule
from sekisho.enforcement import queries as enforcement
from sekisho.enforcement.events import standing_changed
from sekisho.enforcement.links import statement_path
from sekisho.enforcement.queries.overturns import last_overturned
from sekisho.enforcement.types import Measure, RestrictionView, UnitKind
from sekisho.link.carriers.local import SnapshotFile, snapshot_path
from sekisho.link.models import Revision
from sekisho.link.routes import on_record, provider_of, routes
from sekisho.link.sealing import generate_private_key, public_key_of
from sekisho.link.snapshot import (
    FORMAT,
    ConnectorEntry,
    KeyEntry,
    OrganisationEntry,
    Restriction,
    Route,
    Snapshot,
    Stop,
)
from sekisho.policy import queries as policy
from sekisho.policy.events import policy_changed, terms_changed
from sekisho.policy.types import Audience
from sekisho.records.consent.queries import consents_for_gateway, retention_for_gateway
from sekisho.records.events import data_use_changed
from sekisho.records.keystore import actions as make_keys
from sekisho.records.keystore import queries as keystore
from sekisho.records.providers.queries import policies_for_gateway
from sekisho.records.queries.history import calendar_at

log = logging.getLogger(__name__)

NEVER = datetime.max.replace(tzinfo=UTC)
LONGEST_BEAT_S = 15.0
"""However long gateways may go on with a snapshot, consent in it is believed for a minute (`gateway/auth.py`)."""
BEATS = 4
"""How often the snapshot is re-issued in the time in which it would go stale: three beats may fail
unnoticed."""


def publish(clock: Clock = system_clock) -> Snapshot:
    """Build the next snapshot under this process's settings, hand it to the gateways, and return it."""
    return _replaced(clock, deployment=None)


def publish_change(clock: Clock = system_clock) -> Snapshot:
    """Do the same, but keep what the snapshot in force says of the deployment, if there is one."""
    return _replaced(clock, deployment=_file().read())


def _replaced(clock: Clock, deployment: Snapshot | None) -> Snapshot:
    file = _file()
    snapshot = _deployed(build(clock()), deployment)
    while not file.replace(snapshot):
        held = file.read()
        snapshot = _deployed(build(clock(), at_least=held.revision if held else 0), deployment)
    return snapshot


def _file() -> SnapshotFile:
    return SnapshotFile(snapshot_path(settings.folder("data_dir")))


def _deployed(snapshot: Snapshot, deployment: Snapshot | None) -> Snapshot:
    if deployment is None:
        return snapshot
    return msgspec.structs.replace(
        snapshot,
        routes=_on_record(deployment.routes, snapshot.issued_at),
        public_url=deployment.public_url,
        stale_after=deployment.stale_after,
    )


def build(at: datetime, at_least: int = 0) -> Snapshot:
    """Return the snapshot of this moment, with a revision above all before it, and above `at_least`.

    The revision is taken first, in the same transaction as the reads: it locks its row until the end, so a
    later revision always rests on later reads, whichever process made it. `at_least` is for a database that
    was set back while the gateways already hold a later revision.
    """
    sealing, pseudonyms = _keys(at)
    with transaction.atomic():
        revision = _next_revision(at_least)
        imposed = list(enforcement.restrictions_for_gateway(at))
        on_keys, on_organisations, on_end_users = (
            _of(imposed, kind, at) for kind in (UnitKind.KEY, UnitKind.ORGANISATION, UnitKind.END_USER)
        )
        calendar = calendar_at(at)
        members = accounts.members_for_gateway()
        return Snapshot(
            format=FORMAT,
            revision=revision,
            issued_at=at,
            stale_after=timedelta(seconds=settings.number("snapshot_stale_s")),
            keys={key.digest: _key(key, on_keys, members) for key in accounts.keys_for_gateway()},
            organisations=_organisations(on_organisations, at),
            packs=policy.packs_for_gateway(at),
            routes=_on_record(routes(), at),
            sealing_key=sealing,
            pseudonym_key=pseudonyms,
            end_users=on_end_users,
            public_url=settings.text("public_url"),
            overlays=policy.overlays_for_gateway(),
            exceptions=policy.exceptions_for_gateway(at),
            shadow_packs=policy.shadow_packs_for_gateway(),
            connectors=tuple(map(_connector, directory.connectors_for_gateway())),
            only_listed=frozenset(
                one for one, rule in directory.rules_for_gateway().items() if rule is Rule.LISTED
            ),
            standard_days=calendar.standard.days,
            allowed_years=calendar.allowed_years,
        )


def _organisations(restricted: dict[str, Restriction], at: datetime) -> dict[str, OrganisationEntry]:
    compliant, overturned = accounts.compliant_organisations(at), last_overturned()
    consents, days = consents_for_gateway(at), retention_for_gateway()
    return {
        one.id: _organisation(
            one,
            restricted,
            one.id in compliant,
            overturned.get(one.id),
            consents.get(one.id, 0),
            days.get(one.id),
        )
        for one in accounts.organisations_for_gateway()
    }


CHANGES = (
    access_changed,
    policy_changed,
    terms_changed,
    standing_changed,
    directory_changed,
    data_use_changed,
)
"""What rooms beneath tell after their commit, and gateways must know within a second."""


def _on_record(found: tuple[Route, ...], at: datetime) -> tuple[Route, ...]:
    """The routes with what is on record of their providers now: whose routes they are is the deployment's to say, what
    their providers do is the registry's."""
    return on_record(found, policies_for_gateway(map(provider_of, found), at))


def heartbeat_s() -> float:
    """Return how many seconds may pass between two publications."""
    return min(settings.number("snapshot_stale_s") / BEATS, LONGEST_BEAT_S)


def listen() -> None:
    """Publish whenever a room says that something changed which gateways must know."""
    for signal in CHANGES:
        signal.connect(_on_change, dispatch_uid="link.publish")


def _on_change(**_: object) -> None:
    """Publish, or say loudly that it failed: the change itself is durable, and must not seem undone to its
    author.

    The heartbeat tries again; should that fail too, the snapshot goes stale and every gateway refuses.
    """
    try:
        publish_change()
    except Exception as problem:
        log.error("snapshot.unpublished", extra={"problem": type(problem).__name__})


def _next_revision(at_least: int) -> int:
    Revision.objects.bulk_create([Revision(id=1)], ignore_conflicts=True)
    Revision.objects.filter(id=1, number__lt=at_least).update(number=at_least)
    Revision.objects.filter(id=1).update(number=F("number") + 1)
    return Revision.objects.values_list("number", flat=True).get(id=1)


def _keys(at: datetime) -> tuple[bytes, bytes]:
    """Return the public sealing key and the pseudonym key, made on first use."""
    if keystore.sealing_public_key() is None:
        private = generate_private_key()
        make_keys.make_sealing_key(private, public_key_of(private), at)
    if keystore.pseudonym_key() is None:
        make_keys.make_pseudonym_key(at)
    return keystore.sealing_public_key() or b"", keystore.pseudonym_key() or b""


def _of(imposed: list[RestrictionView], kind: UnitKind, at: datetime) -> dict[str, Restriction]:
    """Return the restrictions on units of this kind: of each unit the gravest, of two alike the one that ends last.
    End users are named with organisation."""
    chosen = sorted((one for one in imposed if one.unit.kind is kind), key=_gravity)
    if kind is UnitKind.END_USER:
        return {f"{one.unit.organisation}:{one.unit.id}": _restriction(one, at) for one in chosen}
    return {one.unit.id: _restriction(one, at) for one in chosen}


def _gravity(one: RestrictionView) -> tuple[int, datetime]:
    return (list(Measure).index(one.measure), one.until or NEVER)


def _restriction(one: RestrictionView, at: datetime) -> Restriction:
    return Restriction(
        kind=Stop(one.measure.value),
        clause=one.clause,
        until=one.until,
        statement=one.statement_id,
        requests_per_minute=one.requests_per_minute,
        models=one.models,
        tools_off=one.tools_off,
        link=statement_path(one, at),
    )


def _connector(one: Gate) -> ConnectorEntry:
    return ConnectorEntry(one.name, one.url, one.listing is Listing.LISTED, one.tools)


def _key(
    key: GatewayKey, restricted: dict[str, Restriction], members: frozenset[tuple[str, str]]
) -> KeyEntry:
    view, declared = key.view, key.view.declaration
    return KeyEntry(
        id=view.id,
        organisation=view.organisation_id,
        scopes=frozenset(scope.value for scope in view.scopes),
        audience=Audience(declared.use_case.value),
        domain=declared.domain,
        product=declared.product,
        restriction=restricted.get(view.id),
        zero_retention=view.zero_retention,
        requests_per_minute=view.requests_per_minute,
        expires_at=view.expires_at,
        member=view.created_by if (view.organisation_id, view.created_by) in members else "",
    )


def _organisation(
    view: OrganisationView,
    restricted: dict[str, Restriction],
    is_compliant: bool,
    verdicts_since: datetime | None,
    consent_epoch: int,
    retention_days: int | None,
) -> OrganisationEntry:
    return OrganisationEntry(
        id=view.id,
        plan=view.plan,
        language=view.language,
        restriction=restricted.get(view.id),
        zero_retention=view.zero_retention,
        requests_per_minute=view.requests_per_minute,
        tokens_per_day=view.tokens_per_day,
        minors_statement=is_compliant,
        consent_epoch=consent_epoch,
        retention_days=retention_days,
        verdicts_since=verdicts_since,
    )
