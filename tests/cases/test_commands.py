"""`sekisho desk`: the queue, a case without its words, and what is past its time."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from sekisho.cases import actions
from sekisho.cases.types import CaseView, State
from sekisho.cli import desk
from tests.cases.conftest import CLOCK
from tests.cast import Cast


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command runs over the tests' own databases."""
    monkeypatch.setattr(desk, "set_up", lambda folder: None)
    monkeypatch.setattr(desk, "require_migrated", lambda: None)


def run(*arguments: str, code: int = 0) -> Result:
    done = CliRunner().invoke(desk.command, [*arguments], catch_exceptions=False)
    assert done.exit_code == code, done.output
    return done


def test_what_waits_is_listed_without_a_word_of_it(asked: CaseView) -> None:
    (line,) = run("list", "--json").stdout.splitlines()
    told = json.loads(line)
    assert (told["reference"], told["queue"], told["overdue"]) == (asked.reference, "support", True)
    assert asked.reference in run("list", "--queue", "support").stdout
    assert "No case waits." in run("list", "--queue", "legal").stdout
    assert "They are: support" in run("list", "--queue", "nowhere", code=1).output


def test_a_case_is_shown_without_its_words(asked: CaseView) -> None:
    shown = run("show", asked.reference, "--json").stdout
    assert json.loads(shown)["clocks"][0]["duty"] == "first_reply"
    for page in (shown, run("show", asked.reference.lower()).stdout):
        assert "請求" not in page
        assert "aiko@" not in page
    assert run("show", "0000-0000", code=1).exit_code == 1


def test_what_would_end_is_counted_and_nothing_ends(asked: CaseView, cast: Cast) -> None:
    actions.change_state(cast.viewer("daiki"), asked.id, State.CLOSED, "done", clock=CLOCK)
    assert json.loads(run("ending", "--json").stdout)["words"] == 1
    assert "1 cases whose words" in run("ending").stdout
