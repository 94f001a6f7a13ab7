"""What the tables of the directory hold."""

from __future__ import annotations

from sekisho.base.inventory import (
    DELETE,
    Category,
    Reach,
    TableData,
    Whose,
    clear,
    where,
)

TABLES = {
    "connectors_connector": TableData(
        Category.OPERATION,
        Whose.ORGANISATION,
        retention="As long as it is listed, and for ever once it was: decisions cite it.",
        exported="What its people and the server said of it, checklist and findings.",
        erased="The contact address is removed when the organisation leaves; the entry stays.",
        reach=Reach(organisation=where(organisation="{organisation}")),
        erase=clear(organisation="", contact=""),
    ),
    "connectors_connectorrule": TableData(
        Category.OPERATION,
        Whose.ORGANISATION,
        retention="As long as the organisation.",
        exported="The rule, with the organisation's settings.",
        erased="With the organisation.",
        reach=Reach(organisation=where(organisation="{organisation}")),
        erase=DELETE,
    ),
}
