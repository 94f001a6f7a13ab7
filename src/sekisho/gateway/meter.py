"""Counters and durations of the gate as Prometheus reads them. Labels are codes from short lists; never
content, never a key.

Source of the text format: prometheus.io, "Exposition formats", version 0.0.4.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

BOUNDS_S = (
    0.0005,
    0.001,
    0.0025,
    0.005,
    0.01,
    0.025,
    0.05,
    0.1,
    0.25,
    0.5,
    1.0,
    2.5,
    5.0,
    10.0,
    30.0,
    60.0,
    300.0,
)
"""Upper bounds of the buckets of every histogram, in seconds; one more bucket holds what is longer."""

CONTENT_TYPE = b"text/plain; version=0.0.4; charset=utf-8"

Labels = tuple[tuple[str, str], ...]


HELP: Mapping[str, str] = {
    "sekisho_requests_total": "Requests answered, by endpoint, outcome and status.",
    "sekisho_refusals_total": "Requests that the gate refused, by the reason's code.",
    "sekisho_decisions_total": "Decisions other than allow, by stage, action and clause.",
    "sekisho_tokens_total": "Tokens that providers reported, by kind.",
    "sekisho_stage_seconds": "Time spent in each stage of a request.",
}
"""Every counter and histogram, and what it counts."""


class Meter:
    """The numbers of one process."""

    def __init__(self) -> None:
        self._counts: dict[str, dict[Labels, float]] = defaultdict(lambda: defaultdict(float))
        self._times: dict[str, tuple[list[int], list[float]]] = {}
        self._gauges: dict[str, tuple[str, Callable[[], float]]] = {}

    def count(self, name: str, amount: float = 1, **labels: str) -> None:
        self._counts[name][tuple(labels.items())] += amount

    def time(self, stage: str, seconds: float) -> None:
        """Add one duration of a stage of the pipeline."""
        if (series := self._times.get(stage)) is None:
            series = self._times[stage] = ([0] * (len(BOUNDS_S) + 1), [0.0])
        series[0][bisect_left(BOUNDS_S, seconds)] += 1
        series[1][0] += seconds

    def gauge(self, name: str, help: str, read: Callable[[], float]) -> None:
        """Declare a number that is asked for when the page is read."""
        self._gauges[name] = (help, read)

    def exposition(self) -> bytes:
        """Return everything in Prometheus text format."""
        return "".join(line + "\n" for line in self._lines()).encode()

    def _lines(self) -> Iterator[str]:
        for name, rows in self._counts.items():
            yield f"# HELP {name} {HELP[name]}"
            yield f"# TYPE {name} counter"
            for labels, value in sorted(rows.items()):
                yield f"{name}{_shown(labels)} {value:g}"
        yield from self._histogram("sekisho_stage_seconds")
        for name, (help, read) in self._gauges.items():
            yield f"# HELP {name} {help}"
            yield f"# TYPE {name} gauge"
            yield f"{name} {read():g}"

    def _histogram(self, name: str) -> Iterator[str]:
        yield f"# HELP {name} {HELP[name]}"
        yield f"# TYPE {name} histogram"
        for stage, (buckets, total) in sorted(self._times.items()):
            running = 0
            for bound, amount in zip((*BOUNDS_S, "+Inf"), buckets, strict=True):
                running += amount
                yield f"{name}_bucket{_shown((('stage', stage), ('le', str(bound))))} {running}"
            yield f"{name}_sum{_shown((('stage', stage),))} {total[0]:.6f}"
            yield f"{name}_count{_shown((('stage', stage),))} {running}"


def _shown(labels: Labels) -> str:
    inner = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels)
    return f"{{{inner}}}" if inner else ""


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
