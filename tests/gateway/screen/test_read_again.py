"""What takes its time is done beside the event loop, nobody else waits for it, and it changes no outcome."""

from __future__ import annotations

import asyncio
from threading import get_ident

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.detection.cascade import Cascade
from sekisho.detection.types import Role
from sekisho.gateway.dialects import adapter_for
from sekisho.gateway.fake import FixedDetector
from sekisho.gateway.screen import InputScreen, Screen, StreamScreen, work
from sekisho.gateway.screen.block import ASKED_CHARS, asked_in
from sekisho.gateway.screen.detectors import CascadeDetectors
from sekisho.gateway.screen.types import OutputResult
from sekisho.gateway.screen.whole import screen_answer
from sekisho.gateway.screen.work import INLINE_CHARS, Work, finished, unhurried
from sekisho.gateway.types import Endpoint, Piece, Request
from sekisho.policy.types import Action, StreamMode
from tests.gateway.conftest import WORDS, running
from tests.gateway.screen import world
from tests.gateway.screen.doubts import DOUBTFUL, DoubtingDetectors, SlowReader
from tests.gateway.screen.streams import run, split, stream
from tests.gateway.screen.test_input import asked
from tests.gateway.screen.test_output import whole

WIRES = [Endpoint.MESSAGES, Endpoint.CHAT_COMPLETIONS, Endpoint.RESPONSES]


def steps(threads: list[int], *, is_quick: bool) -> Work[str]:
    threads.append(get_ident())
    if not is_quick:
        yield
        threads.append(get_ident())
        yield
        threads.append(get_ident())
    return "done"


# -- work --------------------------------------------------------------------------------------------------------------


async def test_quick_work_is_done_where_it_was_asked_for():
    threads: list[int] = []
    assert await unhurried(steps(threads, is_quick=True)) == "done"
    assert threads == [get_ident()]


async def test_work_goes_on_in_a_thread_from_where_it_takes_its_time():
    threads: list[int] = []
    assert await unhurried(steps(threads, is_quick=False)) == "done"
    assert threads[0] == get_ident()
    assert get_ident() not in threads[1:]
    assert len(set(threads[1:])) == 1


@pytest.mark.parametrize("is_quick", [True, False])
def test_who_may_wait_has_it_done_at_once(is_quick):
    threads: list[int] = []
    assert finished(steps(threads, is_quick=is_quick)) == "done"
    assert set(threads) == {get_ident()}


@pytest.mark.parametrize("pauses", [0, 1])
async def test_what_goes_wrong_is_told_wherever_it_happens(pauses):
    def failing() -> Work[None]:
        for _ in range(pauses):
            yield
        raise ValueError("no answer")

    with pytest.raises(ValueError, match="no answer"):
        await unhurried(failing())


async def test_a_flood_of_doubts_takes_one_thread():
    threads: list[int] = []
    await asyncio.gather(*(unhurried(steps(threads, is_quick=False)) for _ in range(20)))
    assert len(set(threads)) == 2


# -- others need not wait ----------------------------------------------------------------------------------------------

PLACES = [
    pytest.param({}, Role.PROMPT, DOUBTFUL, id="a request"),
    pytest.param({}, Role.OUTPUT, DOUBTFUL, id="an answer"),
    pytest.param({"stream": True}, Role.OUTPUT, DOUBTFUL, id="a stream"),
    pytest.param({"stream": True}, Role.OUTPUT, "your goal", id="the end of a stream"),
    pytest.param({"stream": True, "model": "fake-broken"}, Role.OUTPUT, "three", id="a broken stream"),
    pytest.param({"model": "fake-bad-tool"}, Role.TOOL_CALL, "command", id="a tool call"),
    pytest.param(
        {"model": "fake-bad-tool", "stream": True},
        Role.TOOL_CALL,
        "command",
        id="a tool call in a stream",
    ),
]


