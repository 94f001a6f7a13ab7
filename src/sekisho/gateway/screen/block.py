"""One block of an answer while it grows: what was found in it, and how much of it may go out.

    released            limit                received
    ───────────────────┬────────────────────┬────────────────▶
                       what may still become a match, or was not yet scored

`limit` is the lesser of two: what the deterministic watch has settled, and the last boundary that the scorer
has read. Rulings act in the order of their *place* in the text, each only once the limit has passed it, when
everything that begins there or before is known. That, and boundaries at fixed places, make the outcome the
same for every split.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from dataclasses import replace

from sekisho.detection.detectors.judgement import Judgement
from sekisho.detection.types import Finding, Passage, Role
from sekisho.detection.windows import STRIDE, WINDOW
from sekisho.gateway.dialects import Channel
from sekisho.gateway.screen.bench import Ruling, cast_shadow, rule
from sekisho.gateway.screen.calls import Edit
from sekisho.gateway.screen.hearing import UNHEARD, Question
from sekisho.gateway.screen.held import question
from sekisho.gateway.screen.marks import HUMAN_CLAIM, OMITTED
from sekisho.gateway.screen.seams import Seam
from sekisho.gateway.screen.types import Case, Detectors, Judged
from sekisho.gateway.screen.work import Work, scored
from sekisho.gateway.types import Request
from sekisho.policy.types import Action

FIRST_BOUNDARY = 32
EVERY = STRIDE
"""Where the scorer reads, in characters of a block: soon at first, then in the steps in which it reads a whole text.

