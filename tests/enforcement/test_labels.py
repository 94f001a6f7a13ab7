"""Labels: who may write them, what makes sense, and whose text goes out with them (docs/rules/labels.md)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from sekisho.accounts.types import NOBODY, Plan, system
from sekisho.audit import queries as audit
from sekisho.base.databases import KEYSTORE
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.cli.labels import WITHHELD, command
from sekisho.detection.evaluation.rows import Source, read
from sekisho.enforcement import actions, queries
from sekisho.enforcement.actions import record_decisions
from sekisho.enforcement.labelling import export, text_of
from sekisho.enforcement.models import ReviewLabel
from sekisho.enforcement.rules.labels import may_label
from sekisho.enforcement.types import Allowed, DecisionRecord, Desk, Found, Label, Refused, Withheld
from sekisho.records.actions import conversation_id, destroy_conversation, store_turns
from sekisho.records.queries import events_of
from sekisho.records.types import Kind, Part, Stamp, StoredBlock, TurnRecord
from tests.cast import Cast

pytestmark = pytest.mark.django_db(databases=["default", KEYSTORE])
PAGE = Path(__file__).parents[2] / "docs" / "rules" / "labels.md"
AT = datetime(2026, 1, 1, 9, tzinfo=UTC)
SYSTEM = system("test")
HARMFUL = Found(True, ("cyber",))


def decided(id: str = "dec_1", turn: str = "req_1", stage: str = "prompt", **more: Any) -> DecisionRecord:
    made = DecisionRecord(
        id=id, turn=turn, organisation=more.pop("organisation", "org_1"), key="key_1", end_user="", at=AT,
        stage=stage, action="block", pack="reference@2025-09-15", clause="cyber", language="en", **more,
    )  # fmt: skip
    record_decisions([made])
    return made


def turn(id: str = "req_1", *, plan: Plan = Plan.API, zero: bool = False, **parts: Any) -> TurnRecord:
    content = {Part(name): blocks for name, blocks in parts.items()}
    return TurnRecord(
        id=id, organisation="org_1", key="key_1", stamp=Stamp(plan, "fake", zero, AT), finished_at=AT,
        gateway="gate-1", dialect="anthropic", endpoint="messages", outcome="blocked", status=200,
        conversation=f"c-{id}", content=content,
    )  # fmt: skip


def said(text: str, role: str = "user", kind: str = "text", digest: str = "") -> StoredBlock:
    return StoredBlock(role, kind, text, digest)


def latest() -> list[Label]:
    return list(queries.labels(SYSTEM))


# --- writing ---


@pytest.mark.parametrize(
    ("found", "answer"),
    [
        pytest.param(HARMFUL, Allowed(), id="harmful, with its standard"),
        pytest.param(Found(True), Allowed(), id="harmful in a way nobody named"),
        pytest.param(Found(False), Allowed(), id="harmless"),
        pytest.param(Found(None), Allowed(), id="it depends"),
        pytest.param(Found(False, ("hr_legal",), advice=True), Allowed(), id="harmless, about a domain"),
        pytest.param(Found(True, ("cybr",)), Refused("clause_unknown"), id="no such clause"),
        pytest.param(Found(True, ("agent_use",)), Refused("clause_unknown"), id="no clause of detectors"),
        pytest.param(Found(False, ("cyber",)), Refused("harmless_violates_nothing"), id="harmless, with a standard"),
        pytest.param(Found(None, ("cyber",)), Refused("harmless_violates_nothing"), id="it depends, with a standard"),
    ],
)  # fmt: skip
def test_what_makes_sense(found: Found, answer: Allowed | Refused) -> None:
    assert may_label(found) == answer


def test_a_reviewer_labels_and_the_audit_log_says_so_without_text(cast: Cast) -> None:
    decided()
    made = actions.label(cast.viewer("emi"), "dec_1", HARMFUL)
    (found,) = latest()
    assert (found.id, found.found, found.desk, found.by) == (made, HARMFUL, Desk.REVIEW, cast.emi.id)
    (entry,) = audit.entries(SYSTEM, audit.EntryFilter(action="decision.labelled"))
    assert (entry.actor, entry.subject) == (cast.emi.id, "dec_1")
    assert entry.facts["labels"] == ["cyber"]


@pytest.mark.parametrize(
    ("who", "desk", "may"),
    [
        ("emi", Desk.REVIEW, True),
        ("fumi", Desk.APPEAL, True),
        ("emi", Desk.APPEAL, False),
        ("fumi", Desk.REVIEW, False),
        ("daiki", Desk.REVIEW, False),
        ("aiko", Desk.REVIEW, False),
        ("ben", Desk.APPEAL, False),
        ("chie", Desk.REVIEW, False),
    ],
)
def test_who_may_label(who: str, desk: Desk, may: bool, cast: Cast) -> None:
    decided()
    if may:
        actions.label(cast.viewer(who), "dec_1", HARMFUL, desk)
    else:
        with pytest.raises(NotAllowedError):
            actions.label(cast.viewer(who), "dec_1", HARMFUL, desk)
    assert ReviewLabel.objects.count() == may


@pytest.mark.parametrize(
    ("found", "code"),
    [(Found(True, ("cybr",)), "clause_unknown"), (Found(False, ("cyber",)), "harmless_violates_nothing")],
)
def test_what_makes_no_sense_is_not_written(found: Found, code: str, cast: Cast) -> None:
    decided()
    with pytest.raises(SekishoError) as told:
        actions.label(cast.viewer("emi"), "dec_1", found)
    assert told.value.code == code
    assert not ReviewLabel.objects.exists()
    assert not audit.entries(SYSTEM, audit.EntryFilter(action="decision.labelled"))


def test_an_unknown_decision_has_no_label(cast: Cast) -> None:
    with pytest.raises(NotFoundError):
        actions.label(cast.viewer("emi"), "dec_none", HARMFUL)


def test_the_latest_counts_and_earlier_ones_stay(cast: Cast) -> None:
    decided()
    actions.label(cast.viewer("emi"), "dec_1", HARMFUL, clock=lambda: AT)
    actions.label(
        cast.viewer("fumi"), "dec_1", Found(False), Desk.APPEAL, clock=lambda: AT + timedelta(days=3)
    )
    (found,) = latest()
    assert (found.found, found.desk) == (Found(False), Desk.APPEAL)
    assert ReviewLabel.objects.count() == 2


def test_nobody_hears_an_appeal_against_what_they_reviewed(cast: Cast) -> None:
    decided()
    actions.label(SYSTEM, "dec_1", HARMFUL)
    with pytest.raises(SekishoError) as told:
        actions.label(SYSTEM, "dec_1", Found(False), Desk.APPEAL)
    assert told.value.code == "own_finding"


@pytest.mark.parametrize("who", ["aiko", "ben", "chie", "daiki"])
def test_others_see_no_labels(who: str, cast: Cast) -> None:
    with pytest.raises(NotFoundError):
        queries.labels(cast.viewer(who))
    with pytest.raises(NotFoundError):
        queries.labels(NOBODY)


# --- giving out ---


def table() -> list[list[str]]:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    begin = lines.index("| turn | terms | organisation agreed | content | text |") + 2
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in lines[begin:]
        if line.startswith("|")
    ]
    assert rows
    return rows


@pytest.mark.parametrize("row", table(), ids=" ".join)
def test_whose_text_goes_out(row: list[str]) -> None:
    kind, terms, agreed, content, outcome = row
    plan = Plan.PRO if terms == "consumer" else Plan.API
    parts: dict[str, Any] = {} if content == "none" else {"prompt": (said("the text"),)}
    made = turn(plan=plan, zero=kind == "zero retention", **parts)
    if kind != "gone":
        store_turns([made])
    if content == "destroyed":
        destroy_conversation("usr_aiko", conversation_id(made), "asked for")
    decided()
    actions.label(SYSTEM, "dec_1", HARMFUL)
    (found,) = export(SYSTEM, {"org_1"} if agreed == "yes" else set())
    expected = "given" if not isinstance(found, Withheld) else f"withheld: {found.code}"
    assert expected == outcome
    assert isinstance(found, Withheld) or found["text"] == "the text"


def test_the_page_and_the_command_know_every_reason() -> None:
    told = {row[-1].removeprefix("withheld: ") for row in table()} - {"given"}
    assert told == set(WITHHELD)


@pytest.mark.parametrize(
    ("stage", "digest", "text"),
    [
        pytest.param("prompt", "", "be brief\nhow?", id="all that was asked"),
        pytest.param("prompt", "d2", "how?", id="the very block"),
        pytest.param("tool_result", "", "a web page", id="what a tool brought"),
        pytest.param("output", "", "said in full", id="an answer as the model wrote it"),
        pytest.param("tool_call", "", '{"run": 1}', id="a tool call"),
    ],
)
def test_which_text_a_decision_was_about(stage: str, digest: str, text: str) -> None:
    parts = {
        Part.PROMPT: (said("be brief", "system", digest="d1"), said("how?", digest="d2"), said("a web page", "tool", "tool_result")),
        Part.WITHHELD: (said("said in full", "assistant"),),
        Part.ANSWER: (said('{"run": 1}', "assistant", "tool_use"),),
    }  # fmt: skip
    assert text_of(decided(stage=stage, input_digest=digest), parts) == text


def test_an_answer_goes_out_with_its_prompt() -> None:
    store_turns([turn(prompt=(said("how?"),), withheld=(said("so", "assistant"),))])
    decided(stage="output")
    actions.label(SYSTEM, "dec_1", HARMFUL)
    (row,) = export(SYSTEM, {"org_1"})
    assert not isinstance(row, Withheld)
    assert (row["text"], row["prompt"], row["role"]) == ("so", "how?", "output")


def test_each_reading_is_audited_and_what_is_withheld_is_not_read() -> None:
    store_turns([turn("req_1", prompt=(said("one"),)), turn("req_2", plan=Plan.PRO, prompt=(said("two"),))])
    for number in (1, 2):
        decided(f"dec_{number}", f"req_{number}")
        actions.label(SYSTEM, f"dec_{number}", HARMFUL)
    list(export(SYSTEM, {"org_1"}))
    read_ = audit.entries(SYSTEM, audit.EntryFilter(action="content.read"))
    assert [entry.subject for entry in read_] == ["req_1"]


# --- the command ---


@pytest.fixture
def ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """The databases of the test in the place of a data folder."""
    monkeypatch.setattr("sekisho.cli.labels.set_up", lambda folder: None)
    monkeypatch.setattr("sekisho.cli.labels.require_migrated", lambda: None)


@pytest.mark.usefixtures("ready")
def test_what_goes_out_is_what_evaluation_reads() -> None:
    store_turns([turn("req_1", prompt=(said("one"),)), turn("req_2", plan=Plan.PRO, prompt=(said("two"),))])
    for number in (1, 2):
        decided(f"dec_{number}", f"req_{number}")
        actions.label(SYSTEM, f"dec_{number}", HARMFUL, clock=lambda: AT)
    result = CliRunner().invoke(command, ["export", "--agreed", "org_1"])
    assert result.exit_code == 0, result.output
    reading = read([Source("export", "export", result.stdout.encode().splitlines())])
    assert reading.problems == []
    (row,) = reading.rows
    assert (row.id, row.text, row.harmful, row.source) == ("dec_1", "one", True, "reviews")
    assert row.labels == {"cyber"}
    assert "Exported: 1. Withheld: 1." in result.stderr
    assert "consumer terms" in result.stderr
    assert "two" not in result.output


@pytest.mark.usefixtures("ready")
def test_without_an_agreement_nothing_goes_out_and_since_leaves_out_what_is_older(tmp_path: Path) -> None:
    store_turns([turn(prompt=(said("one"),))])
    decided()
    actions.label(SYSTEM, "dec_1", HARMFUL, clock=lambda: AT)
    result = CliRunner().invoke(command, ["export"])
    assert result.stdout == ""
    later = CliRunner().invoke(command, ["export", "--agreed", "org_1", "--since", "2026-01-02"])
    assert "Exported: 0. Withheld: 0." in later.stderr
    file = tmp_path / "labels.jsonl"
    CliRunner().invoke(command, ["export", "--agreed", "org_1", "--output", str(file)])
    assert json.loads(file.read_text(encoding="utf-8"))["text"] == "one"


@pytest.mark.parametrize(
    ("found", "flagged"), [(HARMFUL, ["req_1"]), (Found(False), [])], ids=["harmful", "harmless"]
)
def test_what_people_find_harmful_is_never_used_for_training(
    cast: Cast, found: Found, flagged: list[str]
) -> None:
    """R-DATA-032: also where the gate let it pass; exports that hold it are recalled by the event."""
    decided()
    actions.label(cast.viewer("emi"), "dec_1", found)
    assert [one.scope.turn for one in events_of("org_1") if one.kind is Kind.FLAGGED] == flagged
