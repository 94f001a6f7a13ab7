"""One block of an answer that is only given once it is complete and checked."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

from sekisho.detection.detectors.judgement import Judgement
from sekisho.detection.types import Passage
from sekisho.gateway.dialects import Channel
from sekisho.gateway.screen.agency import Agency
from sekisho.gateway.screen.bench import Ruling, cast_shadow, refused, rule
from sekisho.gateway.screen.calls import Call, Edit, read_call
from sekisho.gateway.screen.hearing import UNHEARD, Question, is_in_doubt
from sekisho.gateway.screen.types import Case, Detectors, Judged
from sekisho.gateway.screen.work import Work, found
from sekisho.policy.types import Action


class WholeBlock:
    """What is only given once it is complete and checked: tool calls (P-032), and tool results in an
    answer."""

    def __init__(
        self,
        detectors: Detectors,
        case: Case,
        channel: Channel,
        judged: Judged,
        name: str,
        opinion: Judgement = UNHEARD,
        agency: Agency | None = None,
    ) -> None:
        """`agency` judges what a call would do; None where nothing is forbidden."""
        self.channel = channel
        self._agency = agency
        self.name = name
        self.is_done = False
        self.stop: Ruling | None = None
        self.language = ""
        self.replaced: str | None = None
        """The arguments after masking; None when they are untouched."""
        self.asks: set[str] = set()
        self._case = replace(case, cleared=opinion.cleared) if opinion.cleared else case
        self._opinion = opinion
        self._detectors = detectors
        self._judged = judged
        self._parts: list[str] = []
        self._rulings: list[Ruling] = []
        self.length = 0

    @property
    def is_due(self) -> bool:
        """As `TextBlock.is_due`: nothing is read before the block is complete."""
        return False

    @property
    def limit(self) -> int:
        """Nothing goes out before everything may."""
        return self.length if self.is_done and self.stop is None else -1

    @property
    def edits(self) -> list[Edit]:
        return [] if self.replaced is None else [(0, self.length, self.replaced)]

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def take(self, text: str) -> None:
        self._parts.append(text)
        self.length += len(text)

    def catch_up(self) -> Work[None]:
        """As `TextBlock.catch_up`: there is nothing to read before the block is complete."""
        yield from ()

    def read_whole(self, text: str) -> Work[None]:
        self.take(text)
        yield from self.close()

    def close(self) -> Work[None]:
        if self.is_done:
            return
        call = self._call()
        self._judged.screened_chars += len(call.text)
        passage = Passage(call.text, self.channel.role, self._detectors.language(call.text))
        findings = yield from found(self._detectors, passage)
        for finding in (*findings, *self._opinion.findings):
            span = finding.span
            at, end = (span.start, span.end) if span else (0, len(call.text))
            if (ruling := rule(self._case, finding, self.channel, passage.language, at, end)) is not None:
                self._rulings.append(ruling)
            cast_shadow(self._case, self._judged.id, finding, self.channel, passage.language)
        yield from self._weigh(self._agency, call)
        self._decide(call)
        self.is_done = True

    def _weigh(self, agency: Agency | None, call: Call) -> Work[None]:
        """Let it be judged what the call would do, given all that the conversation shows."""
        if agency is None:
            return
        if self.channel is not Channel.TOOL:
            agency.note(call.text)
            return
        if agency.takes_its_time:
            yield
        verdict, say = agency.judge(self.name, self.text)
        if verdict.grounds:
            self._rulings.append(Ruling(0, len(call.text), verdict.action, verdict))
        if self._case.shadow is not None:
            self._case.shadow.judge(self._judged.id, say)

    def _call(self) -> Call:
        return read_call(self.name, self.text) if self.channel is Channel.TOOL else Call(self.text)

    def question(self) -> Question | None:
        """As `TextBlock.question`, of the call as detectors read it."""
        return question(self._call().text, self.channel, self.asks, self.stop, self._detectors)

    def _decide(self, call: Call) -> None:
        masks = [ruling for ruling in self._rulings if ruling.action is Action.MODIFY]
        if masks:
            self.replaced = call.masked([(ruling.at, ruling.end, ruling.words) for ruling in masks])
            if self.replaced is None:
                self._rulings = [refused(ruling) if ruling in masks else ruling for ruling in self._rulings]
        for ruling in self._rulings:
            self._judged.add(ruling.verdict)
            self.asks |= frozenset(ruling.verdict.asks_judge)
            if ruling.action >= Action.HOLD and (self.stop is None or ruling.action > self.stop.action):
                self.stop = Ruling(0, 0, ruling.action, ruling.verdict)

    def shown(self, text: str, start: int) -> str:
        """Return the masked arguments in the place of the first share of text, and nothing for the others."""
        if self.replaced is None:
            return text
        is_first = start == 0 and bool(text)
        return self.replaced if is_first else ""


def question(
    text: str, channel: Channel, asks: Set[str], stop: Ruling | None, detectors: Detectors
) -> Question | None:
    """Return what a judge should be asked about a block; None when nothing, or when it is refused anyhow."""
    if not asks or (stop is not None and not is_in_doubt(stop.verdict, asks)):
        return None
    return Question(Passage(text, channel.role, detectors.language(text)), tuple(sorted(asks)))