@pytest.mark.parametrize("dialect", ["messages", "chat"])
@pytest.mark.parametrize(("body", "role", "word"), PLACES)
async def test_another_request_is_answered_while_one_is_read_again(dialect, body, role, word):
    reader = SlowReader(role, word)
    async with running(cascade=Cascade([FixedDetector(WORDS), reader])) as site:
        ask = getattr(site, dialect)
        slow = asyncio.create_task(ask(f"How long does it take to bake bread, {DOUBTFUL}?", **body))
        await asyncio.wait_for(reader.asked.wait(), 10)
        assert (await ask("What is a sourdough?", model="fake-card")).status == 200
        assert not slow.done()
        reader.may_answer.set()
        assert (await slow).status == 200
        assert len(site.journal.entries) == 2
    assert get_ident() not in reader.threads


async def test_a_client_that_leaves_while_its_stream_is_read_again_leaves_one_record():
    reader = SlowReader(Role.OUTPUT)
    screen = Screen(CascadeDetectors(Cascade([reader])))
    one = screen.stream(world.request(), world.case())
    data = stream(Endpoint.MESSAGES, [("text", ["this is ", f"{DOUBTFUL} so, and so on " * 20, "more"])])
    feeding = asyncio.create_task(screen.feed(one, data))
    await asyncio.wait_for(reader.asked.wait(), 10)
    feeding.cancel()
    await asyncio.sleep(0)
    assert not feeding.done()  # the thread still works on the stream
    reader.may_answer.set()
    with pytest.raises(asyncio.CancelledError):
        await feeding
    await screen.break_off(one)
    one.broken()
    assert [entry.stage for entry in one.result().decisions] == ["output"]


async def test_what_breaks_off_is_read_beside_the_loop():
    detectors = DoubtingDetectors()
    screen = Screen(detectors)
    one = screen.stream(world.request(), world.case())
    data = stream(Endpoint.MESSAGES, [("text", ["fine"] * 9 + [f" {DOUBTFUL}"])])
    await screen.feed(one, data.split(b"event: content_block_stop")[0])
    assert not detectors.threads
    await screen.break_off(one)
    assert detectors.threads
    assert DOUBTFUL.encode() in one.broken()
    assert get_ident() not in detectors.threads


# -- the outcome is the same -------------------------------------------------------------------------------------------

BLOCKS = st.lists(
    st.tuples(
        st.sampled_from(["text", "text", "thinking", "tool"]),
        st.lists(
            st.sampled_from(
                [
                    f"{DOUBTFUL} this ",
                    "a word ",
                    "a secret ",
                    "dire ",
                    "forb",
                    "idden ",
                    "y " * 200,
                    "reviewed",
                ]
            ),
            max_size=6,
        ),
    ),
    max_size=4,
)


POLICIES = [world.pack(), world.pack(world.clause("advice", Action.HOLD, StreamMode.FULL))]


