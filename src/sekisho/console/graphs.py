"""Who hangs together with what, as SVG made on the server: things on the left, units on the right, a line each.

The same is told besides in words by the page that shows it. Shapes carry classes, as in `charts.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

WIDTH = 360
ROW = 22
LEFT, RIGHT = 120, 240
"""Where lines begin and end."""


def links(name: str, title: str, description: str, pairs: Sequence[tuple[str, str]]) -> str:
    """Return a drawing of pairs `(thing, unit)`; each thing and each unit is drawn once, in their order.

    `name` makes ids unique on the page.
    """
    things, units = (list(dict.fromkeys(pair[side] for pair in pairs)) for side in (0, 1))
    rows = max(len(things), len(units), 1)
    here = _places(things, rows)
    there = _places(units, rows)
    lines = "".join(
        f'<path d="M{LEFT} {here[thing]}C180 {here[thing]} 180 {there[unit]} {RIGHT} {there[unit]}" '
        'class="stroke-line" fill="none"/>'
        for thing, unit in dict.fromkeys(pairs)
    )
    left = "".join(_named(thing, LEFT, here[thing], "block", "end") for thing in things)
    right = "".join(_named(unit, RIGHT, there[unit], "quiet", "start") for unit in units)
    return (
        f'<svg class="graph" viewBox="0 0 {WIDTH} {rows * ROW}" role="img" aria-labelledby="{name}-title {name}-desc">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
        f"{lines}{left}{right}</svg>"
    )


def _places(names: Sequence[str], rows: int) -> dict[str, float]:
    """Spread the names over the height, each in the middle of its share."""
    share = rows * ROW / max(len(names), 1)
    return {name: round(share * (at + 0.5), 1) for at, name in enumerate(names)}


def _named(name: str, x: int, y: float, tone: str, anchor: str) -> str:
    at = x - 10 if anchor == "end" else x + 10
    return (
        f'<circle cx="{x}" cy="{y}" r="4.5" class="fill-{tone}"/>'
        f'<text x="{at}" y="{y + 4}" text-anchor="{anchor}">{escape(name)}</text>'
    )
