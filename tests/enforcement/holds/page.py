"""The tables of docs/rules/holds.md, each found by its heading row."""

from __future__ import annotations

from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs" / "rules" / "holds.md"


def table(*heading: str) -> list[list[str]]:
    """Return the rows of the table with these columns."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else None
        for line in PAGE.read_text("utf-8").splitlines()
    ]
    begin = rows.index(list(heading)) + 2
    end = rows.index(None, begin) if None in rows[begin:] else len(rows)
    return [row for row in rows[begin:end] if row]
