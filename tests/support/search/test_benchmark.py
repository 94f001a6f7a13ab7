"""The floors of the shipped benchmark, on both databases (R-SUP-007). They are raised or kept, never lowered."""

from __future__ import annotations

from sekisho.support.help.actions import load_articles
from sekisho.support.help.actions.loading import shipped
from tests.support.search.benchmark import ours, paraphrases, questions, within

SHELVES = {draft.slug: draft.category for draft in shipped()}


def test_the_benchmark_has_what_it_promises() -> None:
    assert [len(questions(part)) for part in ("en", "ja", "short")] == [60, 60, 20]
    assert {slug for one in [*paraphrases(), *questions("short")] for slug in one.answers} <= SHELVES.keys()


def test_search_keeps_above_its_floors(db: None) -> None:
    load_articles()
    free = within(3, paraphrases(), lambda one: ours(one.text, one.lang))
    chosen = within(3, paraphrases(), lambda one: ours(one.text, one.lang, SHELVES[min(one.answers)]))
    short = within(1, questions("short"), lambda one: ours(one.text, one.lang))
    nothing = [one.text for one in questions("short") if not ours(one.text, one.lang)]
    assert free.hits >= 78, free.missed
    assert chosen.hits >= 105, chosen.missed
    assert short.hits >= 16, short.missed
    assert len(nothing) <= 4, nothing
