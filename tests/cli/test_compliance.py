"""`sekisho compliance`: the profile is stated, law is listed, the report is written."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner, Result

from sekisho.accounts.types import system
from sekisho.base.clock import fixed_clock
from sekisho.cli import compliance, doctor_law
from sekisho.cli.health import State
from sekisho.compliance import queries
from sekisho.compliance.actions import publish_contact, take_complaint
from sekisho.compliance.types import Means, Point, Regime, Uk, Way
from tests.compliance.makers import complaint

AT = datetime(2026, 12, 1, 9, tzinfo=UTC)


def run(*words: str) -> Result:
    return CliRunner().invoke(compliance.command, list(words))


def test_the_profile_is_stated_field_by_field(db: None) -> None:
    assert json.loads(run("profile", "show", "--json").stdout)["profile"]["dsa"] == "none"
    done = run("profile", "set", "uk=u2u", "au_dis=yes", "--reason", "Chats are shared")
    assert done.exit_code == 0, done.output
    held = queries.profile()
    assert (held.profile.uk, held.profile.au_dis, held.stated_by) == (Uk.U2U, True, "system:cli")
    assert "u2u" in run("profile", "show").stdout


@pytest.mark.parametrize("word", ["dsa=maybe", "usa=yes", "dsa"])
def test_a_word_that_no_field_takes_is_refused_with_those_it_takes(db: None, word: str) -> None:
    done = run("profile", "set", word, "--reason", "x")
    assert done.exit_code != 0
    assert "none|intermediary|hosting|platform" in str(done.exception)


def test_law_is_listed_with_its_day_of_review(db: None) -> None:
    done = run("law", "--json")
    found = {one["regime"]: one for one in json.loads(done.stdout)}
    assert set(found) == set(Regime)
    assert found["own"]["applies"] is True
    assert found["au_dis"]["not_verified"] > 0


def test_the_report_is_written_twice_the_same(db: None) -> None:
    words = ("report", "--from", "2026-01-01", "--to", "2026-03-31")
    first, again = run(*words), run(*words)
    assert first.exit_code == 0, first.output
    assert first.stdout == again.stdout
    assert json.loads(first.stdout)["until"] == "2026-03-31"
    assert run(*words, "--format", "csv").stdout.startswith("section,dimension,value,count")
    assert run("report", "--from", "2026-03-31", "--to", "2026-01-01").exit_code != 0


def test_the_doctor_tells_what_is_missing_stale_and_late(db: None) -> None:
    found = doctor_law.check_law(AT)
    assert (found.state, "nobody has stated" in found.found.en) == (State.NOTE, True)
    run("profile", "set", "dsa=hosting", "--reason", "Texts are kept")
    lacking = doctor_law.check_law(AT)
    assert (lacking.state, lacking.found.en.endswith(": eu")) == (State.NOTE, True)
    ways = (Way(Means.EMAIL, "dsa@example.test", True), Way(Means.FORM, "/complaints", True))
    publish_contact(system("test"), Point.EU, ways, ("en",))
    assert doctor_law.check_law(AT).state is State.OK
    stale = doctor_law.check_law(AT + timedelta(days=400))
    assert (stale.state, "dsa" in stale.found.en) == (State.NOTE, True)
    take_complaint(complaint(regime=Regime.OWN, kind="other"), clock=fixed_clock(AT))
    assert doctor_law.check_law(AT + timedelta(days=30)).state is State.FAILED
