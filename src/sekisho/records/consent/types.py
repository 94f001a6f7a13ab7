"""Words of consent as plain values. No Django."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
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
