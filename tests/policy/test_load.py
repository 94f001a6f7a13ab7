"""A pack file that is wrong says so as a compiler does (P-005); one that is right becomes a pack."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.policy.load import load, load_file
from sekisho.policy.packs import reference_packs, reference_sources
from sekisho.policy.problems import PackError, Problem
from sekisho.policy.types import Action, FailMode, StreamMode, Threshold

GOOD = """\
pack: example
version: "1"
canonical: en
announced_at: 2025-08-15T00:00:00+09:00
effective_at: 2025-09-15T00:00:00+09:00
title: {en: Policy, ja: ポリシー}
preamble: {en: For everyone., ja: すべての方へ。}
clauses:
  - id: cyber
    part: standard
    title: {en: Computers, ja: コンピューター}
    text: {en: Leave them alone., ja: 侵害しないでください。}
    covers: [{en: Malware, ja: マルウェア}]
    severity: high
    hard: true
    on_input: block
    on_output: hold
    fail: hold
    stream: window
    thresholds:
      patterns: 0.5
      entities: {act: 0.5, most: modify}
      scorer:
        en: {act: 0.9, ask: 0.6}
        "*": {act: 0.97, unsure: skip}
    reason: {en: It attacks., ja: 攻撃です。}
    advice: {en: Ask otherwise., ja: 言い換えてください。}
    must_fire:
      - {language: en, text: attack}
