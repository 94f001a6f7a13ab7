"""Charts as SVG, made on the server: they need no script, they print, and they can be tested.

Pure functions from values to markup. Shapes carry classes (`fill-block`) instead of colours, so that light and dark
both fit and the content security policy holds; each series also has a pattern of its own, so that a reader who
sees no colours can tell them apart (WCAG 2.2, 1.4.1). Axis words stand outside the SVG, as HTML: they keep their size
on a phone. A template draws the numbers as a table besides (`console/parts/chart.html`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH = 600
HEIGHT = 176
GAP_SHARE = 0.2
"""Share of a column's room that stays empty between two columns."""

TONES = ("allow", "annotate", "modify", "hold", "block", "quiet")
"""The words `fill-…` classes exist for."""

_HATCHES = {
    "annotate": '<path d="M0 4H8" class="stroke-paper" stroke-width="1.5"/>',
    "modify": '<circle cx="4" cy="4" r="1.5" class="stroke-paper" fill="none" stroke-width="1.2"/>',
    "hold": '<path d="M0 8L8 0M-2 2L2 -2M6 10L10 6" class="stroke-paper" stroke-width="1.5"/>',
    "quiet": '<path d="M4 0V8" class="stroke-paper" stroke-width="1.5"/>',
}


@dataclass(frozen=True, slots=True)
class Series:
    """One colour of a stacked chart: a value for each column."""

    label: str
    tone: str
    values: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.values)


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a bar list."""

    label: str
    value: int
    tone: str = "quiet"
    href: str = ""


@dataclass(frozen=True, slots=True)
class Stacked:
    """A stacked chart, ready for the template: the drawing, and the same numbers to read as a table."""

    svg: str
    columns: tuple[str, ...]
    series: tuple[Series, ...]
    top: int
    """The value at the upper edge."""

    @property
    def rows(self) -> list[tuple[str, list[int]]]:
        """Columns that hold anything, oldest first, each with its value per series."""
        table = [(name, [one.values[at] for one in self.series]) for at, name in enumerate(self.columns)]
        return [(name, values) for name, values in table if any(values)]


def stacked(
    name: str, title: str, description: str, columns: Sequence[str], series: Sequence[Series]
) -> Stacked:
    """Return stacked columns, the first series at the bottom.

    `name` makes ids unique on the page. Raises `ValueError` when a series has not one value a column.
    """
    for one in series:
        if len(one.values) != len(columns):
            raise ValueError(f"series {one.label!r} has {len(one.values)} values for {len(columns)} columns")
    sums = [sum(one.values[at] for one in series) for at in range(len(columns))]
    top = nice_top(max(sums, default=0))
    body = "".join(_column(name, at, column, series, len(columns), top) for at, column in enumerate(columns))
    svg = _svg(
        name,
        title,
        description,
        f"0 0 {WIDTH} {HEIGHT}",
        _patterns(name, series) + _grid() + body,
        "chart-bars",
    )
    return Stacked(svg, tuple(columns), tuple(series), top)


def nice_top(value: int) -> int:
    """Return the smallest of 1, 2, 5 times a power of ten that is not below `value`; 1 for nothing."""
    power = 1
    while True:
        for step in (1, 2, 5):
            if step * power >= value:
                return step * power
        power *= 10


def bar(value: float, most: float, tone: str = "quiet") -> str:
    """Return one horizontal bar, `value` of `most` wide. Decoration beside a number that is written out."""
    width = 100 * value / most if most else 0
    return (
        '<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        f'<rect width="100" height="10" class="fill-ground"/>'
        f'<rect width="{_n(width)}" height="10" class="fill-{_tone(tone)}"/></svg>'
    )


def score(value: float, threshold: float, label: str, tone: str = "quiet") -> str:
    """Return a score from 0 to 1 as a bar with a mark at its threshold; `label` says both in words."""
    width, mark = (max(0.0, min(1.0, number)) * 100 for number in (value, threshold))
    return (
        f'<svg class="score" viewBox="0 0 100 20" preserveAspectRatio="none" role="img" aria-label="{escape(label)}">'
        '<rect y="5" width="100" height="10" class="fill-ground"/>'
        f'<rect y="5" width="{_n(width)}" height="10" class="fill-{_tone(tone)}"/>'
        f'<path d="M{_n(mark)} 0V20" class="stroke-ink" stroke-width="2" vector-effect="non-scaling-stroke"/></svg>'
    )


def swatch(name: str, tone: str) -> str:
    """Return the legend's sample of a series in the chart `name`."""
    return f'<svg viewBox="0 0 16 16" aria-hidden="true" focusable="false">{_filled(name, 0, 0, 16, 16, tone)}</svg>'


def _svg(name: str, title: str, description: str, box: str, body: str, css: str) -> str:
    return (
        f'<svg class="{css}" viewBox="{box}" preserveAspectRatio="none" role="img" '
        f'aria-labelledby="{name}-title {name}-desc">'
        f'<title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-desc">{escape(description)}</desc>{body}</svg>'
    )


def _patterns(name: str, series: Sequence[Series]) -> str:
    drawn = "".join(
        f'<pattern id="{name}-{tone}" width="8" height="8" patternUnits="userSpaceOnUse">{_HATCHES[tone]}</pattern>'
        for tone in dict.fromkeys(_tone(one.tone) for one in series)
        if tone in _HATCHES
    )
    return f"<defs>{drawn}</defs>"


def _grid() -> str:
    lines = "".join(f"M0 {_n(HEIGHT * at / 4)}H{WIDTH}" for at in range(1, 4))
    path = f"{lines}M0 {HEIGHT - 0.5}H{WIDTH}"
    return f'<path d="{path}" class="stroke-line" fill="none" vector-effect="non-scaling-stroke"/>'


def _column(name: str, at: int, column: str, series: Sequence[Series], count: int, top: int) -> str:
    room = WIDTH / count
    x, width = room * (at + GAP_SHARE / 2), room * (1 - GAP_SHARE)
    parts, floor = [], float(HEIGHT)
    for one in series:
        height = HEIGHT * one.values[at] / top
        floor -= height
        if height:
            parts.append(_filled(name, x, floor, width, height, one.tone))
    words = " · ".join([column, *(f"{one.label} {one.values[at]}" for one in series if one.values[at])])
    return f"<g><title>{escape(words)}</title>{''.join(parts)}</g>" if parts else ""


def _filled(name: str, x: float, y: float, width: float, height: float, tone: str) -> str:
    place = f'x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"'
    hatch = f'<rect {place} fill="url(#{name}-{tone})"/>' if tone in _HATCHES else ""
    return f'<rect {place} class="fill-{_tone(tone)}"/>{hatch}'


def _tone(tone: str) -> str:
    return tone if tone in TONES else "quiet"


def _n(number: float) -> str:
    """A number as SVG likes it: two decimals at most, none when whole."""
    return f"{number:.2f}".rstrip("0").rstrip(".")
