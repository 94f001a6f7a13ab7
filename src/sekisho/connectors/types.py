"""Words of the connector directory as plain values. No Django.

A *connector* is an MCP server that models are given tools from. What it says of itself is its *descriptor*: models read
it as instructions, so it is checked, pinned, and compared ever after.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from sekisho.base.text import Text


class Listing(StrEnum):
    """Where a connector stands in the directory."""

    DRAFT = "draft"
    """Registered; its checklist is not complete."""
    SUBMITTED = "submitted"
    """Complete, and waits for somebody of the staff."""
    LISTED = "listed"
    CHANGED = "changed"
    """Was listed, and no longer says of itself what was checked. Gates refuse its calls until somebody has looked."""
    SUSPENDED = "suspended"
    """Taken down for a time by staff."""
    DELISTED = "delisted"
    """Out for good."""


class Tool(msgspec.Struct, frozen=True, omit_defaults=True):
    """One tool as a server describes it."""

    name: str
    description: str = ""
    input_schema: dict[str, Any] = {}
    annotations: dict[str, Any] = {}
    """Hints such as `readOnlyHint`: what the server claims, and nothing to rely on."""


class Descriptor(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything that a server says of itself and that a model may come to read."""

    server: str = ""
    version: str = ""
    instructions: str = ""
    tools: tuple[Tool, ...] = ()
    """By name."""
    prompts: tuple[Tool, ...] = ()
    """Prompts that the server offers: name, description, and their arguments in place of a schema."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a descriptor that a person has to look at. Places and codes; the text itself is on the page."""

    code: str
    where: str
    """`instructions`, `tool send_mail`, `tool send_mail, argument to`, …"""
    is_grave: bool
    """Whether it keeps the connector from being listed until a person has said that it means no harm."""


@dataclass(frozen=True, slots=True)
class Change:
    """How one part of a descriptor differs from what was pinned."""

    kind: str
    """`added`, `removed`, `description`, `arguments`, `claims`, `instructions` or `version`."""
    where: str


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the checklist that whoever registers a connector answers for (P-033)."""

    id: str
    says: Text


@dataclass(frozen=True, slots=True)
class Details:
    """What a connector's people say of it."""

    name: str
    """How it is called in the directory and by clients: small letters, digits and `-`."""
    url: str
    title: str
    summary: str
    contact: str
    privacy_url: str = ""


@dataclass(frozen=True, slots=True)
class ConnectorView:
    """A connector as it stands."""

    id: str
    organisation: str
    details: Details
    listing: Listing
    answered: frozenset[str]
    """Items of the checklist that its people have confirmed."""
    descriptor: Descriptor
    """What was last fetched."""
    pinned: Descriptor | None
    """What was checked when it was listed."""
    findings: tuple[Finding, ...]
    accepted: frozenset[str]
    """Findings that a person of the staff has said mean no harm, as `code where`."""
    changes: tuple[Change, ...]
    registered_by: str
    listed_by: str
    listed_at: datetime | None
    fetched_at: datetime | None
    problem: str
    """Why it could not be fetched the last time; empty when it was."""
    reason: str = ""
    """Why it was suspended or delisted, in the words of who did it."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What gateways know of a connector."""

    name: str
    url: str
    listing: Listing
    tools: dict[str, str] = field(default_factory=dict)
    """Digest of each tool as it was checked, by name."""


class Rule(StrEnum):
    """Which connectors an organisation lets its models call."""

    ANY = "any"
    """All but those that the directory knows to have changed or to be taken down."""
    LISTED = "listed"
    """Only those that are listed."""


@dataclass(frozen=True, slots=True)
class Allowed:
    pass


@dataclass(frozen=True, slots=True)
class Refused:
    code: str
