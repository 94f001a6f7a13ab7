"""What of a streamed answer waits its turn: lanes of items, each in the order in which they came."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from sekisho.gateway.dialects.types import Item, ItemKind

Lane = deque[Item]


class Lanes:
    """The lanes of one stream. One may wait while another flows."""

    def __init__(self) -> None:
        self.has_moved = False
        """Whether anything may go out that could not before. Most deltas move nothing: looking at every lane for
        each of them took a third of a stream's screening."""
        self._lanes: dict[tuple[object, ...], Lane] = {}
        self._has_pings = False

    def add(self, item: Item) -> None:
        """Put an item behind those of its lane. One that brings text waits until its block has been read."""
        lane = self._lanes.get(item.lane)
        if lane is None:
            lane = self._lanes[item.lane] = deque()
        lane.append(item)
        if item.kind is not ItemKind.TEXT or not item.text:
            self.has_moved = True
            self._has_pings |= item.kind is ItemKind.NOW

    def moving(self) -> Iterable[Lane]:
        """Return the lanes, for releasing from their heads what may go."""
        self.has_moved = False
        return self._lanes.values()

    def overtaking(self) -> list[bytes]:
        """Take out the pings that wait behind text, and return their bytes."""
        if not self._has_pings:
            return []
        self._has_pings = False
        pings = [item.raw for lane in self._lanes.values() for item in lane if item.kind is ItemKind.NOW]
        for at, lane in self._lanes.items():
            self._lanes[at] = deque(item for item in lane if item.kind is not ItemKind.NOW)
        return pings
