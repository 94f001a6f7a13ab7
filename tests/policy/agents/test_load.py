"""A catalogue that is wrong says so as a compiler does; its sentences are read as they are told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.policy.agents.sentences import SENTENCES, parsed, told
from sekisho.policy.agents.types import AgentAction, Carries, Matches, Outside, Recipients, Tools, Unagreed
from sekisho.policy.diff import diff
from sekisho.policy.load import load
from sekisho.policy.packs import reference_packs
from sekisho.policy.problems import PackError
from sekisho.policy.types import Action
from tests.policy.test_load import GOOD

CATALOGUE = """\
agent_tools:
  web: {named: ["*fetch*"], takes: [[url]]}
  send: {named: ["*send*"]}
agent_actions:
  - id: page_sent_on
    title: {en: Sends a page on, ja: ページを送信する}
    clause: cyber
    tools: [send]
    when: ["carries text of web", "no person has said yes"]
    does: annotate
    for_agents: block
"""
TEXT = GOOD + CATALOGUE
FIRST = len(GOOD.splitlines())


def test_a_good_catalogue_is_read():
    agents = load(TEXT).agents
    assert agents.tools == {"web": Tools(("*fetch*",), (("url",),)), "send": Tools(("*send*",))}
    (action,) = agents.actions
    assert isinstance(action, AgentAction)
    assert (action.tools, action.when) == (("send",), (Carries(("web",)), Unagreed()))
    assert (action.does, action.for_agents) == (Action.ANNOTATE, Action.BLOCK)


def test_a_pack_without_a_catalogue_forbids_nothing():
    assert load(GOOD).agents.actions == ()


def test_without_a_word_of_its_own_an_action_does_the_same_for_agents():
    (action,) = load(TEXT.replace("    for_agents: block\n", "")).agents.actions
    assert action.for_agents is Action.ANNOTATE


@pytest.mark.parametrize(
    ("right", "wrong", "expected"),
    [
        pytest.param("carries text", "carrys text", ("unknown_condition", 9, 12), id="a misspelt sentence"),
        pytest.param("text of web", "text of wbe", ("unknown_word", 9, 12), id="unknown tools in a sentence"),
        pytest.param("tools: [send]", "tools: [sned]", ("unknown_word", 8, 13), id="unknown tools"),
        pytest.param("clause: cyber", "clause: cybr", ("unknown_word", 7, 13), id="an unknown clause"),
        pytest.param(
            "does: annotate", "does: modify", ("unknown_word", 10, 11), id="a call cannot be masked"
        ),
        pytest.param(
            "annotate\n    for_agents: block",
            "block\n    for_agents: hold",
            ("milder_for_agents", 11, 17),
            id="milder for agents",
        ),
        pytest.param(
            "carries text", "carries 4 characters of text", ("run_too_short", 9, 12), id="a short run"
        ),
        pytest.param('{named: ["*send*"]}', "{named: []}", ("no_tools", 3, 9), id="a word for nothing"),
        pytest.param("  web: {", "  Web: {", ("unexpected_value", 2, 3), id="a word in capitals"),
        pytest.param("id: page_sent_on", "id: Page", ("unexpected_value", 5, 9), id="no id"),
        pytest.param(", ja: ページを送信する", "", ("missing_field", 6, 12), id="a language is missing"),
        pytest.param("    does: annotate\n", "", ("missing_field", 5, 5), id="nothing is done"),
        pytest.param("    tools:", "    tool:", ("unknown_field", 8, 5), id="a misspelt field"),
    ],
)
def test_a_problem_is_told_with_its_place(right, wrong, expected):
    assert right in CATALOGUE
    with pytest.raises(PackError) as caught:
        load(GOOD + CATALOGUE.replace(right, wrong))
    code, line, column = expected
    found = [(problem.code, problem.line - FIRST, problem.column) for problem in caught.value.problems]
    assert (code, line, column) in found
    assert all(problem.message.en and problem.message.ja for problem in caught.value.problems)


def test_an_id_stands_once():
    twice = CATALOGUE + CATALOGUE[CATALOGUE.index("  - id") :]
    with pytest.raises(PackError) as caught:
        load(GOOD + twice)
    assert [problem.code for problem in caught.value.problems] == ["repeated_action"]


def test_a_misspelt_sentence_is_answered_with_the_nearest():
    with pytest.raises(PackError) as caught:
        load(GOOD + CATALOGUE.replace("no person has said yes", "no person said yes"))
    assert "`no person has said yes`" in caught.value.problems[0].message.en


def test_what_changed_in_the_catalogue_is_a_difference():
    before, after = load(TEXT), load(TEXT.replace("for_agents: block", "for_agents: hold"))
    (field,) = diff(before, after).fields
    assert field.field == "agent_actions.page_sent_on"
    assert ("for agents block" in field.before.en, "for agents hold" in field.after.ja) == (True, True)


WORDS = st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True), min_size=1, max_size=3).map(tuple)
PATTERNS = st.lists(st.from_regex(r"[a-z*/. -]{1,12}", fullmatch=True), min_size=1, max_size=3).map(tuple)
RUNS = st.integers(8, 999)
CONDITIONS = st.one_of(
    st.builds(lambda tools, run: Carries(tools, run=run), WORDS, RUNS),
    st.builds(lambda patterns, run: Carries(read_from=patterns, run=run), PATTERNS, RUNS),
    st.just(Unagreed()),
    st.builds(Recipients, st.integers(0, 999)),
    st.just(Outside()),
    st.builds(Matches, PATTERNS, WORDS | st.just(())),
)


@given(CONDITIONS)
def test_a_condition_is_read_as_it_is_told(condition):
    assert parsed(told(condition)) == _as_written(condition)


def _as_written(condition):
    """Space at the ends and runs of it are lost, as everywhere in a sentence."""
    if isinstance(condition, Carries | Matches):
        return parsed(" ".join(told(condition).split()))
    return condition


def test_the_page_explains_every_sentence():
    page = (Path(__file__).parents[3] / "docs" / "rules" / "agents.md").read_text("utf-8")
    shown = re.findall(r"^\| `([^`]+)` \|", page, re.MULTILINE)
    assert all(parsed(sentence) for sentence in shown)
    assert {type(parsed(sentence)) for sentence in shown} == {Carries, Unagreed, Recipients, Outside, Matches}
    assert len(shown) == len(SENTENCES)


def test_every_word_for_tools_of_the_shipped_catalogue_is_used():
    agents = reference_packs()[-1].agents
    used = {word for action in agents.actions for word in action.tools}
    used |= {
        word
        for action in agents.actions
        for one in action.when
        if isinstance(one, Carries)
        for word in one.tools
    }
    assert used == set(agents.tools)
