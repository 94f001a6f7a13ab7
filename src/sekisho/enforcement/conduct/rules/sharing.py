"""Shared access: one key or one end user that cannot be one (P-045). Pure.

Two shapes, each a reason to look and no proof:

- *Concurrency*: a person does not lead twenty conversations within a minute.
- *Strangers*: a key declared for use inside the organisation, whose speakers fall into groups that have nothing in
  common: each with a client and a model of its own, within the same hours. Keys of products serve many by right,
  so they are never looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sekisho.accounts.types import UseCase
from sekisho.enforcement.conduct.types import Trace
from sekisho.enforcement.types import UnitKind


@dataclass(frozen=True, slots=True)
class SharingNumbers:
    """Our decision: P-045 names no number."""

    at_once: int = 20
    """Conversations of one end user within `moment`."""
    moment: timedelta = timedelta(minutes=1)
    speakers: int = 20
    """Different end users or conversations of one key."""
    groups: int = 5
    """Ways of sending that no speaker of another group uses."""
    a_group: int = 3
    """Speakers that make a group."""


SHARING = SharingNumbers()


@dataclass(frozen=True, slots=True)
class Sharing:
    """What was seen."""

    code: str
    """`at_once` or `strangers`."""
    count: int
    """Conversations at once, or speakers."""
    groups: int = 0


def at_once(traces: Iterable[Trace], numbers: SharingNumbers = SHARING) -> Sharing | None:
    """Return what is seen in the requests of one end user: more conversations within a minute than one leads."""
    ordered = sorted((one for one in traces if one.conversation), key=lambda one: (one.at, one.turn))
    most, first = 0, 0
    living: dict[str, int] = defaultdict(int)
    for trace in ordered:
        living[trace.conversation] += 1
        while ordered[first].at <= trace.at - numbers.moment:
            gone = ordered[first].conversation
            living[gone] -= 1
            if not living[gone]:
                del living[gone]
            first += 1
        most = max(most, len(living))
    return Sharing("at_once", most) if most >= numbers.at_once else None


def strangers(traces: Sequence[Trace], use: UseCase, numbers: SharingNumbers = SHARING) -> Sharing | None:
    """Return what is seen in the requests of one key within a day: groups that share nothing but the key."""
    if use is not UseCase.GENERAL:
        return None
    ways: dict[str, set[str]] = defaultdict(set)
    for trace in traces:
        if speaker := _speaker(trace):
            ways[speaker].add(trace.pattern)
    groups: dict[str, int] = defaultdict(int)
    for used in ways.values():
        if len(used) == 1:
            groups[next(iter(used))] += 1
    apart = [count for count in groups.values() if count >= numbers.a_group]
    if len(ways) < numbers.speakers or len(apart) < numbers.groups:
        return None
    return Sharing("strangers", len(ways), len(apart))


def _speaker(trace: Trace) -> str:
    return trace.unit.id if trace.unit.kind is UnitKind.END_USER else trace.conversation
