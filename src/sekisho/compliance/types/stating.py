"""What an operator states: which duties apply, and how one reaches them. No Django."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum

from sekisho.base.text import Text


class Regime(StrEnum):
    """A body of rules. Each has one file in `compliance/law/`, which says what it asks and where that is written."""

    DSA = "dsa"
    UK_OSA = "uk_osa"
    UK_DP = "uk_dp"
    GDPR = "gdpr"
    AU_DIS = "au_dis"
    JP_LARGE = "jp_large"
    EU_AI_ACT = "eu_ai_act"
    EU_CRD = "eu_crd"
    OWN = "own"
    """What we promise to everybody, under every profile."""


class Dsa(StrEnum):
    """What this installation is in the sense of the Digital Services Act; each has the duties of those before it."""

    NONE = "none"
    INTERMEDIARY = "intermediary"
    HOSTING = "hosting"
    PLATFORM = "platform"
    """An online platform that is neither micro nor small."""


class Uk(StrEnum):
    """What it is in the sense of the Online Safety Act."""

    NONE = "none"
    U2U = "u2u"
    """People meet what other users made, for example by sharing chats."""
    SEARCH = "search"


@dataclass(frozen=True, slots=True)
class Profile:
    """Which duties apply to this installation, as its operator says. It switches forms, clocks, reports and footers.

    A fresh installation says that none does: who publishes a contact point makes a promise, and only the operator can
    make it. What is promised to everybody (`Regime.OWN`) holds all the same.
    """

    dsa: Dsa = Dsa.NONE
    uk: Uk = Uk.NONE
    au_dis: bool = False
    uk_gdpr: bool = False
    eu_gdpr: bool = False
    jp_large: bool = False

    def words(self) -> dict[str, str]:
        """Return each field as its word, such as `{"dsa": "hosting", "au_dis": "yes"}`."""
        return {one.name: _word(getattr(self, one.name)) for one in fields(self)}


def _word(value: object) -> str:
    return str(value) if isinstance(value, StrEnum) else ("yes" if value else "no")


@dataclass(frozen=True, slots=True)
class ProfileVersion:
    """A profile as somebody stated it. Never changed, only followed by another."""

    number: int
    """Counts from 1; 0 for that of a fresh installation."""
    profile: Profile
    reason: str
    stated_by: str
    stated_at: datetime | None
    """None for that of a fresh installation."""


class Point(StrEnum):
    """A public page that says how one reaches us."""

    EU = "eu"
    EU_AUTHORITIES = "eu-authorities"
    UK = "uk"
    AU = "au"
    DATA_PROTECTION = "data-protection"


class Means(StrEnum):
    """A way to reach us. None is a telephone that a machine answers."""

    FORM = "form"
    EMAIL = "email"
    POST = "post"
    PHONE = "phone"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Way:
    """One means of a contact point."""

    means: Means
    where: str
    """Address, number or path."""
    is_human: bool
    """Whether a person reads or answers it."""


@dataclass(frozen=True, slots=True)
class ContactVersion:
    """A contact point as it was published. Never changed, only followed by another."""

    point: Point
    number: int
    """Counts from 1; 0 for what is shipped: the form alone."""
    ways: tuple[Way, ...]
    languages: tuple[str, ...]
    """In which one may write."""
    note: Text | None
    since: datetime | None
