"""What may leave a worker that keeps nothing: ids, times, counts and codes, in a closed form (R-DATA-136).

No field takes a sentence. Words come from short lists or have the shape of an id; what is in no list becomes `other`,
and what has no such shape is refused by whoever reads it. So even a worker that went wrong could not have a text
recorded.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from sekisho.link.journal import FORMAT, DecisionEntry, Entry, GroundEntry, Usage

Id = Annotated[str, Meta(pattern=r"\A[a-z]{2,5}_[0-9A-Za-z_-]{1,32}\Z")]
Name = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,79}\Z")]
"""An id of our own configuration: of a gateway, a route, a model, a clause, a detector, a version."""
NameOrNone = Annotated[str, Meta(pattern=r"\A([A-Za-z0-9][A-Za-z0-9._:/@+-]{0,79})?\Z")]
_NAME = re.compile(r"([A-Za-z0-9][A-Za-z0-9._:/@+-]{0,79})?")
Mark = Annotated[str, Meta(pattern=r"\A([0-9a-f]{8,64})?\Z")]
"""A keyed digest, or nothing."""
Count = Annotated[int, Meta(ge=0, le=1 << 53)]
Share = Annotated[float, Meta(ge=0.0, le=1.0)]


class _Closed(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The base of what is read strictly: neither a field too many nor one of another type."""


class Ground(_Closed, frozen=True):
    clause: NameOrNone
    action: Literal["allow", "annotate", "modify", "hold", "block"]
    severity: Annotated[int, Meta(ge=0, le=10)]
    detector: NameOrNone
    detector_version: NameOrNone = ""
    code: NameOrNone = ""
    score: Share = 1.0
    threshold: Share = 0.0
    outcome: Annotated[str, Meta(pattern=r"\A[a-z_]{1,16}(:[a-z_]{1,16})?\Z")] = "match"
    """What the detector said, and the fail mode that answered for it, such as `unsure:annotate`."""


class Decision(_Closed, frozen=True):
    id: Id
    at: datetime
    stage: Literal["prompt", "output", "tool_call", "tool_result"]
    action: Literal["allow", "annotate", "modify", "hold", "block"]
    pack: Name
    clause: NameOrNone = ""
    language: Annotated[str, Meta(pattern=r"\A[a-z]{2,3}\Z")] = "und"
    input_digest: Mark = ""
    grounds: tuple[Ground, ...] = ()
    unscreened: tuple[Literal["image", "document", "audio", "video", "file", "thinking", "other"], ...] = ()
    screened_chars: Count = 0
    took_us: Count = 0
    shadow: bool = False


class Tokens(_Closed, frozen=True):
    input_tokens: Count = 0
    output_tokens: Count = 0
    cache_read_tokens: Count = 0
    cache_creation_tokens: Count = 0


class Metadata(_Closed, frozen=True):
    """One request, as a worker of the pool may have it recorded. There is no field for content."""

    id: Id
    received_at: datetime
    finished_at: datetime
    gateway: Name
    key: Id
    organisation: Id
    dialect: Literal["anthropic", "openai"]
    endpoint: Literal["messages", "chat_completions", "responses", "count_tokens"]
    outcome: Literal[
        "completed", "modified", "blocked", "held", "upstream_error", "upstream_broken", "client_gone"
    ]
    status: Annotated[int, Meta(ge=100, le=599)]
    model: Annotated[str, Meta(pattern=r"\A([A-Za-z0-9][A-Za-z0-9._:/@+-]{0,127})?\Z")] = ""
    route: NameOrNone = ""
    streamed: bool = False
    end_user: Mark = ""
    conversation: Mark = ""
    decisions: tuple[Decision, ...] = ()
    usage: Tokens = Tokens()
    disclosure: Literal["", "inserted", "already_present", "earlier_in_conversation"] = ""
    plan: NameOrNone = ""
    upstream: Literal["", "first_party", "bedrock", "vertex", "other"] = ""
    product: Literal["api", "coding"] = "api"
    member: Annotated[str, Meta(pattern=r"\A([a-z]{2,5}_[0-9A-Za-z_-]{1,32})?\Z")] = ""
    incognito: bool = False
    minors: bool = False
    consent_epoch: Annotated[int, Meta(ge=0)] | None = None
    stages_us: dict[Annotated[str, Meta(pattern=r"\A[a-z_]{1,24}\Z")], Count] = {}


class NotMetadataError(ValueError):
    """Something that is not of the closed form. It says nothing of what it was."""


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Metadata)


def encode(entry: Entry) -> bytes:
    """Return the entry as it may leave. Raises `NotMetadataError` for one that holds anything that may not: content,
    or a turn that is not under zero retention."""
    if entry.content or entry.review or not entry.zero_retention:
        raise NotMetadataError("An entry with content cannot leave a gateway that keeps nothing.")
    return _encoder.encode(_metadata(entry))


def decode(data: bytes) -> Entry:
    """Return the entry that `data` tells of. Raises `NotMetadataError` for anything that is not of the closed form."""
    try:
        return _entry(_decoder.decode(data))
    except msgspec.DecodeError as problem:
        path = str(problem).rpartition("at `")[2].rstrip("`")[:80]
        raise NotMetadataError(f"Not of the closed form: {path}") from None


def _metadata(entry: Entry) -> Metadata:
    told = {name: getattr(entry, name) for name in _ALIKE}
    return Metadata(
        **told,
        decisions=tuple(map(_decision, entry.decisions)),
        usage=Tokens(**msgspec.structs.asdict(entry.usage)),
    )


def _decision(decision: DecisionEntry) -> Decision:
    told = msgspec.structs.asdict(decision)
    told["grounds"] = tuple(map(_ground, decision.grounds))
    return Decision(**told)


def _ground(ground: GroundEntry) -> Ground:
    told = msgspec.structs.asdict(ground)
    del told["span"]
    for name in ("clause", "detector", "detector_version", "code"):
        told[name] = told[name] if _NAME.fullmatch(told[name]) else "other"
    for name in ("score", "threshold"):
        told[name] = min(max(told[name], 0.0), 1.0)
    return Ground(**told)


def _entry(metadata: Metadata) -> Entry:
    told = {name: getattr(metadata, name) for name in _ALIKE}
    return Entry(
        format=FORMAT,
        **told,
        decisions=tuple(_decided(one) for one in metadata.decisions),
        usage=Usage(**msgspec.structs.asdict(metadata.usage)),
        zero_retention=True,
    )


def _decided(decision: Decision) -> DecisionEntry:
    told = msgspec.structs.asdict(decision)
    told["grounds"] = tuple(GroundEntry(**msgspec.structs.asdict(one)) for one in decision.grounds)
    return DecisionEntry(**told)


_ALIKE = tuple(name for name in Metadata.__struct_fields__ if name not in ("decisions", "usage"))
"""Fields that entry and metadata have in common, as they are."""
