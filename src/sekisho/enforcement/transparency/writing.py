"""The report as JSON, CSV and HTML. The same report is always the same bytes: no clock, no order of chance."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import date
from html import escape
from typing import Any

from sekisho.base.text import Lang, Text
from sekisho.enforcement.transparency import words
from sekisho.enforcement.transparency.types import Cell, Part, Period, Report, Section, Share, Table

FORMAT = 1
MARK = "*"
"""What stands where a number is withheld."""

Titles = Callable[[str], Text]
"""Gives the word for a value; pages and commands know the titles of clauses."""


def as_json(report: Report) -> str:
    """Return the report for programs. A withheld number is `null`."""
    error = report.automation_error
    written = {
        "format": FORMAT,
        "since": report.period.since.isoformat(),
        "until": report.period.until.isoformat(),
        "is_whole": report.is_whole,
        "sections": {part.section.value: _plain(part) for part in report.parts},
        "automation_error": {"reversed": error.part, "automatic": error.of} if error else None,
    }
    return json.dumps(written, ensure_ascii=False, indent=2) + "\n"


def read_json(document: str) -> Report:
    """Return the report that `as_json` wrote."""
    said: dict[str, Any] = json.loads(document)
    error = said["automation_error"]
    return Report(
        Period(date.fromisoformat(said["since"]), date.fromisoformat(said["until"])),
        tuple(_part(Section(name), part) for name, part in said["sections"].items()),
        Share(error["reversed"], error["automatic"]) if error else None,
        said["is_whole"],
    )


def as_csv(report: Report) -> str:
    """Return one line a number: section, dimension, value, count. RFC 4180, with a heading."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(("since", "until", "section", "dimension", "value", "count"))
    days = (report.period.since.isoformat(), report.period.last.isoformat())
    writer.writerows((*days, *line) for line in _lines(report))
    return file.getvalue()


def as_html(report: Report, lang: Lang, titles: Titles = words.value_of) -> str:
    """Return a page that stands by itself: tables, with a bar beside each number, no script and nothing to fetch."""
    title = f"{words.TITLE.in_(lang)} {report.period.since} – {report.period.last}"
    parts = "".join(_section(part, lang, titles) for part in report.parts)
    note = "" if report.is_whole else f"<p>{escape(words.WITHHELD.in_(lang))}</p>"
    return (
        f'<!doctype html>\n<html lang="{lang}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body><main><h1>{escape(title)}</h1>{note}{_error(report, lang)}{parts}"
        "</main></body></html>\n"
    )


def told(count: int | None) -> str:
    return MARK if count is None else str(count)


# --- JSON, CSV ----------------------------------------------------------------------------------------------
def _plain(part: Part) -> dict[str, object]:
    return {
        "total": part.total,
        "median_seconds": part.median_s,
        "by": {table.dimension: {cell.value: cell.count for cell in table.cells} for table in part.tables},
    }


def _part(section: Section, said: dict[str, Any]) -> Part:
    tables = tuple(
        Table(name, tuple(Cell(value, count) for value, count in cells.items()))
        for name, cells in said["by"].items()
    )
    return Part(section, said["total"], tables, said["median_seconds"])


def _lines(report: Report) -> Iterator[tuple[str, ...]]:
    for part in report.parts:
        name = part.section.value
        yield name, "total", "", told(part.total)
        if part.median_s is not None:
            yield name, "median_seconds", "", str(part.median_s)
        for table in part.tables:
            yield from ((name, table.dimension, cell.value, told(cell.count)) for cell in table.cells)
    if report.automation_error:
        yield "automation", "reversed", "", str(report.automation_error.part)
        yield "automation", "automatic", "", str(report.automation_error.of)


# --- HTML ---------------------------------------------------------------------------------------------------
_STYLE = (
    "body{font:16px/1.6 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;color:#1d1b16}"
    "table{width:100%;border-collapse:collapse;margin:1rem 0}caption{text-align:start;font-weight:600}"
    "th{text-align:start;font-weight:400;width:45%}td{padding:.2rem .4rem}td.n{text-align:end;width:6rem}"
    "svg{width:100%;height:.8rem;display:block}.ground{fill:#eee8dc}.bar{fill:#6b6558}"
)


def _section(part: Part, lang: Lang, titles: Titles) -> str:
    name = words.SECTIONS[part.section.value].in_(lang)
    waited = ""
    if part.median_s is not None:
        waited = (
            f"<p>{escape(words.MEDIAN.in_(lang))}: {escape(words.length_of(part.median_s).in_(lang))}</p>"
        )
    tables = "".join(_table(table, lang, titles) for table in part.tables if table.cells)
    total = f"{words.TOTAL.in_(lang)}: {told(part.total)}"
    return f"<section><h2>{escape(name)}</h2><p>{escape(total)}</p>{waited}{tables}</section>"


def _table(table: Table, lang: Lang, titles: Titles) -> str:
    most = max((cell.count or 0 for cell in table.cells), default=0)
    rows = "".join(
        f'<tr><th scope="row">{escape(titles(cell.value).in_(lang))}</th><td>{_bar(cell.count or 0, most)}</td>'
        f'<td class="n">{told(cell.count)}</td></tr>'
        for cell in table.cells
    )
    caption = words.DIMENSIONS[table.dimension].in_(lang)
    return f"<table><caption>{escape(caption)}</caption><tbody>{rows}</tbody></table>"


def _bar(value: int, most: int) -> str:
    width = 100 * value / most if most else 0
    return (
        '<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="ground" width="100" height="10"/><rect class="bar" width="{width:.2f}" height="10"/></svg>'
    )


def _error(report: Report, lang: Lang) -> str:
    if report.automation_error is None:
        return ""
    share = report.automation_error
    said = words.OF.in_(lang).format(part=share.part, of=share.of, percent=share.percent)
    return f"<p>{escape(words.ERROR.in_(lang))}: {escape(said)}</p>"
