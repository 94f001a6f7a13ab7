"""In which frame a provider writes its deltas: found in one of them, and proven by reading another text in it."""

from __future__ import annotations

from msgspec.structs import replace

from sekisho.gateway import sse
from sekisho.gateway.dialects.json import encode
from sekisho.gateway.dialects.types import Item, ItemKind, MalformedAnswerError, Wire
from sekisho.gateway.runs import Frame

_PROBE = "\u95a2\u6240"


def frame_of(item: Item, fresh: Wire) -> Frame | None:
    """Return the frame of an item's event; None where it cannot be told for sure.

    `fresh` is a wire that has read nothing: it must read the same item, with another text, where another text stands
    in the frame.
    """
    if item.kind is not ItemKind.TEXT or not item.text or item.repeats or item.media:
        return None
    before, found, after = item.raw.partition(encode(item.text))
    if not found or not after.endswith(b"\n\n"):
        return None
    frame = Frame(before + b'"', b'"' + after)
    try:
        probe = sse.parse(frame.before + _PROBE.encode() + frame.after)
        read = fresh.read(probe)
    except (MalformedAnswerError, sse.UnreadableEventError):
        return None
    return frame if list(read) == [replace(item, raw=probe.raw, text=_PROBE)] else None
