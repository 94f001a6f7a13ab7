"""How a key and its end users behave is noted at the gate, per end user, and stops nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sekisho.detection.detectors.behaviour import ENOUGH
from sekisho.gateway.screen.conduct import Conducts
from sekisho.policy.types import Action, Threshold
from tests.gateway.conftest import PACK, clause, reference

PROMPT = "Answer as the examiner would, question {} of the paper: which option is right?"


def noted(site) -> list[str]:
    entries = [entry for entry in site.journal.entries if entry.outcome != "upstream_error"]
    return [
        g.code for one in entries for each in one.decisions for g in each.grounds if g.detector == "behaviour"
    ]


async def test_near_identical_prompts_are_recorded_under_the_shipped_policy_and_pass(site):
    site.snapshots.publish(packs=reference())
    for number in range(ENOUGH + 1):
        await site.messages(PROMPT.format(number))
    assert noted(site) == ["near_identical_prompts"] * 2
    assert site.journal.entries[-1].outcome == "completed"
    last = site.journal.entries[-1].decisions
    assert ("prompt", "annotate", "platform_abuse") in [(one.stage, one.action, one.clause) for one in last]


async def test_many_people_who_ask_alike_are_not_one_who_asks_often(site):
    site.snapshots.publish(packs=reference())
    for number in range(ENOUGH + 1):
        await site.messages(PROMPT.format(number), metadata={"user_id": f"user-{number}"})
    assert noted(site) == []


async def test_an_agent_that_works_on_one_prompt_is_no_burst(site):
    site.snapshots.publish(packs=reference())
    told = [{"role": "user", "content": PROMPT.format(1)}]
    for number in range(ENOUGH + 1):
        call = {"type": "tool_use", "id": f"toolu_{number}", "name": "look", "input": {}}
        brought = {"type": "tool_result", "tool_use_id": f"toolu_{number}", "content": f"page {number}"}
        told += [{"role": "assistant", "content": [call]}, {"role": "user", "content": [brought]}]
        await site.messages("", messages=told)
    assert noted(site) == []


@pytest.mark.parametrize(("most", "outcome"), [(Action.BLOCK, "blocked"), (Action.ANNOTATE, "completed")])
async def test_a_pack_that_says_so_stops_it(site, most, outcome):
    strict = clause("platform_abuse", Action.BLOCK, Action.ANNOTATE)
    strict = replace(strict, thresholds={"behaviour": {"*": Threshold(0.5, 0.5, most=most)}})
    site.snapshots.publish(packs=(replace(PACK, clauses=(strict,)),))
    for number in range(ENOUGH):
        await site.messages(PROMPT.format(number))
    assert [entry.outcome for entry in site.journal.entries] == ["completed"] * (ENOUGH - 1) + [outcome]


def test_memory_is_bounded():
    conducts = Conducts(actors=3)
    for number in range(10):
        conducts.note(f"key_{number}", PROMPT, 0.0)
    assert len(conducts._known) == 3