"""


def told_of(text: str) -> tuple[Problem, ...]:
    """What is told of a file; empty for one that is right."""
    try:
        load(text)
    except PackError as error:
        return error.problems
    return ()


def problems(text: str) -> list[tuple[str, int, int]]:
    with pytest.raises(PackError) as caught:
        load(text, "example.yaml")
    return [(problem.code, problem.line, problem.column) for problem in caught.value.problems]


def test_a_good_file_becomes_a_pack() -> None:
    pack = load(GOOD)
    (clause,) = pack.clauses
    assert pack.label == "example@1"
    assert pack.effective_at == datetime.fromisoformat("2025-09-15T00:00:00+09:00")
    assert (clause.on_input, clause.on_output, clause.fail) == (Action.BLOCK, Action.HOLD, FailMode.HOLD)
    assert clause.stream is StreamMode.WINDOW
    assert clause.thresholds == {
        "patterns": {"*": Threshold(0.5, 0.5)},
        "entities": {"*": Threshold(0.5, 0.5, most=Action.MODIFY)},
        "scorer": {"en": Threshold(0.9, 0.6), "*": Threshold(0.97, 0.97, FailMode.SKIP)},
    }


@pytest.mark.parametrize(
    ("right", "wrong", "expected"),
    [
        pytest.param("severity: high", "severity: hihg", ("unknown_word", 14, 15), id="a misspelt word"),
        pytest.param("    severity:", "    severty:", ("unknown_field", 14, 5), id="a misspelt field"),
        pytest.param("      patterns:", "      paterns:", ("unknown_word", 21, 7), id="an unknown detector"),
        pytest.param(", ja: マルウェア", "", ("missing_field", 13, 14), id="a language is missing"),
        pytest.param("ja: マルウェア", 'ja: ""', ("unexpected_value", 13, 32), id="a language is empty"),
        pytest.param("act: 0.9,", "act: 1.9,", ("out_of_range", 24, 19), id="a threshold above 1"),
        pytest.param(
            "patterns: 0.5", "patterns: .nan", ("out_of_range", 21, 17), id="a threshold that is no number"
        ),
        pytest.param("ask: 0.6", "ask: 0.95", ("ask_above_act", 24, 29), id="ask above act"),
        pytest.param(
            "stream: window",
            "stream: audit",
            ("hard_clause_audited", 19, 13),
            id="a hard clause only audited",
        ),
        pytest.param(
            "    fail: hold", "    fail: skip", ("hard_clause_skipped", 18, 11), id="a hard clause skipped"
        ),
        pytest.param("on_input: block", "on_input: modify", ("input_modified", 16, 15), id="input modified"),
        pytest.param(
            "hard: true", "hard: perhaps", ("unexpected_value", 15, 11), id="neither true nor false"
        ),
        pytest.param(
            "2025-09-15T",
            "2025-08-14T",
            ("effective_before_announced", 5, 15),
            id="in force before announced",
        ),
        pytest.param(
            "2025-09-15T00:00:00+09:00", "2025-09-15", ("unexpected_value", 5, 15), id="a day without a zone"
        ),
        pytest.param("id: cyber", "id: Cyber Space", ("unexpected_value", 9, 9), id="an id with a space"),
        pytest.param("        en: {", "        English: {", ("unknown_word", 24, 9), id="no language code"),
        pytest.param(
            "    hard: true\n",
            "    hard: true\n    hard: true\n",
            ("repeated_field", 16, 5),
            id="a field twice",
        ),
        pytest.param(
            "canonical: en",
            "canonical: fr",
            ("unknown_word", 3, 12),
            id="a canonical language we do not speak",
        ),
        pytest.param(
            "part: standard", "part: [standard]", ("unexpected_value", 10, 11), id="a list for a word"
        ),
        pytest.param("covers: [", "covers: [*x, ", ("alias", 13, 14), id="an alias"),
        pytest.param("pack: example", "pack: 'example", ("not_yaml", 1, 7), id="a quote left open"),
    ],
)
def test_a_problem_is_told_with_its_place(right: str, wrong: str, expected: tuple[str, int, int]) -> None:
    assert right in GOOD
    found = problems(GOOD.replace(right, wrong, 1))
    assert expected in found


def test_every_problem_is_told_at_once_in_the_order_of_the_file() -> None:
    text = GOOD.replace("canonical: en", "canonical: fr").replace("severity: high", "severity: hihg")
    text = text.replace("ask: 0.6", "ask: 6")
    assert problems(text) == [("unknown_word", 3, 12), ("unknown_word", 14, 15), ("out_of_range", 24, 29)]


def test_a_clause_id_exists_once() -> None:
    twice = GOOD + GOOD[GOOD.index("  - id: cyber") :]
    assert problems(twice) == [("repeated_clause", 30, 9)]


def test_a_message_shows_the_line_a_caret_and_the_nearest_word() -> None:
    with pytest.raises(PackError) as caught:
        load(GOOD.replace("severity: high", "severity: hihg"), "example.yaml")
    (problem,) = caught.value.problems
    assert problem.told("en").splitlines() == [
        "example.yaml:14:15: unknown_word",
        "        severity: hihg",
        "                  ^",
        "`hihg` is not one of low, medium, high, critical. Did you mean `high`?",
    ]
    assert problem.told("ja").splitlines()[-1] == (
        "`hihg` は使えません。使える語: low, medium, high, critical。`high` の誤りではありませんか。"
    )


def test_the_caret_stands_below_its_sign_after_full_width_text() -> None:
    with pytest.raises(PackError) as caught:
        load(GOOD.replace("ja: コンピューター}", "ja: コンピューター, de: x}"), "example.yaml")
    (problem,) = caught.value.problems
    line, caret = problem.told("ja").splitlines()[1:3]
    assert line[caret.index("^")] == "d"
    assert caret.count("　") == len("コンピューター")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("", "unexpected_value", id="nothing"),
        pytest.param("- 1", "unexpected_value", id="a list"),
        pytest.param("[" * 50_000, "too_deep", id="nested without end"),
        pytest.param("a: &a [1]\nb: [*a, *a]", "alias", id="a bomb of aliases"),
        pytest.param("a: b\n---\nc: d", "not_yaml", id="two documents"),
        pytest.param("a: \x07", "not_yaml", id="a control character"),
        pytest.param("title: !!python/object/apply:os.getcwd []", "unexpected_value", id="a Python object"),
        pytest.param("#" * 2_000_001, "too_large", id="a huge file"),
    ],
)
def test_a_hostile_file_is_refused_and_told(text: str, code: str) -> None:
    assert code in {problem[0] for problem in problems(text)}


@given(
    st.integers(0, len(GOOD) - 1),
    st.sampled_from(["", " ", ":", "[", "}", '"', "\n", "\t", "- ", "&a ", "9", "é", "\0"]),
)
def test_one_slip_of_the_pen_never_becomes_a_traceback(place: int, slip: str) -> None:
    told = told_of(GOOD[:place] + slip + GOOD[place + 1 :])
    assert all(one.line >= 1 and one.message.en and one.message.ja for one in told)


def test_a_file_is_named_in_its_problems(tmp_path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD.replace("severity: high", "severity: hihg"), encoding="utf-8")
    with pytest.raises(PackError, match=r"mine\.yaml:14:15"):
        load_file(path)


def test_the_reference_packs_load_in_the_order_of_their_dates() -> None:
    assert [pack.version for pack in reference_packs()] == ["2024-06-06", "2025-09-15"]
    assert list(reference_sources()) == ["2024-06-06.yaml", "2025-09-15.yaml"]
