"""The pages about packs and words are complete."""

from __future__ import annotations

from pathlib import Path

import pytest

from sekisho.policy import load
from sekisho.policy.types import Action, FailMode

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(
    "word",
    [
        *(load.PACK_FIELDS + load.PACK_OPTIONS + load.CLAUSE_FIELDS + load.CLAUSE_OPTIONS),
        *load.DETECTORS,
        *(action.word for action in Action),
        *FailMode,
        *("act", "ask", "unsure", "most"),
    ],
)
def test_the_page_on_packs_explains_every_word(word: str) -> None:
    assert f"`{word}`" in (DOCS / "rules" / "policy-packs.md").read_text("utf-8")


def test_every_word_of_the_glossary_has_its_japanese_and_stands_there_once() -> None:
    lines = (DOCS / "glossary.md").read_text("utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    words = [row[0] for row in rows if row[0] != "English"]
    assert all(len(row) == 3 and all(row) for row in rows)
    assert len(words) == len(set(words))
