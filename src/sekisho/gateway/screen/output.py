"""A streamed answer on its way through the gate.

    provider ──bytes──▶ Parser ─▶ Wire ─▶ lanes of items ─▶ blocks decide ─▶ bytes ──▶ client
                        events    items   in order          how far

An event whose text is settled and unchanged goes out in its own bytes. One that is held in part is made again
for the part that may go. Pings pass at once. `feed` never gives the end of the stream: `finish` does, so that
the journal can be durable before it (architecture.md, "The life of a request").

Four properties hold for every split of the provider's bytes (P-051): the same decision and the same released
text; no released prefix holds what a ruling took out; no more is held than `bound` says; one well-formed end
and one record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sekisho.base.text import Text
from sekisho.detection.detectors.judge import Judgement
from sekisho.detection.types import Role
from sekisho.gateway.dialects import adapter_for
from sekisho.gateway.dialects.types import BlockKey, Channel, Item, ItemKind, MalformedAnswerError, Wire
from sekisho.gateway.errors import Kind
from sekisho.gateway.screen.bench import Ruling, holds_all, recorded, rule
from sekisho.gateway.screen.block import EVERY, TextBlock, WholeBlock
from sekisho.gateway.screen.hearing import UNHEARD, Question, is_in_doubt
from sekisho.gateway.screen.lanes import Lane, Lanes
from sekisho.gateway.screen.marks import note
from sekisho.gateway.screen.record import Record
from sekisho.gateway.screen.seams import lead_of
from sekisho.gateway.screen.types import Case, Detectors, OutputResult
from sekisho.gateway.sse import Event, EventTooLargeError, Parser, parse
from sekisho.gateway.types import Notice, Request
from sekisho.policy.types import Action

SPLIT_FROM = 64
"""Characters from which on an event is split to release a part of it. Smaller ones wait whole, in their
own bytes."""

BROKEN = Text(
    "The provider's answer broke off. Send the request again.",
    "プロバイダーの応答が途中で切れました。もう一度お送りください。",
)
UNREADABLE = Text(
    "The provider's answer could not be read, so it was not passed on. Send the request again.",
    "プロバイダーの応答を読み取れなかったため、お渡ししませんでした。もう一度お送りください。",
)


class StreamScreen:
    """Screens one streamed answer. Feed it what comes, then `finish` or `broken`; then ask for the
    `result`."""

    def __init__(
        self, detectors: Detectors, request: Request, case: Case, prefix: str = "", *, is_draft: bool = False
    ) -> None:
        """`is_draft` says that a person must see the answer first: then nothing of it ever goes out."""
        self._detectors = detectors
        self._is_draft = is_draft
        self._request = request
        self._case = case
        self._prefix = f"{prefix}\n\n" if prefix and not request.structured else ""
        self._prefixed: set[int] = set()
        self._wire: Wire = adapter_for(request.endpoint).stream()
        self._parser = Parser()
        self._record = Record(case, detectors.language)
        self._blocks: dict[BlockKey, TextBlock | WholeBlock] = {}
        self._lanes = Lanes()
        self._gathered: list[str] = []
        self._gathered_length = 0
        self._growing: BlockKey | None = None
        self._noted: set[BlockKey] = set()
        self._terminal: list[Item] = []
        self._shown: dict[BlockKey, list[str]] = {}
        self._holds_all = holds_all(case)
        self._stopping: Ruling | None = None
        """The HOLD or BLOCK that decides, once there is one."""
        self._declared: Ruling | None = None
        """The HOLD or BLOCK of media that no detector reads."""
        self._last: list[bytes] = []
        """What was released since the provider's last byte."""
        self._has_rest = True
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
        if self._holds_all:
            return None
        watch = self._detectors.watch(Role.OUTPUT)
        return watch.bound + SPLIT_FROM + (EVERY if self._detectors.reads_whole else 0)

    @property
    def waiting(self) -> int:
        """Bytes received of an event that is not complete, and so not read yet."""
        return self._parser.waiting

    def feed(self, chunk: bytes) -> bytes:
        """Return what may go to the client now. Empty while everything is held, after the answer was
        stopped, and always for a draft."""
        if self._is_over:
            return b""
        out: list[bytes] = []
        began = self._case.monotonic_ns()
        try:
            self._take(self._parser.feed(chunk), out)
        except (MalformedAnswerError, EventTooLargeError):
            self._end_broken(out, UNREADABLE)
        self._record.took_ns += self._case.monotonic_ns() - began
        return b"".join(out)

    def finish(self) -> bytes:
        """Return the end of the stream: the provider's own, a refusal, a ticket, or an error if it broke
        off. A draft that may be shown to a reviewer has none: its ticket was written at the input."""
        out = self._last
        began = self._case.monotonic_ns()
        if not self._is_over:
            self._take_rest(out)
        if not self._is_over:
            try:
                self._complete(out)
            except MalformedAnswerError:
                self._end_broken(out, UNREADABLE)
        self._record.took_ns += self._case.monotonic_ns() - began
        return b"".join(out) + self._ending()

    def questions(self) -> dict[BlockKey, Question]:
        """Return what a judge should be asked before the end. Ask it when the provider has said everything."""
        if not self._is_over:
            self._take_rest(self._last)
        if self._is_over or not self._wire.is_complete:
            return {}
        try:
            self._close(list(self._blocks), self._last)
        except MalformedAnswerError:
            self._end_broken(self._last, UNREADABLE)
        asked = {key: question for key, block in self._blocks.items() if (question := block.question())}
        return {} if self._is_over else asked

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
        self._record = self._record.again()
        self._stopping = self._declared
        for key, was in self._blocks.items():
            name, lead = (was.name, "") if isinstance(was, WholeBlock) else ("", was.lead)
            block = self._new_block(was.channel, name, opinions.get(key, UNHEARD), lead)
            block.grow(was.text)
            block.close()
            self._blocks[key] = block
            if block.stop is not None:
                self._stop(block.stop)
        self._is_over = self._stopping is not None and self._stopping.action is Action.BLOCK

    @property
    def _is_kept(self) -> bool:
        """Whether nothing of the answer has gone out, and nothing will before all of it is judged."""
        return self._is_draft or self._holds_all

    def broken(self, told: Text = BROKEN, kind: Kind = Kind.UPSTREAM) -> bytes:
        """Return the end of a stream whose provider failed midway, in the provider's own shape.

        What was held and turns out clean is still given; a tool call that is not complete is not.
        """
        out: list[bytes] = []
        if not self._is_over:
            self._end_broken(out, told, kind)
        return b"".join(out) + self._ending()

    def result(self) -> OutputResult:
        """Return the one record of this stream. Ask after `finish` or `broken`."""
        return self._record.result(
            self._blocks,
            self._wire.usage,
            self._wire.stop_reason,
            self._outcome(),
            notice=self._notice,
            prefix_shown=bool(self._prefixed),
        )

    def _outcome(self) -> str:
        if self._trouble is not None:
            return self._trouble[1]
        if self._stopping is not None:
            return "blocked" if self._stopping.action is Action.BLOCK else "held"
        return "modified" if any(block.edits for block in self._blocks.values()) else "completed"

    # -- taking what comes ---------------------------------------------------------------------------------

    def _take(self, events: Iterable[Event], out: list[bytes]) -> None:
        for event in events:
            for item in self._wire.read(event):
                self._take_item(item, out)
                if self._is_over:
                    return
        self._flush(out)
        if not self._is_draft:
            out += self._lanes.overtaking()

    def _take_rest(self, out: list[bytes]) -> None:
        """Take what was complete but for the blank line after it."""
        if not self._has_rest:
            return
        self._has_rest = False
        try:
            events, rest = self._parser.close()
            last = parse(rest + b"\n\n") if rest.strip() else None
            self._take([*events, last] if last else events, out)
        except MalformedAnswerError:
            self._end_broken(out, BROKEN)

    def _take_item(self, item: Item, out: list[bytes]) -> None:
        if item.media and self._declare(item.media):
            return
        match item.kind:
            case ItemKind.TEXT:
                self._take_text(item, out)
            case ItemKind.CLOSE:
                self._flush(out)
                self._lanes.add(item)
                self._close([item.block], out)
            case ItemKind.TERMINAL:
                self._flush(out)
                self._terminal.append(item)
                self._close(list(self._blocks_of(item)), out)
            case ItemKind.ERROR:
                self._end_in_trouble(out, item.raw, "upstream_error")
            case _:
                self._lanes.add(item)

    def _declare(self, media: str) -> bool:
        """Note what no detector can read. Return whether the policy stops the answer for it."""
        ruling = self._record.declare(media)
        if ruling is not None:
            self._declared = ruling
            self._stop(ruling)
        return self._is_over

    def _take_text(self, item: Item, out: list[bytes]) -> None:
        key = item.block or (0, "", 0)
        if key != self._growing:
            if self._growing is not None:
                self._flush(out)
                if self._is_over:
                    return
            self._growing = key
        block = self._blocks.get(key)
        if block is None:
            lead = self._lead(key, item.channel)
            block = self._blocks[key] = self._new_block(item.channel, item.name, lead=lead)
        elif block.is_done:
            raise MalformedAnswerError("The provider's stream adds to a block that it had ended.")
        item.start = block.length + self._gathered_length
        self._gathered.append(item.text)
        self._gathered_length += len(item.text)
        self._lanes.add(item)

    def _new_block(
        self, channel: Channel, name: str, opinion: Judgement = UNHEARD, lead: str = ""
    ) -> TextBlock | WholeBlock:
        judged = self._record.stage(channel.role)
        if channel in (Channel.TOOL, Channel.RESULT):
            return WholeBlock(self._detectors, self._case, channel, judged, name, opinion)
        return TextBlock(self._detectors, self._case, channel, judged, opinion, lead)

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

    def _flush(self, out: list[bytes]) -> None:
        """Let the block that is growing read what was gathered for it, at once, and release what may go."""
        if self._gathered and self._growing is not None:
            self._lanes.has_moved |= self._blocks[self._growing].grow("".join(self._gathered))
            self._gathered.clear()
            self._gathered_length = 0
        self._growing = None
        if self._lanes.has_moved:
            self._release(out)

    def _close(self, keys: Iterable[BlockKey | None], out: list[bytes]) -> None:
        for key in keys:
            if key in self._blocks and not self._is_over:
                self._blocks[key].close()
                self._release(out)

    def _release(self, out: list[bytes]) -> None:
        self._move_lanes(out)
        if all(block.stop is None for block in self._blocks.values()):
            return
        # Others may have received more than they have read. How much would depend on the split, so before the
        # answer ends here they read it, and give what is settled.
        for block in self._blocks.values():
            block.catch_up()
        self._move_lanes(out)
        for block in self._blocks.values():
            if block.stop is not None:
                self._stop(block.stop)

    def _move_lanes(self, out: list[bytes]) -> None:
        for lane in () if self._is_draft else self._lanes.moving():
            while lane and self._moves(lane, out):
                pass

    def _stop(self, ruling: Ruling) -> None:
        """Let a ruling of HOLD or BLOCK stop the answer. The gravest decides, the first of equals."""
        if self._stopping is None or ruling.action > self._stopping.action:
            self._stopping = ruling
        is_open = self._is_kept and self._case.hearing is not None and is_in_doubt(ruling.verdict)
        self._is_over |= ruling.action is Action.BLOCK and not is_open

    def _moves(self, lane: Lane, out: list[bytes]) -> bool:
        """Release the first item of a lane, or as much of it as may go. Return whether the next one may
        follow."""
        item = lane[0]
        if item.kind is ItemKind.TEXT:
            return self._move_text(lane, item, out)
        if item.kind is not ItemKind.NOW and (self._stopping or (self._holds_all and item.block)):
            return False
        lane.popleft()
        if item.kind is ItemKind.CLOSE:
            self._add_note(item.block, out)
        out.append(self._raw(item))
        self._wire.sent(item)
        return True

    def _raw(self, item: Item) -> bytes:
        """The bytes of an item without text of its own; what it says again, it says as the client was
        shown it."""
        if not item.repeats:
            return item.raw
        return self._wire.rewrite(item, {key: "".join(parts) for key, parts in self._shown.items()})

    def _move_text(self, lane: Lane, item: Item, out: list[bytes]) -> bool:
        block = self._blocks[item.block or (0, "", 0)]
        limit = block.limit
        if self._holds_all or self._stopping or limit < item.start:
            return False
        if item.end <= limit:
            lane.popleft()
            self._give(item, item.text, block.shown(item.text, item.start), out)
            return True
        if item.start < limit and (block.stop is not None or len(item.text) >= SPLIT_FROM):
            part, rest = item.text[: limit - item.start], item.text[limit - item.start :]
            self._give(item, part, block.shown(part, item.start), out)
            lane[0] = Item(ItemKind.TEXT, b"", item.lane, item.block, item.channel, rest, start=limit)
        return False

    def _give(self, item: Item, said: str, text: str, out: list[bytes]) -> None:
        """Put `text` out in the place of what was `said` by an item: in its own bytes where nothing is
        changed."""
        key = item.block or (0, "", 0)
        self._record.given(key, text)
        text = self._led(item, key, text, out)
        self._shown.setdefault(key, []).append(text)
        if text is item.text and item.raw:
            out.append(item.raw)
        elif item.raw and (text or item.opens):
            out.append(self._wire.remake(item, text))
        elif text:
            out.append(self._wire.delta(key, item.channel, text))
        self._wire.sent(item)

    def _led(self, item: Item, key: BlockKey, text: str, out: list[bytes]) -> str:
        """Return the text with the disclosure before it, where it is the first that a choice says."""
        is_due = self._prefix and text and item.channel is Channel.TEXT and key[1] != "refusal"
        if not is_due or key[0] in self._prefixed:
            return text
        self._prefixed.add(key[0])
        if item.opens:
            return self._prefix + text
        self._shown[key] = [self._prefix]
        out.append(self._wire.delta(key, item.channel, self._prefix))
        return text

    def _add_note(self, key: BlockKey | None, out: list[bytes]) -> None:
        """Tell the reader at the end of a block that it was modified, and why (P-050)."""
        block = self._blocks.get(key) if key else None
        if key is None or key in self._noted or not isinstance(block, TextBlock) or not block.edits:
            return
        self._noted.add(key)
        if not self._request.structured:
            self._notice = self._record.notice(Action.MODIFY)
            words = f"\n\n{note(self._case.pack, self._notice)}"
            self._shown.setdefault(key, []).append(words)
            out.append(self._wire.delta(key, block.channel, words))

    # -- the end -------------------------------------------------------------------------------------------

    def _complete(self, out: list[bytes]) -> None:
        if not self._wire.is_complete:
            self._end_broken(out, BROKEN)
            return
        self._close(list(self._blocks), out)
        self._holds_all = False
        self._release(out)
        if self._stopping is not None:
            return
        if self._is_draft:
            for key, block in self._blocks.items():
                self._record.given(key, block.shown(block.text, 0))
            return
        for key in self._blocks:
            self._add_note(key, out)
        out += [self._raw(item) for item in self._terminal]

    def _end_broken(self, out: list[bytes], told: Text, kind: Kind = Kind.UPSTREAM) -> None:
        words = told.in_(self._case.notices.language)
        self._end_in_trouble(
            out, self._wire.error(kind, words, self._case.notices.request_id), "upstream_broken"
        )

    def _end_in_trouble(self, out: list[bytes], last: bytes, outcome: str) -> None:
        """End with an error, after what is clean of the text so far. Calls of tools that are not complete
        are lost."""
        self._flush(out)
        self._close([key for key, block in self._blocks.items() if isinstance(block, TextBlock)], out)
        if not self._is_over:
            self._holds_all = False
            self._release(out)
            self._is_over = True
            self._trouble = (last, outcome)

    def _ending(self) -> bytes:
        if self._trouble is not None:
            return self._trouble[0]
        if self._stopping is None:
            return b"" if self._is_draft else self._wire.complete()
        self._notice = self._record.notice(self._stopping.action)
        if self._stopping.action is Action.BLOCK:
            return self._wire.cut(self._notice, self._request)
        return self._wire.ticket(self._notice, self._request)
