"""What people bring, and what becomes of it: notices, complaints, orders. No Django."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sekisho.base.text import Lang
from sekisho.compliance.types.stating import Regime


class Complainant(StrEnum):
    """Who complains (spec 3.3). Nobody needs an account."""

    USER = "user"
    AFFECTED_PERSON = "affected_person"
    PARENT = "parent"
    REPRESENTATIVE = "representative"
    NOTIFIER = "notifier"


class Category(StrEnum):
    """What a notice says is illegal. Our own words; `eu/categories.yaml` maps them to those of the report templates."""

    CHILD_ABUSE = "child_abuse"
    """The offences for which nobody has to give a name."""
    TERROR_OR_THREAT = "terror_or_threat"
    """A threat to life or safety."""
    HATE = "hate"
    PRIVACY = "privacy"
    INTELLECTUAL_PROPERTY = "intellectual_property"
    FRAUD = "fraud"
    DEFAMATION = "defamation"
    PRODUCTS = "products"
    OTHER = "other"

    @property
    def is_urgent(self) -> bool:
        return self in (Category.CHILD_ABUSE, Category.TERROR_OR_THREAT)


class Decision(StrEnum):
    """What became of a notice."""

    REMOVED = "removed"
    RESTRICTED = "restricted"
    """A measure was taken against an account; `linked_statement` is its statement of reasons."""
    NO_ACTION = "no_action"
    DUPLICATE = "duplicate"
    UNFOUNDED = "unfounded"
    """Manifestly: it counts against who misuses the form."""


class Basis(StrEnum):
    """On what an action rests."""

    LAW = "law"
    TERMS = "terms"
    NONE = "none"


class Outcome(StrEnum):
    """What became of a complaint."""

    UPHELD = "upheld"
    """The complaint is right in part or whole, and something was done."""
    CHANGED = "changed"
    """What was decided was changed."""
    REVERSED = "reversed"
    """What was decided was taken back."""
    NOT_UPHELD = "not_upheld"
    WITHDRAWN = "withdrawn"
    UNFOUNDED = "unfounded"
    """Manifestly: it counts against who misuses the form."""


class Effect(StrEnum):
    """What was done about an order."""

    COMPLIED = "complied"
    PARTLY = "partly"
    NOT_FOUND = "not_found"
    """What it is about is not here."""
    CHALLENGED = "challenged"


class OrderKind(StrEnum):
    ACT = "act"
    """Act against illegal content."""
    INFORMATION = "information"
    """Give information about somebody."""
    QUESTION = "question"
    """A supervisor asks how we work."""


@dataclass(frozen=True, slots=True)
class NoticeGiven:
    """What the form for illegal content was filled in with (spec 3.1)."""

    submission: str
    category: Category
    explanation: str = field(repr=False)
    locations: tuple[str, ...] = field(repr=False)
    law_claimed: str = field(default="", repr=False)
    identification: str = field(default="", repr=False)
    """What else helps to find it."""
    name: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    good_faith: bool = False
    flagger: str = ""
    """Number of a trusted flagger, as it was awarded."""
    region: str = ""
    language: Lang = "en"
    person: str = ""
    """`usr_…` of somebody who has signed in."""
    is_proven: bool = False
    """Whether the address is the verified one of the person's account."""


@dataclass(frozen=True, slots=True)
class ComplaintGiven:
    """What a complaint says (spec 3.3)."""

    submission: str
    regime: Regime
    kind: str
    complainant: Complainant
    text: str = field(repr=False)
    email: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    about: str = ""
    """`ntc_…`, `sor_…` or a case that it is about; empty for none."""
    region: str = ""
    language: Lang = "en"
    also: tuple[Regime, ...] = ()
    """The same complaint goes there too, as a case of its own (spec 1.13)."""
    person: str = ""
    is_proven: bool = False
    is_minor: bool = False
    received_at: datetime | None = None
    """When it reached us, where that was by post or by word of mouth, and staff write it down. None: now."""


@dataclass(frozen=True, slots=True)
class OrderGiven:
    """What an authority writes."""

    submission: str
    kind: OrderKind
    authority: str = field(repr=False)
    """Its name."""
    country: str
    text: str = field(repr=False)
    legal_basis: str = field(repr=False)
    email: str = field(default="", repr=False)
    language: Lang = "en"
    received_at: datetime | None = None
    source: str = ""
    """The case that it came by, where that was the ordinary mailbox."""


@dataclass(frozen=True, slots=True)
class Taken:
    """That something was received: shown to who sent it."""

    case: str
    reference: str
    link: str
    """Path of the page that shows how far it has come."""
