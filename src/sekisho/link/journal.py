"""The journal: what happened at the gate, one entry a request, append-only.

    gateway ── append, durable ──▶ [ Entry, Entry, … ] ──▶ ingest ──▶ records

An answer is finished only when its entry is durable: the gateway sends the last byte (or the terminal event
of a stream) after `append` has returned. So nothing acknowledged is ever lost, also under `kill -9`, and the
entry's `id` makes ingest exactly-once. Content inside an entry is sealed (`link/sealing.py`): a gateway
writes what it cannot read back. A zero-retention turn has no content at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

import msgspec

from sekisho.base.content import Content

FORMAT = 1


class GroundEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a clause acted (P-070). Codes, scores and positions; never content."""

    clause: str
    action: str
    severity: int
    detector: str
    detector_version: str = ""
    code: str = ""
    score: float = 1.0
    threshold: float = 0.0
    outcome: str = "match"
    span: tuple[int, int] | None = None


class DecisionEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was decided about one stage of one request. Ground zero is the one that decided."""

    id: str
    """`dec_…`"""
    at: datetime
    stage: str
    """`prompt`, `output`, `tool_call` or `tool_result`."""
    action: str
    """`allow`, `annotate`, `modify`, `hold` or `block`."""
    pack: str
    """`name@version`"""
    clause: str = ""
    language: str = "und"
    input_digest: str = ""
    """Keyed digest of the passage: equal texts of one organisation give equal digests, and nothing else can
    be told."""
    grounds: tuple[GroundEntry, ...] = ()
    unscreened: tuple[str, ...] = ()
    """Kinds of media that no detector could read: `image`, `document`, `audio`, …"""
    screened_chars: int = 0
    took_us: int = 0
    """Time spent on screening, microseconds."""
    shadow: bool = False
    """Whether it is what a draft would have decided (P-004): nobody was told, and nothing was done."""


class Usage(msgspec.Struct, frozen=True, omit_defaults=True):
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_creation_tokens: int = 0


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One request through the gate, from receipt to last byte."""

    format: int
    id: str
    """`req_…`, also the `request-id` that the client saw. Unique for ever."""
    received_at: datetime
    finished_at: datetime
    gateway: str
    """Name of the gateway process."""
    key: str
    organisation: str
    dialect: str
    endpoint: str
    """`messages`, `chat_completions`, `responses`, `count_tokens`."""
    outcome: str
    """`completed`, `modified`, `blocked`, `held`, `upstream_error`, `upstream_broken`, `client_gone`."""
    status: int
    """HTTP status that the client saw."""
    model: str = ""
    route: str = ""
    streamed: bool = False
    end_user: str = ""
    """Pseudonym; empty when the client named none."""
    conversation: str = ""
    """Keyed digest that groups the turns of one conversation."""
    decisions: tuple[DecisionEntry, ...] = ()
    usage: Usage = Usage()
    disclosure: str = ""
    """Evidence of AI disclosure (P-021, P-030): `inserted`, `already_present`, `earlier_in_conversation`, or
    empty."""
    review: str = ""
    """`rev_…` ticket, when the answer was held."""
    zero_retention: bool = False
    plan: str = ""
    """The organisation's plan when the request was received; empty from gateways that do not say."""
    upstream: str = ""
    """Who really served it: `first_party`, `bedrock`, `vertex`, `other` (R-DATA-044); empty when nobody was asked."""
    product: str = "api"
    """`coding` for a client that names its session, else `api` (R-DATA-045)."""
    member: str = ""
    """The person for whom the key speaks; empty for a shared key."""
    incognito: bool = False
    minors: bool = False
    """Whether the key is declared for minors."""
    consent_epoch: int | None = None
    """The consent epoch of the account that the gateway knew of, 0 for none; None from gateways that do not say."""
    stages_us: dict[str, int] = {}
    """Time per stage of the pipeline, microseconds: `admit`, `read`, `screen`, `upstream_first_byte`, …"""
    content: bytes = b""
    """Sealed `TurnContent`; empty under zero retention."""


class Block(Content, msgspec.Struct, frozen=True, omit_defaults=True):
    """One new piece of the conversation. Resent history is not repeated: `digest` tells ingest what is
    already stored."""

    role: str
    """`system`, `user`, `assistant`, `tool`."""
    kind: str
    """`text`, `tool_use`, `tool_result`, `thinking`, `image`, …"""
    text: str
    digest: str = ""


class TurnContent(Content, msgspec.Struct, frozen=True, omit_defaults=True):
    """The content of one request, as plain text in the gateway only until it is sealed."""

    prompt: tuple[Block, ...] = ()
    """What was new in the request."""
    answer: tuple[Block, ...] = ()
    """What the client was given; for a held answer, the draft that the reviewer will see."""
    withheld: tuple[Block, ...] = ()
    """What the model said and the client was not given (blocked or masked text), as evidence for an
    appeal."""


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Entry)
_content_encoder = msgspec.msgpack.Encoder()
_content_decoder = msgspec.msgpack.Decoder(TurnContent)


def encode(entry: Entry) -> bytes:
    return _encoder.encode(entry)


def decode(data: bytes) -> Entry:
    """Return the entry in `data`; raises `msgspec.DecodeError` on anything else. Unknown fields are passed
    over."""
    return _decoder.decode(data)


def encode_content(content: TurnContent) -> bytes:
    return _content_encoder.encode(content)


def decode_content(data: bytes) -> TurnContent:
    return _content_decoder.decode(data)


class JournalWriter(Protocol):
    """The gateway's end of the journal. One writer a process."""

    async def append(self, entry: Entry) -> None:
        """Return once the entry is durable (fsynced, or acknowledged by the broker). Raises
        `JournalUnavailableError`."""
        ...

    async def close(self) -> None:
        """Write what is queued, then close."""
        ...


class Delivery(NamedTuple):
    """An entry as the carrier hands it over: bytes, which only ingest decodes, so that none is dropped on the
    way."""

    source: str
    """Where it came from, such as the name of a gateway's journal file."""
    position: int
    """Grows within its source."""
    data: bytes


class JournalReader(Protocol):
    """The control plane's end. In the order of writing within a source; forgets only what was
    acknowledged."""

    def read(self, limit: int) -> Sequence[Delivery]:
        """Return up to `limit` entries that were not acknowledged. The same ones come again until they
        are."""
        ...

    def acknowledge(self, deliveries: Iterable[Delivery]) -> None:
        """Forget these, and all before them of the same source."""
        ...


class JournalUnavailableError(RuntimeError):
    """The journal cannot take entries (disk full, broker gone). The gateway then refuses: what is not
    recorded does not pass."""
