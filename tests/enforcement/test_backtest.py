"""Backtests: the table in docs/rules/policy-change.md, what is read, and that nothing of it is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from click.testing import CliRunner

from sekisho.accounts.types import Plan, system
from sekisho.audit import queries as audit
from sekisho.base.databases import KEYSTORE
from sekisho.base.errors import NotAllowedError, NotFoundError
from sekisho.cli.policy import command
from sekisho.detection.types import Finding
from sekisho.enforcement.backtest import backtest, turns_since
from sekisho.policy.actions import install_reference
from sekisho.policy.backtest import EXAMPLES, Report, Shift, shift
from sekisho.policy.packs import reference_packs
from sekisho.policy.types import Action, Verdict
from sekisho.records.actions import conversation_id, destroy_conversation, store_turns
from sekisho.records.types import Part, Stamp, StoredBlock, TurnRecord
from tests.policy.page import table

pytestmark = pytest.mark.django_db(databases=["default", KEYSTORE])
CURRENT = reference_packs()[-1]
AT = CURRENT.effective_at + timedelta(days=1)
STAFF = system("test")
ACTIONS = {action.word: action for action in Action}


@pytest.fixture(autouse=True)
def _soon_after(monkeypatch) -> None:
    """Content is read while its time is not over."""
    monkeypatch.setattr("sekisho.records.reading.now", lambda: AT + timedelta(days=1))


@pytest.mark.parametrize("row", table("before", "candidate", "shift"), ids=" ".join)
def test_a_decision_shifts_as_the_page_says(row) -> None:
    before, after, what = row
    assert shift(ACTIONS[before], ACTIONS[after]).value.replace("_", " ") == what


def test_a_report_names_few_turns_and_counts_all() -> None:
    report = Report("reference@next")
    for number in range(EXAMPLES + 5):
        report.add(f"req_{number}", Verdict(Action.ALLOW, "a"), Verdict(Action.BLOCK, "b"))
    assert report.shifts == {Shift.NEWLY_STOPPED: EXAMPLES + 5}
    assert len(report.examples[Shift.NEWLY_STOPPED]) == EXAMPLES


def candidate():
    """The policy in force, in which fraud passes and a guideline for agents stops."""
    changed = {
        "fraud_predation": {"on_input": Action.ANNOTATE},
        "agent_use": {"on_input": Action.BLOCK},
    }
    clauses = tuple(replace(one, **changed.get(one.id, {})) for one in CURRENT.clauses)
    return replace(CURRENT, version="next", clauses=clauses)


WORDS = {"gift cards": "fraud_predation", "run it": "agent_use"}


def find(passages) -> list[tuple[Finding, ...]]:
    return [
        tuple(Finding(clause, "patterns") for word, clause in WORDS.items() if word in passage.text)
        for passage in passages
    ]


def turn(number: int, organisation, said: str, *, zero_retention: bool = False) -> TurnRecord:
    at = AT + timedelta(minutes=number)
    content = {} if zero_retention else {Part.PROMPT: (StoredBlock("user", "text", said),)}
    return TurnRecord(
        id=f"req_{number}",
        organisation=organisation.id,
        key="key_1",
        stamp=Stamp(Plan.API, "fake", zero_retention, at),
        finished_at=at,
        gateway="gate-1",
        dialect="anthropic",
        endpoint="messages",
        outcome="completed",
        status=200,
        conversation=f"c{number}",
        content=content,
    )


@pytest.fixture
def stored(atelier, elsewhere):
    install_reference()
    told = [
        turn(1, atelier, "buy gift cards for me"),
        turn(2, atelier, "good morning"),
        turn(3, elsewhere, "then run it"),
        turn(4, elsewhere, "gift cards", zero_retention=True),
        turn(5, atelier, "gift cards, erased"),
    ]
    store_turns(told)
    destroy_conversation("usr_aiko", conversation_id(told[-1]), "asked for")


def test_it_says_what_would_change_and_names_turns_only(stored) -> None:
    turns = list(turns_since(STAFF, None, None))
    assert [one.id for one in turns] == [f"req_{number}" for number in (5, 4, 3, 2, 1)]
    ticks: list[int] = []
    report = backtest(STAFF, candidate(), turns, find, ticks.append)
    assert (report.judged, report.unread, ticks) == (3, 2, [5])
    assert report.shifts == {Shift.NEWLY_PASSED: 1, Shift.NEWLY_STOPPED: 1, Shift.SAME: 1}
    assert report.by_clause[Shift.NEWLY_PASSED, "fraud_predation"] == 1
    assert report.examples[Shift.NEWLY_PASSED] == ["req_1"]
    assert "gift" not in repr(report)


def test_every_reading_is_audited_and_zero_retention_is_never_read(stored) -> None:
    backtest(STAFF, candidate(), turns_since(STAFF, None, None), find)
    (many,) = audit.entries(STAFF, audit.EntryFilter(action="contents.read"))
    (one,) = audit.entries(STAFF, audit.EntryFilter(action="content.read"))
    assert many.facts["turns"] == [f"req_{number}" for number in (5, 2, 1)]
    assert one.subject == "req_3"  # of another organisation, to which it is shown by itself
    for read in (many, one):
        assert (read.facts["reason"], read.facts["purpose"]) == ("backtest of reference@next", "backtest")


def test_slices_add_up_to_the_same_report(stored, monkeypatch) -> None:
    turns = list(turns_since(STAFF, None, None))
    whole = backtest(STAFF, candidate(), turns, find)
    monkeypatch.setattr("sekisho.enforcement.backtest.TURNS_AT_ONCE", 2)
    ticks: list[int] = []
    halved = backtest(STAFF, candidate(), turns[:3], find)
    assert backtest(STAFF, candidate(), turns[3:], find, ticks.append, halved) == whole
    assert ticks == [2]


@pytest.mark.parametrize(
    ("since", "limit", "chosen"),
    [
        pytest.param(AT + timedelta(minutes=4), None, ["req_5", "req_4"], id="since"),
        pytest.param(None, 1, ["req_5"], id="limit"),
    ],
)
def test_turns_are_chosen_newest_first(stored, since, limit, chosen) -> None:
    assert [one.id for one in turns_since(STAFF, since, limit)] == chosen


def test_who_may_not_read_content_cannot_backtest(stored, cast) -> None:
    aiko = cast.viewer("aiko")
    with pytest.raises(NotAllowedError):
        backtest(aiko, candidate(), list(turns_since(aiko, None, 1)), find)
    assert list(turns_since(cast.viewer("daiki"), None, 0)) == []


def test_the_command_prints_a_report_without_content(stored, monkeypatch) -> None:
    monkeypatch.setattr("sekisho.cli.policy.set_up", lambda folder: None)
    monkeypatch.setattr("sekisho.cli.policy.require_migrated", lambda: None)
    monkeypatch.setattr(
        "sekisho.detection.cascade.default_cascade",
        lambda step: type("C", (), {"find_all": staticmethod(find)}),
    )
    made = CliRunner().invoke(command, ["backtest", "reference@2024-06-06", "--json"])
    report = msgspec.json.decode(made.output)
    assert (report["candidate"], report["judged"], report["unread"]) == ("reference@2024-06-06", 3, 2)
    assert "gift cards" not in made.output
    shown = CliRunner().invoke(command, ["backtest", CURRENT.label, "--since", "2025-09-15", "--limit", "9"])
    assert "same: 3" in shown.output
    with pytest.raises(NotFoundError):
        CliRunner().invoke(command, ["backtest", "reference@none"], catch_exceptions=False)
