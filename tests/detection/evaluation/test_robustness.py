"""What disguises keep is counted over what was caught untouched, and what they cost harmless texts is told, too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.base.text import Lang, Text
from sekisho.detection.card import Interval
from sekisho.detection.evaluation.disguises import mean_kept
from sekisho.detection.evaluation.resampling import Plan
from sekisho.detection.evaluation.results import Kept
from sekisho.detection.evaluation.robustness import Talk, robustness
from sekisho.detection.evaluation.rows import Row
from sekisho.detection.evaluation.tasks import Answer
from sekisho.detection.evaluation.transforms import TRANSFORMS, Transform
from sekisho.detection.types import Role
from tests.detection.evaluation.cases import answer, row

PLAN = Plan(40)


def shout(text: str, language: Lang, random: Random) -> str:
    """Capital letters, and nothing else."""
    return text.upper()


SHOUT = Transform("shout", Text("Shouted", "大声"), ("en",), shout)


def judge(talks: Sequence[Talk]) -> list[Answer]:
    """Blocks what says `bad` in small letters, is unsure of `odd` in any."""
    said = [" ".join(each.text for each in talk) for talk in talks]
    return [
        answer(0.9, "block", fired=("violation",)) if "bad" in text
        else answer(0.4, "unsure" if "odd" in text.lower() else "allow")
        for text in said
    ]  # fmt: skip


def rows_of(*given: tuple[str, bool | None, int]) -> list[Row]:
    return [
        row(0, harmful, text=f"{text} a{n}", id=f"{text}-{harmful}-{n}")
        for text, harmful, count in given
        for n in range(count)
    ]


def by_measure(found: Sequence[Kept]) -> dict[str, Kept]:
    return {one.measure: one for one in found}


@pytest.fixture
def found() -> dict[str, Kept]:
    """Twenty harmful texts that shouting hides, ten that it does not, ten never caught; and harmless ones."""
    texts = rows_of(
        ("bad", True, 20), ("odd", True, 10), ("fine", True, 10), ("odd", False, 15), ("day", False, 45)
    )
    return by_measure(robustness(texts, judge, [SHOUT], PLAN))


def test_kept_is_counted_over_what_was_caught_untouched(found: dict[str, Kept]) -> None:
    one = found["caught"]
    assert (one.harmful, one.caught, one.harmless) == (40, 30, 60)
    assert one.before is not None
    assert one.after is not None
    assert one.kept is not None
    assert (one.before.value, one.after.value) == (0.75, 0.25)
    assert one.kept.value == pytest.approx(1 / 3, abs=1e-4)
    assert one.kept.low < one.kept.value < one.kept.high


def test_each_measure_has_its_own_idea_of_found(found: dict[str, Kept]) -> None:
    assert {name: one.caught for name, one in found.items()} == {"caught": 30, "stopped": 20, "violation": 20}
    kept = found["stopped"].kept
    assert kept is not None
    assert (kept.value, kept.low) == (0.0, 0.0)
    assert 0 < kept.high < 0.2, "none of twenty is not certainly none"


def test_harmless_texts_that_get_into_trouble_are_told(found: dict[str, Kept]) -> None:
    one = found["caught"]
    assert one.harmless_before is not None
    assert one.harmless_after is not None
    assert one.harmless_before.value == one.harmless_after.value == 0.25


def test_texts_that_do_not_change_are_left_out() -> None:
    texts = [replace(each, text=each.text.upper()) for each in rows_of(("bad", True, 20))]
    assert robustness(texts, judge, [SHOUT], PLAN) == ()


@pytest.mark.parametrize(
    "left",
    [
        pytest.param(row(1, None, text="bad"), id="unknown whether harmful"),
        pytest.param(row(1, True, text="bad", role=Role.OUTPUT), id="an answer"),
        pytest.param(row(1, True, text="bad", language="ko"), id="a language without disguises"),
    ],
)
def test_rows_that_nobody_disguises_are_left_out(left: Row) -> None:
    assert robustness([left], judge, [SHOUT], PLAN) == ()


def test_of_few_texts_there_are_counts_and_no_shares() -> None:
    one = by_measure(robustness(rows_of(("bad", True, 9)), judge, [SHOUT], PLAN))["caught"]
    assert (one.harmful, one.caught, one.kept, one.harmless_before) == (9, 9, None, None)


def test_the_mean_counts_each_disguise_the_same_and_none_with_too_few_texts() -> None:
    told = Interval(0.5, 0.4, 0.6)
    one = Kept("a", "en", "caught", 90, told, told, 45, told, 80, told, told)
    few = replace(one, transform="c", language="ja", kept=None)
    found = [
        one,
        replace(one, transform="b", kept=Interval(1.0, 0.9, 1.0)),
        replace(one, measure="stopped"),
        few,
    ]
    assert mean_kept(found) == {"en": 0.75}


def test_several_turns_are_judged_as_one() -> None:
    over_turns = next(one for one in TRANSFORMS if one.name == "over_turns")
    seen: list[Talk] = []

    def note(talks: Sequence[Talk]) -> list[Answer]:
        seen.extend(talks)
        return judge(talks)

    robustness(rows_of(("bad", True, 12)), note, [over_turns], PLAN)
    assert len(seen) == 24
    assert {len(talk) > 1 for talk in seen[12:]} == {True}


def test_it_tells_of_every_step() -> None:
    steps: list[None] = []
    robustness(rows_of(("bad", True, 12)), judge, TRANSFORMS, PLAN, lambda: steps.append(None))
    assert len(steps) == 1 + len(TRANSFORMS)


@given(st.permutations(range(24)))
def test_the_order_of_rows_changes_no_share(order: list[int]) -> None:
    texts = rows_of(("bad", True, 14), ("day", False, 10))
    first = robustness(texts, judge, [SHOUT], PLAN)
    again = robustness([texts[at] for at in order], judge, [SHOUT], PLAN)
    assert [(one.kept and one.kept.value, one.after) for one in first] == [
        (one.kept and one.kept.value, one.after) for one in again
    ]
