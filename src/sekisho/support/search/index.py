"""What search holds in memory of one edition: who may see what, how rare words are, and the pieces of every text."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from sekisho.support.help.rules.plain import plain
from sekisho.support.help.shelf import Shelf, shelf
from sekisho.support.help.types import ArticleView
from sekisho.support.search.models import Indexed
from sekisho.support.search.rules.grams import Grams, Ints, Numbers, Pieces, built, numbered, pieces
from sekisho.support.search.rules.tokens import tokens

TITLE_TIMES = 5
"""How often a title counts in the second look."""
COMMON = 0.4
"""Share of the texts from which on a word says nothing about any of them."""
KINDS = 64
"""So many kinds of readers and shelves are remembered."""
UNKNOWN = -1
"""Stands for the row of a text whose shadow is not written yet."""
LIKELY = 60
"""So many texts are ranked by the database."""
WORDS = 8
"""So many words of a question are asked for, the rarest: the others say little, and cost as much."""
FEWEST = 8
"""Texts below which no word is common."""


@dataclass(frozen=True, slots=True)
class Among:
    """Among what is searched: what the reader may read, on the shelf that was chosen."""

    views: tuple[ArticleView, ...]
    places: Ints
    """In `Index.views`."""
    numbers: tuple[int, ...]
    """Rows in the database."""


@dataclass(frozen=True, slots=True)
class Index:
    shelf: Shelf
    views: tuple[ArticleView, ...]
    """Current versions, in the order of the rows of `grams`."""
    numbers: Mapping[str, int]
    """By version: its row in the database."""
    at: Mapping[str, int]
    """By version: its place in `views`."""
    words: Numbers
    having: Ints
    """By word: how many texts have it."""
    holding: Grams
    """Which texts have which words."""
    grams: Grams
    _among: dict[tuple[frozenset[str], str], Among] = field(default_factory=dict)

    def among(self, slugs: frozenset[str], category: str) -> Among:
        """Return what may be looked at; kept, since readers of one kind are many."""
        key = (slugs, category)
        if key not in self._among:
            views = tuple(one for one in self.views if one.slug in slugs and category in ("", one.category))
            places = np.array([self.at[one.version] for one in views], np.int32)
            numbers = tuple(self.numbers.get(one.version, UNKNOWN) for one in views)
            if len(self._among) >= KINDS:
                self._among.clear()
            self._among[key] = Among(views, places, numbers)
        return self._among[key]

    def telling(self, words: Collection[str]) -> list[str]:
        """Return those words that tell articles apart, the rarest first; where none does, those that occur at all."""
        most = max(FEWEST, COMMON * len(self.views))
        counts = {word: 1 if word.endswith("*") else self.count(word) for word in words}
        kept = [word for word, count in counts.items() if 0 < count <= most]
        kept = kept or [word for word, count in counts.items() if count]
        return sorted(kept, key=lambda word: counts[word])[:WORDS]

    def likely(self, words: Sequence[str], among: Among) -> tuple[int, ...]:
        """Return the rows in the database of the texts that have most of the words, the rare ones counting more.

        A database that ranks opens what it ranks, for PostgreSQL by unpacking the words of each text: so it is given
        `LIKELY` of them, and all where a question goes by beginnings.
        """
        if len(among.numbers) <= LIKELY or any(word.endswith("*") for word in words):
            return among.numbers
        scores = np.zeros(len(self.views), np.float32)
        for word in words:
            number = self.words[word]
            rows = self.holding.rows[self.holding.starts[number] : self.holding.starts[number + 1]]
            scores[rows] += self.holding.rarity[number]
        best = np.argsort(-scores[among.places], kind="stable")[:LIKELY]
        return tuple(among.numbers[at] for at in best if scores[among.places[at]] > 0)

    def count(self, word: str) -> int:
        """Return how many texts have the word."""
        number = self.words.get(word, len(self.having))
        return int(self.having[number]) if number < len(self.having) else 0


@dataclass(frozen=True, slots=True)
class _Made:
    """What was made of one version. It never changes, so a new edition costs only what is new in it."""

    words: Ints
    pieces: Pieces


class Holder:
    """Keeps the index of the edition that was asked for last."""

    def __init__(self) -> None:
        self._words, self._pieces = Numbers(), Numbers()
        self._made: dict[str, _Made] = {}
        self._index: Index | None = None

    def of(self, now: Shelf) -> Index:
        """Return the index of an edition. Two threads at once build it twice, and either is right."""
        held = self._index
        if held is None or held.shelf is not now:
            self._index = held = self._built(now)
        return held

    def _built(self, now: Shelf) -> Index:
        views = tuple(now.versions)
        made = {view.version: self._made.get(view.version) or self._make(view) for view in views}
        self._made = made
        having = np.bincount(
            np.concatenate([np.zeros(0, np.int32), *(one.words for one in made.values())]),
            minlength=len(self._words),
        ).astype(np.int32)
        grams = built([one.pieces for one in made.values()], self._pieces)
        held = [Pieces(one.words, np.ones_like(one.words)) for one in made.values()]
        numbers = dict(Indexed.objects.values_list("version", "number"))
        at = {view.version: place for place, view in enumerate(views)}
        return Index(now, views, numbers, at, self._words, having, built(held, self._words), grams)

    def _make(self, view: ArticleView) -> _Made:
        title, body = words_of(view)
        words = np.unique(np.array([self._words[word] for word in [*title, *body]], np.int32))
        text = "\n".join([*[_named(view)] * TITLE_TIMES, plain(view.body)])
        return _Made(words, numbered(pieces(text), self._pieces))


_HOLDER = Holder()


def index() -> Index:
    """Return the index of what is current now: one question to the database, unless something has changed."""
    return _HOLDER.of(shelf())


def words_of(view: ArticleView) -> tuple[list[str], list[str]]:
    """Return the words of title and keywords, and those of the body."""
    return tokens(_named(view)), tokens(plain(view.body))


def _named(view: ArticleView) -> str:
    return " / ".join([view.title, *view.keywords])
