"""An overlay only tightens: the table in docs/rules/policy-change.md, the law, and errors at their place."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.detection.types import EVERY_CLAUSE, Finding, Outcome, Role, Span
from sekisho.policy.overlay import LowerThreshold, Overlay, StricterClause, floor_label, tightened
from sekisho.policy.overlay_file import load_overlay
from sekisho.policy.packs import reference_packs
from sekisho.policy.problems import PackError
from sekisho.policy.rules import JUDGE, evaluate, unscreened
from sekisho.policy.types import (
    Action,
    Audience,
    Context,
    FailMode,
    Pack,
    StreamMode,
    Threshold,
)
from tests.policy.makers import clause, pack
from tests.policy.page import table

CURRENT = reference_packs()[-1]
ACTIONS = {action.word: action for action in Action}
CLAUSE_FIELDS = {"on_input": ACTIONS, "on_output": ACTIONS, "fail": FailMode, "stream": StreamMode}


def floor_and_file(field: str, floor: str, wished: str) -> tuple[Pack, str]:
    """A floor with this value, and an overlay file that wishes the other."""
    if field == "unscreened":
        return pack(clause(), unscreened=ACTIONS[floor]), f"unscreened: {wished}"
    if field in CLAUSE_FIELDS:
        value = CLAUSE_FIELDS[field]
        held = value[floor] if isinstance(value, dict) else value(floor)
        return pack(clause(**{field: held})), f"clauses: {{fraud: {{{field}: {wished}}}}}"
    held = FailMode(floor) if field == "unsure" else float(floor)
    threshold = replace(Threshold(0.9, 0.6), **{field: held})
    return pack(
        clause(threshold=threshold)
    ), f"clauses: {{fraud: {{thresholds: {{scorer: {{ja: {{{field}: {wished}}}}}}}}}}}"


def value_of(field: str, of: Pack) -> str:
    [one] = of.clauses
    if field == "unscreened":
        return of.unscreened.word
    if field in CLAUSE_FIELDS:
        value = getattr(one, field)
        return value.word if isinstance(value, Action) else value.value
    by_language = one.thresholds["scorer"]
    return str(getattr(by_language.get("ja") or by_language["*"], field))


def wish(field: str, wished: str) -> Overlay:
    """The overlay as it would be without the check of the file."""
    if field == "unscreened":
        return Overlay("1", unscreened=ACTIONS[wished])
    if field in CLAUSE_FIELDS:
        value = CLAUSE_FIELDS[field]
        held = value[wished] if isinstance(value, dict) else value(wished)
        return Overlay("1", {"fraud": StricterClause(**{field: held})})
    held = FailMode(wished) if field == "unsure" else float(wished)
    return Overlay(
        "1", {"fraud": StricterClause(thresholds={"scorer": {"ja": LowerThreshold(**{field: held})}})}
    )


@pytest.mark.parametrize("row", table("field", "floor", "overlay", "holds", "file"), ids=" ".join)
def test_a_value_holds_as_the_page_says(row) -> None:
    field, floor, wished, holds, verdict = row
    beneath, text = floor_and_file(field, floor, wished)
    assert value_of(field, tightened(beneath, wish(field, wished))) == holds
    if verdict == "taken":
        assert value_of(field, tightened(beneath, load_overlay(text, "own.yaml", beneath))) == holds
    else:
        with pytest.raises(PackError) as refusal:
            load_overlay(text, "own.yaml", beneath)
        assert [problem.code for problem in refusal.value.problems] == ["loosens"]


# --- the law ---

actions = st.none() | st.sampled_from([Action.ANNOTATE, Action.HOLD, Action.BLOCK])
scores = st.sampled_from([0.0, 0.3, 0.5, 0.6, 0.75, 0.9, 1.0])
wishes = st.builds(
    LowerThreshold,
    act=st.none() | scores,
    ask=st.none() | scores,
    unsure=st.none() | st.sampled_from(FailMode),
)
languages = st.sampled_from(["en", "ja", "fr", "*"])
detectors = st.sampled_from(["patterns", "entities", "scorer", "injection", JUDGE, "unknown"])
stricter = st.builds(
    StricterClause,
    on_input=actions,
    on_output=st.none() | st.sampled_from(Action),
    fail=st.none() | st.sampled_from(FailMode),
    stream=st.none() | st.sampled_from(StreamMode),
    thresholds=st.dictionaries(detectors, st.dictionaries(languages, wishes, max_size=2), max_size=3),
)
floors = st.builds(
    lambda first, second, least: pack(first, second, unscreened=least),
    *(
        st.builds(
            clause,
            st.just(name),
            st.builds(
                lambda act, ask, unsure, most: Threshold(act, min(act, ask), unsure, most),
                scores,
                scores,
                st.none() | st.sampled_from(FailMode),
                st.sampled_from(Action),
            ),
            on_input=st.sampled_from([Action.ALLOW, Action.ANNOTATE, Action.HOLD, Action.BLOCK]),
            on_output=st.sampled_from(Action),
            fail=st.sampled_from(FailMode),
            stream=st.sampled_from(StreamMode),
        )
        for name in ("fraud", "weapons")
    ),
    st.sampled_from(Action),
)
names = [*(one.id for one in CURRENT.clauses), "fraud", "weapons", "unknown"]
overlays = st.builds(
    Overlay,
    version=st.just("1"),
    clauses=st.dictionaries(st.sampled_from(names), stricter, max_size=6),
    unscreened=actions,
)
small_overlays = st.builds(
    Overlay, version=st.just("1"), clauses=st.fixed_dictionaries({"fraud": stricter, "weapons": stricter})
)
findings = st.builds(
    Finding,
    clause=st.sampled_from([*names, EVERY_CLAUSE]),
    detector=detectors,
    outcome=st.sampled_from(Outcome),
    score=scores,
    span=st.none() | st.just(Span(0, 3)),
)
contexts = st.builds(
    Context,
    role=st.sampled_from(Role),
    language=st.sampled_from(["en", "ja", "fr", "und"]),
    audience=st.sampled_from(Audience),
    domain=st.none() | st.sampled_from(["hr_legal", "hr_finance"]),
)
cleared = st.frozensets(st.sampled_from(names), max_size=6)
cases = st.tuples(st.sampled_from(reference_packs()), overlays) | st.tuples(floors, small_overlays)


@given(cases, st.lists(findings, max_size=6), contexts, cleared)
def test_whatever_is_found_an_overlay_is_at_least_as_strict(case, found, context, clearances) -> None:
    floor, overlay = case
    over = tightened(floor, overlay)
    assert (
        evaluate(over, found, context, clearances).action
        >= evaluate(floor, found, context, clearances).action
    )
    assert unscreened(over, ["image"], context).action >= unscreened(floor, ["image"], context).action


@given(cases)
def test_an_overlay_laid_twice_is_laid_once(case) -> None:
    floor, overlay = case
    once = tightened(floor, overlay)
    assert replace(tightened(once, overlay), version="") == replace(once, version="")


def test_an_empty_overlay_changes_nothing_but_the_name() -> None:
    over = tightened(CURRENT, Overlay("1f6c0d2e"))
    assert over.label == "reference@2025-09-15+org.1f6c0d2e"
    assert floor_label(over.label) == CURRENT.label
    assert replace(over, version=CURRENT.version) == CURRENT


def test_lowering_act_is_refused_where_doubt_weighs_more_than_certainty() -> None:
    masks = pack(clause(on_output=Action.MODIFY, fail=FailMode.HOLD))
    with pytest.raises(PackError, match="does more in doubt than in certainty"):
        load_overlay("clauses: {fraud: {thresholds: {scorer: {ja: 0.7}}}}", "own.yaml", masks)
    load_overlay("clauses: {fraud: {thresholds: {scorer: {ja: {ask: 0.4}}}}}", "own.yaml", masks)


def test_what_is_raised_above_a_mask_is_lifted_by_no_judge() -> None:
    masks = pack(clause(on_output=Action.MODIFY))
    over = tightened(masks, wish("on_output", "block"))
    found = [Finding("fraud", "patterns")]
    assert evaluate(over, found, Context(Role.OUTPUT, "en"), frozenset({"fraud"})).action is Action.BLOCK


# --- the file ---

FILE = """\
clauses:
  fraud_predation:
    on_input: annotate
  fraud_predatoin: {}
  weapons:
    thresholds:
      scorerr: {en: 0.1}
      scorer: {en: 2}
    on_input: modify
    streams: full
