"""Server-sent events, read as they come and kept byte for byte.

    bytes, split anywhere ──feed──▶ [ Event(raw, name, data), … ]

Source: WHATWG HTML, section 9.2.6, "Interpreting an event stream": lines end in LF, CRLF or CR; a blank line
ends an event; comments and unknown fields are passed over; several `data` lines are joined by LF.

Readers differ about a BOM: the standard passes over the one at the beginning, the Python SDKs over none, and the
JavaScript ones over each at the beginning of a line. So the first one is taken out of the stream, and a stream with
another is refused: what is screened is what every client reads.

Two laws, held by `tests/gateway/test_sse.py` for any split, also inside a character or a line end: the `raw` of all
events and the rest that `close` gives are the input, but for that BOM; and the events are the same for every split.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from sekisho.gateway.runs import Frame, Run

BOM = b"\xef\xbb\xbf"
MAX_EVENT_BYTES = 8 * 1024 * 1024
"""Largest event that is taken. Tool results inside a stream reach some hundred KB; nothing honest reaches
this."""

# A line end and then another: the blank line that ends an event.
_END = re.compile(rb"(?:\r\n|\n|\r(?!\n))(?:\r\n|\n|\r(?!\n))")
# How providers write nearly every event: at most a name, and one line of data.
_USUAL = re.compile(rb"(?:event: ([^\r\n]*)\n)?data: ([^\r\n]*)\n\n")
_BREAK = re.compile(rb"\r\n|\n|\r")


class Event(NamedTuple):
    """One event as it came. `raw` holds every byte of it, the blank line at its end included."""

    raw: bytes
    name: bytes
    """Value of `event`, empty when there is none."""
    data: bytes | None
    """The joined `data` lines; None for what carries none: comments and blank lines."""


class UnreadableEventError(ValueError):
    """An event that clients read differently; the stream is not followed any further."""


class EventTooLargeError(UnreadableEventError):
    """An event grew beyond the bound."""


class Parser:
    """Reads one stream. Feed it what comes; call `close` at the end."""

    def __init__(self, max_event_bytes: int = MAX_EVENT_BYTES) -> None:
        self.frame: Frame | None = None
        """The frame in which most events come. Those in it are told as a `Run`."""
        self._lead: bytes | None = b""
        """What may become a BOM; None from the first byte on that does not belong to it."""
        self._buffer = bytearray()
        self._searched = 0
        self._has_returns = False
        self._max = max_event_bytes

    def feed(self, chunk: bytes) -> Iterator[Event | Run]:
        """Yield the events that `chunk` completes, in order; take them all. Raises `UnreadableEventError`."""
        if self._lead is not None:
            chunk = self._lead + chunk
            if len(chunk) < len(BOM) and BOM.startswith(chunk):
                self._lead = chunk
                return
            self._lead, chunk = None, chunk.removeprefix(BOM)
        if not self._has_returns and b"\r" in chunk:
            self._has_returns = True
        if self._has_returns:
            self._buffer += chunk
            yield from self._take_any()
            return
        if self._buffer:
            self._buffer += chunk
            if self._buffer.find(b"\n\n", self._searched) < 0:
                self._wait()
                return
            chunk = bytes(self._buffer)
            self._buffer.clear()
        start = 0
        while event := self._next(chunk, start):
            start += len(event.raw)
            yield event
        self._buffer += chunk[start:]
        self._wait()

    def _next(self, data: bytes, start: int) -> Event | Run | None:
        """The whole event or run at a place of bytes that hold no CR: the path that nearly all take."""
        if self.frame is not None and (run := self.frame.run(data, start)):
            return run
        if usual := _USUAL.match(data, start):
            return Event(usual[0], usual[1] or b"", usual[2])
        end = data.find(b"\n\n", start)
        return _parse_lines(data[start : end + 2]) if end >= 0 else None

    def _wait(self) -> None:
        """Keep what is no whole event for the next chunk."""
        self._searched = max(0, len(self._buffer) - 1)
        self._check()

    @property
    def waiting(self) -> int:
        """Bytes of an event that is not complete."""
        return len(self._buffer)

    def close(self) -> tuple[list[Event], bytes]:
        """Return what is complete now that nothing follows, and the bytes of an event that was broken off. Raises
        `UnreadableEventError`."""
        self._buffer += self._lead or b""
        events = self._take_any(is_last=True)
        rest = bytes(self._buffer)
        self._buffer.clear()
        return events, rest

    def _take_any(self, is_last: bool = False) -> list[Event]:
        """Take whole events whatever their line ends; a CR at the very end waits for the LF that may
        follow it."""
        events: list[Event] = []
        start = 0
        while found := _END.search(self._buffer, max(start, self._searched)):
            end = found.end()
            if end == len(self._buffer) and self._buffer[-1:] == b"\r" and not is_last:
                break
            events.append(parse(bytes(self._buffer[start:end])))
            start = self._searched = end
        del self._buffer[:start]
        self._searched = max(0, len(self._buffer) - 4)
        self._check()
        return events

    def _check(self) -> None:
        if len(self._buffer) > self._max:
            raise EventTooLargeError(f"An event is larger than {self._max} bytes.")


def parse(raw: bytes) -> Event:
    """Return the event whose bytes, to the blank line, are `raw`. Raises `UnreadableEventError`."""
    if usual := _USUAL.fullmatch(raw):
        return Event(raw, usual[1] or b"", usual[2])
    return _parse_lines(raw)


def _parse_lines(raw: bytes) -> Event:
    name = b""
    data: list[bytes] = []
    for line in _BREAK.split(raw):
        if line.startswith(BOM):
            raise UnreadableEventError("A line begins with a byte order mark.")
        field, _, value = line.partition(b":")
        if field == b"data":
            data.append(value.removeprefix(b" "))
        elif field == b"event":
            name = value.removeprefix(b" ")
    return Event(raw, name, b"\n".join(data) if data else None)


def event(data: bytes, name: bytes = b"") -> bytes:
    """Return the bytes of an event whose data is one line."""
    return b"event: %b\ndata: %b\n\n" % (name, data) if name else b"data: %b\n\n" % data
