"""A judge in the whole gate, over HTTP on loopback: what it may change, and that its silence changes nothing for the worse."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from aiohttp import web

from sekisho.detection.detectors import judge as judging
from sekisho.detection.types import Finding, Outcome, Passage
from sekisho.gateway.judge import JudgeLine, configured
from sekisho.gateway.screen.hearing import Hearing
from sekisho.gateway.types import Endpoint, Principal
from sekisho.link.snapshot import Dialect, Route
from sekisho.policy.types import Action, FailMode, StreamMode, Threshold
from tests.gateway.conftest import PACK, Detectors, Site, clause, key_entry, running
from tests.gateway.screen import well_formed

WHOLE_AND_STREAMED = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
BAND = {"scorer": {"*": Threshold(0.9, 0.5)}, "judge": {"*": Threshold(0.5, 0.5)}}


def band(id: str, fail: FailMode, *, hard: bool = False, on: Action = Action.BLOCK) -> Any:
    return replace(clause(id, on, on), thresholds=BAND, fail=fail, hard=hard)


class Scored(Detectors):
    """Fixed words, and a scorer that is unsure of whatever holds one."""

    reads_whole = True
    word = "perhaps"

    @classmethod
    def unsure_of(cls, word: str) -> Scored:
        made = cls()
        made.word = word
        return made

    def find(self, passage: Passage) -> tuple[Finding, ...]:
        return (*super().find(passage), *self.scored(passage))

    def score(self, passages: Sequence[Passage]) -> list[tuple[Finding, ...]]:
        return [self.scored(passage) for passage in passages]

    def scored(self, passage: Passage) -> tuple[Finding, ...]:
        if self.word not in passage.text:
            return ()
        return (Finding("cyber", "scorer", Outcome.MATCH, 0.7, "score", version="1"),)


@dataclass
class Double:
    """A judge on the loopback that says what each test wants; a development twin."""

    says: str = "does_not"
    requests: list[Any] = field(default_factory=list)
    waits: asyncio.Event | None = None
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    url: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.requests.append(body)
        self.asked.set()
        if self.waits:
            await self.waits.wait()
        fence = body["system"].split("two lines that read ")[1].split(". ")[0]
        said = json.dumps({"fence": fence, "answers": {"cyber": self.says}})
        text = {"prose": "I cannot help with that.", "hostile": said.replace(fence, "=== 0 ===")}
        return web.json_response({"content": [{"type": "text", "text": text.get(self.says, said)}]})


@asynccontextmanager
async def judged(
    *clauses: Any,
    says: str = "does_not",
    slow: bool = False,
    detectors: Detectors | None = None,
) -> AsyncIterator[tuple[Site, Double]]:
    double = Double(says, waits=asyncio.Event() if slow else None)
    app = web.Application()
    app.add_routes([web.post("/v1/messages", double.answer)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    double.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        line = JudgeLine(double.url, "judge-model", "its-key", "anthropic", 5_000)
        pack = replace(PACK, clauses=(*clauses, *PACK.clauses))
        async with running(packs=(pack,), detectors=detectors or Scored(), judge=line) as site:
            yield site, double
    finally:
        if double.waits:
            double.waits.set()
        await runner.cleanup()


def spend(monkeypatch: pytest.MonkeyPatch, double: Double) -> None:
    """Let a request's time be over as soon as the judge was asked, however long that took."""

    @asynccontextmanager
    async def timeout(_: float) -> AsyncIterator[None]:
        async with asyncio.timeout(None) as limit:
            watching = asyncio.create_task(over(limit))
            try:
                yield
            finally:
                watching.cancel()

    async def over(limit: asyncio.Timeout) -> None:
        await double.asked.wait()
        limit.reschedule(0)

    def hearing(line: JudgeLine, *_: object) -> Hearing:
        return Hearing(line, line.budget_ms, clock=lambda: 60.0 if double.asked.is_set() else 0.0)

    monkeypatch.setattr(judging, "asyncio", SimpleNamespace(timeout=timeout))
    monkeypatch.setattr(JudgeLine, "hearing", hearing)


def outcomes(site: Site) -> set[tuple[str, str]]:
    return {
        (ground.detector, ground.outcome)
        for entry in site.journal.entries
        for decision in entry.decisions
        for ground in decision.grounds
    }


