"""Windows, not documents: long text is judged in overlapping pieces, so that its length dilutes nothing
(P-044)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

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


def pieces(count: int) -> NDArray[np.intp]:
    """Return, for each character under `count` windows in a row, the number of the piece it is in.

    The edges of windows cut a text into 2·count+1 pieces: one shared with the window before, one of its own,
    and so on. Window n is pieces 2n, 2n+1 and 2n+2.
    """
    stride, within = np.divmod(np.arange(count * STRIDE + WINDOW - STRIDE), STRIDE)
    return 2 * stride + (within >= WINDOW - STRIDE)


def joined(there: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return what is in each window, row by row, from what is in each piece."""
    shared = there[::2]
    return shared[:-1] | there[1::2] | shared[1:]
