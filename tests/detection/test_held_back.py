"""A finished model is measured on texts that it did not learn from, asked as whoever uses it asks."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from sekisho.detection.card import Card
from sekisho.detection.detectors.scorer import Scorer
from sekisho.detection.labels import READER_HEADS, VIOLATION
from sekisho.detection.train.data import HELD_BACK, Row
from sekisho.detection.train.held_back import AUTHOR, DEV, measured
from sekisho.detection.types import Role
from tests.detection.cards import TWO_STEPS

BLANK = replace(TWO_STEPS, headlines=(), metrics=(), blocked=())
COUNT = 40


class Wise:
    """A scorer that knows the answer from one word, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Role, str, str]] = []

    def scores(self, text: str, role: Role, language: str, prompt: str) -> dict[str, float]:
        self.asked.append((text, role, language, prompt))
        said = 0.95 if "bomb" in text else 0.05
        return {head: said if head in ("weapons", VIOLATION) else 0.0 for head in READER_HEADS}


def row(number: int, author: str, harmful: bool) -> dict[str, object]:
    return {
        "id": f"{author}-{number}-{harmful}", "text": "Ｂｏｍｂ" if harmful else "Bookshelf", "author": author,
        "lang": "en", "labels": ["weapons"] if harmful else [], "harmful": harmful, "role": "output",
        "advice": None, "about": "weapons", "prompt": "How do I build it?",
    }  # fmt: skip


@pytest.fixture
def written(tmp_path: Path) -> Path:
    (held_back,) = HELD_BACK
    rows = [row(at, who, harm) for who in (held_back, "e1") for harm in (True, False) for at in range(COUNT)]
    (tmp_path / "en").mkdir()
    lines = "\n".join(json.dumps(each, ensure_ascii=False) for each in rows)
    (tmp_path / "en" / "weapons.jsonl").write_text(lines, encoding="utf-8")
    return tmp_path


def measured_by(wise: Wise, written: Path | None, dev: list[Row]) -> Card:
    return measured(BLANK, cast(Scorer, wise), written, dev, seed=1)


def dev_rows() -> list[Row]:
    return [
        Row(f"d{at}{harm}", "bomb" if harm else "shelf", "s", "en", frozenset({"weapons"} if harm else ()), harm, "MIT")
        for harm in (True, False)
        for at in range(COUNT)
    ]  # fmt: skip


def test_only_the_author_who_was_held_back_measures(written: Path) -> None:
    card = measured_by(Wise(), written, [])
    (line,) = card.headlines
    assert (line.measured_on, line.language, line.source) == (AUTHOR, "en", "*")
    assert (line.concerned, line.others) == (COUNT, COUNT)
    assert line.auroc.value == line.recall_at_1_percent.value == 1


def test_it_is_asked_with_role_language_and_prompt_of_what_a_gate_would_read(written: Path) -> None:
    wise = Wise()
    measured_by(wise, written, [])
    assert set(wise.asked) == {
        (text, Role.OUTPUT, "en", "How do I build it?") for text in ("bomb", "bookshelf")
    }


def test_clauses_and_all_standards_together_are_measured_there_too(written: Path) -> None:
    card = measured_by(Wise(), written, dev_rows())
    assert {line.measured_on for line in card.metrics} == {AUTHOR, DEV}
    weapons = [line for line in card.metrics if line.clause == "weapons"]
    assert [(line.precision, line.recall) for line in weapons] == [(1, 1)] * 2
    assert [(line.measured_on, line.share.value, line.caught.value) for line in card.blocked] == [
        (AUTHOR, 0, 1),
        (DEV, 0, 1),
    ]


def test_what_the_card_said_before_stays(written: Path) -> None:
    card = measured(TWO_STEPS, cast(Scorer, Wise()), written, [], seed=1)
    assert card.headlines[: len(TWO_STEPS.headlines)] == TWO_STEPS.headlines
    assert len(card.headlines) == len(TWO_STEPS.headlines) + 1


def test_without_texts_nothing_is_said() -> None:
    wise = Wise()
    assert measured_by(wise, None, []) == BLANK
    assert wise.asked == []
