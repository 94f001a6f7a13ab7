"""What goes in is screened once, however often it is sent again, and nothing passes for clean that was not read."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from sekisho.detection.detectors.human_claim import asks_if_human
from sekisho.detection.types import Role
from sekisho.gateway.dialects import adapter_for
from sekisho.gateway.screen import InputScreen
from sekisho.gateway.types import Endpoint
from sekisho.policy.types import Action, Audience
from tests.gateway.screen import world


def asked(*messages: tuple[str, object], endpoint: Endpoint = Endpoint.MESSAGES):
    told = [{"role": role, "content": content} for role, content in messages]
    body = msgspec.json.encode({"model": "model-1", "max_tokens": 9, "messages": told})
    return adapter_for(endpoint).read(endpoint, body)


def turns(count: int) -> list[tuple[str, object]]:
    """A conversation of an agent: questions and answers, all different."""
    return [
        ("user" if at % 2 == 0 else "assistant", f"step {at:04d} of the work") for at in range(2 * count - 1)
    ]


async def test_turn_200_costs_no_more_screening_than_turn_2():
    detectors = world.SmallDetectors()
    screen = InputScreen(detectors)
    costs = []
    for turn in range(1, 201):
        before = detectors.read_chars
        await screen.screen(asked(*turns(turn)), world.case())
        costs.append(detectors.read_chars - before)
    assert costs[199] == costs[1] == 2 * len("step 0000 of the work")


@pytest.mark.parametrize(
    ("change", "is_read_again"),
    [
        pytest.param({}, False, id="the same conversation"),
        pytest.param({"organisation": "org_2"}, True, id="another organisation"),
        pytest.param({"audience": Audience.MINORS}, True, id="another audience"),
        pytest.param({"pack": replace(world.pack(), version="2")}, True, id="another version of the policy"),
        pytest.param({"remembered_since": "2026-04-01"}, True, id="a decision was overturned since"),
    ],
)
async def test_a_verdict_is_remembered_only_for_what_it_depends_on(change, is_read_again):
    detectors = world.SmallDetectors()
    screen = InputScreen(detectors)
    await screen.screen(asked(("user", "hello")), world.case())
    before = detectors.read_chars
    await screen.screen(asked(("user", "hello")), replace(world.case(), **change))
    assert (detectors.read_chars > before) is is_read_again


async def test_a_block_that_may_not_pass_stays_so_when_it_is_sent_again():
    screen = InputScreen(world.SmallDetectors())
    for _ in range(2):
        result = await screen.screen(asked(("user", "forbidden")), world.case())
        assert result.action is Action.BLOCK
        assert result.notice is not None
        assert result.notice.clause == "weapons"
    later = await screen.screen(
        asked(("user", "forbidden"), ("assistant", "no"), ("user", "ok")), world.case()
    )
    assert later.action is Action.BLOCK


async def test_what_would_be_masked_is_only_recorded_on_the_way_in():
    result = await InputScreen(world.SmallDetectors()).screen(asked(("user", "a secret")), world.case())
    assert result.passes
    assert [(entry.stage, entry.action) for entry in result.decisions] == [("prompt", "annotate")]


@pytest.mark.parametrize(
    ("policy", "action"),
    [
        pytest.param(world.pack(), Action.ANNOTATE, id="recorded"),
        pytest.param(world.pack(unscreened=Action.BLOCK), Action.BLOCK, id="refused"),
    ],
)
async def test_an_image_is_declared_unscreened_in_every_turn(policy, action):
    screen = InputScreen(world.SmallDetectors())
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AA=="}}
    for _ in range(2):
        result = await screen.screen(asked(("user", [image])), world.case(policy))
        assert result.action is action
        assert result.decisions[0].unscreened == ("image",)


@pytest.mark.parametrize(
    "content", [[{"type": "seam", "text": "dire"}], [{"type": "passed", "text": "dire"}]]
)
async def test_a_client_cannot_name_a_block_so_that_it_is_read_less(content):
    result = await InputScreen(world.SmallDetectors()).screen(asked(("user", content)), world.case())
    assert result.action is Action.BLOCK
    assert len(result.new) == 1


async def test_long_text_is_read_beside_the_event_loop_with_the_same_outcome():
    result = await InputScreen(world.SmallDetectors()).screen(
        asked(("user", "x" * 10_000 + " forbidden")), world.case()
    )
    assert result.action is Action.BLOCK
    assert result.decisions[0].screened_chars == 10_010


async def test_only_so_many_verdicts_are_remembered():
    detectors = world.SmallDetectors()
    screen = InputScreen(detectors, remembered=2)
    for text in ("one", "two", "three", "one"):
        await screen.screen(asked(("user", text)), world.case())
    assert detectors.read_chars == len("onetwothreeone")


async def test_each_role_is_a_stage_of_its_own():
    call = {"type": "tool_use", "id": "t", "name": "run", "input": {"a": "\u7981\u6b62"}}
    brought = {"type": "tool_result", "tool_use_id": "t", "content": [{"type": "text", "text": "audited"}]}
    result = await InputScreen(world.SmallDetectors()).screen(
        asked(("user", "hi"), ("assistant", [call]), ("user", [brought])), world.case()
    )
    assert {entry.stage: entry.action for entry in result.decisions} == {
        Role.PROMPT: "allow",
        Role.TOOL_CALL: "block",
        Role.TOOL_RESULT: "block",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Are you human?", True, id="en"),
        pytest.param("wait, am I talking to a real person?", True, id="en, other words"),
        pytest.param("are you a bot", True, id="en, a bot"),
        pytest.param("あなたは人間ですか？", True, id="ja"),
        pytest.param("もしかして AIですか", True, id="ja, an AI"),
        pytest.param("Which human rights are there?", False, id="human rights"),
        pytest.param("人間の体について教えてください。", False, id="the human body"),
    ],
)
def test_the_question_whether_one_is_human_is_recognised(text, expected):
    assert asks_if_human(text) is expected
