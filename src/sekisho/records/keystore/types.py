"""Words of the keystore as plain values. No Django."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Purpose(StrEnum):
    """What a key is for that is no conversation's. The words are stored: they never change."""

    FEEDBACK = "feedback"
    """A report that somebody sent, with what they chose to show (R-DATA-062)."""
    SAFETY = "safety"
    """A copy that was kept because of a violation (R-DATA-241)."""
    EXPORT = "export"
    """Something that was made to be taken along, such as an access bundle (R-DATA-235)."""
    PSEUDONYM = "pseudonym"
    """The names under which a subject stands in the audit log (R-DATA-253)."""


@dataclass(frozen=True, slots=True)
class OpenKey:
    """A key, ready for use."""

    id: str
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Secret:
    """Something to be wrapped, and the words that are bound to it: unwrapping asks for the same."""

    plain: bytes = field(repr=False)
    purpose: str


@dataclass(frozen=True, slots=True)
class Wrapped:
    data: bytes = field(repr=False)
    root: str
    """Name and version of what wrapped it, such as `local:3f2a91b07c55d210` or `vault:transit/sekisho:v3`."""
    purpose: str = ""


class Root(Protocol):
    """Something that wraps keys."""

    def current(self) -> str:
        """Return the name and version under which it wraps now."""

    def wrap(self, secrets: Sequence[Secret]) -> list[Wrapped]:
        """Return the secrets wrapped, in their order."""

    def unwrap(self, wrapped: Sequence[Wrapped]) -> list[bytes]:
        """Return what was wrapped, in its order. Raises `UnreadableError` for what is not its own, or altered."""

    def rewrap(self, wrapped: Sequence[Wrapped]) -> list[Wrapped]:
        """Return the same secrets wrapped under the current version."""
