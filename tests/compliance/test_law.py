"""The law's files: what they must hold, how they are read, and that no number of theirs stands in code."""

from __future__ import annotations

import ast
import re
from datetime import date
from pathlib import Path

import pytest

from sekisho.compliance import law as shelf
from sekisho.compliance.law import FIELDS, LawError, is_stale, law, laws, load
from sekisho.compliance.types import (
    ClockRule,
    Dsa,
    DutyRule,
    KindRule,
    Matter,
    Profile,
    Regime,
    Route,
    Uk,
)

HOME = Path(shelf.__file__).parents[1]
PAGES = HOME.parent / "console"
SHIPPED = (HOME / "law" / "uk_dp.yaml").read_text("utf-8")
CITATION = re.compile(
    r"\b(?:art(?:icle|\.)|s(?:ection|\.)|§)\s*\d|第\s*\d+\s*条|\b\d+\s*(?:working )?days?\b|\d+\s*日"
)


@pytest.mark.parametrize("regime", list(Regime))
def test_every_regime_has_its_file_and_says_who_read_it(regime: Regime) -> None:
    found = law(regime)
    assert found.regime is regime
    assert found.source
    assert found.title.ja != found.title.en
    everything: list[DutyRule | ClockRule | KindRule | Route] = []
    everything += [*found.duties, *found.clocks]
    everything += [*found.kinds, *found.routes]
    for each in everything:
        assert (
            each.cited.article or not each.cited.verified or regime is Regime.OWN or "our own" in repr(each)
        )


def test_every_regime_with_kinds_has_clocks_and_a_way_onward() -> None:
    for found in laws().values():
        if found.kinds:
            duties = {rule.duty for rule in found.clocks if rule.matter is Matter.COMPLAINT}
            assert duties == {"acknowledgement", "outcome"}
            assert found.routes


def test_the_kinds_of_the_united_kingdom_are_those_of_the_source_document() -> None:
    titles = [kind.title.ja for kind in law(Regime.UK_OSA).kinds]
    assert titles[1:5] == [
        "違法なコンテンツ安全義務",
        "コンテンツ報告義務",
        "表現の自由とプライバシー",
        "利用規約に違反する積極的なテクノロジーの使用",
    ]
    articles = {kind.cited.article for kind in law(Regime.UK_OSA).kinds}
    assert articles == {f"21(4)({letter})" for letter in "abcde"}


def test_every_field_of_the_profile_has_its_words() -> None:
    assert FIELDS["dsa"] == tuple(Dsa)
    assert FIELDS["uk"] == tuple(Uk)
    assert all(Profile().words()[name] in words for name, words in FIELDS.items())


@pytest.mark.parametrize(
    ("wrong", "right", "code"),
    [
        pytest.param("term: 30d", "term: thirty days", "unexpected_value", id="no length of time"),
        pytest.param("from: next_day", "from: nextday", "unknown_word", id="a misspelt word"),
        pytest.param("zone: \"Europe/London\"", "zone: \"Europe/Londn\"", "unexpected_value", id="no such zone"),
        pytest.param("holidays: \"UK\"", "holidays: \"GBR\"", "unknown_word", id="no such holidays"),
        pytest.param("target: 3d", "tarhet: 3d", "unknown_field", id="an unknown field"),
        pytest.param("    target: 30d\n", "", "no_term", id="a clock that never ends"),
        pytest.param("id: data_request", "id: data_use", "repeated_id", id="an id twice"),
        pytest.param("{uk_gdpr: [\"yes\"]}", "{uk_gdpr: [\"maybe\"]}", "unknown_word", id="no value of the profile"),
        pytest.param("reviewed: \"2026-11-23\"", "reviewed: \"lately\"", "unexpected_value", id="no day of review"),
        pytest.param("regime: uk_dp", "regime: [uk_dp", "not_yaml", id="no YAML"),
    ],
)  # fmt: skip
def test_a_file_with_a_mistake_is_told_where(wrong: str, right: str, code: str) -> None:
    assert wrong in SHIPPED
    with pytest.raises(LawError) as raised:
        load(SHIPPED.replace(wrong, right, 1), "uk_dp.yaml")
    (problem,) = raised.value.problems
    assert (problem.code, problem.source) == (code, "uk_dp.yaml")
    assert problem.line >= 1
    assert problem.message.en != problem.message.ja


def test_an_installation_reads_the_law_in_a_file_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "uk_dp.yaml").write_text(SHIPPED.replace("target: 3d", "target: 2d"), "utf-8")
    monkeypatch.setenv("SEKISHO_LAW_DIR", str(tmp_path))
    (rule, _) = law(Regime.UK_DP).clocks
    assert rule.target is not None
    assert rule.target.count == 2
    assert law(Regime.DSA).duties


@pytest.mark.parametrize(
    ("on", "stale"),
    [
        pytest.param(date(2026, 11, 23), False, id="reviewed today"),
        pytest.param(date(2027, 5, 21), False, id="the last day"),
        pytest.param(date(2027, 5, 22), True, id="a day late"),
    ],
)
def test_a_review_grows_stale(on: date, stale: bool) -> None:
    assert is_stale(law(Regime.DSA), on) is stale


def test_no_article_and_no_number_of_days_stands_in_code() -> None:
    """Docstrings and comments may cite; a value may not."""
    found = [
        f"{path.name}: {text}"
        for path in (*HOME.rglob("*.py"), *PAGES.glob("compliance*.py"))
        for text in _texts(ast.parse(path.read_text("utf-8")))
        if CITATION.search(text)
    ]
    assert found == []


def _texts(tree: ast.Module) -> list[str]:
    said = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said
    ]
