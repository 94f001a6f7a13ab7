"""What the tables of the policy hold."""

from __future__ import annotations

from sekisho.base.inventory import Category, TableData, Whose

TABLES = {
    "policy_policyversion": TableData(
        Category.OPERATION,
        Whose.NOBODY,
        retention="For ever: earlier versions stay readable (P-003).",
        exported="Public.",
        erased="Not erased: who proposed and approved a version is noted by id only.",
    ),
}
