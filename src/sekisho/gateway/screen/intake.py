"""A provider's bytes, read into items.

    bytes, split anywhere ─▶ events, or runs of them ─▶ what their wire says that they are

Once a delta was read, those that follow in its frame are not read again one by one (`gateway/runs.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from sekisho.gateway.dialects.types import Item, ItemKind, Wire
from sekisho.gateway.runs import Run
from sekisho.gateway.sse import Event, Parser, parse

MOST_TRIES = 8
"""Events of a block in which its frame is looked for."""


class Intake:
    """Reads one stream. Raises `MalformedAnswerError` and `UnreadableEventError` for what cannot be read."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._parser = Parser()
        self._framed: Item | None = None
        """An item whose event is in the frame that the parser knows."""
        self._tries = 0
        self._is_closed = False

    @property
    def waiting(self) -> int:
        """Bytes of an event that is not complete."""
        return self._parser.waiting

    def items(self, chunk: bytes) -> Iterator[Item]:
        """Yield what the events say that `chunk` completes, in order. Take them all, unless the stream ends here."""
        for event in self._parser.feed(chunk):
            yield from self._items(event)

    def rest(self) -> Iterator[Item]:
        """Yield what was complete but for the blank line after it; nothing when asked again."""
        if self._is_closed:
            return
        self._is_closed = True
        events, broken_off = self._parser.close()
        if broken_off.strip():
            events.append(parse(broken_off + b"\n\n"))
        for event in events:
            yield from self._items(event)

    def _items(self, event: Event | Run) -> Iterator[Item]:
        if isinstance(event, Run):
            if self._framed is not None:
                yield replace(self._framed, raw=event.raw, text=event.text, run=event)
            return
        for item in self._wire.read(event):
            self._learn(item)
            yield item

    def _learn(self, item: Item) -> None:
        """Note in which frame the texts of a block come, so that those to come are read in runs."""
        if item.kind is not ItemKind.TEXT:
            return
        if self._framed is None or self._framed.block != item.block:
            self._tries = 0
        if self._tries < MOST_TRIES and (frame := self._wire.frame(item)):
            self._framed, self._parser.frame = replace(item), frame
        self._tries += 1