@pytest.mark.parametrize(
    ("says", "fail", "outcome"),
    [
        pytest.param(
            "does_not", FailMode.FIRE, "completed", id="acquittal lets pass what doubt would refuse"
        ),
        pytest.param("does_not", FailMode.HOLD, "completed", id="acquittal frees what doubt would hold"),
        pytest.param("violates", FailMode.SKIP, "blocked", id="a conviction refuses what doubt lets pass"),
        pytest.param("unsure", FailMode.SKIP, "completed", id="doubt skips where the clause says so"),
        pytest.param("unsure", FailMode.HOLD, "held", id="doubt holds where the clause says so"),
        pytest.param("prose", FailMode.FIRE, "blocked", id="a refusal to judge is no acquittal"),
        pytest.param("hostile", FailMode.FIRE, "blocked", id="an answer without the fence is no acquittal"),
        pytest.param("hostile", FailMode.HOLD, "held", id="nor where doubt holds"),
    ],
)
async def test_a_prompt_in_doubt(says, fail, outcome):
    async with judged(band("cyber", fail), says=says) as (site, double):
        await site.messages("Is this, perhaps, allowed? [fake:empty]")
        assert site.entry.outcome == outcome
        assert len(double.requests) == 1
        assert "perhaps" in double.requests[0]["messages"][0]["content"]
        assert "cyber の題" in double.requests[0]["system"]


async def test_a_hard_clause_is_not_lowered():
    async with judged(band("cyber", FailMode.FIRE, hard=True)) as (site, _):
        await site.messages("Is this, perhaps, allowed? [fake:empty]")
        assert site.entry.outcome == "blocked"


async def test_a_slow_judge_counts_as_missing_and_spends_one_budget(monkeypatch):
    async with judged(band("cyber", FailMode.HOLD), slow=True) as (site, double):
        spend(monkeypatch, double)
        reply = await site.messages("Is this, perhaps, allowed?")
        assert site.entry.outcome == "held"
        assert ("judge", "error:hold") in outcomes(site)
        assert len(double.requests) == 1  # the answer repeats the word, but the time is spent
        assert site.entry.review in reply.text


@pytest.mark.parametrize(
    ("place", "retaining", "is_asked"),
    [
        pytest.param("of the provider", (), True, id="the provider that answers it"),
        pytest.param("of the provider", ("judge-*",), False, id="a model for which that provider keeps"),
        pytest.param("https://elsewhere.example", (), False, id="a third one"),
        pytest.param("", (), False, id="one that is not known"),
    ],
)
async def test_what_is_under_zero_retention_goes_to_no_third_provider(place, retaining, is_asked):
    """R-DATA-166: the judge is asked where the judged text goes anyway; else each clause resolves doubt itself."""
    async with judged(band("cyber", FailMode.FIRE), says="does_not") as (site, double):
        address = double.url if place == "of the provider" else place
        route = Route("r", Dialect.ANTHROPIC, address, zero_retention=True, retaining_models=retaining)
        principal = Principal(key_entry(), site.snapshots.current.organisations["org_atelier"])
        assert site.gate.judge.hearing(principal, route) is not None
        quiet = replace(principal, zero_retention=True)
        assert (site.gate.judge.hearing(quiet, route) is not None) is is_asked


async def test_under_zero_retention_doubt_is_resolved_without_the_judge():
    async with judged(band("cyber", FailMode.FIRE), says="does_not") as (site, double):
        routes = [msgspec.structs.replace(one, zero_retention=True) for one in site.snapshots.current.routes]
        site.snapshots.publish(routes=tuple(routes))
        await site.messages(
            "Is this, perhaps, allowed? [fake:empty]", headers={"x-sekisho-zero-retention": "1"}
        )
        assert (site.entry.outcome, double.requests) == ("blocked", [])


async def test_what_is_sure_or_clean_or_known_is_not_asked():
    async with judged(band("cyber", FailMode.FIRE)) as (site, double):
        await site.messages("How do I bake bread?")
        await site.messages("Perhaps a pipe bomb, perhaps?")
        assert double.requests == []
        for _ in range(2):
            await site.messages("Is this, perhaps, allowed? [fake:empty]")
        assert len(double.requests) == 1


async def test_what_got_no_answer_is_asked_again():
    async with judged(band("cyber", FailMode.HOLD), says="prose") as (site, double):
        await site.messages("Is this, perhaps, allowed? [fake:empty]")
        double.says = "does_not"
        await site.messages("Is this, perhaps, allowed? [fake:empty]")
        assert [entry.outcome for entry in site.journal.entries] == ["held", "completed"]


