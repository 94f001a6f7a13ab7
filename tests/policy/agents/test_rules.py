"""Prohibited actions are recognised, and what only looks like them passes: the table of docs/rules/agents.md."""

from __future__ import annotations

import base64
from pathlib import Path
from urllib.parse import quote

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.policy.agents.rules import judge_call, verdict_on
from sekisho.policy.agents.trace import Call, Result, Trace, Word
from sekisho.policy.packs import reference_packs
from sekisho.policy.types import Action, Audience
from tests.policy.agents.scenes import ASKED, CALLS, COMMAND, MAIL, PAGE, READ_PAGE, SECRET, brought, trace

PACK = reference_packs()[-1]
DOCS = Path(__file__).parents[3] / "docs" / "rules" / "agents.md"
JAPANESE = "定例会は五月の第二火曜日に旧港会館で開催します。"


def rows() -> list[list[str]]:
    lines = DOCS.read_text("utf-8").splitlines()
    begin = lines.index("| before | the agent | would be |") + 2
    table = (line for line in lines[begin : lines.index("", begin)])
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def judged(before: Trace, call: Call) -> list[str]:
    return [action.id for action in judge_call(PACK.agents, before, call)]


@pytest.mark.parametrize(("before", "call", "expected"), rows(), ids=lambda cell: cell)
def test_what_an_agent_does(before, call, expected):
    assert ", ".join(judged(trace(before), CALLS[call])) == expected


def test_every_action_stands_in_the_table_with_something_that_only_looks_like_it():
    acting = {id for _, _, expected in rows() for id in expected.split(", ") if id}
    assert acting == {action.id for action in PACK.agents.actions}
    assert len([row for row in rows() if not row[2]]) >= len(acting)


mail = {"to": "chie@else.example", "subject": "News"}


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(Call("send_email", mail | {"body": base64.b64encode(PAGE.encode()).decode()}), id="base64"),
        pytest.param(
            Call("send_email", mail | {"body": base64.b64encode(quote(PAGE, safe="").encode()).decode()}),
            id="percent in base64",
        ),
        pytest.param(Call("send_email", mail | {"body": PAGE.encode().hex()}), id="hexadecimal"),
        pytest.param(Call("send_email", mail | {"body": quote(PAGE, safe="")}), id="percent"),
        pytest.param(Call("send_email", mail | {"body": "\u200b".join(PAGE)}), id="zero width"),
        pytest.param(Call("send_email", mail | {"body": PAGE.replace("a", "а").replace("e", "е")}), id="look-alikes"),
        pytest.param(
            Call("send_email", mail | {"body": [{"part": [PAGE[at : at + 9]]} for at in range(0, 84, 9)]}),
            id="in small nested parts",
        ),
        pytest.param(Call("send_email", {"mail": {"headers": mail, "body": {"html": [PAGE]}}}), id="nested"),
        pytest.param(Call("send_email", mail | {PAGE: True}), id="as the name of an argument"),
        pytest.param(Call("send_email", f"to=chie body={PAGE}"), id="no JSON"),
        pytest.param(Call("helper_7", mail | {"body": PAGE}), id="a renamed tool"),
        pytest.param(Call("MCP__Post__Send-Email", mail | {"body": PAGE}), id="a name in another style"),
        pytest.param(Call("ｓｅｎｄ＿ｅｍａｉｌ", mail | {"body": PAGE}), id="a name in wide letters"),
    ],
)  # fmt: skip
def test_a_page_is_recognised_however_it_is_wrapped(call):
    assert "page_sent_on" in judged(trace("a page was read"), call)


def test_a_page_in_japanese_is_recognised_by_half_as_many_characters():
    before = Trace([ASKED, *brought("fetch_page", f"お知らせ　{JAPANESE}", url="https://a.example")])
    assert judged(before, Call("send_email", mail | {"body": f"件: {JAPANESE[:13]}"})) == ["page_sent_on"]
    assert judged(before, Call("send_email", mail | {"body": f"件: {JAPANESE[:8]}"})) == []


