"""Words of the help centre: what an article is, who may read it, what is counted of it. Plain values, no Django."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sekisho.accounts.types import Plan, Role
from sekisho.base.text import Lang, Text
from sekisho.support.types import Surface


@dataclass(frozen=True, slots=True)
class Audience:
    """Who may read an article. An empty set asks for nothing; every condition that is stated must hold (R-SUP-005)."""

    plans: frozenset[Plan] = frozenset()
    roles: frozenset[Role] = frozenset()
    regions: frozenset[str] = frozenset()
    """ISO 3166 codes in capitals, or `EU`."""
    surfaces: frozenset[Surface] = frozenset()
    signed_in: bool | None = None
    """True: only people who have signed in; False: only visitors."""


EVERYBODY = Audience()


@dataclass(frozen=True, slots=True)
class Vantage:
    """From where somebody reads, besides who they are."""

    surface: Surface = Surface.HELP_CENTRE
    regions: frozenset[str] = frozenset()
    """Those whose duties apply where they read; nobody's own is known. None of them: no region's article is shown."""


HELP_CENTRE = Vantage()


@dataclass(frozen=True, slots=True)
class Category:
    """A shelf of the help centre."""

    id: str
    title: Text
    intro: Text
    icon: str


class Count(StrEnum):
    """What is counted of one version in one day: numbers, never who (R-SUP-003, R-SUP-151)."""

    VIEW = "view"
    YES = "yes"
    NO = "no"
    CITED = "cited"
    """The bot gave it as a source."""
    RETURN = "return"
    """Somebody who had read that their question was answered came back with it within seven days."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An article in one language, as its file or its editor has it."""

    slug: str
    lang: Lang
    title: str
    category: str
    body: str
    """Markdown (CommonMark with tables; raw HTML is shown as text)."""
    updated: date
    reviewed: date
    owner: str
    keywords: tuple[str, ...] = ()
    audience: Audience = EVERYBODY
    position: int = 1_000
    """Its place on the shelf, from 0."""


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article as a reader gets it, in the language asked for or the other one."""

    slug: str
    version: str
    """`arv_…`: what an answer or a case that cites it keeps (R-SUP-004)."""
    number: int
    """Counts from 1 in each language."""
    lang: Lang
    """In which it is written."""
    title: str
    summary: str
    """Its first paragraph, as plain text."""
    body: str
    category: str
    keywords: tuple[str, ...]
    audience: Audience
    owner: str
    updated_at: datetime
    reviewed_on: date
    langs: tuple[Lang, ...]
    """In which languages it can be read, in the order of `LANGS`."""
    position: int = 1_000
    is_edited: bool = False
    """Whether an editor wrote this version, rather than the release."""
    is_current: bool = True
    """False for a version that another one has replaced."""
    is_withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Usage:
    """What was counted of one article in some days, in both languages together."""

    slug: str
    title: str
    views: int
    yes: int
    no: int
    cited: int
    returns: int


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody wrote below an article: masked, and of nobody."""

    id: str
    slug: str
    lang: Lang
    version: str
    day: date
    was_helpful: bool
    text: str