unscreened: block
"""


def test_everything_that_is_wrong_is_told_at_its_place() -> None:
    with pytest.raises(PackError) as refusal:
        load_overlay(FILE, "own.yaml", CURRENT)
    told = [(problem.line, problem.column, problem.code) for problem in refusal.value.problems]
    assert told == [
        (4, 3, "unknown_word"),
        (7, 7, "unknown_word"),
        (8, 20, "out_of_range"),
        (9, 15, "input_modified"),
        (10, 5, "unknown_field"),
    ]
    assert "Did you mean `fraud_predation`?" in refusal.value.message.en


def test_what_would_loosen_is_told_with_what_the_floor_says() -> None:
    with pytest.raises(PackError) as refusal:
        load_overlay("clauses:\n  weapons:\n    on_input: annotate\n", "own.yaml", CURRENT)
    [problem] = refusal.value.problems
    assert (problem.line, problem.column) == (3, 15)
    assert "`on_input: annotate` would loosen reference@2025-09-15, where it is `block`" in problem.message.en
    assert "上乗せ設定では厳しくすることだけができます" in problem.message.ja


def test_the_version_is_that_of_the_file() -> None:
    one, other = (load_overlay(f"unscreened: {word}", "own.yaml", CURRENT) for word in ("hold", "block"))
    assert one.version != other.version
    assert len(one.version) == 8