A window costs the scorer the same however much of it is new, so each boundary costs every stream: with steps
of 128 the scorer took half of a stream's time, and a reader hardly tells 128 characters from a sentence or two.
"""


ASKED_CHARS = 300
"""So much of what a person wrote last is handed to the detectors with an answer to it."""


def asked_in(request: Request) -> str:
    """Return the beginning of what a person wrote last in a request, to which an answer answers; empty for nothing."""
    for piece in reversed(request.pieces):
        if piece.role is Role.PROMPT and piece.speaker == "user" and piece.text:
            return piece.text[:ASKED_CHARS]
    return ""


def boundary_after(position: int) -> int:
    """Return the first place after `position` at which a block is scored."""
    return FIRST_BOUNDARY if position < FIRST_BOUNDARY else (position // EVERY + 1) * EVERY


class TextBlock:
    """Text that flows: held only as far as it must be."""

    def __init__(
        self,
        detectors: Detectors,
        case: Case,
        channel: Channel,
        judged: Judged,
        opinion: Judgement = UNHEARD,
        lead: str = "",
        prompt: str = "",
    ) -> None:
        """`opinion` is what a judge said of the whole text, when the block is decided a second time; `lead` is
        the end of the text before it, over which a reader reads on; `prompt` is what the answer is to."""
        self.channel = channel
        self.lead = lead
        self._prompt = prompt
        self.language = ""
        """Of the whole text, where it was read as a whole; empty where it grew."""
        self._seam = Seam(detectors.watch(channel.role), lead) if lead else None
        self.is_done = False
        self.stop: Ruling | None = None
        """The ruling at which the text ends for the reader: HOLD or BLOCK."""
        self.edits: list[Edit] = []
        self.asks: set[str] = set()
        """Clauses of which a judge should be asked."""
        self._case = replace(case, cleared=opinion.cleared) if opinion.cleared else case
        self._opinion = opinion
        self._detectors = detectors
        self._judged = judged
        self._watch = detectors.watch(channel.role)
        self._parts: list[str] = []
        self._unread: list[str] = []
        self._length = 0
        self._recent = ""
        self._scored = 0
        self._rulings: list[Ruling] = []
        self._is_corrected = False
        self.limit = 0
        """How many characters may go out, masked where `edits` say so. Moves when text is read, not when it
        comes."""

    @property
    def _known(self) -> int:
        if self.is_done:
            return self._length
        settled = min(self._watch.settled, self._scored)
        return settled if self._seam is None else min(settled, self._seam.settled)

    @property
    def text(self) -> str:
        """Everything received."""
        return "".join(self._parts)

    @property
    def length(self) -> int:
        return self._length

    def take(self, text: str) -> None:
        """Take more text, to be read later. How it is split makes no difference to what is decided."""
        self._parts.append(text)
        self._length += len(text)
        self._unread.append(text)

    @property
    def is_due(self) -> bool:
        """Whether what was taken should be read. Before the scorer's next boundary hardly anything could go out, so
        nothing is: reading each delta by itself cost the rules ten times as much."""
        return not self._detectors.reads_whole or boundary_after(self._scored) <= self._length

    def catch_up(self) -> Work[None]:
        """Read what has come."""
        if self._unread:
            yield from self._read_on(is_whole=False)
            self._settle()

    def _read_on(self, *, is_whole: bool) -> Work[None]:
        text = "".join(self._unread)
        self._unread.clear()
        self._found(self._watch.finish(text) if is_whole else self._watch.feed(text))
        self._over_seam(text, is_whole=is_whole)
        if self._detectors.reads_whole:
            self._recent += text
            yield from self._score(self._boundaries(is_whole=is_whole))
            self._recent = self._recent[-WINDOW - EVERY :]
        else:
            self._scored = self._length

    def _boundaries(self, *, is_whole: bool) -> list[int]:
        """The places that were passed at which the scorer reads; the end is one of them."""
        passed, boundary = [], boundary_after(self._scored)
        while boundary <= self._length:
            passed.append(boundary)
            boundary = boundary_after(boundary)
        if is_whole and self._length > max(passed, default=self._scored):
            passed.append(self._length)
        return passed

    def read_whole(self, text: str) -> Work[None]:
        """Take all the text at once, and decide. The scorer reads it in the windows it was trained on, each once:
        nothing is released meanwhile, so there is no boundary to read up to."""
        self._parts.append(text)
        self._length = len(text)
        self._over_seam(text, is_whole=True)
        self._found(self._watch.finish(text))
        if self._detectors.reads_whole and text:
            self.language = yield from self._ask([(0, text)])
        self._finish()

    def close(self) -> Work[None]:
        """Say that the block is complete: everything is decided now."""
        if not self.is_done:
            yield from self._read_on(is_whole=True)
            self._finish()

    def _finish(self) -> None:
        for finding in self._opinion.findings:
            self._judge(finding, "*", 0, self._length)
        self._scored, self.is_done = self._length, True
        self._settle()

    def _over_seam(self, text: str, *, is_whole: bool) -> None:
        if self._seam is not None:
            for finding, end in self._seam.read(text, is_whole):
                self._judge(finding, "*", 0, min(end, self._length))
            if self._seam.is_read:
                self._seam = None

    def _found(self, findings: tuple[Finding, ...]) -> None:
        for finding in findings:
            span = finding.span
            at, end = (span.start, span.end) if span else (self._watch.settled, self._length)
            self._judge(finding, "*", at, end)

    def _score(self, boundaries: Sequence[int]) -> Work[None]:
        """Score the windows that end at some boundaries, as wide as those the scorer was trained on. Windows
        overlap (P-044). What is found acts on what was not released before it."""
        begins = self._length - len(self._recent)
        starts = [max(begins, boundary - WINDOW) for boundary in boundaries]
        yield from self._ask(
            [
                (start, self._recent[start - begins : boundary - begins])
                for start, boundary in zip(starts, boundaries, strict=True)
            ]
        )

    def _ask(self, windows: Sequence[tuple[int, str]]) -> Work[str]:
        """Ask the scorer about texts of this block, each with where it stands, one after the other. Return the
        language of the last."""
        role, language = self.channel.role, ""
        passages = [Passage(text, role, self._detectors.language(text), self._prompt) for _, text in windows]
        said = (yield from scored(self._detectors, passages)) if passages else ()
        for (start, text), passage, findings in zip(windows, passages, said, strict=True):
            language = passage.language
            for finding in findings:
                self._scored_as(finding, language, start, start + len(text))
            self._scored = start + len(text)
        return language

    def _scored_as(self, finding: Finding, language: str, start: int, end_of_text: int) -> None:
        span = finding.span
        at = max(self._scored, start + span.start) if span else self._scored
        end = start + span.end if span else end_of_text
        if end > at:
            self._judge(finding, language, at, end)

    def _judge(self, finding: Finding, language: str, at: int, end: int) -> None:
        ruling = rule(self._case, finding, self.channel, language, at, end)
        cast_shadow(self._case, self._judged.id, finding, self.channel, language)
        if ruling is not None:
            insort(self._rulings, ruling, key=_order)

    def _settle(self) -> None:
        """Let the rulings act that the limit has passed, and move it."""
        known = self._known
        self._act_up_to(known)
        self.limit = known if self.stop is None else min(known, self.stop.at)

    def _act_up_to(self, known: int) -> None:
        while self._rulings and (self.is_done or self._rulings[0].at < known):
            ruling = self._rulings[0]
            if self.stop is not None and self.stop.action is Action.BLOCK and ruling.at > self.stop.at:
                return
            del self._rulings[0]
            self._act(ruling)

    def _act(self, ruling: Ruling) -> None:
        self._judged.add(ruling.verdict)
        self.asks |= frozenset(ruling.verdict.asks_judge)
        if ruling.action >= Action.HOLD:
            if self.stop is None or ruling.action > self.stop.action:
                at = ruling.at if self.stop is None else self.stop.at
                self.stop = Ruling(at, ruling.end, ruling.action, ruling.verdict)
        elif ruling.action is Action.MODIFY and self.stop is None:
            self._mask(ruling)

    def _mask(self, ruling: Ruling) -> None:
        """Mask a span. Spans that overlap become one, in the words of the first."""
        if self.edits and ruling.at < self.edits[-1][1]:
            start, end, words = self.edits[-1]
            self.edits[-1] = (start, max(end, ruling.end), words)
        else:
            self.edits.append((ruling.at, ruling.end, self._words(ruling)))

    def _words(self, ruling: Ruling) -> str:
        """What comes in the place of a masked span; a claim to be human is corrected once."""
        if ruling.verdict.grounds[0].code != HUMAN_CLAIM:
            return ruling.words
        is_first, self._is_corrected = not self._is_corrected, True
        return ruling.words if is_first else OMITTED

    def question(self) -> Question | None:
        """Return what a judge should be asked; None when nothing, or when the block is refused anyhow."""
        if not self.asks:
            return None
        return question(self.text, self.channel, self.asks, self.stop, self._detectors)

    def shown(self, text: str, start: int) -> str:
        """Return how `text`, which stands at `start`, goes out. The very same object where nothing is
        masked."""
        if not self.edits:
            return text
        end = start + len(text)
        touched = [edit for edit in self.edits if edit[0] < end and start < edit[1]]
        if not touched:
            return text
        said, at = [], start
        for first, last, words in touched:
            if first >= start:
                said += [text[at - start : first - start], words]
            at = max(at, min(last, end))
        return "".join(said) + text[at - start :]


def _order(ruling: Ruling) -> tuple[int, int, int, str]:
    return ruling.order
