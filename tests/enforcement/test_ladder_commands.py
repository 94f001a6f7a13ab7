"""`sekisho enforcement simulate` and `standing`: what programs and people read of the ladder."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from sekisho.cli import cli
from sekisho.policy.actions import install_reference
from tests.enforcement.violations import arrive, violation

TODAY = datetime(2026, 3, 1, 9, tzinfo=UTC)
CLOCKS = ("sekisho.cli.ladder_simulate.system_clock", "sekisho.cli.ladder_standing.system_clock")


@pytest.fixture(autouse=True)
def _history(cast, monkeypatch) -> None:
    for clock in CLOCKS:
        monkeypatch.setattr(clock, lambda: TODAY)
    install_reference(clock=lambda: TODAY)
    long_ago = TODAY - timedelta(days=1)
    decisions = [violation(number, cast.atelier.id, long_ago, end_user="eu_1") for number in (1, 2)]
    arrive(decisions, TODAY)


def run(*arguments: str):
    found = CliRunner().invoke(cli, ["enforcement", *arguments], catch_exceptions=False)
    assert found.exit_code == 0, found.output
    return found.output


def test_a_file_is_tried_and_drawn(tmp_path):
    (tmp_path / "ladder.yaml").write_text("weights: {fraud_predation: 3}\n", encoding="utf-8")
    drawing = tmp_path / "out.html"
    file = str(tmp_path / "ladder.yaml")
    found = json.loads(run("simulate", "--ladder", file, "--json", "--html", str(drawing)))
    assert found["decisions"] == 2
    assert [row["unit"] for row in found["harder"]] == ["eu_1"]
    assert "<svg" in drawing.read_text(encoding="utf-8")


def test_without_a_file_the_ladder_in_force_is_run():
    assert "Nobody would be taken further." in run("simulate")


def test_earlier_decisions_are_left_out(tmp_path):
    tomorrow = f"{TODAY + timedelta(days=1):%Y-%m-%d}"
    assert json.loads(run("simulate", "--since", tomorrow, "--json"))["decisions"] == 0


def test_a_file_that_is_wrong_is_refused_at_its_place(tmp_path):
    (tmp_path / "ladder.yaml").write_text("warnings: 1\n", encoding="utf-8")
    found = CliRunner().invoke(cli, ["enforcement", "simulate", "--ladder", str(tmp_path / "ladder.yaml")])
    assert found.exit_code != 0


def test_a_standing_is_told_with_its_strikes(cast):
    found = json.loads(run("standing", "eu_1", "--organisation", cast.atelier.id, "--json"))
    assert (found["rung"], found["points"], len(found["strikes"])) == ("throttle", 600, 2)
    told = run("standing", "eu_1", "--organisation", cast.atelier.id)
    assert "Stands at: throttle, 600 points." in told
    assert "Gets better by itself on" in told
