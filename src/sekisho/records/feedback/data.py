"""What the tables of feedback hold."""

from __future__ import annotations

from collections.abc import Mapping

from sekisho.base.inventory import DELETE, Category, Expiry, Reach, TableData, Whose, by_key, where

TABLES: Mapping[str, TableData] = {
    "feedback_report": TableData(
        Category.CONTENT,
        Whose.PERSON,
        retention="5 years of the calendar from receipt (R-DATA-062); what was broken off, an hour (R-DATA-074).",
        exported="In full: text, transcript as it was sent, counts of redacted secrets.",
        erased="Unreadable at once: the report's own key is destroyed. Who deletes a conversation is offered it.",
        reach=Reach(
            organisation=where(organisation="{organisation}"),
            member=where(organisation="{organisation}", member="{person}"),
            person=where(member="{person}"),
        ),
        erase=by_key("key", content=b""),
        expires=Expiry("expires_at"),
    ),
    "feedback_organisationchoice": TableData(
        Category.ACCOUNT,
        Whose.ORGANISATION,
        retention="As long as the organisation.",
        exported="In full.",
        erased="Deleted.",
        reach=Reach(organisation=where(organisation="{organisation}")),
        erase=DELETE,
    ),
    "feedback_surveycount": TableData(
        Category.OPERATION,
        Whose.NOBODY,
        retention="As long as the installation: sums about nobody.",
        exported="Not exported: nobody's answer can be found in it.",
        erased="Not erased: nobody's answer can be found in it.",
    ),
}
"""By the table's name."""

READERS: Mapping[str, str] = {"feedback_report": "sekisho.records.feedback.queries.exported:exported"}
"""What a copy for the subject says of rows beyond their columns: table → `module:function` (`records.rights`)."""