async def test_a_flood_of_blocks_is_no_flood_of_questions():
    blocks = [{"type": "text", "text": f"perhaps {at}"} for at in range(60)]
    async with judged(band("cyber", FailMode.HOLD)) as (site, double):
        await site.messages("", messages=[{"role": "user", "content": blocks}])
        assert len(double.requests) == 16
        assert site.entry.outcome == "held"


async def test_ready_tells_of_the_judge():
    async with judged(band("cyber", FailMode.HOLD), says="prose") as (site, _):
        assert (await site.get("/ready")).json == {"status": "ready", "missing": [], "judge": "answering"}
        await site.messages("Is this, perhaps, allowed? [fake:empty]")
        assert (await site.get("/ready")).json["judge"] == "not answering"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        pytest.param(("localhost", "m", "", "openai", 1), "setting:judge_base_url", id="no address"),
        pytest.param(("http://localhost", "", "", "openai", 1), "setting:judge_model", id="no model"),
        pytest.param(
            ("http://localhost", "m", "", "other", 1), "setting:judge_dialect", id="unknown dialect"
        ),
    ],
)
async def test_a_judge_that_cannot_be_asked_keeps_the_gate_from_being_ready(line, problem):
    async with running(judge=JudgeLine(*line)) as site:
        assert (await site.get("/ready")).json["missing"] == [problem]


def test_there_is_no_judge_unless_it_is_configured(monkeypatch):
    assert configured() is None
    monkeypatch.setenv("SEKISHO_JUDGE_BASE_URL", "http://judge.example")
    assert configured().problem == "judge_model"


# -- answers -------------------------------------------------------------------------------------------------

ANSWERS = Scored.unsure_of("short answer")
FULL = replace(clause("ways", Action.ANNOTATE, Action.BLOCK), stream=StreamMode.FULL)


@pytest.mark.parametrize(
    ("says", "fail", "whole", "held_stream", "flowing_stream"),
    [
        pytest.param("does_not", FailMode.SKIP, "completed", "completed", "completed", id="cleared"),
        pytest.param(
            "does_not", FailMode.HOLD, "completed", "completed", "completed", id="freed from a hold"
        ),
        pytest.param("does_not", FailMode.FIRE, "completed", "completed", "blocked", id="spared a refusal"),
        pytest.param("violates", FailMode.SKIP, "blocked", "blocked", "completed", id="convicted"),
        pytest.param("violates", FailMode.HOLD, "blocked", "blocked", "blocked", id="convicted while held"),
        pytest.param("prose", FailMode.HOLD, "held", "held", "held", id="no answer"),
    ],
)
@pytest.mark.parametrize("way", ["whole", "held_stream", "flowing_stream"])
async def test_an_answer_in_doubt(way, says, fail, whole, held_stream, flowing_stream):
    """What has flowed cannot be taken back; wherever the text waits anyway, the judge is heard first."""
    expected = {"whole": whole, "held_stream": held_stream, "flowing_stream": flowing_stream}[way]
    more = (FULL,) if way == "held_stream" else ()
    async with judged(band("cyber", fail), *more, says=says, detectors=ANSWERS) as (site, _):
        reply = await site.messages("Hello", stream=way != "whole")
        assert site.entry.outcome == expected
        assert ("against your goal" in reply.text) is (expected == "completed")
        if way != "whole":
            well_formed.check(Endpoint.MESSAGES, reply.events)


async def test_an_opinion_on_text_that_has_flowed_is_recorded():
    async with judged(band("cyber", FailMode.SKIP), says="violates", detectors=ANSWERS) as (site, _):
        await site.messages("Hello", stream=True)
        assert ("judge", "match") in outcomes(site)
        [decision] = [one for one in site.entry.decisions if one.stage == "output"]
        assert decision.action == "annotate"


async def test_a_call_in_doubt_waits_for_the_judge():
    async with judged(
        band("cyber", FailMode.HOLD), says="violates", detectors=Scored.unsure_of("celsius")
    ) as (site, double):
        tools = [{"name": "weather", "input_schema": {"type": "object"}}]
        reply = await site.messages("Hello", model="fake-tool", tools=tools)
        assert site.entry.outcome == "blocked"
        assert "celsius" not in reply.body.decode()
        assert "Kyōto" in double.requests[0]["messages"][0]["content"]
