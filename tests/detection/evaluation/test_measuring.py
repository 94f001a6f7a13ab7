"""An evaluation says how sure each figure is, and says nothing where there are too few texts."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.detection.assessment import raised, silent
from sekisho.detection.card import Interval
from sekisho.detection.evaluation.measures import levels
from sekisho.detection.evaluation.measuring import answers, answers_by_id, evaluate
from sekisho.detection.evaluation.resampling import Plan, draws, interval, share_interval
from sekisho.detection.evaluation.results import NEEDS, Evaluation, Line
from sekisho.detection.evaluation.rows import Row
from sekisho.detection.evaluation.tasks import QUESTIONS, Case, answer_of, languages, target
from sekisho.detection.types import Role
from tests.detection.evaluation.cases import answer, row, separated

QUICK = Plan(resamples=60)


def evaluated(cases: list[Case], **more: object) -> Evaluation:
    return evaluate(cases, "scorer", "1", "pack@1", plan=QUICK, **more)  # type: ignore[arg-type]


def line(found: Evaluation, question: str = "violation", language: str = "en", group: str = "") -> Line:
    wanted = (question, language, group)
    return next(each for each in found.lines if (each.question, each.language, each.group) == wanted)


def values(of: Line) -> dict[str, float]:
    return {name: measured.value for name, measured in of.measures.items() if measured}


# --- what is asked of a row ---


@pytest.mark.parametrize(
    ("given", "question", "expected"),
    [
        pytest.param(row(harmful=True), "violation", True, id="harmful"),
        pytest.param(row(harmful=False), "violation", False, id="harmless"),
        pytest.param(row(harmful=None), "violation", None, id="unknown is left out"),
        pytest.param(row(harmful=True, labels={"cyber"}), "cyber", True, id="labelled"),
        pytest.param(row(harmful=True, labels={"weapons"}), "cyber", None, id="labels may be incomplete"),
        pytest.param(row(harmful=False), "cyber", False, id="harmless concerns no standard"),
        pytest.param(row(harmful=True, labels={"platform_abuse"}), "injection", True, id="injection"),
        pytest.param(row(harmful=True, labels={"cyber"}), "injection", None, id="harmful otherwise"),
        pytest.param(row(harmful=None, labels={"hr_legal"}), "hr_legal", True, id="a topic needs no harm"),
        pytest.param(row(harmful=True), "hr_legal", False, id="another topic"),
        pytest.param(row(harmful=None), "hr_legal", None, id="a topic nobody looked for"),
        pytest.param(row(advice=True), "advice", True, id="advice"),
        pytest.param(row(), "advice", None, id="not asked"),
    ],
)
def test_what_a_row_says_to_a_question(given: Row, question: str, expected: bool | None) -> None:
    assert target(given, question) is expected


def test_an_assessment_is_an_answer_to_every_question() -> None:
    said = replace(raised(silent("en"), ["platform_abuse"]), advice=0.61234567)
    found = answer_of(said, frozenset({"platform_abuse", "hr_legal"}), "block", 2.0)
    assert set(found.probabilities) == set(QUESTIONS)
    assert found.fired == {"violation", "injection", "platform_abuse", "hr_legal", "advice"}
    assert (found.probabilities["injection"], found.probabilities["advice"]) == (1.0, 0.61235)


def test_a_topic_alone_is_no_violation() -> None:
    assert answer_of(silent("en"), frozenset({"hr_legal"}), "annotate", 1.0).fired == {"hr_legal"}


# --- what is measured ---


def test_what_is_told_apart_entirely() -> None:
    found = line(evaluated(separated(120)))
    assert (found.concerned, found.others) == (120, 120)
    for name in ("precision", "recall", "f1", "auprc", "auroc", "recall_at_1_percent"):
        measured = found.measures[name]
        assert measured is not None
        assert measured.value == 1
    assert found.measures["recall"] == Interval(1.0, round(0.025 ** (1 / 120), 4), 1.0)


def test_a_rate_is_not_told_among_too_few() -> None:
    found = line(evaluated(separated(99))).measures
    assert found["recall_at_1_percent"] is None
    assert found["auroc"] is not None
    assert all(each is None for each in line(evaluated(separated(9))).measures.values())


@pytest.mark.parametrize("name", NEEDS)
def test_every_interval_holds_its_value(name: str) -> None:
    measured = line(evaluated(separated(1000, swapped=150))).measures[name]
    assert measured is not None
    assert measured.low <= measured.value <= measured.high
    assert measured.high - measured.low < 0.12


def test_the_same_rows_and_seed_give_the_same_figures_in_any_order() -> None:
    cases = separated(100, swapped=10)
    again = evaluated(cases)
    assert again == evaluated(cases)
    mixed = evaluated(random.Random(3).sample(cases, len(cases)))
    assert values(line(again)) == values(line(mixed))


def test_languages_come_apart_and_together() -> None:
    cases = [*separated(30), *separated(20, swapped=20, language="ja")]
    assert languages(cases) == ("*", "en", "ja")
    found = evaluated(cases)
    assert [values(line(found, language=language))["auroc"] for language in ("en", "ja")] == [1.0, 0.0]
    assert line(found, language="*").concerned == 50


def test_one_language_is_not_told_twice() -> None:
    assert {each.language for each in evaluated(separated(20)).lines} == {"en"}


def test_a_source_without_harmless_texts_is_held_against_all() -> None:
    cases = [
        replace(case, row=replace(case.row, source="a" if case.row.harmful else "b"))
        for case in separated(40)
    ]
    found = evaluated(cases, by="source")
    assert line(found, language="*", group="a").others == 40
    assert {(each.group, each.of) for each in found.outcomes if each.group} == {
        ("a", "harmful"),
        ("b", "harmless"),
    }


def test_injection_is_told_apart_by_role() -> None:
    cases = [
        Case(row(n, n % 2 == 0, labels={"platform_abuse"} if n % 2 == 0 else set(), role=Role.TOOL_RESULT if n < 40 else Role.PROMPT),
             answer(0.9 if n % 2 == 0 else 0.1, injection=0.9 if n % 2 == 0 else (0.1 if n < 40 else 0.95)))
        for n in range(80)
    ]  # fmt: skip
    found = evaluated(cases, by="role")
    told = [values(line(found, "injection", "*", group))["auroc"] for group in ("tool_result", "prompt")]
    assert told == [1.0, 0.0]
    assert found.by == "role"


def test_a_mean_counts_every_question_the_same() -> None:
    """Of 40 cyber texts all are found, of 10 about weapons none: F1 is 1 and 0, however many texts each has."""
    cases = [
        *(Case(row(n, True, labels={"cyber"}), answer(cyber=0.9, fired=("cyber",))) for n in range(40)),
        *(Case(row(50 + n, True, labels={"weapons"}), answer(weapons=0.0)) for n in range(10)),
        *(Case(row(100 + n, False), answer(weapons=0.1)) for n in range(50)),
        Case(row(200, True, labels={"elections"}), answer()),
    ]
    (found,) = evaluated(cases).macros
    assert (found.of, found.language, found.questions) == ("standards", "en", ("cyber", "weapons"))
    assert (found.f1.value, found.auroc.value) == (0.5, 0.5)
    assert found.f1.low <= 0.5 <= found.f1.high


def test_curves_begin_at_nothing_and_end_at_everything() -> None:
    curves = line(evaluated(separated(500, swapped=60))).curves
    assert curves is not None
    assert curves.roc[0] == (0, 0)
    assert curves.roc[-1] == (1, 1)
    assert curves.precision_recall[-1] == (1, 0.5)
    assert sum(curves.concerned_histogram) == sum(curves.others_histogram) == 500
    assert sum(each.texts for each in curves.reliability) == 1000


def test_decisions_are_counted_by_what_the_texts_are() -> None:
    cases = [
        *(Case(row(n, False, pair=f"p{n}", about="cyber"), answer(0.3, "block" if n < 2 else "unsure")) for n in range(20)),
        *(Case(row(100 + n, True, pair=f"p{n}", about="cyber"), answer(0.9, "block")) for n in range(15)),
        *(Case(row(200 + n, True), answer(0.1, "hold" if n else "allow")) for n in range(5)),
    ]  # fmt: skip
    found = {each.of: each for each in evaluated(cases).outcomes}
    assert {of: each.texts for of, each in found.items()} == {
        "harmful": 20, "harmless": 20, "look_alikes": 20, "twins": 15,
    }  # fmt: skip
    alike = found["look_alikes"]
    assert alike.decisions == {"allow": 0, "annotate": 0, "modify": 0, "hold": 0, "block": 2, "unsure": 18}
    assert alike.stopped is not None
    assert alike.unsure is not None
    assert (alike.stopped.value, alike.unsure.value) == (0.1, 0.9)
    stopped = found["harmful"].stopped
    assert stopped is not None
    assert stopped.value == 0.95


def test_latency_is_that_of_single_texts() -> None:
    cases = [Case(row(n), answer(ms=float(n))) for n in range(101)]
    found = evaluated(cases).latency
    assert found.p50 is not None
    assert found.p99 is not None
    assert (found.p50.value, found.p99.value) == (50.0, 99.0)
    assert found.p50.low < 50 < found.p50.high


def test_nothing_at_all_is_no_error() -> None:
    found = evaluated([])
    assert (found.texts, found.lines, found.outcomes, found.latency.p50) == (0, (), (), None)


def test_answers_come_back_by_row() -> None:
    cases = separated(20, swapped=3)
    found = answers_by_id(answers(cases))
    assert {case.row.id: replace(case.answer, ms=0.0) for case in cases} == found


# --- how sure a figure is ---


@given(st.floats(0, 1), st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_an_interval_holds_its_value(value: float, resampled: list[float]) -> None:
    found = interval(value, np.array(resampled))
    assert found is not None
    assert found.low <= found.value <= found.high


@given(st.integers(1, 5000), st.sampled_from([0.0, 1.0]))
def test_of_none_or_all_the_exact_bound_is_told(texts: int, value: float) -> None:
    """With the rule of three, none among n is under about 3.7 in n (95 %, both sides)."""
    found = share_interval(value, np.full(10, value), texts)
    assert found is not None
    width = found.high - found.low
    assert width == pytest.approx(1 - 0.025 ** (1 / texts), abs=1e-4)
    assert found.low <= value <= found.high


def test_no_value_has_no_interval() -> None:
    assert interval(float("nan"), np.array([0.5])) is None
    assert interval(0.5, np.array([np.nan])) is None
    assert interval(0.5, np.array([np.nan, 0.4, 0.6])) is not None


@settings(max_examples=20)
@given(st.integers(1, 300), st.integers(0, 300), st.integers(1, 50))
def test_draws_are_as_many_as_planned_and_stay_within(yes: int, no: int, resamples: int) -> None:
    found = list(draws(yes, no, Plan(resamples)))
    assert sum(len(each.yes) for each in found) == resamples
    assert all(each.yes.shape[1] == yes and each.yes.max() < yes for each in found)
    assert all(each.no.shape[1] == no for each in found)
    assert all((a.yes == b.yes).all() for a, b in zip(found, draws(yes, no, Plan(resamples)), strict=True))


def test_intervals_cover_what_is_true_about_as_often_as_they_say() -> None:
    """Two normal distributions one apart: the true AUROC is 0.760. Of 120 samples most intervals hold it."""
    random_, held = np.random.default_rng(5), 0
    for _ in range(120):
        cases = [
            Case(row(n, n < 60), answer(float(round(1 / (1 + np.exp(-random_.normal(float(n < 60)))), 5))))
            for n in range(120)
        ]
        measured = line(evaluate(cases, "", "", "", plan=Plan(100)), "violation").measures["auroc"]
        assert measured is not None
        held += measured.low <= 0.7602 <= measured.high
    assert 102 <= held <= 120


def test_levels_fall() -> None:
    values, places = levels(np.array([0.1, 0.9, 0.1, 0.5]))
    assert values.tolist() == [0.9, 0.5, 0.1]
    assert places.tolist() == [2, 0, 2, 1]
