"""The floors of the shipped benchmark, on both databases (R-SUP-007). They are raised or kept, never lowered."""

from __future__ import annotations

import pytest

from sekisho.support.help.actions import load_articles
from sekisho.support.help.shelf import shelf
from tests.support.search.benchmark import ours, paraphrases, questions, within


@pytest.fixture
def articles(db: None) -> dict[str, str]:
    """The articles of the release: slug → category."""
    load_articles()
    return {slug: next(iter(pair.values())).category for slug, pair in shelf().articles.items()}


def test_the_benchmark_has_what_it_promises(articles: dict[str, str]) -> None:
    assert len(paraphrases()) == 120
    assert [len(questions(part)) for part in ("en", "ja", "short")] == [60, 60, 20]
    assert {slug for one in [*paraphrases(), *questions("short")] for slug in one.answers} <= articles.keys()


def test_free_text_finds_the_answer_among_the_first_three(articles: dict[str, str]) -> None:
    counted = within(3, paraphrases(), lambda one: ours(one.text, one.lang))
    assert counted.hits >= 78, counted.missed


def test_with_its_shelf_chosen_the_answer_is_among_the_first_three(articles: dict[str, str]) -> None:
    counted = within(3, paraphrases(), lambda one: ours(one.text, one.lang, articles[min(one.answers)]))
    assert counted.hits >= 105, counted.missed


def test_short_questions_find_their_article_first(articles: dict[str, str]) -> None:
    counted = within(1, questions("short"), lambda one: ours(one.text, one.lang))
    assert counted.hits >= 16, counted.missed


def test_few_short_questions_find_nothing(articles: dict[str, str]) -> None:
    nothing = [one.text for one in questions("short") if not ours(one.text, one.lang)]
    assert len(nothing) <= 4, nothing
