"""Typed events: operational facts that cannot carry content, because no field of theirs can hold free text.

A field is an enum, a flag, a bounded number, a `Version` or a `RandomId` (R-DATA-180 … 182). There is no
string type, so no prompt, path, name or command fits in, whatever a caller tries; a test walks every event
class and fails on any other type. Nothing is sent anywhere unless an operator names a sink, never to the
project's authors (R-DATA-186).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import Enum
from typing import Annotated, Any, get_args, get_origin, get_type_hints

Payload = dict[str, bool | int | float | str]


@dataclass(frozen=True, slots=True)
class Bound:
    """The least and the greatest value of a number. Values beyond are moved to the bound, never refused."""

    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Version:
    major: int
    minor: int
    patch: int


@dataclass(frozen=True, slots=True)
class RandomId:
    """128 random bits, derived from nothing: no hardware, no name, no time (R-DATA-190)."""

    bits: int

    @classmethod
    def new(cls) -> RandomId:
        return cls(secrets.randbits(128))


Count = Annotated[int, Bound(0, 1_000_000)]
Milliseconds = Annotated[int, Bound(0, 3_600_000)]
Mebibytes = Annotated[int, Bound(0, 1_048_576)]


class Plane(Enum):
    GATEWAY = "gateway"
    PAGES = "pages"
    WORKER = "worker"
    OTHER = "other"


class Wire(Enum):
    ANTHROPIC = "anthropic"
    OPENAI = "openai"
    OTHER = "other"


class Ending(Enum):
    """How a request ended, as in the journal."""

    COMPLETED = "completed"
    MODIFIED = "modified"
    BLOCKED = "blocked"
    HELD = "held"
    UPSTREAM_ERROR = "upstream_error"
    UPSTREAM_BROKEN = "upstream_broken"
    CLIENT_GONE = "client_gone"
    OTHER = "other"


class Detecting(Enum):
    NORMALISE = "normalise"
    PATTERNS = "patterns"
    ENTITIES = "entities"
    SCORER = "scorer"
    JUDGE = "judge"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, once. Subclasses are the catalogue: `EVENTS` lists them."""

    install: RandomId
    version: Version


@dataclass(frozen=True, slots=True)
class ProcessStarted(Event):
    plane: Plane
    took: Milliseconds
    resident: Mebibytes


@dataclass(frozen=True, slots=True)
class RequestFinished(Event):
    wire: Wire
    ending: Ending
    streamed: bool
    first_token: Milliseconds
    took: Milliseconds
    input_tokens: Count
    output_tokens: Count


@dataclass(frozen=True, slots=True)
class DetectorFailed(Event):
    detector: Detecting
    took: Milliseconds


@dataclass(frozen=True, slots=True)
class IngestFinished(Event):
    entries: Count
    took: Milliseconds


EVENTS: tuple[type[Event], ...] = (ProcessStarted, RequestFinished, DetectorFailed, IngestFinished)


KINDS: Mapping[type[Event], Mapping[str, Any]] = {
    event: get_type_hints(event, include_extras=True) for event in EVENTS
}


def payload(event: Event) -> Payload:
    """Return what would leave this machine, exactly: plain values by field name, `event` first.

    Numbers are moved into their bounds. Raises `TypeError` for a value whose type is not the field's: nothing
    is turned into text to make it fit.
    """
    kinds = KINDS[type(event)]
    facts = {field.name: _plain(kinds[field.name], getattr(event, field.name)) for field in fields(event)}
    return {"event": type(event).__name__, **facts}


def _plain(kind: Any, value: object) -> bool | int | float | str:
    bound = next((one for one in get_args(kind) if isinstance(one, Bound)), None)
    if bound is not None and isinstance(value, int | float) and not isinstance(value, bool):
        return type(value)(min(max(value, bound.least), bound.most))
    if isinstance(kind, type) and isinstance(value, kind):
        match value:
            case bool():
                return value
            case Enum():
                return str(value.value)
            case Version():
                return f"{value.major:d}.{value.minor:d}.{value.patch:d}"
            case RandomId():
                return f"{value.bits:032x}"
    raise TypeError(f"A telemetry field takes {kind}, not {type(value).__name__}.")


def as_member(words: type[Enum], word: str) -> Enum:
    """Return the member of `words` that `word` names, or its `OTHER`: an unknown word is never passed on."""
    return next((member for member in words if member.value == word), words["OTHER"])


def is_closed(kind: object) -> bool:
    """Return whether a field of this type can hold no free text."""
    if get_origin(kind) is Annotated:
        number, *extras = get_args(kind)
        return number in (int, float) and any(isinstance(extra, Bound) for extra in extras)
    if not isinstance(kind, type):
        return False
    if issubclass(kind, Enum):
        return not issubclass(kind, str) and "OTHER" in kind.__members__
    return kind in (bool, Version, RandomId)
