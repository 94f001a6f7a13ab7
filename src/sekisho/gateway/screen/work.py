"""Work that knows when it takes its time: begun on the event loop, and finished in a thread only where it must be.

    on the loop:    … quick, quick, doubt ┐
    in a thread:                          └ read again, quick, … done

Nearly every text is cleared in microseconds, less than a thread takes to be asked. The others are read by a network,
which takes milliseconds: nobody else shall wait for that. So work is a generator that yields once it knows, and
whoever drives it goes on where it likes. Nothing is done twice but a glance, and the outcome is the same either way.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TypeAlias, TypeVar

from sekisho.detection.types import Finding, Passage
from sekisho.gateway.screen.beside import in_line
from sekisho.gateway.screen.types import Detectors

INLINE_CHARS = 4_000
"""How much new text is read on the event loop: about a millisecond. More goes to a thread."""

Result = TypeVar("Result")

Work: TypeAlias = Generator[None, None, Result]
"""What yields before it takes its time, and returns what it comes to."""


def finished(work: Work[Result]) -> Result:
    """Return what the work comes to, all of it done here and now."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: Result = end.value
            return result


async def unhurried(work: Work[Result]) -> Result:
    """Return what the work comes to: done here as long as it is quick, and in a thread from where it is not.

    Cancelled, it first waits for the thread, as `in_line` does.
    """
    try:
        next(work)
    except StopIteration as end:
        result: Result = end.value
        return result
    return await in_line(finished, work)


def found(detectors: Detectors, passage: Passage) -> Work[tuple[Finding, ...]]:
    """As `Detectors.find`."""
    said = detectors.find_at_once(passage) if len(passage.text) <= INLINE_CHARS else None
    if said is None:
        yield
        said = detectors.find(passage)
    return said


def scored(detectors: Detectors, passages: Sequence[Passage]) -> Work[Sequence[tuple[Finding, ...]]]:
    """As `Detectors.score`."""
    is_short = sum(len(passage.text) for passage in passages) <= INLINE_CHARS
    said = detectors.score_at_once(passages) if is_short else None
    if said is None:
        yield
        said = detectors.score(passages)
    return said
