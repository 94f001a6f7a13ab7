"""Whom a measure can be taken against. No Django."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class UnitKind(StrEnum):
    """What a measure can be taken against, from small to large (P-001)."""

    END_USER = "end_user"
    KEY = "key"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Unit:
    """The smallest unit that explains the behaviour (P-001)."""

    kind: UnitKind
    id: str
    """`key_…`, `org_…`, or the pseudonym of an end user."""
    organisation: str
    """The organisation it belongs to; for an organisation, its own id."""
