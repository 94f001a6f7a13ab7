"""The floors of the shipped benchmarks, on both databases (R-SUP-007). They are raised or kept, never lowered."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from sekisho.support.help.actions import load_articles
from sekisho.support.help.actions.loading import shipped
from sekisho.support.search import queries
from tests.support.search.benchmark import FILE, SECOND, Question, ours, paraphrases, questions, within

SHELVES = {draft.slug: draft.category for draft in shipped()}


@dataclass(frozen=True)
class Floors:
    """Of 120 among the first three, without and with the shelf chosen; of 20 short ones first, and with no result."""

    free: int
    chosen: int
    short: int
    nothing: int


FLOORS = {FILE: Floors(78, 105, 16, 4), SECOND: Floors(83, 102, 16, 4)}
"""The second set's: what it gave on the weaker database when it was first asked, less four, where R-SUP-007 does not ask
for more."""


STRESS = os.environ.get("SEKISHO_STRESS", "")


def without_thesaurus(asked: list[Question], monkeypatch: pytest.MonkeyPatch) -> int:
    """Count them again with no word of the thesaurus: what it is worth."""
    with monkeypatch.context() as patch:
        patch.setattr(queries, "told", lambda _: "")
        return within(3, asked, lambda one: ours(one.text, one.lang)).hits


@pytest.mark.parametrize("file", FLOORS, ids=lambda file: file.stem)
def test_a_benchmark_has_what_it_promises(file: Path) -> None:
    assert [len(questions(part, file)) for part in ("en", "ja", "short")] == [60, 60, 20]
    assert {
        slug for one in [*paraphrases(file), *questions("short", file)] for slug in one.answers
    } <= SHELVES.keys()


@pytest.mark.parametrize(("file", "floors"), FLOORS.items(), ids=lambda value: getattr(value, "stem", ""))
def test_search_keeps_above_its_floors(
    db: None, monkeypatch: pytest.MonkeyPatch, file: Path, floors: Floors
) -> None:
    load_articles()
    asked, brief = paraphrases(file), questions("short", file)
    free = within(3, asked, lambda one: ours(one.text, one.lang))
    chosen = within(3, asked, lambda one: ours(one.text, one.lang, SHELVES[min(one.answers)]))
    short = within(1, brief, lambda one: ours(one.text, one.lang))
    nothing = [one.text for one in brief if not ours(one.text, one.lang)]
    bare = without_thesaurus(asked, monkeypatch) if STRESS == "all" else "-"
    print(
        f"{file.stem}: {free.hits}, with the shelf {chosen.hits}, without the thesaurus {bare} of {free.of}; "
        f"short {short.hits}, with no result {len(nothing)} of {short.of}"
    )
    assert free.hits >= floors.free, free.missed
    assert chosen.hits >= floors.chosen, chosen.missed
    assert short.hits >= floors.short, short.missed
    assert len(nothing) <= floors.nothing, nothing
