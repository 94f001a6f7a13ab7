"""The gauge of destruction, and what the last sweeps did, as SVG made on the server (see `charts`)."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import cos, pi, sin

from django.utils.translation import gettext as _

from sekisho.console.charts import Series, Stacked, stacked
from sekisho.records.retention.types import SweepView

FULL = 1_000
"""Past due, from which on the needle points to the far end. The scale is of roots, so that even one shows."""
CENTRE, RADIUS = (100.0, 92.0), 78.0


def gauge(past_due: int, title: str) -> str:
    """Return a half circle whose needle rests on the left while nothing is past due."""
    share = min(past_due / FULL, 1.0) ** 0.25
    x, y = _on_circle(share, RADIUS - 14)
    tone = "block" if past_due else "allow"
    return (
        f'<svg class="gauge" viewBox="0 0 200 104" role="img" aria-label="{escape(title)}">'
        f'<path d="{_arc()}" class="stroke-line" fill="none" stroke-width="14"/>'
        f'<circle cx="{CENTRE[0]}" cy="{CENTRE[1]}" r="7" class="fill-{tone}"/>'
        f'<path d="M{CENTRE[0]} {CENTRE[1]}L{x} {y}" class="stroke-ink" stroke-width="4" stroke-linecap="round"/>'
        f'<circle cx="{x}" cy="{y}" r="5" class="fill-{tone}"/></svg>'
    )


def history(sweeps: Sequence[SweepView]) -> Stacked:
    """Return what the sweeps destroyed, oldest first."""
    shown = list(reversed(sweeps))
    columns = [f"{one.began_at:%m-%d %H:%M}" for one in shown]
    series = (
        Series(_("Destroyed"), "allow", tuple(one.turns for one in shown)),
        Series(_("Under legal hold"), "hold", tuple(one.pinned for one in shown)),
        Series(_("Left past due"), "block", tuple(one.past_due for one in shown)),
    )
    return stacked("sweeps", _("Sweeps"), _("Turns destroyed in each of the last sweeps"), columns, series)


def _on_circle(share: float, radius: float) -> tuple[float, float]:
    angle = pi * (1 - share)
    return round(CENTRE[0] + radius * cos(angle), 1), round(CENTRE[1] - radius * sin(angle), 1)


def _arc() -> str:
    (ax, ay), (bx, by) = _on_circle(0, RADIUS), _on_circle(1, RADIUS)
    return f"M{ax} {ay}A{RADIUS} {RADIUS} 0 0 1 {bx} {by}"
