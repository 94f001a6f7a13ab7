"""A simulation of the ladder drawn: how many units gathered how many points, and how far they came. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from sekisho.base.text import Lang, Text
from sekisho.console.charts import Series, Stacked, stacked
from sekisho.enforcement.rules.wording import RUNGS
from sekisho.enforcement.types import Rung

TONES = {
    Rung.GOOD: "allow",
    Rung.NOTICE: "quiet",
    Rung.WARNING: "annotate",
    Rung.THROTTLE: "modify",
    Rung.SUSPENSION: "hold",
    Rung.TERMINATION: "block",
}
TITLE = Text("Units by points, under the numbers tried", "試した数値での、点数ごとの対象数")
DESCRIPTION = Text(
    "Each column is a range of points; its parts are the rungs that units in it came to.",
    "各列は点数の範囲で、その中の対象がどの段階に達したかを色と模様で示します。",
)


def histogram(summary: Mapping[str, Any], lang: Lang, name: str = "simulation") -> Stacked:
    """Return the histogram of a simulation's `summary`."""
    edges: list[int] = summary["edges"]
    rungs = {rung.word: rung for rung in Rung}
    values = {rung: [0] * len(edges) for rung in Rung}
    for edge, word, count in summary["histogram"]:
        values[rungs[word]][edges.index(edge)] += count
    series = [
        Series(RUNGS[rung].in_(lang), TONES[rung], tuple(counted))
        for rung, counted in values.items()
        if any(counted)
    ]
    return stacked(name, TITLE.in_(lang), DESCRIPTION.in_(lang), _columns(edges, lang), series)


def _columns(edges: list[int], lang: Lang) -> list[str]:
    ranges = [f"{low}–{high - 1}" for low, high in pairwise(edges)]
    return [*ranges, Text(f"{edges[-1]} or more", f"{edges[-1]} 以上").in_(lang)]
