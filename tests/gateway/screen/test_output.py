"""What becomes of an answer on its way out: masked, refused, held, corrected, led by a disclosure, or cut off."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from itertools import count
from threading import Event, get_ident

import pytest

from sekisho.gateway.screen import LARGE_BYTES, Screen, StreamScreen
from sekisho.gateway.screen.beside import beside, in_line
from sekisho.gateway.types import Endpoint
from sekisho.policy.types import Action, StreamMode
from tests.gateway.screen import world
from tests.gateway.screen.streams import chunk, named, run, seen, split, stream

BOTH = (Endpoint.MESSAGES, Endpoint.CHAT_COMPLETIONS)
pytestmark = pytest.mark.parametrize("endpoint", BOTH)


def screened(endpoint, script, *, pieces=1000, prefix="", structured=False, detectors=None, **told):
    detectors = detectors or world.SmallDetectors()
    screen = StreamScreen(
        detectors, world.request(endpoint, structured=structured), world.case(**told), prefix
    )
    data = stream(endpoint, script) if isinstance(script, list) else script
    return run(screen, split(data, range(0, len(data), pieces)))


def text_of(one) -> str:
    return seen(one.output).text


def test_a_masked_answer_says_so_in_place_and_at_its_end(endpoint):
    one = screened(endpoint, [("text", ["my sec", "ret is out"])])
    assert one.result.outcome == "modified"
    assert text_of(one).startswith("my [removed: Privacy] is out\n\n[A part of this answer was changed")
    assert "https://gate.example/policy/1#privacy" in text_of(one)
    assert one.result.withheld[0].text == "my secret is out"


def test_the_reader_is_told_in_japanese(endpoint):
    one = screened(endpoint, [("text", ["その秘密は"])], language="ja")
    assert text_of(one).startswith("その[削除しました：privacyの条項]は\n\n[利用ポリシーに基づき")


def test_an_answer_for_a_program_is_masked_without_sentences_for_people(endpoint):
    one = screened(endpoint, [("text", ['{"a": "secret"}'])], structured=True, prefix="Hello.")
    assert json.loads(text_of(one)) == {"a": "[removed: Privacy]"}
    assert not one.result.prefix_shown


def test_an_answer_that_is_held_keeps_its_draft_for_the_reviewer(endpoint):
    one = screened(endpoint, [("text", ["it is reviewed, ", "and goes on"])])
    assert (one.result.outcome, one.result.review) == ("held", "rev_2")
    assert one.result.answer[0].text == "it is reviewed, and goes on"
    assert "goes on" not in text_of(one)
    assert "rev_2" in text_of(one)


def test_a_held_answer_that_turns_out_worse_is_refused(endpoint):
    one = screened(endpoint, [("text", ["it is reviewed, ", "then forbidden"])])
    assert one.result.outcome == "blocked"
    assert one.result.notice.clause == "weapons"


def test_an_audited_clause_lets_text_flow_and_records(endpoint):
    one = screened(endpoint, [("text", ["audited text"])])
    assert one.result.outcome == "completed"
    assert [(entry.action, entry.clause) for entry in one.result.decisions] == [("annotate", "watching")]


def test_a_clause_in_full_mode_gives_nothing_of_an_answer_it_refuses(endpoint):
    policy = world.pack(world.clause("weapons", Action.BLOCK, StreamMode.FULL))
    one = screened(endpoint, [("text", ["x" * 300, " forbidden"])], policy=policy)
    assert one.result.outcome == "blocked"
    assert "x" not in text_of(one).split("https")[0].replace("ask in", "")
    assert one.result.answer == ()


def test_what_the_scorer_condemns_was_never_given(endpoint):
    one = screened(endpoint, [("text", ["quiet " * 50, "dire words"])], pieces=1)
    assert one.result.outcome == "blocked"
    assert one.result.answer[0].text == ("quiet " * 50)[:300]


@pytest.mark.parametrize(
    ("asked", "outcome", "text"),
    [
        pytest.param(True, "modified", "I am a [Corrected: I am an AI, not a human being.].", id="asked"),
        pytest.param(False, "completed", "I am a human being.", id="not asked"),
    ],
)
def test_a_claim_to_be_human_is_corrected_where_somebody_asked(endpoint, asked, outcome, text):
    one = screened(endpoint, [("text", ["I am a human ", "being."])], asked=asked)
    assert one.result.outcome == outcome
    assert text_of(one).startswith(text)


def test_an_answer_that_claims_to_be_human_twice_is_corrected_once(endpoint):
    one = screened(endpoint, [("text", ["I am a human being. ", "A human being, truly."])], asked=True)
    assert text_of(one).count("[Corrected: I am an AI, not a human being.]") == 1
    assert "A […], truly." in text_of(one)


def test_a_disclosure_leads_the_first_text_and_not_the_thinking(endpoint):
    one = screened(endpoint, [("thinking", ["hm"]), ("text", ["hel", "lo"])], prefix="You talk to an AI.")
    assert one.result.prefix_shown
    assert list(seen(one.output).texts.values()) == ["hm", "You talk to an AI.\n\nhello"]


def test_no_tool_call_reaches_the_client_before_it_is_checked(endpoint):
    data = stream(endpoint, [("tool", ['{"a": "quiet', '"}'])])
    screen = StreamScreen(world.SmallDetectors(), world.request(endpoint), world.case())
    before = data.index(b'"}', data.index(b"quiet")) - 10
    assert b"run" not in screen.feed(data[:before])
    assert b"quiet" in screen.feed(data[before:])


@pytest.mark.parametrize(
    "arguments", ['{"a": "forbidden"}', '{"a": "\\u7981\\u6b62"}', '{"a": {"b": ["x\\nforbidden"]}}']
)
def test_a_tool_call_that_may_not_run_is_refused_whatever_its_escapes(endpoint, arguments):
    one = screened(endpoint, [("text", ["I will."]), ("tool", [arguments])], pieces=7)
    assert one.result.outcome == "blocked"
    assert b'"run"' not in one.output
    assert [entry.stage for entry in one.result.decisions if entry.action == "block"] == ["tool_call"]


def test_arguments_of_a_tool_call_are_masked_inside_their_strings(endpoint):
    one = screened(endpoint, [("tool", ['{"a": "my sec', 'ret", "n": 1}'])])
    assert one.result.outcome == "modified"
    assert json.loads(text_of(one)) == {"a": "my [removed: Privacy]", "n": 1}


def test_thinking_is_never_masked_but_cut(endpoint):
    assert screened(endpoint, [("thinking", ["the secret"])]).result.outcome == "blocked"


def test_what_says_nothing_goes_out_with_the_chunk_that_brought_it(endpoint):
    screen = StreamScreen(world.SmallDetectors(), world.request(endpoint), world.case())
    if endpoint is Endpoint.MESSAGES:
        sealed = {"type": "redacted_thinking", "data": "c2VhbGVk"}
        events = [
            named("content_block_start", index=0, content_block=sealed),
            named("content_block_stop", index=0),
        ]
    else:
        events = [chunk({"role": "assistant", "content": ""}), chunk({"role": "assistant"})]
    assert [screen.feed(event) for event in events] == events


def test_pings_pass_while_text_is_held(endpoint):
    screen = StreamScreen(world.SmallDetectors(), world.request(endpoint), world.case())
    if endpoint is Endpoint.MESSAGES:
        ping = named("ping")
        screen.feed(stream(endpoint, [("text", ["sec"])]).split(b"event: content_block_stop")[0])
    else:
        ping = b": keep-alive\n\n"
        screen.feed(chunk({"content": "sec"}))
    assert screen.feed(ping) == ping


def test_an_upstream_that_breaks_off_is_told_in_the_stream_and_recorded(endpoint):
    data = stream(endpoint, [("text", ["quiet text"]), ("tool", ["{}"])])
    one = screened(endpoint, data[: data.index(b"run")])
    assert one.result.outcome == "upstream_broken"
    assert "quiet text" in text_of(one)
    assert b"broke off" in one.end
    assert b'"run"' not in one.output


def test_what_cannot_be_read_is_not_passed_on(endpoint):
    one = screened(endpoint, b"data: {nonsense\n\n" + stream(endpoint, [("text", ["hi"])]))
    assert one.result.outcome == "upstream_broken"
    assert b"nonsense" not in one.output


def test_nothing_follows_the_end_of_a_stream(endpoint):
    one = screened(endpoint, stream(endpoint, [("text", ["one"])]) + stream(endpoint, [("text", ["more"])]))
    assert one.result.outcome == "upstream_broken"
    assert "more" not in text_of(one)


async def test_a_whole_answer_is_judged_by_the_same_rules(endpoint):
    body = whole(endpoint, "my secret is out")
    result = await Screen(world.SmallDetectors()).answer(
        world.request(endpoint), world.case(), body, "An AI speaks."
    )
    assert (result.outcome, result.prefix_shown) == ("modified", True)
    assert said(endpoint, result.body).startswith("An AI speaks.\n\nmy [removed: Privacy] is out\n\n[A part")
    assert b'"odd":1.50' in result.body


@pytest.mark.parametrize(
    ("text", "outcome"),
    [("quiet", "completed"), ("forbidden", "blocked"), ("reviewed", "held"), ("dire", "blocked")],
)
async def test_a_whole_answer_that_is_quiet_keeps_its_bytes(endpoint, text, outcome):
    body = whole(endpoint, text)
    result = await Screen(world.SmallDetectors()).answer(world.request(endpoint), world.case(), body)
    assert result.outcome == outcome
    assert (result.body == body) is (outcome == "completed")


def whole(endpoint: Endpoint, text: str) -> bytes:
    if endpoint is Endpoint.MESSAGES:
        return b'{"odd":   1.50, "content": [{"type": "text", "text": "%b"}], "usage": {}}' % text.encode()
    return b'{"odd":   1.50, "choices": [{"index": 0, "message": {"content": "%b"}}]}' % text.encode()


def said(endpoint: Endpoint, body: bytes) -> str:
    told = json.loads(body)
    return (
        told["content"][0]["text"]
        if endpoint is Endpoint.MESSAGES
        else told["choices"][0]["message"]["content"]
    )


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        pytest.param(
            chunk({"content": "hi", "audio": {"data": "AA"}}) + chunk({}, "stop"), "audio", id="beside text"
        ),
        pytest.param(chunk({"hologram": {"x": 1}}) + chunk({}, "stop"), "hologram", id="alone"),
        pytest.param(chunk({"hologram": {"x": 1}}, "stop"), "hologram", id="in the last chunk"),
    ],
)
def test_what_a_chunk_says_beyond_our_words_is_declared(endpoint, data, kind):
    one = screened(Endpoint.CHAT_COMPLETIONS, data + b"data: [DONE]\n\n")
    assert one.result.decisions[0].unscreened == (kind,)
    assert one.output == data + b"data: [DONE]\n\n"


def test_choices_are_screened_apart_and_refused_together(endpoint):
    def of(choice, delta, finish=None):
        return chunk(delta, finish).replace(b'"choices": [{"index": 0', b'"choices": [{"index": %d' % choice)

    data = (
        of(0, {"content": "fine"})
        + of(1, {"content": "forb"})
        + of(0, {"content": " too"})
        + of(1, {"content": "idden"})
    )
    one = screened(Endpoint.CHAT_COMPLETIONS, data)
    assert one.result.outcome == "blocked"
    assert "forb" not in text_of(one)


@pytest.mark.parametrize(
    ("said", "language"), [("the weather is fine today", "en"), ("今日は良い天気です。", "ja")]
)
async def test_a_decision_says_how_long_it_took_and_in_what_language(endpoint, said, language):
    ticks = count(0, 3_000_000)
    case = replace(world.case(), monotonic_ns=lambda: next(ticks))
    screen = StreamScreen(world.SmallDetectors(), world.request(endpoint), case)
    data = stream(endpoint, [("text", [said])])
    one = run(screen, [data])
    [decision] = one.result.decisions
    assert (decision.took_us, decision.language) == (6_000, language)  # one piece and the end
    answer = whole(endpoint, said)
    result = await Screen(world.SmallDetectors()).answer(world.request(endpoint), case, answer)
    assert (result.decisions[0].took_us, result.decisions[0].language) == (3_000, language)


@pytest.mark.parametrize("size", [100, LARGE_BYTES, 1_000_000], ids=["small", "large", "at once"])
async def test_a_large_chunk_is_read_beside_the_loop_in_order(endpoint, size, monkeypatch):
    data = stream(endpoint, [("text", [f"{at} and so on, " for at in range(3_000)])])
    screen, threads = Screen(world.SmallDetectors()), set()
    one = screen.stream(world.request(endpoint), world.case())
    feeding = StreamScreen.feeding

    def noting(self, chunk):
        threads.add(get_ident())
        return (yield from feeding(self, chunk))

    monkeypatch.setattr(StreamScreen, "feeding", noting)
    out = b"".join([await screen.feed(one, piece) for piece in split(data, range(0, len(data), size))])
    assert seen(out + one.finish()).text == seen(data).text
    assert (threads == {get_ident()}) is (size == 100)


@pytest.mark.parametrize("way", [beside, in_line])
async def test_a_client_that_leaves_does_not_disturb_the_thread(endpoint, way):
    begun, may_end, ended = Event(), Event(), []

    def work():
        begun.set()
        may_end.wait(10)
        ended.append(True)

    task = asyncio.create_task(way(work))
    await asyncio.to_thread(begun.wait, 10)
    task.cancel()
    await asyncio.sleep(0)
    assert not task.done()
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended


def test_what_would_be_masked_is_masked_in_the_draft_that_a_reviewer_sees(endpoint):
    one = screened(endpoint, [("text", ["my secret is ", "reviewed"])])
    assert one.result.outcome == "held"
    assert one.result.answer[0].text == "my [removed: Privacy] is reviewed"
