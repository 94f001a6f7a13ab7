"""The tables of docs/rules/notices.md are what the rules do."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from sekisho.base.text import Text
from sekisho.enforcement.letters import points
from sekisho.enforcement.rules.eu_database import CATEGORIES
from sekisho.enforcement.rules.statements import LINK_LIFE
from sekisho.enforcement.types import Measure, RestrictionView, Statement, Unit, UnitKind
from sekisho.notices.rules import LEASE, after_failure
from sekisho.notices.types import GivenUp, Later

AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def page(root):
    return (root / "docs" / "rules" / "notices.md").read_text(encoding="utf-8")


def table(page, heading):
    """Return the rows beneath the row of headings that begins with `heading`."""
    _, _, rest = page.partition(f"\n| {heading} |")
    lines = re.findall(r"^\|(.*)\|$", rest.split("\n\n")[0], re.MULTILINE)
    return [[cell.strip() for cell in line.split("|")] for line in lines if not line.startswith(" ---")]


def test_a_statement_says_these_points_in_this_order(page):
    unit = Unit(UnitKind.KEY, "key_1", "org_1")
    told = Statement(Text("What.", "何か。"))
    view = RestrictionView("rst_1", unit, Measure.SUSPENDED, "cyber", AT, None, None, "sor_1", told, ())
    assert [row[0] for row in table(page, "point")] == [point.name for point in points(view)]


def test_together_the_points_are_what_the_law_asks_for(page):
    letters = {letter for row in table(page, "point") for letter in re.findall(r"\((\w)\)", row[2])}
    assert letters == set("abcdef")


def test_mails_are_tried_again_as_the_table_says(page):
    for number, rest in table(page, "failure number"):
        answer = after_failure(int(number), AT)
        if rest == "given up":
            assert answer == GivenUp("tried_too_often")
        else:
            assert answer == Later(AT + timedelta(minutes=int(rest.split()[0])))


def test_clauses_have_the_categories_of_the_table(page):
    assert {clause: tuple(words.split(", ")) for clause, words in table(page, "clause")} == CATEGORIES


def test_the_figures_in_the_sentences_are_those_of_the_rules(page):
    assert f"opens for {LINK_LIFE.days} days" in page
    assert timedelta(minutes=10) == LEASE
    assert "taken for ten minutes" in page