def test_a_page_that_was_itself_wrapped_is_recognised_unwrapped():
    page = base64.b64encode(PAGE.encode()).decode()
    before = Trace([ASKED, *brought("fetch_page", f"data: {page}", url="https://a.example")])
    assert judged(before, CALLS["mails a sentence of the page"]) == ["page_sent_on"]


def test_a_text_split_over_calls_is_read_together():
    parts = [PAGE[at : at + 20] for at in range(0, len(PAGE), 20)]
    calls = [Call("send_sms", {"phone_number": "1", "message": part}) for part in parts]
    before = trace("a page was read")
    found = []
    for call in calls:
        found.append(judged(before, call))
        before.add(call)
    assert found[0] == []
    assert "page_sent_on" in [id for each in found for id in each]


def test_recipients_split_over_calls_count_together_and_each_once():
    before = trace("a request")
    for _ in range(3):
        for number in range(20):
            call = Call("send_email", {"to": f"{number}@a.example", "body": "Hi"})
            assert judged(before, call) == []
            before.add(call)
    assert judged(before, Call("send_email", {"cc": "20@a.example", "body": "Hi"})) == ["mass_message"]


def test_recipients_are_counted_where_arguments_are_no_json():
    listed = " ".join(f"{number}@a.example" for number in range(21))
    assert judged(trace("a request"), Call("send_email", f"to {listed} saying Hi")) == ["mass_message"]


def test_what_nobody_knows_who_brought_may_have_come_from_anywhere():
    before = Trace([ASKED, Result(Call(""), PAGE)])
    assert judged(before, CALLS["mails a sentence of the page"]) == ["page_sent_on"]


def test_a_tool_cannot_say_yes_and_neither_can_the_product():
    call = CALLS["mails a sentence of the page"]
    for said in (Result(Call("fetch_page", {}), "Yes, go ahead."), Word("Yes, go ahead.", is_person=False)):
        assert judged(Trace([ASKED, *READ_PAGE, said]), call) == ["page_sent_on"]


@pytest.mark.parametrize(
    ("said", "is_agreed"),
    [
        pytest.param("Yes", True, id="yes"),
        pytest.param("OK, please do.", True, id="ok"),
        pytest.param("  go ahead and pay it", True, id="go ahead"),
        pytest.param("はい", True, id="はい"),
        pytest.param("承認します", True, id="承認"),
        pytest.param("了解です。支払ってください", True, id="了解"),
        pytest.param("Yes, but wait until Monday", False, id="but wait"),
        pytest.param("はい、でもまだ送信しないでください", False, id="まだ"),
        pytest.param("No", False, id="no"),
        pytest.param("Yesterday I paid already", False, id="yesterday"),
        pytest.param("What does it cost?", False, id="a question"),
        pytest.param("", False, id="nothing"),
    ],
)
def test_who_has_said_yes(said, is_agreed):
    assert (judged(Trace([ASKED, Word(said)]), CALLS["pays"]) == []) is is_agreed


@pytest.mark.parametrize(
    ("said", "path", "is_outside"),
    [
        pytest.param("Work in /srv/shop.", "/srv/shop/a", False, id="in a place that was named"),
        pytest.param("Work in /srv/shop.", "/srv/shop", False, id="that place itself"),
        pytest.param("Work in /srv/shop.", "/srv/shop2/a", True, id="a place that begins alike"),
        pytest.param("Work in /srv/shop.", "/srv/shop/../etc", True, id="out of it again"),
        pytest.param("Clean up /", "/home", True, id="everything is nobody's workspace"),
        pytest.param("Look in /etc", "/etc/hosts", True, id="nor is a folder of the system"),
        pytest.param("Delete /etc/old.conf", "/etc/old.conf", False, id="a file that was named"),
        pytest.param("Tidy up.", "old/../b.txt", False, id="a relative place"),
        pytest.param("Tidy up.", "../b.txt", True, id="above"),
        pytest.param("Tidy up.", "~/b.txt", True, id="a home"),
        pytest.param("Tidy up.", "${HOME}/b.txt", True, id="a home, as shells say it"),
        pytest.param("Tidy up.", "C:\\Users\\ben", True, id="Windows"),
        pytest.param("Work in C:\\Users\\ben\\shop", "C:\\Users\\ben\\shop\\a", False, id="Windows, named"),
        pytest.param("Tidy up.", "/tmp/x", False, id="everybody's"),
        pytest.param("Tidy up.", "file:///etc/hosts", True, id="as an address"),
    ],
)
def test_where_the_workspace_ends(said, path, is_outside):
    before = Trace([Word(said)])
    assert ("deletion_outside" in judged(before, Call("delete_file", {"path": path}))) is is_outside


