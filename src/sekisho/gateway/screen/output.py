"""A streamed answer on its way through the gate.

    provider ──bytes──▶ intake ──items──▶ blocks decide how far ─▶ release ──bytes──▶ client

`feed` never gives the end of the stream: `finish` does, so that the journal can be durable before it
(architecture.md, "The life of a request"). What takes its time in them can be done before, and beside an event loop:
`feeding`, `closing` and `breaking` are the same as work (`work.py`).

Four properties hold for every split of the provider's bytes (P-051): the same decision and the same released
text; no released prefix holds what a ruling took out; no more is held than `bound` says; one well-formed end
and one record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sekisho.base.text import Text
from sekisho.detection.detectors.judgement import Judgement
from sekisho.detection.types import Role
from sekisho.gateway.dialects import adapter_for
from sekisho.gateway.dialects.types import BlockKey, Channel, Item, ItemKind, MalformedAnswerError, Wire
from sekisho.gateway.errors import Kind
from sekisho.gateway.screen.agency import agency_of
from sekisho.gateway.screen.bench import Ruling, recorded, rule
from sekisho.gateway.screen.block import EVERY, TextBlock, asked_in
from sekisho.gateway.screen.hearing import UNHEARD, Question, is_in_doubt
from sekisho.gateway.screen.held import WholeBlock
from sekisho.gateway.screen.intake import Intake
from sekisho.gateway.screen.record import Record
from sekisho.gateway.screen.release import SPLIT_FROM, Release
from sekisho.gateway.screen.seams import lead_of
from sekisho.gateway.screen.types import Case, Detectors, OutputResult
from sekisho.gateway.screen.work import Work, finished
from sekisho.gateway.sse import UnreadableEventError
from sekisho.gateway.types import Notice, Request
from sekisho.policy.types import Action

BROKEN = Text(
    "The provider's answer broke off. Send the request again.",
    "プロバイダーの応答が途中で切れました。もう一度お送りください。",
)
UNREADABLE = Text(
    "The provider's answer could not be read, so it was not passed on. Send the request again.",
    "プロバイダーの応答を読み取れなかったため、お渡ししませんでした。もう一度お送りください。",
)


class StreamScreen:
    """Screens one streamed answer. Feed it what comes, then `finish` or `broken`; then ask for the `result`."""

    def __init__(
        self, detectors: Detectors, request: Request, case: Case, prefix: str = "", *, is_draft: bool = False
    ) -> None:
        """`is_draft` says that a person must see the answer first: then nothing of it ever goes out."""
        self._detectors = detectors
        self._is_draft = is_draft
        self._request = request
        self._case = case
        self._prompt = asked_in(request)
        adapter = adapter_for(request.endpoint)
        self._wire: Wire = adapter.stream()
        self._agency = agency_of(adapter, request, case)
        self._intake = Intake(self._wire)
        self._record = Record(case, detectors.language)
        self._blocks: dict[BlockKey, TextBlock | WholeBlock] = {}
        lead = f"{prefix}\n\n" if prefix and not request.structured else ""
        self._release = Release(case, request, self._wire, self._record, self._blocks, lead)
        self._lanes = self._release.lanes
        self._gathered: list[str] = []
        self._gathered_length = 0
        self._growing: BlockKey | None = None
        self._terminal: list[Item] = []
        self._stopping: Ruling | None = None
        """The HOLD or BLOCK that decides, once there is one."""
        self._declared: Ruling | None = None
        """The HOLD or BLOCK of media that no detector reads."""
        self._last: list[bytes] = []
        """What was released since the provider's last byte."""
        self._is_over = False
        self._trouble: tuple[bytes, str] | None = None
        """The error that ends the stream, and the outcome it is recorded as."""
        self._notice: Notice | None = None

    @property
    def stopped(self) -> bool:
        """Whether nothing more is needed of the provider: the answer was refused, or its error ended it."""
        return self._is_over

    @property
    def bound(self) -> int | None:
        """The most characters of a text block that are ever held; None when a clause holds the whole
        answer."""
        if self._release.holds_all:
            return None
        watch = self._detectors.watch(Role.OUTPUT)
        return watch.bound + SPLIT_FROM + (EVERY if self._detectors.reads_whole else 0)

    @property
    def waiting(self) -> int:
        """Bytes received of an event that is not complete, and so not read yet."""
        return self._intake.waiting

    def feed(self, chunk: bytes) -> bytes:
        """Return what may go to the client now. Empty while everything is held, after the answer was
        stopped, and always for a draft."""
        return finished(self.feeding(chunk))

    def feeding(self, chunk: bytes) -> Work[bytes]:
        """As `feed`."""
        if self._is_over:
            return b""
        out: list[bytes] = []
        began = self._case.monotonic_ns()
        try:
            yield from self._take(self._intake.items(chunk), out)
        except (MalformedAnswerError, UnreadableEventError):
            yield from self._end_broken(out, UNREADABLE)
        self._record.took_ns += self._case.monotonic_ns() - began
        return b"".join(out)

    def finish(self) -> bytes:
        """Return the end of the stream: the provider's own, a refusal, a ticket, or an error if it broke
        off. A draft that may be shown to a reviewer has none: its ticket was written at the input."""
        began = self._case.monotonic_ns()
        finished(self._finishing(self._last))
        self._record.took_ns += self._case.monotonic_ns() - began
        return b"".join(self._last) + self._ending()

    def _finishing(self, out: list[bytes]) -> Work[None]:
        if not self._is_over:
            yield from self._take_rest(out)
        if not self._is_over:
            try:
                yield from self._complete(out)
            except MalformedAnswerError:
                yield from self._end_broken(out, UNREADABLE)

    def closing(self) -> Work[dict[BlockKey, Question]]:
        """Read what is left when the provider has said everything, so that `finish` need not, and return what a judge
        should be asked before it."""
        began = self._case.monotonic_ns()
        if not self._is_over:
            yield from self._take_rest(self._last)
        if not self._is_over:
            yield from self._closing_all() if self._wire.is_complete else self.breaking()
        self._record.took_ns += self._case.monotonic_ns() - began
        return self._questions() if self._wire.is_complete else {}

    def _closing_all(self) -> Work[None]:
        try:
            yield from self._close(list(self._blocks), self._last)
        except MalformedAnswerError:
            yield from self._end_broken(self._last, UNREADABLE)

    def breaking(self) -> Work[None]:
        """Read what is left of the texts of a stream that breaks off, so that `broken` need not."""
        if not self._is_over:
            yield from self._flush(self._last)
            yield from self._close(self._texts(), self._last)

    def _texts(self) -> list[BlockKey]:
        """The blocks whose beginning is of use without their end."""
        return [key for key, block in self._blocks.items() if isinstance(block, TextBlock)]

    def _questions(self) -> dict[BlockKey, Question]:
        if self._is_over:
            return {}
        return {key: question for key, block in self._blocks.items() if (question := block.question())}

    def hear(self, opinions: Mapping[BlockKey, Judgement]) -> None:
        """Take a judge's opinions into account: fully where the text is still held, as a record where it has
        flowed, because that cannot be taken back."""
        if self._is_kept or self._stopping is not None:
            self._decide_again(opinions)
            return
        for key, opinion in opinions.items():
            block = self._blocks[key]
            for finding in opinion.findings:
                if ruling := rule(self._case, finding, block.channel, "*", 0, block.length):
                    self._record.stage(block.channel.role).add(recorded(ruling.verdict))

    def _decide_again(self, opinions: Mapping[BlockKey, Judgement]) -> None:
        self._record = self._release.record = self._record.again()
        self._agency = agency_of(adapter_for(self._request.endpoint), self._request, self._case)
        self._stopping = self._declared
        self._release.is_stopped = self._declared is not None
        for key, was in self._blocks.items():
            name, lead = (was.name, "") if isinstance(was, WholeBlock) else ("", was.lead)
            block = self._new_block(was.channel, name, opinions.get(key, UNHEARD), lead)
            block.take(was.text)
            finished(block.close())
            self._blocks[key] = block
            if block.stop is not None:
                self._stop(block.stop)
        self._is_over = self._stopping is not None and self._stopping.action is Action.BLOCK

    @property
    def _is_kept(self) -> bool:
        """Whether nothing of the answer has gone out, and nothing will before all of it is judged."""
        return self._is_draft or self._release.holds_all

    def broken(self, told: Text = BROKEN, kind: Kind = Kind.UPSTREAM) -> bytes:
        """Return the end of a stream whose provider failed midway, in the provider's own shape.

        What was held and turns out clean is still given; a tool call that is not complete is not.
        """
        if not self._is_over:
            finished(self._end_broken(self._last, told, kind))
        return b"".join(self._last) + self._ending()

    def result(self) -> OutputResult:
        """Return the one record of this stream. Ask after `finish` or `broken`."""
        return self._record.result(
            self._blocks,
            self._wire.usage,
            self._wire.stop_reason,
            self._outcome(),
            notice=self._notice or self._release.notice,
            prefix_shown=bool(self._release.prefixed),
        )

    def _outcome(self) -> str:
        if self._trouble is not None:
            return self._trouble[1]
        if self._stopping is not None:
            return "blocked" if self._is_refused(self._stopping) else "held"
        return "modified" if any(block.edits for block in self._blocks.values()) else "completed"

    # -- taking what comes ---------------------------------------------------------------------------------

    def _take(self, items: Iterable[Item], out: list[bytes]) -> Work[None]:
        for item in items:
            if item.kind is ItemKind.TEXT and self._grows_on(item) and not item.media:
                self._gather(item)  # as nearly all are: nothing is read for it that could take its time
            else:
                yield from self._take_item(item, out)
                if self._is_over:
                    return
        yield from self._flush(out)
        if not self._is_draft:
            out += self._lanes.overtaking()

    def _take_rest(self, out: list[bytes]) -> Work[None]:
        try:
            yield from self._take(self._intake.rest(), out)
        except (MalformedAnswerError, UnreadableEventError):
            yield from self._end_broken(out, BROKEN)

    def _take_item(self, item: Item, out: list[bytes]) -> Work[None]:
        if item.media and self._declare(item.media):
            return
        match item.kind:
            case ItemKind.TEXT:
                if not self._grows_on(item):
                    yield from self._flush(out)
                if not self._is_over:
                    self._gather(item)
            case ItemKind.CLOSE:
                yield from self._flush(out, item.block)
                self._lanes.add(item)
                yield from self._close([item.block], out)
            case ItemKind.TERMINAL:
                ending = list(self._blocks_of(item))
                yield from self._flush(out, ending[0] if ending else None)
                self._terminal.append(item)
                yield from self._close(ending, out)
            case ItemKind.ERROR:
                yield from self._end_in_trouble(out, item.raw, "upstream_error")
            case _:
                self._lanes.add(item)

    def _declare(self, media: str) -> bool:
        """Note what no detector can read. Return whether the policy stops the answer for it."""
        ruling = self._record.declare(media)
        if ruling is not None:
            self._declared = ruling
            self._stop(ruling)
        return self._is_over

    def _grows_on(self, item: Item) -> bool:
        """Whether no other block than that of the item is growing."""
        return self._growing is None or self._growing == _key(item)

    def _gather(self, item: Item) -> None:
        """Put the text of an item to what the block that is growing will read at once."""
        key = self._growing = _key(item)
        block = self._blocks.get(key)
        if block is None:
            lead = self._lead(key, item.channel)
            block = self._blocks[key] = self._new_block(item.channel, item.name, lead=lead)
        elif block.is_done or block.channel is not item.channel:
            # clients drop such a delta, so what is read together here they do not read together
            raise MalformedAnswerError(
                "The provider's stream adds to a block what is not of it, or past its end."
            )
        item.start = block.length + self._gathered_length
        self._gathered.append(item.text)
        self._gathered_length += len(item.text)
        self._lanes.add(item)

    def _new_block(
        self, channel: Channel, name: str, opinion: Judgement = UNHEARD, lead: str = ""
    ) -> TextBlock | WholeBlock:
        judged = self._record.stage(channel.role)
        if channel in (Channel.TOOL, Channel.RESULT):
            return WholeBlock(self._detectors, self._case, channel, judged, name, opinion, self._agency)
        return TextBlock(self._detectors, self._case, channel, judged, opinion, lead, self._prompt)

    def _lead(self, key: BlockKey, channel: Channel) -> str:
        """The end of the text before a new block of the same choice."""
        if channel is not Channel.TEXT:
            return ""
        before = (block for at, block in self._blocks.items() if at[0] == key[0] and block.channel is channel)
        return lead_of([block.text for block in before])

    def _blocks_of(self, item: Item) -> Iterator[BlockKey]:
        """The blocks that a terminal item ends: those of its choice, or all."""
        return (key for key in self._blocks if not item.lane or key[0] == item.lane[0])

    # -- deciding and releasing ----------------------------------------------------------------------------

    def _flush(self, out: list[bytes], closing: BlockKey | None = None) -> Work[None]:
        """Let the block that is growing read what was gathered for it, at once, and release what may go. The one
        that is closed next reads it then."""
        if self._gathered and self._growing is not None:
            block = self._blocks[self._growing]
            block.take("".join(self._gathered))
            self._gathered.clear()
            self._gathered_length = 0
            if self._growing != closing and block.is_due:
                yield from block.catch_up()
                self._lanes.has_moved = True
        self._growing = None
        if self._lanes.has_moved:
            yield from self._move(out)

    def _close(self, keys: Iterable[BlockKey | None], out: list[bytes]) -> Work[None]:
        for key in keys:
            if key in self._blocks and not self._is_over:
                yield from self._blocks[key].close()
                yield from self._move(out)

    def _move(self, out: list[bytes]) -> Work[None]:
        """Release what may go, and stop the answer where a block does."""
        self._put_out(out)
        if all(block.stop is None for block in self._blocks.values()):
            return
        # Others may have received more than they have read. How much would depend on the split, so before the
        # answer ends here they read it, and give what is settled.
        for block in self._blocks.values():
            yield from block.catch_up()
        self._put_out(out)
        for block in self._blocks.values():
            if block.stop is not None:
                self._stop(block.stop)

    def _put_out(self, out: list[bytes]) -> None:
        if not self._is_draft:
            self._release.move(out)

    def _stop(self, ruling: Ruling) -> None:
        """Let a ruling of HOLD or BLOCK stop the answer. The gravest decides, the first of equals."""
        if self._stopping is None or ruling.action > self._stopping.action:
            self._stopping = ruling
        self._release.is_stopped = True
        is_open = self._is_kept and self._case.hearing is not None and is_in_doubt(ruling.verdict)
        self._is_over |= ruling.action is Action.BLOCK and not is_open

    # -- the end -------------------------------------------------------------------------------------------

    def _complete(self, out: list[bytes]) -> Work[None]:
        if not self._wire.is_complete:
            yield from self._end_broken(out, BROKEN)
            return
        yield from self._close(list(self._blocks), out)
        self._release.holds_all = False
        yield from self._move(out)
        if self._stopping is not None:
            return
        if self._is_draft:
            for key, block in self._blocks.items():
                self._record.given(key, block.shown(block.text, 0))
            return
        for key in self._blocks:
            self._release.note(key, out)
        out += [self._release.raw(item) for item in self._terminal]

    def _end_broken(self, out: list[bytes], told: Text, kind: Kind = Kind.UPSTREAM) -> Work[None]:
        words = told.in_(self._case.notices.language)
        yield from self._end_in_trouble(
            out, self._wire.error(kind, words, self._case.notices.request_id), "upstream_broken"
        )

    def _end_in_trouble(self, out: list[bytes], last: bytes, outcome: str) -> Work[None]:
        """End with an error, after what is clean of the text so far. Calls of tools that are not complete
        are lost."""
        yield from self._flush(out)
        yield from self._close(self._texts(), out)
        if not self._is_over:
            self._release.holds_all = False
            yield from self._move(out)
            self._is_over = True
            self._trouble = (last, outcome)

    def _ending(self) -> bytes:
        if self._trouble is not None:
            return self._trouble[0]
        if self._stopping is None:
            return b"" if self._is_draft else self._wire.complete()
        self._notice = self._record.notice(self._stopping.action)
        if self._is_refused(self._stopping):
            return self._wire.cut(self._notice, self._request)
        return self._wire.ticket(self._notice, self._request)

    def _is_refused(self, ruling: Ruling) -> bool:
        """Whether the answer is not given: also what would have to wait for a person, and cannot."""
        return ruling.action is Action.BLOCK or not self._case.notices.can_wait


def _key(item: Item) -> BlockKey:
    return item.block or (0, "", 0)
