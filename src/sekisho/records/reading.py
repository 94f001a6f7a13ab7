"""Content of many turns at once, as far as its time is not over: two queries for the rows, one for their keys, two for
what happened to their accounts, however many they are.

Who may read, and the audit entry, are the caller's: see `queries`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sekisho.base.clock import system_clock
from sekisho.records.opening import Parts, opened, repeated, texts_of
from sekisho.records.queries.clocks import closed, trusted
from sekisho.records.types import Destroyed, Readable, StoredBlock

now = system_clock
"""Tests let it stand still."""


def contents(
    turns: Collection[str], *, at: datetime | None = None, subject: bool = False
) -> dict[str, Readable | Destroyed]:
    """Return what was said in each of these turns, by its id; nothing at all in one that has no content.

    `Destroyed` from the instant on at which the rules say so, whether or not a sweep has come by (R-DATA-106,
    R-DATA-113); what is sealed or under a legal hold too, unless `subject` says that the person whose it is asks. A
    text that an earlier turn holds is taken from there; it is empty where that turn is gone.
    """
    moment = trusted(now() if at is None else at)
    shut = closed(turns, moment, subject=subject)
    asked = opened([one for one in turns if one not in shut])
    earlier = {block.first_turn for block in _blocks(asked.values()) if block.first_turn} - asked.keys()
    kept = earlier - closed(earlier, moment, subject=subject)
    texts = texts_of({**opened(kept), **asked}.items())
    return {turn: Destroyed() if turn in shut else _whole(asked.get(turn, {}), texts) for turn in turns}


def _whole(parts: Parts | None, texts: Mapping[tuple[str, str | int], StoredBlock]) -> Readable | Destroyed:
    if parts is None:
        return Destroyed()
    return Readable(
        {part: tuple(repeated(block, texts) for block in blocks) for part, blocks in parts.items()}
    )


def _blocks(opened: Iterable[Parts | None]) -> Iterable[StoredBlock]:
    return (block for parts in opened if parts for blocks in parts.values() for block in blocks)
