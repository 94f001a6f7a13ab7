"""Events that a stream repeats with another text, read as one run instead of one by one.

    data: {…,"text":"Hel"}}⏎⏎data: {…,"text":"lo "}}⏎⏎data: {…,"text":"you"}}⏎⏎
    ╰── before ───╯   ╰ after ╯

Providers write nearly every event of a stream in the same frame. Once one event has been read and it is known where in
it the text stands, an event in that very frame says the same but for the text, so only the text is read: a tenth of
the time. Whatever is not in the frame, byte for byte, is read as any other event.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

import msgspec

MOST_BYTES = 16 * 1024
"""How far a run is looked for at a time. It bounds what is looked at in vain where other events stand between."""

MOST_MISSES = 8
"""Events that begin in a frame and do not end in it, after which it is given up: some providers pad every event."""

_string = msgspec.json.Decoder(str).decode


class Run(NamedTuple):
    """Events of one frame, one after the other; never none."""

    raw: bytes
    """All their bytes."""
    text: str
    """What they say together."""
    sizes: list[int]
    """Characters that each of them says."""
    ends: list[int]
    """Where in `raw` each of them ends."""

    def within(self, characters: int) -> int:
        """Return how many of the events, from the first on, say no more than so many characters together."""
        return bisect_right(list(accumulate(self.sizes)), characters)

    def cut(self, count: int) -> tuple[Run, Run | None]:
        """Return the first `count` events, at least one, and the others."""
        if count >= len(self.sizes):
            return self, None
        at, said = self.ends[count - 1], sum(self.sizes[:count])
        head = Run(self.raw[:at], self.text[:said], self.sizes[:count], self.ends[:count])
        ends = [end - at for end in self.ends[count:]]
        return head, Run(self.raw[at:], self.text[said:], self.sizes[count:], ends)

    def one_by_one(self) -> Iterator[tuple[bytes, str]]:
        """Yield the bytes and the text of each event."""
        at = said = 0
        for size, end in zip(self.sizes, self.ends, strict=True):
            yield self.raw[at:end], self.text[said : said + size]
            at, said = end, said + size


class Frame:
    """What stands around the text in events that are otherwise the same, from quotation mark to blank line."""

    __slots__ = ("_joint", "_misses", "after", "before")

    def __init__(self, before: bytes, after: bytes) -> None:
        self.before, self.after = before, after
        self._joint = after + before
        self._misses = 0

    def run(self, data: bytes, start: int) -> Run | None:
        """Return the run that begins at `start`; None where no whole event in this frame does."""
        if self._misses > MOST_MISSES or not data.startswith(self.before, start):
            return None
        bodies = data[start + len(self.before) : start + MOST_BYTES].split(self._joint)
        last = bodies.pop()
        texts = _texts(bodies)
        if len(texts) < len(bodies):
            last = bodies[len(texts)]
        # what comes after the last event of the run is still behind it
        body, is_whole, _ = last.partition(self.after)
        bodies[len(texts) :] = [body] if is_whole else []
        texts += _texts(bodies[len(texts) :])
        if not texts:
            self._misses += data.find(b"\n\n", start) >= 0
            return None
        around = len(self._joint)
        ends = list(accumulate(len(body) + around for body in bodies[: len(texts)]))
        return Run(data[start : start + ends[-1]], "".join(texts), list(map(len, texts)), ends)


def _texts(bodies: list[bytes]) -> list[str]:
    """What the JSON strings with these bodies say, up to the first that is none."""
    together = b"".join(bodies)
    if together.isascii() and b'"' not in together and b"\\" not in together:
        plain = together.decode()
        if plain.isprintable():
            return [body.decode() for body in bodies]
    texts = []
    for body in bodies:
        try:
            texts.append(_string(b'"%b"' % body))
        except ValueError:
            break
    return texts
