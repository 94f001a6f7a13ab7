"""The table in docs/rules/policy-verdict.md, the laws of the lattice, and versions by moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain, combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from sekisho.base.text import Text
from sekisho.detection.types import EVERY_CLAUSE, Finding, Outcome, Role, Span
from sekisho.policy.packs import reference_packs
from sekisho.policy.rules import evaluate, join, pack_in_force, pack_to_come, unscreened
from sekisho.policy.types import (
    Action,
    Audience,
    Clause,
    Context,
    FailMode,
    Pack,
    Part,
    Severity,
    StreamMode,
    Threshold,
)

WORDS = Text("words", "言葉")
NOON = datetime(2025, 1, 1, 12, tzinfo=UTC)
HALF = {"*": Threshold(0.5, 0.5)}
SCORER = {"en": Threshold(0.9, 0.6), "*": Threshold(0.97, 0.97)}


def clause(name: str, **fields: object) -> Clause:
    usual: dict[str, object] = {
        "part": Part.STANDARD,
        "title": WORDS,
        "text": WORDS,
        "covers": (),
        "spares": (),
        "severity": Severity.MEDIUM,
        "hard": False,
        "on_input": Action.BLOCK,
        "on_output": Action.BLOCK,
        "fail": FailMode.SKIP,
        "stream": StreamMode.WINDOW,
        "thresholds": {"patterns": HALF, "scorer": SCORER, "judge": HALF},
    }
    return Clause(id=name, **(usual | fields))  # type: ignore[arg-type]


PACK = Pack(
    name="table",
    version="1",
    title=WORDS,
    preamble=WORDS,
    canonical="en",
    announced_at=NOON,
    effective_at=NOON,
    clauses=(
        clause("soft"),
        clause(
            "hard",
            hard=True,
            fail=FailMode.HOLD,
            severity=Severity.CRITICAL,
            thresholds={
                "patterns": HALF,
                "scorer": SCORER | {"*": Threshold(0.97, 0.97, FailMode.SKIP)},
                "judge": HALF,
            },
        ),
        clause("fires", hard=True, fail=FailMode.FIRE, thresholds={"patterns": HALF}),
        clause(
            "masks",
            fail=FailMode.HOLD,
            thresholds={"patterns": HALF, "entities": {"*": Threshold(0.5, 0.5, most=Action.MODIFY)}},
        ),
        clause(
            "hr_legal",
            part=Part.HIGH_RISK,
            fail=FailMode.HOLD,
            on_input=Action.ANNOTATE,
            on_output=Action.HOLD,
        ),
    ),
    unscreened=Action.ANNOTATE,
    unscreened_for={Audience.MINORS: Action.BLOCK},
    tightened_for=frozenset({Audience.MINORS}),
)
ENGLISH = Context(Role.PROMPT, "en")


def table() -> list[list[str]]:
    page = Path(__file__).parents[2] / "docs" / "rules" / "policy-verdict.md"
    rows = [line.strip("|").split("|") for line in page.read_text("utf-8").splitlines() if line[:1] == "|"]
    return [[cell.strip() for cell in row] for row in rows[2:]]


def context_for(role: str, language: str, key: str) -> Context:
    if key.startswith("hr_"):
        return Context(Role(role), language, Audience.HIGH_RISK, key)
    return Context(Role(role), language, Audience(key))


@pytest.mark.parametrize("row", table(), ids=" ".join)
def test_a_finding_amounts_to_what_the_page_says(row: list[str]) -> None:
    name, detector, outcome, score, language, role, key, cleared, action, recorded = row
    finding = Finding(name, detector, Outcome(outcome), float(score))
    judged = frozenset({name}) if cleared == "yes" else frozenset()
    verdict = evaluate(PACK, [finding], context_for(role, language, key), judged)
    assert verdict.action.word == action
    assert [ground.outcome for ground in verdict.grounds] == ([recorded] if recorded else [])


# --- the laws ---

findings = st.builds(
    Finding,
    clause=st.sampled_from([*(clause.id for clause in PACK.clauses), EVERY_CLAUSE, "unknown"]),
    detector=st.sampled_from(["patterns", "entities", "scorer", "judge", "unknown"]),
    outcome=st.sampled_from(Outcome),
    score=st.sampled_from([-1.0, 0.0, 0.49, 0.5, 0.6, 0.89, 0.9, 0.97, 1.0, 7.0, float("nan"), float("inf")]),
    code=st.sampled_from(["", "a", "b"]),
    span=st.none() | st.builds(Span, st.integers(0, 3), st.integers(4, 6)),
    version=st.sampled_from(["1", "2"]),
)
contexts = st.builds(
    Context,
    role=st.sampled_from(Role),
    language=st.sampled_from(["en", "ja", "fr", "und"]),
    audience=st.sampled_from(Audience),
    domain=st.none() | st.sampled_from(["hr_legal", "hr_finance"]),
)
clearances = st.frozensets(st.sampled_from([clause.id for clause in PACK.clauses]))
actions = st.sampled_from(Action)
packs = st.sampled_from([PACK, *reference_packs()])


@given(packs, st.lists(findings), findings, contexts, clearances)
def test_one_more_finding_never_loosens(pack, found, another, context, cleared) -> None:
    before = evaluate(pack, found, context, cleared)
    after = evaluate(pack, [*found, another], context, cleared)
    assert after.action >= before.action
    assert set(before.grounds) <= set(after.grounds)


@given(
    packs,
    st.lists(findings).flatmap(lambda found: st.tuples(st.just(found), st.permutations(found))),
    contexts,
)
def test_the_order_of_findings_never_matters(pack, both, context) -> None:
    found, shuffled = both
    assert evaluate(pack, found, context) == evaluate(pack, shuffled, context)


@given(st.lists(findings), contexts, clearances)
def test_a_finding_said_twice_counts_once(found, context, cleared) -> None:
    assert evaluate(PACK, found + found, context, cleared) == evaluate(PACK, found, context, cleared)


@given(st.lists(findings), contexts)
def test_the_verdict_is_the_join_of_the_verdicts_on_each_finding(found, context) -> None:
    whole = evaluate(PACK, found, context)
    parts = join(PACK, (evaluate(PACK, [finding], context) for finding in found))
    assert (parts.action, parts.grounds) == (whole.action, whole.grounds)
    assert whole.action == max((ground.action for ground in whole.grounds), default=Action.ALLOW)


@given(st.lists(findings), contexts, clearances)
def test_a_judge_only_lowers_and_never_what_is_hard(found, context, cleared) -> None:
    strict, lenient = evaluate(PACK, found, context), evaluate(PACK, found, context, cleared)
    assert lenient.action <= strict.action
    hard = {"hard", "fires"}
    assert [ground for ground in lenient.grounds if ground.clause in hard] == [
        ground for ground in strict.grounds if ground.clause in hard
    ]


@given(st.lists(findings), contexts)
def test_input_is_never_modified(found, context) -> None:
    verdict = evaluate(PACK, found, structs.replace(context, role=Role.PROMPT))
    assert Action.MODIFY not in {ground.action for ground in verdict.grounds}


@given(actions, actions, actions)
def test_join_is_a_semilattice_with_allow_below_all(a, b, c) -> None:
    assert max(a, b) == max(b, a)
    assert max(max(a, b), c) == max(a, max(b, c))
    assert max(a, a) == a
    assert max(a, Action.ALLOW) == a


def test_the_lattice_has_five_steps_in_this_order() -> None:
    assert [action.word for action in sorted(Action)] == ["allow", "annotate", "modify", "hold", "block"]


# --- grounds ---


def test_a_ground_says_who_saw_what_where_and_against_which_threshold() -> None:
    finding = Finding("soft", "patterns", score=0.8, code="example", span=Span(3, 9), version="7")
    (ground,) = evaluate(PACK, [finding], ENGLISH).grounds
    assert (ground.detector, ground.detector_version, ground.code) == ("patterns", "7", "example")
    assert (ground.score, ground.threshold, ground.span) == (0.8, 0.5, (3, 9))


def test_the_gravest_ground_comes_first_and_names_the_clause() -> None:
    found = [Finding("soft", "patterns"), Finding("masks", "patterns"), Finding("hard", "patterns")]
    verdict = evaluate(PACK, found, ENGLISH)
    assert verdict.clause == "hard"
    assert verdict.pack == "table@1"


def test_what_is_unknown_of_every_clause_is_recorded_once_and_against_none() -> None:
    unmeasured = Finding(EVERY_CLAUSE, "scorer", Outcome.UNSURE, code="language_unmeasured")
    verdict = evaluate(PACK, [unmeasured], Context(Role.PROMPT, "fr"))
    assert verdict.action is Action.ANNOTATE
    assert [(ground.clause, ground.code) for ground in verdict.grounds] == [("*", "language_unmeasured")]
    assert verdict.clause is None


def test_a_missing_detector_makes_every_hard_clause_hold_that_relies_on_it() -> None:
    late = Finding(EVERY_CLAUSE, "scorer", Outcome.ERROR, code="late")
    verdict = evaluate(PACK, [late], ENGLISH)
    assert verdict.action is Action.HOLD
    assert verdict.clause == "hard"


def test_a_threshold_for_one_code_goes_before_that_of_its_detector() -> None:
    masks = next(one for one in PACK.clauses if one.id == "masks")
    own = masks.thresholds | {"entities.phone_number": {"*": Threshold(0.5, 0.5, most=Action.ANNOTATE)}}
    pack = replace(PACK, clauses=(replace(masks, thresholds=own),))
    for code, action in (("phone_number", Action.ANNOTATE), ("card_number", Action.MODIFY)):
        found = [Finding("masks", "entities", code=code)]
        assert evaluate(pack, found, Context(Role.OUTPUT, "ja")).action is action


# --- the judge's questions ---


@pytest.mark.parametrize(
    ("found", "cleared", "asked"),
    [
        pytest.param([Finding("soft", "scorer", score=0.7)], (), ("soft",), id="in the band"),
        pytest.param([Finding("soft", "scorer", score=0.95)], (), (), id="above the band"),
        pytest.param([Finding("soft", "scorer", score=0.5)], (), (), id="below the band"),
        pytest.param([Finding("soft", "scorer", score=0.7)], ("soft",), (), id="a judge has cleared it"),
        pytest.param(
            [Finding("soft", "scorer", score=0.7), Finding("soft", "judge")],
            (),
            (),
            id="a judge has confirmed it",
        ),
        pytest.param(
            [Finding("hr_legal", "scorer", score=0.7)], (), (), id="the answer could change nothing"
        ),
        pytest.param([Finding("fires", "patterns", Outcome.UNSURE)], (), (), id="the clause has no judge"),
        pytest.param(
            [Finding("*", "scorer", Outcome.UNSURE)], (), ("hard", "soft"), id="a detector is unsure"
        ),
        pytest.param([Finding("*", "scorer", Outcome.ERROR)], (), (), id="a detector is missing"),
    ],
)
def test_a_judge_is_asked_where_there_is_doubt(found, cleared, asked) -> None:
    assert evaluate(PACK, found, ENGLISH, frozenset(cleared)).asks_judge == asked


def test_what_a_judge_finds_counts_as_a_finding_and_is_not_lowered_by_its_own_clearance() -> None:
    verdict = evaluate(PACK, [Finding("soft", "judge", score=0.8)], ENGLISH, frozenset({"soft"}))
    assert verdict.action is Action.BLOCK


# --- media ---


@pytest.mark.parametrize(
    ("audience", "action"),
    [
        pytest.param(Audience.GENERAL, Action.ANNOTATE, id="general"),
        pytest.param(Audience.MINORS, Action.BLOCK, id="minors"),
    ],
)
def test_media_that_nobody_can_read_leave_a_ground_each(audience, action) -> None:
    verdict = unscreened(PACK, ["image", "audio", "image"], Context(Role.PROMPT, "und", audience))
    assert verdict.action is action
    assert [ground.code for ground in verdict.grounds] == ["unscreened:audio", "unscreened:image"]


def test_media_leave_a_ground_even_where_the_pack_allows_them() -> None:
    lenient = replace(PACK, unscreened=Action.ALLOW)
    assert unscreened(lenient, ["image"], ENGLISH).action is Action.ANNOTATE


def test_a_passage_without_media_has_nothing_unscreened() -> None:
    assert unscreened(PACK, [], ENGLISH) == join(PACK, []) == evaluate(PACK, [], ENGLISH)


# --- versions ---

SECOND = timedelta(seconds=1)
OLD = replace(PACK, version="old", announced_at=NOON - 30 * SECOND, effective_at=NOON)
NEW = replace(PACK, version="new", announced_at=NOON + 30 * SECOND, effective_at=NOON + 60 * SECOND)


@pytest.mark.parametrize(
    ("at", "version", "to_come"),
    [
        pytest.param(NOON - 31 * SECOND, None, None, id="before the first is announced"),
        pytest.param(NOON - SECOND, None, "old", id="a second before the first"),
        pytest.param(NOON, "old", None, id="the first instant"),
        pytest.param(NOON + 30 * SECOND, "old", "new", id="the next is announced"),
        pytest.param(NOON + 59 * SECOND, "old", "new", id="a second before the next"),
        pytest.param(NOON + 60 * SECOND, "new", None, id="the first instant of the next"),
        pytest.param(NOON + timedelta(days=9999), "new", None, id="long after"),
    ],
)
def test_an_event_is_judged_by_the_version_in_force_at_its_moment(at, version, to_come) -> None:
    for versions in ([OLD, NEW], [NEW, OLD]):
        assert getattr(pack_in_force(versions, at), "version", None) == version
        assert getattr(pack_to_come(versions, at), "version", None) == to_come


def test_no_finding_is_lost_by_taking_them_in_any_groups() -> None:
    found = [Finding("soft", "patterns"), Finding("masks", "entities"), Finding("hard", "scorer", score=0.7)]
    subsets = chain.from_iterable(combinations(found, count) for count in range(4))
    whole = evaluate(PACK, found, ENGLISH)
    for subset in subsets:
        rest = [finding for finding in found if finding not in subset]
        halves = join(PACK, [evaluate(PACK, subset, ENGLISH), evaluate(PACK, rest, ENGLISH)])
        assert halves == whole
