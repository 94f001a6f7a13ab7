"""The snapshot: everything a gateway may know, as one immutable value with a revision.

    control plane ── publish ──▶ [ Snapshot, revision 42 ] ──▶ every gateway

A gateway has no database. It holds the latest snapshot, answers only from it, and replaces it whole. Three
laws:

1. **Revisions only grow.** A gateway ignores a snapshot older than the one it holds, so a late carrier cannot
   bring back a revoked key.
2. **Age is checked at every request.** Past `issued_at + stale_after` the gateway refuses instead of
guessing: a gate
   that has lost touch does not know whom it would let through. The control plane re-issues well before that.
3. **It holds no secret that opens anything**: keys as hashes, provider credentials as the name of a setting,
   and only the public half of the sealing key. One secret it does hold, `pseudonym_key`: alone it opens
   nothing, but with it a guessed name of an end user could be recognised in the records. So the file has mode
   0600.

Written as JSON so that an operator can read it. Readers pass over fields they do not know and fill fields
that are missing with defaults, so old and new releases can run side by side; `tests/golden/` keeps the bytes
honest.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

import msgspec

from sekisho.accounts.types import Plan
from sekisho.policy.exceptions import ContractException
from sekisho.policy.overlay import Overlay
from sekisho.policy.types import Audience, Pack

FORMAT = 1
"""Grows only when a reader of the earlier format would misread a file; adding fields does not count."""


class Stop(StrEnum):
    """Why a principal may not pass at the moment."""

    THROTTLED = "throttled"
    SUSPENDED = "suspended"
    TERMINATED = "terminated"
    REVOKED = "revoked"


class Restriction(msgspec.Struct, frozen=True, omit_defaults=True):
    """A measure in force against a key, an end user, or an organisation, and what its bearer is told."""

    kind: Stop
    clause: str = ""
    """The policy clause it rests on; empty when it has another ground (an unpaid bill, the owner's wish)."""
    until: datetime | None = None
    """When it ends by itself; None when only a person can lift it."""
    statement: str = ""
    """Id of the statement of reasons."""
    requests_per_minute: int | None = None
    """The rate that remains, for `THROTTLED`."""
    models: tuple[str, ...] = ()
    """Shell patterns of the model ids that remain, for `THROTTLED`; empty: all."""
    tools_off: bool = False
    """Whether requests that offer tools are refused, for `THROTTLED`."""
    link: str = ""
    """Path of the signed page that tells its reasons and takes the appeal, such as `/statements/<token>`."""


class KeyEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """An API key as a gateway sees it. Found by the SHA-256 of the key; the key itself is nowhere."""

    id: str
    organisation: str
    scopes: frozenset[str]
    audience: Audience = Audience.GENERAL
    domain: str | None = None
    """High-risk domain, for `audience = high_risk`."""
    product: str = ""
    """What people know the deployed product as; shown in disclosures."""
    restriction: Restriction | None = None
    zero_retention: bool = False
    requests_per_minute: int | None = None
    expires_at: datetime | None = None
    member: str = ""
    """The person (`usr_…`) for whom the key speaks; empty for a key that was made by no member of today."""


class OrganisationEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    id: str
    plan: Plan
    language: str = "en"
    restriction: Restriction | None = None
    zero_retention: bool = False
    requests_per_minute: int | None = None
    tokens_per_day: int | None = None
    minors_statement: bool = False
    """Whether it has stated, not longer than a year ago, how it protects minors: else its keys for them are refused
    (P-031)."""
    consent_epoch: int = 0
    """Number of the consent epoch that is open: seq of the event that began it; 0 when training is not allowed
    (R-DATA-013)."""
    retention_days: int | None = None
    """How many days its turns are kept, where it has chosen (R-DATA-116)."""
    verdicts_since: datetime | None = None
    """When a decision about it was last overturned: verdicts remembered from before are forgotten (P-062)."""


class ConnectorEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """A connector of the directory as a gateway sees it (P-033)."""

    name: str
    url: str
    is_listed: bool
    """False for one that has changed since it was checked, or was taken down."""
    tools: dict[str, str] = {}
    """Digest of each tool as it was checked, by its name (`connectors.rules.digests`)."""


class Dialect(StrEnum):
    """The wire a client or a provider speaks."""

    ANTHROPIC = "anthropic"
    OPENAI = "openai"


class Route(msgspec.Struct, frozen=True, omit_defaults=True):
    """A provider to which requests can be forwarded. The first route of the dialect that takes the model is
    used."""

    id: str
    dialect: Dialect
    base_url: str
    """Scheme, host and path prefix, such as `https://api.anthropic.com`; empty for the shipped fake
    provider."""
    credential: str = ""
    """Name of the setting that holds the provider's key, such as `anthropic_api_key`; empty when it takes
    none."""
    models: tuple[str, ...] = ("*",)
    """Shell patterns of model ids that it takes."""
    fake: bool = False
    zero_retention: bool = False
    """Whether the provider is on record as keeping nothing and training on nothing (R-DATA-135)."""
    retaining_models: tuple[str, ...] = ()
    """Shell patterns of model ids that it serves only where it may keep what is sent."""
    upstream: str = "other"
    """Who stands behind it: `first_party`, `bedrock`, `vertex`, or `other` (R-DATA-044)."""


class Snapshot(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything a gateway may know. Immutable; replaced whole."""

    format: int
    revision: int
    issued_at: datetime
    stale_after: timedelta
    keys: dict[str, KeyEntry]
    """By the lower-case hexadecimal SHA-256 of the key."""
    organisations: dict[str, OrganisationEntry]
    packs: tuple[Pack, ...]
    """Every version that is or will be in force, by `effective_at`; an event takes the one in force at its
    moment."""
    routes: tuple[Route, ...]
    sealing_key: bytes
    """X25519 public key (32 bytes) to which content in the journal is sealed."""
    pseudonym_key: bytes
    """Key of the HMAC that turns an end user's name into a pseudonym (P-001). The one secret in here; see law
    3."""
    end_users: dict[str, Restriction] = {}
    """Restricted end users, by `organisation:pseudonym`. The unrestricted are not listed."""
    public_url: str = ""
    """Where people reach the control plane's pages: the base of links in refusals."""
    overlays: dict[str, Overlay] = {}
    """What organisations lay over the policy, by organisation (P-007). The others are judged by the floor."""
    exceptions: tuple[ContractException, ...] = ()
    """Contract exceptions in effect when it was issued (P-006); their end is looked at once more."""
    connectors: tuple[ConnectorEntry, ...] = ()
    """Those that are or were listed. What is not here is not known to the directory."""
    only_listed: frozenset[str] = frozenset()
    """Organisations whose models call listed connectors alone. The others' call any but those that have changed or were
    taken down."""
    shadow_packs: tuple[Pack, ...] = ()
    """Drafts by which gateways judge too, recording what they would decide, and never acting on it (P-004)."""
    standard_days: int = 0
    """How many days turns are kept where their organisation has not chosen (R-DATA-101); 0 when it is not stated."""
    allowed_years: int = 0
    """How many years turns are kept for which training is allowed (R-DATA-100)."""

    def is_stale(self, at: datetime) -> bool:
        """Return whether the snapshot is too old to act on at the moment `at`. The last instant is still
        good."""
        return at > self.issued_at + self.stale_after


_encoder = msgspec.json.Encoder(order="sorted")
_decoder = msgspec.json.Decoder(Snapshot)


class SnapshotUnreadableError(ValueError):
    """The bytes are not a snapshot that this release understands; the message says what is wrong."""


def encode(snapshot: Snapshot) -> bytes:
    """Return the snapshot as canonical JSON: the same value always gives the same bytes."""
    return _encoder.encode(snapshot)


def decode(data: bytes) -> Snapshot:
    """Return the snapshot in `data`. Raises `SnapshotUnreadableError` on anything else, or on a later
    `FORMAT`."""
    try:
        snapshot = _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise SnapshotUnreadableError(str(problem)) from problem
    if snapshot.format > FORMAT:
        raise SnapshotUnreadableError(
            f"Snapshot format {snapshot.format} is newer than {FORMAT}, which this gateway reads. "
            "Update the gateway."
        )
    return snapshot


class SnapshotCarrier(Protocol):
    """The control plane's end of whatever carries snapshots."""

    def replace(self, snapshot: Snapshot) -> bool:
        """Hand `snapshot` to every gateway, durably. Return False when a later one is already there."""
        ...


class SnapshotSource(Protocol):
    """A gateway's end."""

    @property
    def current(self) -> Snapshot | None:
        """The latest snapshot, however old; None before the first."""
        ...

    def usable(self) -> Snapshot | None:
        """Return the latest snapshot if it may be acted on now, else None: then the gateway refuses."""
        ...

    async def watch(self) -> None:
        """Keep `current` current until cancelled."""
        ...


def supersedes(new: Snapshot, held: Snapshot | None) -> bool:
    """Return whether `new` replaces `held`: a later revision, or the same one re-issued later."""
    if held is None:
        return True
    return (new.revision, new.issued_at) > (held.revision, held.issued_at)
