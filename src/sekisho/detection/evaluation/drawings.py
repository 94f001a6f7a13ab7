"""Curves and bars as SVG: no script, no colours of their own, and every line told apart without its colour.

Pure functions from values to markup, in the manner of the console's charts: shapes carry classes (`series-1`,
`fill-ground`), which the style sheet of the page gives a colour in light and in dark. A page sets the numbers
beside each drawing as a table.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from sekisho.detection.card import Interval
from sekisho.detection.evaluation.measures import Bin

WIDTH: Final = 400
HEIGHT: Final = 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 24, 12, 46
LEAST_RATE: Final = 0.0005
"""Where a logarithmic axis begins: half of the smallest false-positive rate that is reported."""

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Said:
    """The words of a drawing, escaped here and nowhere before."""

    name: str
    """Makes ids unique on the page."""
    title: str
    description: str
    across: str
    """What the horizontal axis shows."""
    up: str


@dataclass(frozen=True, slots=True)
class Axis:
    """Where values stand along one side. Ticks are values."""

    ticks: tuple[float, ...]
    logarithmic: bool = False

    def share(self, value: float) -> float:
        """Return how far along the axis a value stands, 0 to 1."""
        if not self.logarithmic:
            return min(max(value, 0.0), 1.0)
        return 1 - math.log10(max(value, LEAST_RATE)) / math.log10(LEAST_RATE)


LINEAR: Final = Axis((0, 0.25, 0.5, 0.75, 1))
RATES: Final = Axis((0.001, 0.01, 0.1, 1), logarithmic=True)


def curves(said: Said, series: Sequence[Points], across: Axis = LINEAR, *, diagonal: bool = False) -> str:
    """Return lines through points, the first series the strongest. At most three can be told apart."""
    lines = "".join(_line(points, across, number) for number, points in enumerate(series, 1))
    return _drawing(said, _frame(said, across) + (_diagonal(across) if diagonal else "") + lines)


def reliability(said: Said, series: Sequence[Sequence[Bin]]) -> str:
    """Return how often it was so, over what was said; on the diagonal both agree. Dots grow with their texts."""
    body = _frame(said, LINEAR) + _diagonal(LINEAR)
    for number, bins in enumerate(series, 1):
        most = max((each.texts for each in bins), default=1)
        body += _line([(each.said, each.found) for each in bins], LINEAR, number)
        body += "".join(
            f'<circle cx="{_x(each.said, LINEAR)}" cy="{_y(each.found)}" '
            f'r="{_n(2 + 5 * math.sqrt(each.texts / most))}" class="dot-{number}"/>'
            for each in bins
        )
    return _drawing(said, body)


def histogram(said: Said, above: Sequence[int], below: Sequence[int]) -> str:
    """Return two histograms back to back, each by its own share: what is concerned up, what is not down."""
    middle = (_TOP + HEIGHT - _BOTTOM) / 2
    room = (WIDTH - _LEFT - _RIGHT) / max(len(above), 1)
    most = max((max(side) / max(sum(side), 1) for side in (above, below) if side), default=0) or 1
    bars = "".join(
        _column(_LEFT + room * at, middle, room, count / max(sum(side), 1) / most * (middle - _TOP), up)
        for side, up in ((above, True), (below, False))
        for at, count in enumerate(side)
        if count
    )
    across = f'<path d="M{_LEFT} {_n(middle)}H{WIDTH - _RIGHT}" class="axis"/>'
    return _drawing(said, bars + across + _ticks_across(LINEAR) + _words(said))


def interval_bar(measured: Interval | None, tone: str = "quiet", mark: float | None = None) -> str:
    """Return a bar from 0 to the value with a whisker over its interval, and a line at `mark`, such as chance, to
    hold it against. Decoration beside the numbers."""
    drawn = ""
    if measured is not None:
        low, high = 100 * measured.low, 100 * measured.high
        drawn = (
            f'<rect y="4" width="{_n(100 * measured.value)}" height="8" class="fill-{tone}"/>'
            f'<path d="M{_n(low)} 8H{_n(high)}M{_n(low)} 4V12M{_n(high)} 4V12" class="whisker stroke-ink" '
            'vector-effect="non-scaling-stroke"/>'
        )
    if mark is not None:
        drawn += f'<path d="M{_n(100 * mark)} 0V16" class="mark" vector-effect="non-scaling-stroke"/>'
    return (
        '<svg class="interval" viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        f'<rect y="4" width="100" height="8" class="fill-ground"/>{drawn}</svg>'
    )


def shares(parts: Iterable[tuple[str, int]]) -> str:
    """Return one bar cut into parts, each (tone, count). Decoration beside the numbers."""
    given = list(parts)
    total, at, drawn = sum(count for _, count in given) or 1, 0.0, ""
    for tone, count in given:
        width = 100 * count / total
        drawn += f'<rect x="{_n(at)}" width="{_n(width)}" height="10" class="fill-{tone}"/>' if count else ""
        at += width
    return (
        '<svg class="shares" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        f"{drawn}</svg>"
    )


def swatch(number: int) -> str:
    """Return the legend's sample of a series."""
    return (
        '<svg class="swatch" viewBox="0 0 28 10" aria-hidden="true" focusable="false">'
        f'<path d="M1 5H27" class="series-{number}"/></svg>'
    )


