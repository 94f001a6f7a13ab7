"""The desk's tables of `docs/rules/cases.md`, run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.cases.desk.rules.macros import Filled, Unfilled, Unfit, checked, fill
from sekisho.cases.desk.rules.numbers import Run, times
from tests.cases.test_rules import rows, span

NOW = datetime(2026, 1, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize(("text", "values", "expected"), rows("text", "values", "answer"))
def test_placeholders(text: str, values: str, expected: str) -> None:
    name, _, value = values.partition("=")
    missing = expected.removeprefix("unfilled: ")
    answer = fill(text, {name: value})
    assert answer == (Filled(expected) if missing == expected else Unfilled((missing,)))


@pytest.mark.parametrize(
    ("en", "ja", "code", "name"),
    [
        pytest.param("", "はい", "macro_empty", "", id="one language is missing"),
        pytest.param("{day:date}", "明日", "macro_pair", "day", id="in one language alone"),
        pytest.param("{day:date}", "{day}", "macro_pair", "day", id="of another type"),
        pytest.param("{day:when}", "{day:when}", "macro_unclear", "day", id="unknown type"),
        pytest.param("{Day}", "{Day}", "macro_unclear", "{", id="no placeholder"),
        pytest.param("a { b", "a", "macro_unclear", "{", id="a lonely brace"),
        pytest.param("{a:date} {a:link}", "{a:date}", "macro_unclear", "a", id="two types"),
    ],
)
def test_which_texts_are_not_kept(en: str, ja: str, code: str, name: str) -> None:
    assert checked(en, ja) == Unfit(code, name)


@given(
    st.text(
        alphabet=st.characters(blacklist_characters="\n\r", blacklist_categories=("Cs", "Cc")), max_size=99
    )
)
def test_a_value_is_words_whatever_it_looks_like(value: str) -> None:
    answer = fill("«{a}»", {"a": value})
    said = value.strip()
    assert answer == (Filled(f"«{said}»") if said else Unfilled(("a",)))


@pytest.mark.parametrize(("starts", "due", "met", "expected"), rows("starts", "due", "met", "counts as"))
def test_how_a_clock_counts(starts: str, due: str, met: str, expected: str) -> None:
    def moment(words: str) -> datetime:
        words = words.replace("an ", "a ").replace("two ", "2 ")
        return NOW + span(words) if words.startswith("in") else NOW - span(words)

    found = times([Run(moment(starts), moment(due), None if met == "no" else moment(met))], NOW)
    assert {"kept": found.kept, "late": found.late, "running": found.running} == {
        one: int(one == expected) for one in ("kept", "late", "running")
    }


def test_times_are_of_what_was_answered_and_the_share_is_of_what_ended() -> None:
    hours = [timedelta(hours=number) for number in range(1, 11)]
    runs = [Run(NOW - one, NOW, NOW) for one in hours]
    runs += [Run(NOW - hours[0], NOW - hours[0], None), Run(NOW, NOW + hours[0], None)]
    found = times(runs, NOW)
    assert (found.kept, found.late, found.running) == (10, 1, 1)
    assert (found.median, found.ninetieth, found.share) == (hours[4], hours[8], 10 / 11)
    assert times([], NOW).median is None
    assert times([], NOW).share is None
