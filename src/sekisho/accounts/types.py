"""Words about people and organisations that every room uses. Plain values, no Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from sekisho.base.text import Lang


class Plan(StrEnum):
    """What an account has signed up for; exactly one each (R-DATA-001)."""

    FREE = "free"
    PRO = "pro"
    MAX = "max"
    TEAM = "team"
    ENTERPRISE = "enterprise"
    API = "api"
    THIRD_PARTY = "third_party"
    GOV = "gov"


class Role(StrEnum):
    """What a person may do in an organisation, from least to most."""

    MEMBER = "member"
    ADMIN = "admin"
    OWNER = "owner"
    PRIMARY_OWNER = "primary_owner"


class StaffRole(StrEnum):
    """What a person does for the platform itself. A person may hold several."""

    REVIEWER = "reviewer"
    """Looks at cases and at decisions."""
    PROFESSIONAL = "professional"
    """Releases held answers in the domains that they are registered for (P-020)."""
    APPEALS = "appeals"
    """Hears appeals; never those against their own decisions."""
    SUPPORT = "support"
    """Answers people who ask for help."""
    BILLING = "billing"
    """Answers what is about money. Never together with identity or legal (R-SUP-148)."""
    LEGAL = "legal"
    """Answers notices, complaints and orders of authorities."""
    IDENTITY = "identity"
    """Looks at proof of who somebody is, when they are locked out."""
    SECURITY = "security"
    """The second person without whom nobody overrides a refused proof (R-SUP-096)."""
    EDITOR = "editor"
    """Writes the help centre."""
    PRIVACY = "privacy"
    POLICY = "policy"
    """Prepares and activates policy versions."""
    OPERATOR = "operator"
    """Keeps the installation running, and appoints the others."""


class Scope(StrEnum):
    """What an API key may be used for."""

    MESSAGES = "messages"
    """Send requests to models through the gate."""
    MODELS = "models"
    """List models."""
    RIGHTS = "rights"
    """Ask for the data of end users, or their erasure, on their behalf (R-DATA-230). Never given unless named."""


class UseCase(StrEnum):
    """What a key is declared to be used for. The same words as `policy.types.Audience`, which stands a floor
    above.
    """

    GENERAL = "general"
    HIGH_RISK = "high_risk"
    CHATBOT = "chatbot"
    MINORS = "minors"
    AGENT = "agent"


class AgeBand(StrEnum):
    """What a person has said of their age, which nothing else here needs to know more closely (R-DATA-008)."""

    UNKNOWN = "unknown"
    MINOR = "minor"
    """Under 18. Source: UN Convention on the Rights of the Child, Article 1."""
    ADULT = "adult"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks: a person with the roles they hold at this moment, or a process of the system itself."""

    id: str
    """`usr_…`, or `system:…` for a process, or empty for somebody who has not signed in."""
    roles: Mapping[str, Role] = field(default_factory=lambda: MappingProxyType({}))
    """Organisation id → role there."""
    staff: frozenset[StaffRole] = frozenset()

    @property
    def is_system(self) -> bool:
        return self.id.startswith("system:")


NOBODY = Viewer("")
"""Somebody who has not signed in."""


def system(process: str) -> Viewer:
    """Return the system's own process as a viewer that may do everything: `system("cli")`,
    `system("ingest")`.

    Only commands and timed work hold one; no request from outside is ever served with it.
    """
    return Viewer(f"system:{process}")


@dataclass(frozen=True, slots=True)
class PersonView:
    id: str
    email: str
    name: str
    language: Lang
    is_active: bool
    staff: frozenset[StaffRole] = frozenset()
    age: AgeBand = AgeBand.UNKNOWN
    may_change_age: bool = True
    """Whether the person may still say something else about their age: once, with a reason."""


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """An account as one finds it by a verified address, for who cannot sign in."""

    person: str
    organisation: str
    is_own_account: bool
    """Whether the person owns it, rather than being a member."""
    language: Lang


