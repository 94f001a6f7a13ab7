"""`sekisho appeals`: the queue, the outcomes, and who is trained for minors."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from sekisho.accounts.models import StaffAppointment
from sekisho.accounts.types import StaffRole
from sekisho.base.clock import system_clock
from sekisho.cli import appeals
from sekisho.enforcement.appeals import actions, queries
from tests.cast import Cast
from tests.enforcement.appeals.conftest import AT, REVERSED, Suspend, appeal


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command runs over the tests' own databases."""
    monkeypatch.setattr(appeals, "set_up", lambda folder: None)
    monkeypatch.setattr(appeals, "require_migrated", lambda: None)


def run(*arguments: str) -> Result:
    done = CliRunner().invoke(appeals.command, [*arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done


def test_what_waits_is_listed(suspend: Suspend) -> None:
    made = appeal(suspend())
    (line,) = run("list", "--json").stdout.splitlines()
    assert json.loads(line)["id"] == made
    assert made in run("list").stdout


def test_outcomes_are_counted(suspend: Suspend, cast: Cast) -> None:
    made = appeal(suspend())
    actions.take(cast.viewer("fumi"), made)
    actions.decide(cast.viewer("fumi"), made, REVERSED)
    (line,) = run("outcomes", "--json").stdout.splitlines()
    assert (json.loads(line)["outcome"], json.loads(line)["count"]) == ("reversed", 1)
    assert "fraud_predation" in run("outcomes").stdout


def test_training_is_registered_to_the_end_of_its_last_day_and_taken_back(cast: Cast) -> None:
    StaffAppointment.objects.create(person=cast.emi, role=StaffRole.POLICY)
    run("train", cast.fumi.email, "--until", "2026-06-01", "--as", cast.emi.email)
    assert queries.is_trained(cast.fumi.id, AT)
    assert not queries.is_trained(cast.fumi.id, system_clock())
    run("end-training", cast.fumi.email, "--as", cast.emi.email)
    assert not queries.is_trained(cast.fumi.id, AT)
