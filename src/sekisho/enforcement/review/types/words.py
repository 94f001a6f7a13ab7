"""What comes in, and what reviewers answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum

from sekisho.base.text import Lang
from sekisho.enforcement.types import Intent, Measure, Unit
from sekisho.policy.types import Severity


class Source(StrEnum):
    """How a case came in."""

    SAMPLE = "sample"
    """A block, drawn by chance: it shows how often automation errs."""
    NEAR = "near"
    """A score that lay close to its threshold."""
    DOUBT = "doubt"
    """Detectors could not tell, and the policy kept it for a person."""
    HARD = "hard"
    """A hard clause acted: a person looks within a day (P-060)."""
    LADDER = "ladder"
    """The ladder calls for a measure that people alone may take."""
    PRODUCT = "product"
    """Thumbs down or "report an issue", by API key (R-SUP-110)."""
    FORM = "form"
    """The public form, without an account (R-SUP-115)."""
    MAIL = "mail"
    """The safety mailbox (R-SUP-111)."""

    @property
    def is_report(self) -> bool:
        """Whether somebody told us, rather than we ourselves."""
        return self in (Source.PRODUCT, Source.FORM, Source.MAIL)


class Category(StrEnum):
    """What a report says is wrong (R-SUP-110, R-SUP-112)."""

    INACCURATE = "inaccurate"
    BIASED = "biased"
    HARMFUL = "harmful"
    CHILD_SAFETY = "child_safety"
    IMMINENT_HARM = "imminent_harm"
    """Somebody may be hurt soon."""
    OTHER = "other"

    @property
    def is_urgent(self) -> bool:
        return self in (Category.CHILD_SAFETY, Category.IMMINENT_HARM)


class AboutKind(StrEnum):
    DECISION = "decision"
    TURN = "turn"
    MESSAGE = "message"
    """An answer, by the id that the provider gave it."""
    UNIT = "unit"
    CONNECTOR = "connector"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class About:
    """What a case is about."""

    kind: AboutKind = AboutKind.NONE
    id: str = ""
    unit: Unit | None = None
    """Whose conduct it is, where that is known."""


class Gravity(IntEnum):
    """How soon a case is looked at; of two that are due together, the lower first."""

    AT_ONCE = 0
    GRAVE = 1
    SERIOUS = 2
    ORDINARY = 3

    @property
    def word(self) -> str:
        return self.name.lower()


class State(StrEnum):
    WAITING = "waiting"
    SECOND = "second"
    """Somebody has looked; a second person looks without seeing the first answer."""
    THIRD = "third"
    """Two disagreed."""
    PROPOSED = "proposed"
    """The violation is settled; a measure waits for a second person's word."""
    CLOSED = "closed"


class Verdict(StrEnum):
    """What a reviewer answers."""

    VIOLATION = "violation"
    NO_VIOLATION = "no_violation"
    SECOND = "second"
    """A second person is needed; no answer of one's own."""
    DUPLICATE = "duplicate"
    SPAM = "spam"
    """Not a report at all, or manifestly unfounded."""


class Note(StrEnum):
    """Canned notes: what the person who reported is told of the reason. Their words stand in `words.py`."""

    ACTED = "acted"
    ALREADY_STOPPED = "already_stopped"
    QUALITY = "quality"
    """Wrong or one-sided, yet within the policy: passed on to those who improve answers."""
    WITHIN_POLICY = "within_policy"
    NOT_ENOUGH = "not_enough"
    KNOWN = "known"
    UNFOUNDED = "unfounded"


@dataclass(frozen=True, slots=True)
class Answer:
    """A reviewer's answer to a case, whole."""

    verdict: Verdict
    clause: str = ""
    """Needed for a violation."""
    severity: Severity = Severity.MEDIUM
    intent: Intent = Intent.UNCLEAR
    measure: Measure | None = None
    """What is to follow for the unit beyond a strike."""
    days: int | None = None
    """How long the measure lasts; None for one without end."""
    note: Note | None = None
    duplicate_of: str = ""
    """Reference of the earlier case."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """An answer with who gave it and when."""

    by: str
    answer: Answer
    at: datetime


class Hidden(StrEnum):
    """Parts of a case that are stored encrypted."""

    WORDS = "words"
    CONTACT = "contact"
    ATTACHMENT = "attachment"
    MEMO = "memo"
    """A reviewer's own note, for colleagues."""


class Reason(StrEnum):
    """Why a text is shown without its masks. Logged; words of one's own could repeat what was read."""

    CONTEXT = "context"
    """The part that is shown is too short to decide."""
    DATA = "data"
    """What is masked decides the case."""
    LANGUAGE = "language"
    """The masks make the sentence unreadable."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """Something that came with a report."""

    name: str
    type: str
    size: int
    """Bytes."""
    data: bytes = field(default=b"", repr=False)
    """Empty when it was not kept."""
    refused: str = ""
    """Why it was not kept: `too_large` or `too_many`."""


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody tells us, from whichever door."""

    source: Source
    category: Category
    text: str = field(repr=False)
    reporter: str
    """Who it is, as a mark that means nothing elsewhere; see `reporters.mark`. Empty when nobody can be told."""
    language: str = "und"
    about: About = About()
    place: str = field(default="", repr=False)
    """Where shared content stands, in the reporter's words."""
    agreed: bool = False
    """Whether reviewers may read the conversation (R-SUP-112)."""
    address: str = field(default="", repr=False)
    """Where the outcome goes; empty for none."""
    reader: Lang = "en"
    """The language in which the reporter reads."""
    enclosures: tuple[Enclosure, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """A report that was taken in."""

    case: str
    reference: str
    link: str
    """Path of the page that tells its state."""
