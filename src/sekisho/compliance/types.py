"""Words of compliance as plain values: which law applies, what it asks, by when. No Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum

from sekisho.base.text import Lang, Text
from sekisho.cases.rules.holidays import Region


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


# --- the duty profile -----------------------------------------------------------------------------------------------
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


# --- law as data ----------------------------------------------------------------------------------------------------
class Unit(StrEnum):
    MINUTES = "min"
    HOURS = "h"
    DAYS = "d"
    WORKING_DAYS = "wd"
    MONTHS = "mo"


@dataclass(frozen=True, slots=True)
class Term:
    """A length of time, and how it is counted."""

    count: int
    unit: Unit
    from_next_day: bool = False
    """Whether the day of receipt does not count; then the term ends with its last day, and not at an hour."""
    rolls: bool = False
    """Whether a term that would end on a day without work ends with the next working day."""


@dataclass(frozen=True, slots=True)
class Cited:
    """Where something is written, and whether somebody has read it there."""

    article: str
    """Such as `16(4)`; empty for what is our own."""
    verified: bool
    """Whether the primary text was read; otherwise it is from memory or from commentary."""


class Matter(StrEnum):
    """What somebody brings: decides which clocks run."""

    NOTICE = "notice"
    COMPLAINT = "complaint"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class ClockRule:
    """What has to happen by when, once something arrives."""

    duty: str
    """`acknowledgement`, `outcome`, `effect`, … : the name of its clocks."""
    matter: Matter
    title: Text
    cited: Cited
    statutory: Text
    """What the law says, in words."""
    limit: Term | None
    """What the law says, where it counts."""
    target: Term | None
    """What we ship as our aim."""
    urgent: Term | None
    """The aim where a child or a life is in danger."""


@dataclass(frozen=True, slots=True)
class KindRule:
    """Something that one can complain about."""

    id: str
    cited: Cited
    title: Text
    plain: Text
    """The same so that a child understands it."""
    leads_to: str
    """`notice` or `appeal`, where there is a form of its own; empty for a complaint."""
    is_about_a_measure: bool


@dataclass(frozen=True, slots=True)
class Route:
    """Where somebody can take what we did not solve."""

    id: str
    name: Text
    what: Text
    url: str
    cited: Cited


@dataclass(frozen=True, slots=True)
class DutyRule:
    """Something that the law asks, and where the product does it."""

    id: str
    title: Text
    cited: Cited
    page: str
    """Path of the page that meets it; empty where no page does."""


@dataclass(frozen=True, slots=True)
class Law:
    """One regime: what its file says."""

    regime: Regime
    title: Text
    who: Text
    """For whom it is, in a few words: shown where people choose a form."""
    source: str
    url: str
    reviewed: date
    """When somebody last compared the file with the law."""
    review_days: int
    """After so many days somebody should again."""
    zone: str
    """IANA time zone in which its days begin and end."""
    holidays: Region
    """Whose public holidays are no working days; empty: only weekends are without work."""
    regions: tuple[str, ...]
    """Regions whose people it is for, as `Opening.region` names them."""
    applies: Mapping[str, tuple[str, ...]]
    """Field of the profile → values for which it applies; empty: always."""
    duties: tuple[DutyRule, ...]
    clocks: tuple[ClockRule, ...]
    kinds: tuple[KindRule, ...]
    routes: tuple[Route, ...]

    @property
    def not_verified(self) -> int:
        """How many duties and clocks nobody has read in the primary text."""
        duties = sum(not one.cited.verified for one in self.duties)
        return duties + sum(not one.cited.verified for one in self.clocks)

    def kind(self, id: str) -> KindRule | None:
        return next((one for one in self.kinds if one.id == id), None)


@dataclass(frozen=True, slots=True)
class Due:
    """A clock to be started: one duty has one for its aim, and one for the law's limit where there is one."""

    duty: str
    due: datetime
    is_statutory: bool


# --- contact points -------------------------------------------------------------------------------------------------
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


# --- what people bring ----------------------------------------------------------------------------------------------
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


# --- how it is shown ------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class RunningClock:
    """A clock of a matter, as staff and the person see it."""

    case: str
    reference: str
    duty: str
    regime: Regime
    is_target: bool
    """Whether it is our own aim beside a limit of the law."""
    starts: datetime
    due: datetime
    met_at: datetime | None

    def is_late(self, at: datetime) -> bool:
        return (self.met_at or at) > self.due


@dataclass(frozen=True, slots=True)
class MatterView:
    """A notice, a complaint or an order: what is counted of it, without its words."""

    case: str
    matter: Matter
    regime: Regime
    what: str
    """Its category, or its kind."""
    language: Lang
    region: str
    received_at: datetime
    acknowledged_at: datetime | None
    outcome: str
    """A word of `Decision`, `Outcome` or `Effect`; empty while it is open."""
    ended_at: datetime | None
    by_whom: str = field(default="", repr=False)
    complainant: str = ""
    about: str = ""
    flagger: str = ""
    statement: str = ""
    rests_until: datetime | None = None
    is_minor: bool = False
    decided_by: str = ""
    automation_used: bool = False

    @property
    def is_open(self) -> bool:
        return not self.outcome

    @property
    def is_urgent(self) -> bool:
        return self.matter is Matter.NOTICE and Category(self.what).is_urgent


@dataclass(frozen=True, slots=True)
class Said:
    """A message, as the page of a matter shows it."""

    at: datetime
    is_ours: bool
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Followed:
    """A matter as the person sees it who brought it."""

    view: MatterView
    reference: str
    clocks: tuple[RunningClock, ...]
    said: tuple[Said, ...]
    routes: tuple[Route, ...]
    may_complain: bool
    """Whether the decision on it can be complained about: of a notice that was decided."""
