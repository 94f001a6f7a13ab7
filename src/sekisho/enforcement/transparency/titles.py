"""The words for values of the report, with the titles of clauses as of a moment."""

from __future__ import annotations

from datetime import datetime

from sekisho.base.text import Text
from sekisho.enforcement.transparency.words import value_of
from sekisho.enforcement.transparency.writing import Titles
from sekisho.policy.queries import version_at


def titles_at(at: datetime) -> Titles:
    """Return what gives the word for a value: of a clause its title in the version in force at `at`."""
    pack = version_at(at)
    titles = {clause.id: clause.title for clause in pack.clauses} if pack else {}

    def word(value: str) -> Text:
        return titles.get(value) or value_of(value)

    return word