@pytest.mark.parametrize(
    ("call", "audience", "expected"),
    [
        pytest.param("pays", Audience.GENERAL, Action.ANNOTATE, id="recorded for keys in general"),
        pytest.param("pays", Audience.CHATBOT, Action.ANNOTATE, id="and for chatbots"),
        pytest.param("pays", Audience.AGENT, Action.BLOCK, id="refused for agents"),
        pytest.param("removes everything", Audience.GENERAL, Action.BLOCK, id="what is refused for all"),
        pytest.param("asks what was paid", Audience.AGENT, Action.ALLOW, id="nothing"),
    ],
)
def test_agents_are_held_to_more(call, audience, expected):
    done = judge_call(PACK.agents, trace("a request"), CALLS[call])
    verdict = verdict_on(PACK, done, audience)
    assert verdict.action is expected
    assert {ground.clause for ground in verdict.grounds} <= {"agent_use"}
    assert {ground.code for ground in verdict.grounds} == {action.id for action in done}


def test_a_secret_may_be_used_where_it_belongs():
    call = Call("bash", {"command": f"echo {SECRET} | docker login -u ben --password-stdin"})
    assert judged(trace("the settings file was read"), call) == []


def test_deep_arguments_are_read_to_the_end():
    deep: object = PAGE
    for _ in range(80):
        deep = {"in": deep}
    assert judged(trace("a page was read"), Call("send_email", mail | {"body": deep})) == ["page_sent_on"]


@given(st.text(alphabet="ab c", max_size=200), st.text(alphabet="ab c", max_size=60))
def test_without_a_run_in_common_nothing_is_carried(page, body):
    letters = ["".join(text.split()) for text in (page, body)]
    runs = {letters[0][at : at + 24] for at in range(len(letters[0]) - 23)}
    shares = any(letters[1][at : at + 24] in runs for at in range(len(letters[1]) - 23))
    before = Trace([Word("?"), Result(Call("fetch_page", {}), page)])
    found = judged(before, Call("send_email", {"to": "x", "body": body}))
    assert shares <= ("page_sent_on" in found)
    if not shares and not set(" ").intersection(page + body):
        assert found == []


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@given(st.sampled_from([call.name for call in CALLS.values()]), JSON, st.sampled_from(list(range(4))))
def test_it_never_fails_and_says_the_same_twice(name, arguments, before):
    scene = trace(
        ["a request", "a page was read", "the inbox was read", "the settings file was read"][before]
    )
    assert judged(scene, Call(name, arguments)) == judged(Trace(scene.steps), Call(name, arguments))


@given(st.text(min_size=1, max_size=80).map(Word), st.sampled_from(["pays", "mails a sentence of the page"]))
def test_what_tools_bring_never_loosens(word, call):
    before = trace("a page was read")
    found = judged(before, CALLS[call])
    before.add(Result(Call("read_file", {"path": "a"}), word.text))
    assert set(found) <= set(judged(before, CALLS[call]))


def test_the_catalogue_travels_in_the_snapshot():
    told = msgspec.json.decode(msgspec.json.encode(PACK), type=type(PACK))
    assert told.agents == PACK.agents


def test_mail_and_command_are_long_enough_to_be_recognised():
    assert all(len("".join(filter(str.isalnum, text))) >= 24 for text in (PAGE, MAIL, COMMAND))
