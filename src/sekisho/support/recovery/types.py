"""Words of recovery as plain values: who cannot sign in, what they ask, what they prove. No Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum

from sekisho.accounts.types import Plan
from sekisho.base.text import Lang, Text


class Wish(StrEnum):
    """What somebody who cannot sign in may ask for: these three, and nothing else (R-SUP-090)."""

    DELETION = "deletion"
    EXPORT = "export"
    SUBSCRIPTION = "subscription"


class Level(IntEnum):
    """How well somebody has shown that the account is theirs (R-SUP-092)."""

    P0 = 0
    """Nothing."""
    P1 = 1
    """The code that was sent to the address on file."""
    P2 = 2
    """And one set of facts of a payment."""
    P3 = 3
    """And a second channel; what it allows waits besides."""


class Proof(StrEnum):
    """What somebody showed. The words are stored: they never change."""

    CODE = "code"
    PAYMENT = "payment"
    RECOVERY_CODE = "recovery_code"
    """One of the codes that were handed out with the second factor, used up by this."""
    DOMAIN = "domain"
    """A record in the DNS of the organisation's domain."""
    OWNER = "owner"
    """Another owner of the organisation, signed in, says so."""
    DOCUMENTS = "documents"
    """A document that two of the staff have looked at."""
    NAME = "name"
    BIRTH_DATE = "birth_date"
    POSTAL_ADDRESS = "postal_address"


class Deed(StrEnum):
    """What can be done for somebody who cannot sign in (R-SUP-093). Signing them in is none of it."""

    HELP = "help"
    """General help: articles, and which ways there are."""
    DELETE = "delete"
    EXPORT = "export"
    """To the address on file, and no other."""
    CANCEL_RENEWAL = "cancel_renewal"
    TELL_SIGN_IN = "tell_sign_in"
    """How they sign in, and a masked address."""
    CHECK_REFUND = "check_refund"
    CANCEL_NOW = "cancel_now"
    CHANGE_ADDRESS = "change_address"


class ClaimState(StrEnum):
    """How far a claim has come. The words are stored: they never change."""

    ASKED = "asked"
    """A code is on its way, if there is anybody."""
    PROVEN = "proven"
    """The code was right: P1 or P2."""
    REVIEW = "review"
    """Staff look at it: the address on file cannot be read any more."""
    WAITING = "waiting"
    """Decided; nothing happens before its time, and everybody who is concerned can stop it."""
    DONE = "done"
    STOPPED = "stopped"
    REFUSED = "refused"


OPEN = frozenset({ClaimState.ASKED, ClaimState.PROVEN, ClaimState.REVIEW, ClaimState.WAITING})


class SoldBy(StrEnum):
    """Where a purchase was made, and so who has the money."""

    WEB = "web"
    INVOICE = "invoice"
    APP_STORE = "app_store"
    PLAY_STORE = "play_store"

    @property
    def is_store(self) -> bool:
        return self in (SoldBy.APP_STORE, SoldBy.PLAY_STORE)


class Usage(StrEnum):
    """How much of what was paid for was used."""

    NONE = "none"
    SOME = "some"
    ALL = "all"
    """It was performed in full, at the person's express wish."""


@dataclass(frozen=True, slots=True)
class Purchase:
    """What is known of one payment, as far as a refund hangs on it (R-SUP-098)."""

    plan: Plan
    sold_by: SoldBy
    at: datetime
    country: str
    """Where the customer lives: ISO 3166-1 alpha-2; empty where nobody knows."""
    zone: str = ""
    """The customer's time zone as IANA names it; empty: the country's, and of several the one that ends last."""
    usage: Usage = Usage.NONE
    is_renewal: bool = False
    is_duplicate: bool = False
    """Whether the same was charged twice."""
    refunded_at: datetime | None = None
    earlier_refunds: tuple[datetime, ...] = ()
    """When other payments of the same account were refunded."""


class Decision(StrEnum):
    """What becomes of a wish for a refund."""

    FULL = "full"
    PROPORTIONATE = "proportionate"
    """What was not used yet."""
    STORE = "store"
    """The store sold it, and pays it back."""
    NOT = "not"
    REFUNDED = "refunded"
    """It was paid back before."""
    ASK = "ask"
    """A person has to look: where the customer lives is not known."""


@dataclass(frozen=True, slots=True)
class Refund:
    """The answer, with its reason and where that stands."""

    decision: Decision
    because: Text
    article: Text
    """The law or the terms that say so."""
    until: datetime | None = None
    """When the window shuts, that instant excluded; None where no window decides."""


@dataclass(frozen=True, slots=True)
class PaymentSaid:
    """What somebody says of one payment: the amount, the day and the last four digits together, or the number of the
    invoice. Compared by keyed digests alone."""

    amount: str = field(default="", repr=False)
    day: date | None = field(default=None, repr=False)
    last_four: str = field(default="", repr=False)
    invoice: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One line of what the operator hands over (`sekisho billing import`). Amount, digits and number become digests."""

    account: str = field(repr=False)
    """`org_…`, or the e-mail address of its owner."""
    plan: Plan
    sold_by: SoldBy
    paid_at: datetime
    amount: str = field(default="", repr=False)
    last_four: str = field(default="", repr=False)
    invoice: str = field(default="", repr=False)
    country: str = ""
    zone: str = ""
    usage: Usage = Usage.NONE
    is_renewal: bool = False
    refunded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim as its maker and staff see it. Never an address in full."""

    id: str
    wish: Wish | None
    """None for a claim about the address itself."""
    state: ClaimState
    level: Level
    language: Lang
    made_at: datetime
    begins_at: datetime | None
    """Before that nothing happens, and it can be stopped."""
    case: str = ""
    reference: str = ""
    request: str = ""
    """The request for data that it led to (`dsr_…`)."""
    proofs: frozenset[Proof] = frozenset()
    done: frozenset[Deed] = frozenset()

    @property
    def can_be_stopped(self) -> bool:
        return self.state is ClaimState.WAITING


@dataclass(frozen=True, slots=True)
class SignInHint:
    """How somebody signs in, as P2 may hear it."""

    methods: tuple[str, ...]
    """`password`, `code`, `totp`, or `organisation`."""
    address: str
    """Masked."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A payment and what becomes of it, as P2 may hear it."""

    plan: Plan
    paid_on: date
    refund: Refund


@dataclass(frozen=True, slots=True)
class Statement:
    """Somebody withdraws from a contract: exactly what the law lets one ask (CRD, Article 11a(2))."""

    name: str = field(repr=False)
    contract: str = field(repr=False)
    contact: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class WithdrawalView:
    """A withdrawal, as the page that acknowledges it shows it."""

    id: str
    reference: str
    statement: Statement
    at: datetime
    language: Lang
    case: str = ""
    repay_by: datetime | None = None
    """CRD, Article 13(1)."""


@dataclass(frozen=True, slots=True)
class Vote:
    """What one of the staff says of a claim."""

    person: str
    is_yes: bool
    decides: bool
    """Whether they may decide about identity (`STAFF_IDENTITY_DECIDE`)."""
    overrides: bool
    """Whether they may be the second of two (`STAFF_IDENTITY_OVERRIDE`)."""


NO_DETAILS: Mapping[str, str] = {}
