"""How a case begins: all that is known of it at that moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sekisho.accounts.types import Plan
from sekisho.base.text import Lang
from sekisho.cases.types.words import Impact, Kind, Queue


@dataclass(frozen=True, slots=True)
class Contact:
    """Where answers go."""

    email: str = field(default="", repr=False)
    is_proven: bool = False
    """Whether the address is the verified one of an account, or was confirmed by a link. To any other only one fixed
    text is ever sent (R-SUP-078)."""
    language: Lang = "en"


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that came along. Its name is whatever the sender wrote."""

    name: str = field(repr=False)
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opening:
    """All that is known when a case is opened. Texts are sealed under the case's own key."""

    kind: Kind
    queue: Queue
    submission: str
    """Drawn by who opens it: opening again under the same one opens nothing, and returns the same case."""
    subject: str = field(repr=False)
    text: str = field(repr=False)
    contact: Contact
    surface: str
    """A `support.types.Surface`, kept as its word: that room stands a floor above."""
    requester: str = ""
    """`usr_…`; empty for somebody without an account."""
    organisation: str = ""
    sponsor: str = ""
    """`usr_…` of the owner on whose word it comes."""
    issue: str = ""
    """Name of the issue that was picked, such as `cannot_sign_in`."""
    details: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What the issue asked for, by name of the field."""
    about: str = ""
    """Id of what it concerns: a statement, an appeal, a notice, another case."""
    region: str = ""
    """As the person said it: an ISO 3166-1 code, `EU`, or empty."""
    plan: Plan | None = None
    impact: Impact = Impact.NONE
    entitlements: Mapping[str, object] = field(default_factory=dict)
    """Snapshot of who might ask whom at this moment, with rules and version (R-SUP-052)."""
    transcript: str = field(default="", repr=False)
    """What was said to the bot before, as text."""
    cited: tuple[str, ...] = ()
    """Ids of the versions of articles that were cited (R-SUP-004)."""
    enclosures: tuple[Enclosure, ...] = ()
    received_at: datetime | None = None
    """When it first reached us, where that was elsewhere or by another form: it stays when a case is moved
    (R-SUP-137). None: now."""
    reaches_requester: bool = True
    """Whether answers go to the requester too, where a sponsor passed it on (R-SUP-056)."""
