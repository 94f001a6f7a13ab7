"""Words of consent as plain values. No Django."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sekisho.base.text import Lang


class Purpose(StrEnum):
    """What somebody may be asked to allow. A purpose that changes materially becomes a new word here, which nobody has
    answered yet: an old yes does not carry over (R-DATA-034)."""

    MODEL_IMPROVEMENT = "model_improvement"


class Answer(StrEnum):
    """What a person chose last."""

    UNSET = "unset"
    """Nothing yet. The same as `DONT_ALLOW` for training and retention (R-DATA-012)."""
    ALLOW = "allow"
    DONT_ALLOW = "dont_allow"


class Surface(StrEnum):
    """Where a person chose. Only surfaces on which somebody has signed in and reads the words: there is none for a
    settings file, a flag, a key or an administrator (R-DATA-037)."""

    SIGN_UP = "sign_up"
    CHOICE_PAGE = "choice_page"
    """The page that asks those who had an account before (R-DATA-019)."""
    PRIVACY_PAGE = "privacy_page"


@dataclass(frozen=True, slots=True)
class May:
    """The person may choose freely."""


@dataclass(frozen=True, slots=True)
class MayNot:
    """They cannot allow, and it stays at no."""

    code: str
    """`not_own_account`, `organisation`, `shared_account`, `education`, `minor` or `age_unknown`."""
    rule: str


@dataclass(frozen=True, slots=True)
class Words:
    """One version of what people read before they choose, in one language. A receipt keeps its version and digest."""

    version: str
    purpose: Purpose
    language: Lang
    title: str
    paragraphs: tuple[str, ...]
    allow: str
    """On the button."""
    dont_allow: str
    digest: str
    """Lower-case hexadecimal SHA-256 of all the words above, one a line."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose last for one account and purpose."""

    account: str
    purpose: Purpose
    answer: Answer
    may_allow: May | MayNot
    must_choose: bool = False
    """Whether the next session waits for an answer (R-DATA-019)."""
    at: datetime | None = None
    """When it was chosen; None while unset."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The proof of one choice, as its subject can list and keep it."""

    id: str
    account: str
    purpose: Purpose
    answer: Answer
    previous: Answer
    at: datetime
    surface: str
    notice: str
    language: str


@dataclass(frozen=True, slots=True)
class Withheld:
    """A number that is not told, as it could say something of somebody."""


@dataclass(frozen=True, slots=True)
class AtLeast:
    """So many or more, in steps; `AtLeast(0)` is fewer than the first step."""

    number: int


class Joining(StrEnum):
    """Why an organisation may not join the partner program."""

    PLAN = "plan"
    """A person's account, a government, or who passes on what others said (R-DATA-007, R-DATA-052)."""
    ZERO_RETENTION = "zero_retention"
    EDUCATION = "education"
    ATTESTATION = "attestation"
    """Who decides did not say by what right (R-DATA-043)."""


@dataclass(frozen=True, slots=True)
class Partner:
    """How an organisation stands with the partner program, as its people see it. No names."""

    may_not: Joining | None
    """Why it may not join; None when it may."""
    joined_at: datetime | None
    """None while it does not take part."""
    confirmed_at: datetime | None
    lapses_at: datetime | None
    told: int
    """Members who were told; only their turns are given."""
    waiting: int
    """Members whose mail has not gone out yet, or who have joined since."""
    guests: int
    """Guests and contractors, who are left out."""
    objections: Withheld | AtLeast


@dataclass(frozen=True, slots=True)
class OwnPart:
    """What an organisation's participation means for one of its members."""

    organisation: str
    takes_part: bool
    told_at: datetime | None
    """When the member was told; None: not yet, so nothing of theirs is given."""
    objected_at: datetime | None
    is_guest: bool


class Step(StrEnum):
    """What a change of the days for which turns are kept does."""

    SAME = "same"
    SHORTER = "shorter"
    """What is older goes at once."""
    LONGER = "longer"
    """Only for what is received from then on; everybody is told."""


@dataclass(frozen=True, slots=True)
class DayCount:
    """How many turns of one day would be destroyed."""

    day: date
    """On which they were received, in UTC."""
    turns: int
    conversations: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would destroy before its time."""

    days: tuple[DayCount, ...]
    """Oldest first; empty when nothing would go."""
    turns: int
    at: datetime
    """When the last of it would be gone."""


@dataclass(frozen=True, slots=True)
class Movable:
    """A conversation that its person could take along into an organisation."""

    id: str
    began_at: datetime
    last_at: datetime
    turns: int


@dataclass(frozen=True, slots=True)
class DataSettings:
    """An organisation's data settings."""

    organisation: str
    is_personal: bool
    """Whether it is one person's account, whose choice stands under Privacy."""
    days: int
    """How long turns that are received now are kept."""
    standard_days: int
    longest_days: int
    """As this installation permits."""
    zero_retention: bool
    stored: int
    """Turns whose content is kept now."""
