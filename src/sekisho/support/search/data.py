"""What the tables of search hold."""

from __future__ import annotations

from collections.abc import Mapping

from sekisho.base.inventory import DELETE, Category, Expiry, TableData, Whose

_MADE = "As long as the version that it was made of is current."
TABLES: Mapping[str, TableData] = {
    "search_indexed": TableData(
        Category.OPERATION,
        Whose.NOBODY,
        retention=_MADE,
        exported="Not exported: made of published articles.",
        erased="Not erased: about nobody.",
    ),
    "search_vector": TableData(
        Category.OPERATION,
        Whose.NOBODY,
        retention=_MADE,
        exported="Not exported: made of published articles.",
        erased="Not erased: about nobody.",
    ),
    "search_searchmiss": TableData(
        Category.CONTENT,
        Whose.NOBODY,
        retention="180 days. Masked before it is stored, counted by week; nobody can be found in it.",
        exported="Not exported: nobody can be found in it.",
        erased="Deleted after 180 days.",
        erase=DELETE,
        expires=Expiry("last", tended_by="sekisho.support.search.tasks.tend"),
    ),
    "search_weektold": TableData(
        Category.OPERATION,
        Whose.NOBODY,
        retention="As long as the installation: a day for each week.",
        exported="Not exported: about nobody.",
        erased="Not erased: about nobody.",
    ),
}