@dataclass(frozen=True, slots=True)
class OrganisationView:
    id: str
    name: str
    plan: Plan
    language: Lang
    zero_retention: bool
    requests_per_minute: int | None
    tokens_per_day: int | None
    created_at: datetime
    education: bool = False
    """Whether it teaches: its people are taken to be minors (R-DATA-008)."""


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What decides whose data use an account can agree to."""

    id: str
    plan: Plan
    people: Mapping[str, AgeBand]
    """Everybody who belongs to it, with what they have said of their age."""
    created_at: datetime
    education: bool = False
    zero_retention: bool = False


@dataclass(frozen=True, slots=True)
class MemberView:
    person_id: str
    email: str
    name: str
    role: Role
    joined_at: datetime
    is_guest: bool = False
    """Whether they are a guest or contractor, for whom the organisation does not decide about training (R-DATA-048)."""
    has_arrived: bool = True
    """Whether they have signed in since they were added. Until then `name` is empty for others: that an address has an
    account is not theirs to learn."""


class Belonging(StrEnum):
    """What became of somebody's place in an organisation."""

    ADDED = "added"
    ROLE_CHANGED = "role_changed"
    REMOVED = "removed"
    LEFT = "left"
    HANDED_OVER = "handed_over"
    """Was the primary owner, and is an owner now."""
    TOOK_OVER = "took_over"


@dataclass(frozen=True, slots=True)
class MemberChange:
    """What became of one person's place in one organisation, for who tells them."""

    what: Belonging
    organisation_id: str
    person_id: str
    role: Role
    """As what they belong to it; for who is gone, as what they did."""
    at: datetime


@dataclass(frozen=True, slots=True)
class KeyDeclaration:
    """What the owner of a key declares about its use (P-021, P-023, P-030, P-031)."""

    use_case: UseCase = UseCase.GENERAL
    domain: str | None = None
    """High-risk domain, such as `hr_legal`; exactly when `use_case` is `HIGH_RISK`."""
    product: str = ""
    """What people know the deployed product as; shown in disclosures."""


@dataclass(frozen=True, slots=True)
class Protection:
    """How an organisation protects the minors who use its product, in its own words; each is needed (P-031)."""

    age_verification: str
    """How it knows the age of who uses the product."""
    moderation: str
    """What it filters, and who answers reports."""
    monitoring: str
    """How it notices misuse and distress."""
    education: str
    """What it tells minors, parents and teachers."""


@dataclass(frozen=True, slots=True)
class ComplianceView:
    """A compliance statement of an organisation."""

    organisation_id: str
    version: int
    """Counts from 1."""
    protection: Protection
    stated_by: str
    """`usr_…`"""
    stated_at: datetime
    until: datetime
    """When it must have been stated anew; that instant excluded."""

    def is_in_force(self, at: datetime) -> bool:
        return self.stated_at <= at < self.until


@dataclass(frozen=True, slots=True)
class KeyView:
    """A key as its organisation sees it: never the key itself."""

    id: str
    organisation_id: str
    name: str
    prefix: str
    """The first characters of the key, enough to recognise it by."""
    scopes: frozenset[Scope]
    declaration: KeyDeclaration
    zero_retention: bool
    """Its own, or its project's."""
    requests_per_minute: int | None
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    revoked_at: datetime | None
    project: str = ""
    """Name of the project that it belongs to; empty for none."""

    def is_usable(self, at: datetime) -> bool:
        """Return whether the key opens the gate at the moment `at`."""
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)


@dataclass(frozen=True, slots=True)
class ProjectView:
    """A project as its organisation sees it."""

    id: str
    organisation_id: str
    name: str
    zero_retention: bool
    """Whether nothing of what passes with any of its keys is kept (R-DATA-131)."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key at the only moment when it can be read."""

    view: KeyView
    plain: str = field(repr=False)
    """The key. Shown once, stored nowhere."""


@dataclass(frozen=True, slots=True)
class GatewayKey:
    """What gateways have to know of a key."""

    digest: str = field(repr=False)
    """Lower-case hexadecimal SHA-256 of the key."""
    view: KeyView
