"""Screening: what goes in and what comes out, judged under the policy."""

from __future__ import annotations

from dataclasses import dataclass, field

from sekisho.gateway.dialects import Adapter, adapter_for
from sekisho.gateway.screen.beside import beside
from sekisho.gateway.screen.conduct import Conducts, with_conduct
from sekisho.gateway.screen.histories import SMALLEST_BYTES, Histories, History, Scope
from sekisho.gateway.screen.input import InputScreen
from sekisho.gateway.screen.output import StreamScreen
from sekisho.gateway.screen.types import Case, Detectors, InputResult, OutputResult
from sekisho.gateway.screen.whole import screen_answer
from sekisho.gateway.screen.work import unhurried
from sekisho.gateway.types import Endpoint, Request

LARGE_BYTES = 24 * 1024
"""From which size on a chunk of a stream is read beside the event loop: 32 KiB took a millisecond when measured."""


@dataclass(slots=True)
class Screen:
    """All screening of one gateway process. Safe to use by many requests at a time."""

    detectors: Detectors
    conducts: Conducts = field(default_factory=Conducts)
    histories: Histories = field(default_factory=Histories)
    _input: InputScreen = field(init=False)

    def __post_init__(self) -> None:
        self._input = InputScreen(self.detectors)

    def history(self, adapter: Adapter, endpoint: Endpoint, body: bytes, scope: Scope) -> History | None:
        """Return what is known of a body's history; None for one that is so short that it is read anew.

        `scope` is what a verdict depends on besides: organisation, pack, audience, domain.
        """
        if len(body) < SMALLEST_BYTES:
            return None
        return History(self.histories, adapter, endpoint, body, scope)

    async def input(self, request: Request, case: Case) -> InputResult:
        """Return what is to be done with a request, having read only what is new in its conversation."""
        return with_conduct(self.conducts, await self._input.screen(request, case), request, case)

    def stream(
        self, request: Request, case: Case, prefix: str = "", *, is_draft: bool = False
    ) -> StreamScreen:
        """Return the screen for one streamed answer. `prefix` is put before its first text.

        `is_draft` says that a person must see the answer first, so that the client gets nothing of it.
        """
        return StreamScreen(self.detectors, request, case, prefix, is_draft=is_draft)

    async def feed(self, stream: StreamScreen, chunk: bytes) -> bytes:
        """Return what a stream releases for a chunk. The next one is not fed before this is done."""
        if stream.waiting + len(chunk) < LARGE_BYTES:
            return await unhurried(stream.feeding(chunk))
        return await beside(stream.feed, chunk)

    async def close(self, stream: StreamScreen, case: Case) -> None:
        """Read what is left of a stream, and ask the judge, where there is one, what it leaves open. Before its
        `finish`."""
        questions = await unhurried(stream.closing())
        if case.hearing is None or not questions:
            return
        opinions = await case.hearing.opinions(case.pack, tuple(questions.values()))
        await beside(stream.hear, dict(zip(questions, opinions, strict=True)))

    async def break_off(self, stream: StreamScreen | None) -> None:
        """Read what is left of a stream, where there is one, that nobody hears to its end. Before its `broken`."""
        if stream is not None:
            await unhurried(stream.breaking())

    async def answer(self, request: Request, case: Case, body: bytes, prefix: str = "") -> OutputResult:
        """Return what is told in place of a whole answer: `body` itself, where nothing is to be changed.

        Raises `MalformedAnswerError` when it cannot be read: what cannot be screened is not passed on.
        """
        return await screen_answer(self.detectors, adapter_for(request.endpoint), request, case, body, prefix)


__all__ = ["Case", "Detectors", "InputResult", "InputScreen", "OutputResult", "Screen", "StreamScreen"]
