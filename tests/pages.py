"""The tables of rule pages, which tests run."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[1]


def table(page: str, *heading: str) -> list[list[str]]:
    """Return the rows of the table with these columns on a page such as `docs/rules/connectors.md`."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else None
        for line in (ROOT / page).read_text("utf-8").splitlines()
    ]
    begin = rows.index(list(heading)) + 2
    end = rows.index(None, begin) if None in rows[begin:] else len(rows)
    return [row for row in rows[begin:end] if row]
