"""What the tables of the transparency report hold."""

from __future__ import annotations

from sekisho.base.inventory import Category, TableData, Whose

TABLES = {
    "transparency_publishedreport": TableData(
        Category.SAFETY,
        Whose.NOBODY,
        retention="As long as the installation: what was published stays published.",
        exported="Not exported: sums in which small numbers are withheld, open to everybody.",
        erased="Not erased: it is about no person.",
    ),
}
