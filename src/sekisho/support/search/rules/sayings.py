"""A question asked in the articles' words as well: people say "money back" where an article says "refund".

The looks at words and pieces compare letters, and a third of real questions share none that matter with the article
that answers them (spec 4.1). What people say is data (`thesaurus.yaml`), not code, and grows with the questions that
led nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from sekisho.support.search.rules.tokens import asked, fold

FILE = Path(__file__).parent.parent / "thesaurus.yaml"


@dataclass(frozen=True, slots=True)
class Saying:
    words: tuple[str, ...]
    """As stems, for English: they stand one after the other."""
    part: str
    """Folded, for Japanese: it stands anywhere. Empty for English."""
    en: str
    ja: str


def told(query: str) -> str:
    """Return the articles' words for what the question says; empty where nothing in it is known."""
    folded, stems = fold(query), " " + " ".join(_stems(query)) + " "
    found = [
        one for one in sayings() if (one.part in folded if one.part else f" {' '.join(one.words)} " in stems)
    ]
    return " ".join(dict.fromkeys(each for one in found for each in (one.en, one.ja)))


@lru_cache(maxsize=1)
def sayings() -> tuple[Saying, ...]:
    """Return every saying of the file."""
    entries = yaml.safe_load(FILE.read_text("utf-8"))
    return tuple(_saying(str(said), entry["en"], entry["ja"]) for entry in entries for said in entry["said"])


def _saying(said: str, en: str, ja: str) -> Saying:
    folded = fold(said)
    return Saying(tuple(_stems(said)), "", en, ja) if folded.isascii() else Saying((), folded, en, ja)


def _stems(text: str) -> Iterable[str]:
    """Every English word of a text as a stem, in order."""
    return [
        stem for word in fold(text).replace("'", "").split() for stem in asked(word) if stem.startswith("w")
    ]
