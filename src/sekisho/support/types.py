"""Who asks for help, from where, and by which channels it may come. Plain values, no Django."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sekisho.accounts.types import Plan, Role
from sekisho.base.text import Text
from sekisho.cases.types import Impact
from sekisho.enforcement.appeals.types import File


class Channel(StrEnum):
    """A way to get help; the columns of the matrix (R-SUP-050). None is a telephone, and none a live chat."""

    DOCS = "docs"
    """Articles and search."""
    BOT = "bot"
    HUMAN = "human"
    """The product's support team: asked in the messenger, answering by e-mail."""
    OWNER = "owner"
    """Ask one's own owner or administrator, who may pass it on (R-SUP-055)."""
    ENTERPRISE_FORM = "enterprise_form"
    DELETION_HELP = "deletion_help"
    """Help with deleting an account, when one cannot do it oneself (R-SUP-060)."""
    LOCKED_OUT = "locked_out"
    REGULATORY = "regulatory"
    """Regulators' contact points, complaints, and data protection."""
    SAFETY = "safety"
    APPEAL = "appeal"
    BILLING = "billing"
    """Stop paying, also while suspended: the matrix's sixth note."""


class Surface(StrEnum):
    """Where somebody asks. A conversation belongs to one (R-SUP-051)."""

    PRODUCT = "product"
    CONSOLE = "console"
    HELP_CENTRE = "help_centre"
    MAIL = "mail"
    API = "api"


class Standing(StrEnum):
    """What was imposed on the account, as far as support is concerned."""

    GOOD = "good"
    SUSPENDED = "suspended"
    TERMINATED = "terminated"
    PAUSED_FOR_AGE = "paused_for_age"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks, as they stand in the one account that the conversation is about."""

    person: str = ""
    """`usr_…`; empty for somebody who has not signed in."""
    organisation: str = ""
    """`org_…`: the account, a person's own or that of an organisation; empty for none."""
    plan: Plan | None = None
    role: Role | None = None
    standing: Standing = Standing.GOOD
    is_support_contact: bool = False
    """Named by an Enterprise organisation to be answered by people (R-SUP-058)."""
    must_choose: bool = False
    """Belongs to several accounts, and has not said which one it is about (R-SUP-051)."""

    @property
    def is_signed_in(self) -> bool:
        return bool(self.person)


@dataclass(frozen=True, slots=True)
class Situation:
    """What else the answer hangs on."""

    surface: Surface = Surface.HELP_CENTRE
    has_decision: bool = False
    """Whether something was decided that can be appealed against."""
    has_signed_link: bool = False
    """Whether they came by the signed link of a notice."""


@dataclass(frozen=True, slots=True)
class SupportPolicy:
    """What the operator chooses of who may ask whom. The defaults are the strict reading of the matrix (R-SUP-050)."""

    version: int = 0
    """Counts from 1; 0 for what is shipped."""
    admins_are_owners: bool = False
    """Whether administrators of Team, Enterprise and government organisations are answered as their owners are (the
    matrix's fourth note)."""
    support_contacts: bool = False
    """Whether Enterprise organisations may name people whom the team answers besides their owners (R-SUP-058)."""
    free_deletion_by_people: bool = True
    """Whether people help with deleting a Free account that cannot be deleted by oneself (R-SUP-060). Without, the way
    for who cannot sign in does it, by a code and after a delay."""


@dataclass(frozen=True, slots=True)
class PolicyRecord:
    """One version of what the operator chose."""

    policy: SupportPolicy
    reason: str = ""
    set_by: str = ""
    """`usr_…`; empty once that person's account was erased."""
    set_at: datetime | None = None
    """None for what is shipped."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account that somebody may ask about (R-SUP-051)."""

    organisation: str
    name: str
    plan: Plan
    role: Role


@dataclass(frozen=True, slots=True)
class ContactView:
    """Whom an Enterprise organisation named: somebody, or everybody with a role."""

    id: str
    person: str
    """`usr_…`; empty for a role."""
    role: Role | None
    named_at: datetime


@dataclass(frozen=True, slots=True)
class Escalation:
    """What the Enterprise form asks (R-SUP-059)."""

    text: str = field(repr=False)
    impact: Impact
    affected_users: str = field(default="", repr=False)
    """How many people it concerns, as the organisation says."""
    began: str = field(default="", repr=False)
    """Since when, as the organisation says."""
    contacts: str = field(default="", repr=False)
    """Who else can be asked about it. Nobody but the owner is written to: naming an address proves nothing."""
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Entitlement:
    """Whether one channel is open to one actor, and the rule that says so."""

    channel: Channel
    is_open: bool
    rule: str
    """Name of the rule, such as `plan_humans`; stored with the case."""
    because: Text
    """The reason, to the actor."""


@dataclass(frozen=True, slots=True)
class Entitlements:
    """Every channel with its answer, in the order of `Channel`, and the version of the rules that gave it."""

    version: str
    each: tuple[Entitlement, ...]

    def of(self, channel: Channel) -> Entitlement:
        """Return the answer for one channel."""
        return next(one for one in self.each if one.channel is channel)

    @property
    def open(self) -> frozenset[Channel]:
        return frozenset(one.channel for one in self.each if one.is_open)
