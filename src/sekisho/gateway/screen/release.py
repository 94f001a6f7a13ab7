"""What of a streamed answer goes out to the client, and in which bytes.

    lanes of items ──as far as their blocks allow──▶ the provider's own bytes, or events made again

An item whose text is settled and unchanged goes out in its own bytes. One that is held in part is made again for the
part that may go. The disclosure goes before the first text of a choice, and a block that was modified says so at its
end (P-050).
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from sekisho.gateway.dialects.types import BlockKey, Channel, Item, ItemKind, Wire
from sekisho.gateway.runs import Run
from sekisho.gateway.screen.bench import holds_all
from sekisho.gateway.screen.block import TextBlock
from sekisho.gateway.screen.held import WholeBlock
from sekisho.gateway.screen.lanes import Lane, Lanes
from sekisho.gateway.screen.marks import note
from sekisho.gateway.screen.record import Record
from sekisho.gateway.screen.types import Case
from sekisho.gateway.types import Notice, Request
from sekisho.policy.types import Action

SPLIT_FROM = 64
"""Characters from which on an event is split to release a part of it. Smaller ones wait whole, in their
own bytes; the rest of one that was split has none, and goes as it may."""

Blocks = Mapping[BlockKey, TextBlock | WholeBlock]


class Release:
    """The way out of one stream."""

    def __init__(
        self, case: Case, request: Request, wire: Wire, record: Record, blocks: Blocks, prefix: str
    ) -> None:
        """`prefix` is put before the first text of each choice."""
        self.lanes = Lanes()
        self.record = record
        self.holds_all = holds_all(case)
        """Whether nothing of a block goes out before all of the answer is judged."""
        self.is_stopped = False
        """Whether the answer is held or refused: what is still in the lanes stays there."""
        self.notice: Notice | None = None
        """What the reader was told of a modification."""
        self.prefixed: set[int] = set()
        """The choices before which the prefix was put."""
        self._case, self._request, self._wire, self._blocks = case, request, wire, blocks
        self._prefix = prefix
        self._noted: set[BlockKey] = set()
        self._shown: dict[BlockKey, list[str]] = {}

    def move(self, out: list[bytes]) -> None:
        """Release from the head of each lane what may go."""
        for lane in self.lanes.moving():
            while lane and self._moves(lane, out):
                pass

    def _moves(self, lane: Lane, out: list[bytes]) -> bool:
        """Release the first item of a lane, or as much of it as may go. Return whether the next one may
        follow."""
        item = lane[0]
        if item.kind is ItemKind.TEXT:
            return self._move_text(lane, item, out)
        if item.kind is not ItemKind.NOW and (self.is_stopped or (self.holds_all and item.block)):
            return False
        lane.popleft()
        if item.kind is ItemKind.CLOSE:
            self.note(item.block, out)
        out.append(self.raw(item))
        self._wire.sent(item)
        return True

    def raw(self, item: Item) -> bytes:
        """Return the bytes of an item without text of its own; what it says again, it says as the client was
        shown it."""
        if not item.repeats:
            return item.raw
        return self._wire.rewrite(item, {key: "".join(parts) for key, parts in self._shown.items()})

    def _move_text(self, lane: Lane, item: Item, out: list[bytes]) -> bool:
        block = self._blocks[item.block or (0, "", 0)]
        limit = block.limit
        if self.holds_all or self.is_stopped or limit < item.start:
            return False
        if item.end <= limit:
            lane.popleft()
            text = block.shown(item.text, item.start)
            if item.run is not None and (text is not item.text or self._is_led(item)):
                lane.extendleft(reversed(_one_by_one(item, item.run)))
            else:
                self._give(item, item.text, text, out)
            return True
        if item.run is not None:
            lane.popleft()
            lane.extendleft(reversed(_parted(item, item.run, limit)))
            return True
        is_split = (
            not item.raw or len(item.text) >= SPLIT_FROM
        )  # however often: how it came makes no difference
        if item.start < limit and (block.stop is not None or is_split):
            part, rest = item.text[: limit - item.start], item.text[limit - item.start :]
            self._give(item, part, block.shown(part, item.start), out)
            lane[0] = Item(ItemKind.TEXT, b"", item.lane, item.block, item.channel, rest, start=limit)
        return False

    def _give(self, item: Item, said: str, text: str, out: list[bytes]) -> None:
        """Put `text` out in the place of what was `said` by an item: in its own bytes where nothing is
        changed."""
        key = item.block or (0, "", 0)
        self.record.given(key, text)
        text = self._led(item, key, text, out)
        self._shown.setdefault(key, []).append(text)
        if text is item.text and item.raw:
            out.append(item.raw)
        elif item.raw and (text or item.opens):
            out.append(self._wire.remake(item, text))
        elif text:
            out.append(self._wire.delta(key, item.channel, text))
        self._wire.sent(item)

    def _is_led(self, item: Item) -> bool:
        """Whether the disclosure goes before the item's text, where it has one: the first that a choice says."""
        if not self._prefix or item.channel is not Channel.TEXT:
            return False
        choice, field, _ = item.block or (0, "", 0)
        return field != "refusal" and choice not in self.prefixed

    def _led(self, item: Item, key: BlockKey, text: str, out: list[bytes]) -> str:
        """Return the text with the disclosure before it, where it is due."""
        if not text or not self._is_led(item):
            return text
        self.prefixed.add(key[0])
        if item.opens:
            return self._prefix + text
        self._shown[key] = [self._prefix]
        out.append(self._wire.delta(key, item.channel, self._prefix))
        return text

    def note(self, key: BlockKey | None, out: list[bytes]) -> None:
        """Tell the reader at the end of a block that it was modified, and why (P-050)."""
        block = self._blocks.get(key) if key else None
        if key is None or key in self._noted or not isinstance(block, TextBlock) or not block.edits:
            return
        self._noted.add(key)
        if not self._request.structured:
            self.notice = self.record.notice(Action.MODIFY)
            words = f"\n\n{note(self._case.pack, self.notice)}"
            self._shown.setdefault(key, []).append(words)
            out.append(self._wire.delta(key, block.channel, words))


def _parted(item: Item, run: Run, limit: int) -> list[Item]:
    """An item of several events in two: the events that may go and the others; or the event that the limit cuts,
    by itself, and the others."""
    count = run.within(limit - item.start)
    head, rest = run.cut(max(count, 1))
    first = _share(item, head.raw, head.text, item.start, head if count else None)
    return [first] if rest is None else [first, _share(item, rest.raw, rest.text, first.end, rest)]


def _one_by_one(item: Item, run: Run) -> list[Item]:
    shares, at = [], item.start
    for raw, text in run.one_by_one():
        shares.append(_share(item, raw, text, at, None))
        at += len(text)
    return shares


def _share(item: Item, raw: bytes, text: str, start: int, run: Run | None) -> Item:
    return replace(item, raw=raw, text=text, start=start, run=run)
