"""Windows, not documents: long text is judged in overlapping pieces, so that its length dilutes nothing
(P-044)."""

from __future__ import annotations

WINDOW = 400
"""Characters in a window: some sentences, the length of a typical prompt."""
STRIDE = 300
"""From one window's start to the next one's: what is up to 100 characters long is whole in some window."""
WHOLE = 512
"""A text up to this many characters is one window."""


def windows(length: int) -> list[tuple[int, int]]:
    """Return the windows of a text of so many characters as (start, end), in order; never empty, together
    all of it."""
    if length <= WHOLE:
        return [(0, length)]
    starts = range(0, length - (WINDOW - STRIDE), STRIDE)
    return [(start, min(start + WINDOW, length)) for start in starts]
