"""What the tables of the help centre hold."""

from __future__ import annotations

from collections.abc import Mapping

from sekisho.base.inventory import DELETE, Category, Expiry, TableData, Whose

_NOBODYS = "Not erased: about nobody."
TABLES: Mapping[str, TableData] = {
    "help_article": TableData(
        Category.OPERATION,
        Whose.NOBODY,
        retention="As long as the installation: answers and cases cite it.",
        exported="Not exported: it is published.",
        erased=_NOBODYS,
    ),
    "help_articleversion": TableData(
        Category.OPERATION,
        Whose.NOBODY,
        retention="As long as the installation: answers and cases cite it (R-SUP-004). Names an editor by id alone.",
        exported="Not exported: it is published.",
        erased=_NOBODYS,
    ),
    "help_edition": TableData(
        Category.OPERATION,
        Whose.NOBODY,
        retention="One row, replaced at every change.",
        exported="Not exported: a mark.",
        erased=_NOBODYS,
    ),
    "help_articlecount": TableData(
        Category.OPERATION,
        Whose.NOBODY,
        retention="As long as the installation: sums about nobody.",
        exported="Not exported: nobody can be found in it.",
        erased=_NOBODYS,
    ),
    "help_articleremark": TableData(
        Category.CONTENT,
        Whose.NOBODY,
        retention="90 days. Masked before it is stored, with a day and no moment; nobody can be found in it.",
        exported="Not exported: nobody can be found in it.",
        erased="Deleted after 90 days, with its key.",
        erase=DELETE,
        expires=Expiry("expires_at", tended_by="sekisho.support.help.tasks.tend"),
    ),
}
