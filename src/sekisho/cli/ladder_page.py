"""A simulation of the ladder as one page: no script, nothing from a network."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from html import escape
from importlib.resources import files
from typing import Any

from sekisho.base.text import Lang, Text
from sekisho.console.charts import Stacked, swatch
from sekisho.console.ladder_charts import histogram
from sekisho.enforcement.rules.wording import RUNGS
from sekisho.enforcement.types import Rung

STYLES = ("tokens.css", "components.css")
OWN = """
body { max-width: 48rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.6 var(--font, sans-serif);
  color: var(--sumi); background: var(--surface); }
figure { margin: 1.5rem 0; } figure svg.chart-bars { width: 100%; height: 14rem; }
table { border-collapse: collapse; } th, td { padding: .25rem .75rem; border-bottom: 1px solid var(--line); }
td { text-align: right; } th { text-align: left; } .legend svg { width: 1em; height: 1em; }
"""
TITLE = Text("The ladder, tried over what was recorded", "記録済みの決定による段階的な措置のシミュレーション")


def page(summary: Mapping[str, Any], lang: Lang) -> str:
    """Return the page as HTML; it carries its own content security policy."""
    style = "\n".join([*(_style(name) for name in STYLES), OWN])
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    drawn = histogram(summary, lang)
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" '
        f"content=\"default-src 'none'; style-src 'sha256-{digest}'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(TITLE.in_(lang))}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>"
        f"<h1>{escape(TITLE.in_(lang))}</h1>{_figure(drawn)}{_rungs(summary, lang)}{_points(drawn, lang)}"
        "</main>\n</body>\n</html>\n"
    )


def _style(name: str) -> str:
    return (files("sekisho.console") / "static" / "console" / "css" / name).read_text(encoding="utf-8")


def _figure(drawn: Stacked) -> str:
    legend = "".join(
        f"<li>{swatch('simulation', one.tone)} {escape(one.label)}: {one.total:,}</li>"
        for one in drawn.series
    )
    return f'<figure>{drawn.svg}<figcaption><ul class="legend">{legend}</ul></figcaption></figure>'


def _rungs(summary: Mapping[str, Any], lang: Lang) -> str:
    heads = (Text("Furthest rung", "達した段階"), Text("Now", "現在"), Text("Then", "試した場合"))
    words = {rung.word: RUNGS[rung].in_(lang) for rung in Rung}
    rows = [(words[row["rung"]], [row["before"], row["after"]]) for row in summary["rungs"]]
    return _table([head.in_(lang) for head in heads], rows)


def _points(drawn: Stacked, lang: Lang) -> str:
    heads = [Text("Points", "点数").in_(lang), *(one.label for one in drawn.series)]
    return _table(heads, drawn.rows)


def _table(heads: list[str], rows: list[tuple[str, list[int]]]) -> str:
    head = "".join(f'<th scope="col">{escape(word)}</th>' for word in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th>{"".join(f"<td>{value:,}</td>" for value in values)}</tr>'
        for name, values in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
