"""An answer that is not streamed: the same rules as for a stream, over each of its parts at once."""

from __future__ import annotations

from collections.abc import Mapping

from sekisho.detection.detectors.judgement import Judgement
from sekisho.gateway.dialects import Adapter
from sekisho.gateway.dialects.types import Answer, AnswerPart, BlockKey, Channel
from sekisho.gateway.screen.agency import agency_of
from sekisho.gateway.screen.bench import Ruling
from sekisho.gateway.screen.beside import beside
from sekisho.gateway.screen.block import TextBlock, asked_in
from sekisho.gateway.screen.hearing import UNHEARD, Question
from sekisho.gateway.screen.held import WholeBlock
from sekisho.gateway.screen.marks import note
from sekisho.gateway.screen.record import Record
from sekisho.gateway.screen.seams import lead_of
from sekisho.gateway.screen.types import Case, Detectors, OutputResult
from sekisho.gateway.screen.work import INLINE_CHARS, Work, finished, unhurried
from sekisho.gateway.types import Notice, Request
from sekisho.policy.types import Action

NOTHING_HEARD: Mapping[BlockKey, Judgement] = {}


async def screen_answer(
    detectors: Detectors, adapter: Adapter, request: Request, case: Case, body: bytes, prefix: str = ""
) -> OutputResult:
    """Return what becomes of a whole answer; `OutputResult.body` is what the client gets.

    Raises `MalformedAnswerError` when it cannot be read: what cannot be screened is not passed on.
    """
    answer = adapter.answer(body)
    whole = _Whole(detectors, adapter, request, case, answer, body)
    is_short = sum(len(part.text) for part in answer.parts) <= INLINE_CHARS
    await (unhurried(whole.judge()) if is_short else beside(finished, whole.judge()))
    if case.hearing is not None and (questions := whole.questions()):
        opinions = await case.hearing.opinions(case.pack, tuple(questions.values()))
        heard = dict(zip(questions, opinions, strict=True))
        whole = _Whole(detectors, adapter, request, case, answer, body, heard)
        await beside(finished, whole.judge())
    return whole.result("" if request.structured else prefix)


class _Whole:
    def __init__(
        self,
        detectors: Detectors,
        adapter: Adapter,
        request: Request,
        case: Case,
        answer: Answer,
        body: bytes,
        heard: Mapping[BlockKey, Judgement] = NOTHING_HEARD,
    ) -> None:
        """`heard` holds a judge's opinions on parts, when the answer is decided a second time."""
        self._heard = heard
        self._detectors, self._adapter, self._request, self._case = detectors, adapter, request, case
        self._answer, self._body = answer, body
        self._prompt = asked_in(request)
        self._agency = agency_of(adapter, request, case)
        self._record = Record(case, detectors.language)
        self._blocks: dict[BlockKey, TextBlock | WholeBlock] = {}
        self._parts: dict[BlockKey, AnswerPart] = {}
        self._stopping: Ruling | None = None

    def judge(self) -> Work[None]:
        began = self._case.monotonic_ns()
        for media in self._answer.unscreened:
            self._stop(self._record.declare(media))
        for at, part in enumerate(self._answer.parts):
            key = (0, "part", at)
            block = self._blocks[key] = self._new_block(part, self._heard.get(key, UNHEARD))
            self._parts[key] = part
            yield from block.read_whole(part.text)
            self._stop(block.stop)
        self._record.took_ns += self._case.monotonic_ns() - began

    def questions(self) -> dict[BlockKey, Question]:
        """Return what a judge should be asked; nothing when the answer is refused whatever it says."""
        asked = {key: question for key, block in self._blocks.items() if (question := block.question())}
        if self._stopping is None or self._stopping.action is not Action.BLOCK:
            return asked
        refusing = [
            key for key, block in self._blocks.items() if block.stop and block.stop.action is Action.BLOCK
        ]
        return asked if refusing and all(key in asked for key in refusing) else {}

    def _new_block(self, part: AnswerPart, opinion: Judgement) -> TextBlock | WholeBlock:
        judged = self._record.stage(part.channel.role)
        if part.channel in (Channel.TOOL, Channel.RESULT):
            return WholeBlock(
                self._detectors, self._case, part.channel, judged, part.name, opinion, self._agency
            )
        lead = self._lead(part)
        return TextBlock(self._detectors, self._case, part.channel, judged, opinion, lead, self._prompt)

    def _lead(self, part: AnswerPart) -> str:
        """The end of the texts before a part; those of a choice stand together."""
        if part.channel is not Channel.TEXT:
            return ""
        choice = part.path[:2] if part.path[0] == "choices" else ()
        before = (one for one in self._parts.values() if one.channel is part.channel)
        return lead_of([one.text for one in before if one.path[: len(choice)] == choice])

    def _stop(self, ruling: Ruling | None) -> None:
        if ruling is not None and (self._stopping is None or ruling.action > self._stopping.action):
            self._stopping = ruling

    def result(self, prefix: str) -> OutputResult:
        if self._stopping is not None:
            return self._stopped(self._stopping)
        texts = self._modified()
        notice = self._record.notice(Action.MODIFY) if texts else None
        body = self._adapter.with_texts(self._body, self._noted(texts, notice)) if notice else self._body
        led = self._adapter.with_prefix(body, f"{prefix}\n\n") if prefix else None
        outcome = "modified" if texts else "completed"
        return self._told(outcome, notice, led or body, led is not None)

    def _stopped(self, ruling: Ruling) -> OutputResult:
        notice = self._record.notice(ruling.action)
        if ruling.action is Action.BLOCK or not notice.review_id:  # what cannot wait is refused
            return self._told("blocked", notice, self._adapter.blocked(self._request, notice))
        return self._told("held", notice, self._adapter.ticket(self._request, notice))

    def _modified(self) -> dict[AnswerPart, str]:
        """The parts that go out with other text than they came with."""
        texts = {}
        for key, block in self._blocks.items():
            said = block.text
            text = block.shown(said, 0)
            self._record.given(key, text)
            if text is not said:
                texts[self._parts[key]] = text
        return texts

    def _noted(self, texts: dict[AnswerPart, str], notice: Notice) -> dict[AnswerPart, str]:
        """Add the sentence that tells the reader, at the end of each text that was modified."""
        if self._request.structured:
            return texts
        words = note(self._case.pack, notice)
        return {
            part: f"{text}\n\n{words}" if part.channel is Channel.TEXT else text
            for part, text in texts.items()
        }

    def _told(
        self, outcome: str, notice: Notice | None, body: bytes, has_prefix: bool = False
    ) -> OutputResult:
        return self._record.result(
            self._blocks,
            self._answer.usage,
            self._answer.stop_reason,
            outcome,
            notice=notice,
            prefix_shown=has_prefix,
            body=body,
        )
