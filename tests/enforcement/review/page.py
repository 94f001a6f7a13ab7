"""The tables of docs/rules/review.md, each found by its heading row."""

from __future__ import annotations

from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs" / "rules" / "review.md"


def table(*heading: str) -> list[tuple[str, ...]]:
    """Return the rows of the table with these columns, without the code marks around words."""
    lines = PAGE.read_text("utf-8").splitlines()
    begin = lines.index(f"| {' | '.join(heading)} |") + 2
    rows = []
    for line in lines[begin:]:
        if not line.startswith("|"):
            break
        rows.append(tuple(cell.strip().replace("`", "") for cell in line.strip("|").split("|")))
    return rows