@pytest.mark.parametrize("endpoint", WIRES)
@given(
    script=BLOCKS,
    cuts=st.lists(st.integers(0, 1 << 16), max_size=6),
    policy=st.sampled_from(POLICIES),
    is_draft=st.booleans(),
    is_cut_off=st.booleans(),
    breaks=st.booleans(),
)
def test_a_stream_comes_out_the_same_whether_it_is_read_again_or_not(
    endpoint, script, cuts, policy, is_draft, is_cut_off, breaks
):
    data = stream(endpoint, script)
    pieces = list(split(data[: len(data) // 2] if is_cut_off else data, cuts))

    def at_once() -> tuple[bytes, OutputResult]:
        one = Screen(world.SmallDetectors()).stream(
            world.request(endpoint), world.case(policy), is_draft=is_draft
        )
        out = b"".join(one.feed(piece) for piece in pieces)
        return out + (one.broken() if breaks else one.finish()), one.result()

    async def driven() -> tuple[bytes, OutputResult]:
        screen, case = Screen(DoubtingDetectors()), world.case(policy)
        one = screen.stream(world.request(endpoint), case, is_draft=is_draft)
        out = b"".join([await screen.feed(one, piece) for piece in pieces])
        await (screen.break_off(one) if breaks else screen.close(one, case))
        return out + (one.broken() if breaks else one.finish()), one.result()

    assert asyncio.run(driven()) == at_once()


@pytest.mark.parametrize(
    ("text", "action"),
    [
        pytest.param(f"{DOUBTFUL} fine", Action.ALLOW, id="fine"),
        pytest.param(f"{DOUBTFUL} dire", Action.BLOCK, id="dire"),
        pytest.param(f"{DOUBTFUL} " * INLINE_CHARS + "forbidden", Action.BLOCK, id="long"),
    ],
)
async def test_a_request_and_an_answer_that_are_read_again_come_to_the_same(text, action):
    detectors = DoubtingDetectors()
    result = await InputScreen(detectors).screen(asked(("user", "hi"), ("user", text)), world.case())
    assert result.action is action
    told = await screen_answer(
        detectors,
        adapter_for(Endpoint.MESSAGES),
        world.request(),
        world.case(),
        whole(Endpoint.MESSAGES, text),
    )
    assert told.outcome == {Action.ALLOW: "completed", Action.BLOCK: "blocked"}[action]
    assert detectors.threads
    assert get_ident() not in detectors.threads


async def test_what_is_clear_at_a_glance_needs_no_thread(monkeypatch):
    monkeypatch.setattr(work, "in_line", None)
    screen = Screen(DoubtingDetectors())
    assert (await screen.input(asked(("user", "hi")), world.case())).passes
    assert (
        await screen.answer(world.request(), world.case(), whole(Endpoint.MESSAGES, "hello"))
    ).outcome == "completed"
    one = screen.stream(world.request(), world.case())
    await screen.feed(one, stream(Endpoint.MESSAGES, [("text", ["y " * 300])]))
    await screen.close(one, world.case())
    one.finish()
    assert one.result().outcome == "completed"


# -- an answer is judged with its prompt -------------------------------------------------------------------------------


def piece(text: str, speaker: str = "user", role: Role = Role.PROMPT) -> Piece:
    return Piece(speaker, "text", text, role)


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        pytest.param([], "", id="nothing"),
        pytest.param([piece("one"), piece("two")], "two", id="the last"),
        pytest.param(
            [piece("one"), piece("said", "assistant", Role.OUTPUT)], "one", id="not what the model said"
        ),
        pytest.param([piece("rules", "system")], "", id="not what the system says"),
        pytest.param(
            [piece("one"), piece("brought", "user", Role.TOOL_RESULT), piece("")],
            "one",
            id="not what a tool brought",
        ),
        pytest.param([piece("x" * 1_000)], "x" * ASKED_CHARS, id="its beginning"),
    ],
)
def test_what_an_answer_answers(pieces, expected):
    assert asked_in(_request(Endpoint.MESSAGES, pieces)) == expected


def _request(endpoint: Endpoint, pieces: list[Piece]) -> Request:
    dialect = world.request(endpoint).dialect
    return Request(dialect, endpoint, b"{}", "model-1", True, tuple(pieces))


@pytest.mark.parametrize("endpoint", WIRES)
def test_words_and_thoughts_of_an_answer_are_read_with_its_prompt_and_calls_are_not(endpoint):
    detectors, request = DoubtingDetectors(), _request(endpoint, [piece("May I ask?")])
    script = [("thinking", ["hm"]), ("text", ["well"]), ("tool", ['{"a": "b"}'])]
    run(StreamScreen(detectors, request, world.case()), [stream(endpoint, script)])
    prompts = {(passage.role, passage.prompt) for passage in detectors.passages}
    assert prompts == {(Role.OUTPUT, "May I ask?"), (Role.TOOL_CALL, "")}


async def test_an_answer_that_is_not_streamed_is_read_with_its_prompt():
    detectors, request = DoubtingDetectors(), _request(Endpoint.MESSAGES, [piece("May I ask?")])
    await Screen(detectors).answer(request, world.case(), whole(Endpoint.MESSAGES, "well"))
    assert [passage.prompt for passage in detectors.passages] == ["May I ask?"]


async def test_a_block_of_a_history_is_read_by_itself_so_that_its_verdict_can_be_remembered():
    detectors = DoubtingDetectors()
    await InputScreen(detectors).screen(
        asked(("user", "May I ask?"), ("assistant", "You may."), ("user", "Thank you.")), world.case()
    )
    assert {passage.prompt for passage in detectors.passages} == {""}
