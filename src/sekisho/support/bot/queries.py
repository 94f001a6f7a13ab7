"""What the bot may look at: articles that the asker may read, what rules say of them, and its own numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from math import log

from django.db.models import Sum

from sekisho.base.text import LANGS, Lang, Text
from sekisho.support.bot import endpoint
from sekisho.support.bot.models import Tally
from sekisho.support.bot.rules.sureness import is_sure, share
from sekisho.support.bot.types import Citation, Question, Source, Speaker
from sekisho.support.help.queries import articles
from sekisho.support.help.types import ArticleView, Vantage
from sekisho.support.queries import policy_in_force
from sekisho.support.rules.routing import entitlements
from sekisho.support.search.index import Index, index, words_of
from sekisho.support.search.queries import search
from sekisho.support.search.rules.sayings import told
from sekisho.support.search.rules.tokens import asked
from sekisho.support.types import Channel, Entitlements, Situation

SOURCES = 10
"""So many articles are read for an answer. Our decision: ten of ours are some eight thousand tokens."""
ALTERNATIVES = 3
"""Source: R-SUP-031."""
TITLES = 20


@dataclass(frozen=True, slots=True)
class Found:
    """What an answer may stand on, for one question and its asker."""

    sources: Mapping[str, Source]
    """By slug, the best first."""
    readable: Mapping[str, Source]
    """Everything that the asker may read, by slug: what templates cite."""
    category: str
    """The shelf of the best; empty where nothing was found."""
    titles: tuple[str, ...]
    """Titles of that shelf that are not among the sources."""
    entitlements: Entitlements

    @property
    def reasons(self) -> tuple[Text, ...]:
        """What rules say of this actor's way to people."""
        return tuple(self.entitlements.of(channel).because for channel in (Channel.HUMAN, Channel.OWNER))

    @property
    def facts(self) -> tuple[str, ...]:
        """The same in both languages, as the check compares it."""
        return tuple(reason.in_(lang) for reason in self.reasons for lang in LANGS)

    def others(self, *cited: str) -> tuple[Citation, ...]:
        """Return up to three articles that were found besides those (R-SUP-031)."""
        left = [source.citation for slug, source in self.sources.items() if slug not in cited]
        return tuple(left[:ALTERNATIVES])


def found(question: Question) -> Found:
    """Return what there is for a question. Nothing that the asker may not read is in it (R-SUP-005)."""
    vantage = Vantage(question.surface, question.regions)
    by_lang = {lang: _by_slug(question, lang, vantage) for lang in LANGS}
    views = by_lang[question.language]
    readable = {slug: _source(view, by_lang) for slug, view in views.items()}
    slugs = _searched(question, vantage)[:SOURCES]
    category = views[slugs[0]].category if slugs else ""
    titles = tuple(
        view.title for view in views.values() if view.category == category and view.slug not in slugs
    )
    situation = Situation(question.surface)
    return Found(
        {slug: readable[slug] for slug in slugs},
        readable,
        category,
        titles[:TITLES],
        entitlements(question.actor, situation, policy_in_force()),
    )


def is_answered_by(question: str, slug: str) -> bool:
    """Return whether the article's own words are sure enough to be its answer, without anybody to judge it."""
    now = index()
    pair = tuple(now.shelf.articles.get(slug, {}).values())
    if not pair:
        return False
    named = {word for view in pair for word in words_of(view)[0]}
    scores = now.grams.scores(f"{question} {told(question)}")
    likeness = max(float(scores[now.at[view.version]]) for view in pair)
    return is_sure(share(asked(question), named, _weight(now)), likeness)


def weights() -> Callable[[str], float]:
    """Return how rare a word is in the help centre; larger is rarer."""
    return _weight(index())


def counted(since: date, until: date) -> dict[str, int]:
    """Return what came of questions in days from `since` to `until`, that day excluded: kinds of answers, `failed_…`
    and `withheld_…`, each with how often."""
    rows = Tally.objects.filter(day__gte=since, day__lt=until).values_list("what")
    return dict(rows.annotate(times=Sum("count")).order_by("what"))


def model() -> str:
    """Return the model that answers; empty where there is none, and passages of articles are shown."""
    return endpoint.model()


def _weight(now: Index) -> Callable[[str], float]:
    size = len(now.views)
    return lambda word: log((1 + size) / (1 + min(now.count(word.rstrip("*")), size)))


def _searched(question: Question, vantage: Vantage) -> list[str]:
    """Return the slugs that were found, the best first: by what is asked, then by what was said just before."""
    said = [turn.text for turn in question.turns if turn.speaker is Speaker.PERSON][-1:]
    hits = (
        hit
        for text in (question.text, *said)
        for hit in search(text, question.actor, question.language, limit=SOURCES, vantage=vantage)
    )
    return list(dict.fromkeys(hit.slug for hit in hits))


def _by_slug(question: Question, lang: Lang, vantage: Vantage) -> dict[str, ArticleView]:
    return {view.slug: view for view in articles(question.actor, lang, vantage=vantage)}


def _source(view: ArticleView, by_lang: Mapping[Lang, Mapping[str, ArticleView]]) -> Source:
    others = [views[view.slug] for views in by_lang.values() if views[view.slug].version != view.version]
    other = others[0] if others else None
    return Source(
        view.version, view.slug, view.title, view.body, f"{other.title}\n{other.body}" if other else ""
    )
