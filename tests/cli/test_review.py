"""`sekisho review`: the queue in its order, the next case, and the figures, for people and for programs."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from sekisho.cli.review import command
from sekisho.enforcement.review import actions
from sekisho.enforcement.review.types import Category, Report, Source
from tests.cast import Cast

EMI = ("--as", "emi@example.test")


@pytest.fixture
def cases(cast: Cast) -> list[str]:
    """Two reports, the second of which is due at once."""
    given = [(Category.OTHER, "First."), (Category.IMMINENT_HARM, "Second.")]
    return [actions.take_report(Report(Source.FORM, kind, text, "")).case for kind, text in given]


def run(*arguments: str) -> str:
    result = CliRunner().invoke(command, list(arguments))
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_queue_is_listed_in_the_order_of_work(cases: list[str]) -> None:
    rows = [json.loads(line) for line in run("queue", *EMI, "--json").splitlines()]
    assert [row["id"] for row in rows] == cases[::-1]
    assert rows[0]["gravity"] == "at_once"
    assert rows[0]["reference"] in run("queue", *EMI)


def test_the_next_case_is_taken(cases: list[str]) -> None:
    taken = json.loads(run("next", *EMI, "--json"))
    assert (taken["id"], bool(taken["claimed_until"])) == (cases[1], True)
    assert taken["reference"] in run("next", *EMI)


def test_nothing_that_waits_is_told(cast: Cast) -> None:
    assert json.loads(run("next", *EMI, "--json")) == {"case": None, "until": None}
    assert "Nothing waits" in run("next", *EMI)


def test_the_figures_are_told(cases: list[str]) -> None:
    assert json.loads(run("quality", *EMI, "--json"))["agreements"] == []
    assert "alpha" in run("quality", *EMI)


def test_others_are_told_nothing(cases: list[str]) -> None:
    result = CliRunner().invoke(command, ["queue", "--as", "chie@example.test"])
    assert result.exit_code != 0
