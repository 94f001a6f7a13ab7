"""What the tables of the policy hold."""

from __future__ import annotations

from sekisho.base.inventory import (
    Category,
    Reach,
    TableData,
    Whose,
    keep,
    where,
)

TABLES = {
    "policy_policyversion": TableData(
        Category.OPERATION,
        Whose.NOBODY,
        retention="For ever: earlier versions stay readable (P-003).",
        exported="Public.",
        erased="Not erased: who proposed and approved a version is noted by id only.",
    ),
    "policy_policybacktest": TableData(
        Category.OPERATION,
        Whose.NOBODY,
        retention="As long as its version: it is what those who approved it had before them.",
        exported="Not exported: it counts turns and names a few by id.",
        erased="Not erased: ids of turns that are gone lead nowhere.",
    ),
    "policy_policyoverlay": TableData(
        Category.OPERATION,
        Whose.ORGANISATION,
        retention="For ever: decisions cite it (P-070).",
        exported="The YAML, with the organisation's settings.",
        erased="Not erased: who set it is noted by id only.",
        reach=Reach(organisation=where(organisation="{organisation}")),
        erase=keep("Decisions cite it (P-070). It holds rules of an organisation, and nothing of a person."),
    ),
    "policy_policyexception": TableData(
        Category.OPERATION,
        Whose.ORGANISATION,
        retention="For ever: it is counted in reports (P-006).",
        exported="Clauses, scope, safeguards, end.",
        erased="Not erased: who approved it is noted by id only.",
        reach=Reach(organisation=where(organisation="{organisation}")),
        erase=keep(
            "It is counted in reports (P-006). It holds clauses and safeguards, and nothing of a person."
        ),
    ),
}