def box(css: str) -> str:
    """Return the legend's sample of a filled part; `css` is its class."""
    return (
        '<svg class="swatch" viewBox="0 0 28 10" aria-hidden="true" focusable="false">'
        f'<rect x="6" width="16" height="10" class="{css}"/></svg>'
    )


# ── parts ─────────────────────────────────────────────────────────────────────────────────────
def _drawing(said: Said, body: str) -> str:
    return (
        f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-labelledby="{said.name}-title {said.name}-desc">'
        f'<title id="{said.name}-title">{escape(said.title)}</title>'
        f'<desc id="{said.name}-desc">{escape(said.description)}</desc>{body}</svg>'
    )


def _frame(said: Said, across: Axis) -> str:
    lines = "".join(f"M{_LEFT} {_y(tick)}H{WIDTH - _RIGHT}" for tick in LINEAR.ticks)
    lines += "".join(f"M{_x(tick, across)} {_TOP}V{HEIGHT - _BOTTOM}" for tick in across.ticks)
    labels = "".join(
        f'<text x="{_LEFT - 8}" y="{_n(float(_y(tick)) + 4)}" class="tick end">{_percent(tick)}</text>'
        for tick in LINEAR.ticks
    )
    return f'<path d="{lines}" class="grid"/>{labels}{_ticks_across(across)}{_words(said)}'


def _ticks_across(across: Axis) -> str:
    return "".join(
        f'<text x="{_x(tick, across)}" y="{HEIGHT - _BOTTOM + 18}" class="tick middle">{_percent(tick)}</text>'
        for tick in across.ticks
    )


def _words(said: Said) -> str:
    middle = (_TOP + HEIGHT - _BOTTOM) / 2
    centre = _n((_LEFT + WIDTH - _RIGHT) / 2)
    return (
        f'<text x="{centre}" y="{HEIGHT - 8}" class="axis-name middle">{escape(said.across)}</text>'
        f'<text transform="translate(13 {_n(middle)}) rotate(-90)" class="axis-name middle">{escape(said.up)}</text>'
    )


def _diagonal(across: Axis) -> str:
    """Where chance is: straight on even axes, bent on a logarithmic one."""
    points = [(at / 40, at / 40) for at in range(41)]
    if across.logarithmic:
        points = [(LEAST_RATE ** (1 - at / 40), LEAST_RATE ** (1 - at / 40)) for at in range(41)]
    return f'<path d="{_path(points, across)}" class="chance"/>'


def _line(points: Points, across: Axis, number: int) -> str:
    return f'<path d="{_path(points, across)}" class="series-{number}"/>' if points else ""


def _path(points: Points, across: Axis) -> str:
    placed = dict.fromkeys(f"{_x(x, across)} {_y(y)}" for x, y in points)
    return "M" + "L".join(placed) if placed else ""


def _column(x: float, middle: float, room: float, height: float, up: bool) -> str:
    y, css = (middle - height, "above") if up else (middle, "below")
    return f'<rect x="{_n(x + 1)}" y="{_n(y)}" width="{_n(room - 2)}" height="{_n(height)}" class="{css}"/>'


def _x(value: float, across: Axis) -> str:
    return _n(_LEFT + across.share(value) * (WIDTH - _LEFT - _RIGHT))


def _y(value: float) -> str:
    return _n(HEIGHT - _BOTTOM - min(max(value, 0.0), 1.0) * (HEIGHT - _BOTTOM - _TOP))


def _percent(tick: float) -> str:
    return f"{tick * 100:g} %"


def _n(number: float) -> str:
    """A number as SVG likes it: two decimals at most, none when whole."""
    return f"{number:.2f}".rstrip("0").rstrip(".") if number else "0"
