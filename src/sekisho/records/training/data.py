"""What the tables of training hold."""

from __future__ import annotations

from sekisho.base.inventory import Category, Reach, TableData, Whose, clear, where

_LIFE = "As long as the installation: it proves what was used for what."
_ABOUT_NOBODY = "Not exported: it is about no person."
_NOT_ERASED = "Not erased: it is about no person."

TABLES = {
    "training_datasetversion": TableData(
        Category.OPERATION, Whose.NOBODY, retention=_LIFE, exported=_ABOUT_NOBODY, erased=_NOT_ERASED
    ),
    "training_datasetitem": TableData(
        Category.METADATA,
        Whose.END_USER,
        retention="Until its version expires, two years at most (R-DATA-050).",
        exported="Which versions hold turns of the person, and whether they were recalled (R-DATA-236).",
        erased="Recalled from its version; then nothing in it leads to the person or the turn.",
        reach=Reach(
            organisation=where(organisation="{organisation}"),
            end_user=where(organisation="{organisation}", end_user="{end_user}"),
            member=where(organisation="{organisation}", member="{person}"),
            person=where(member="{person}"),
            conversation=where(conversation="{conversation}"),
            turn=where(turn="{turn}"),
        ),
        erase=clear(organisation="", conversation="", turn="", member="", end_user="").but(
            "It is recalled first, within a minute: or else nobody would know what to take out of the copies.",
            recalled_by=None,
        ),
    ),
    "training_recall": TableData(
        Category.AUDIT, Whose.NOBODY, retention=_LIFE, exported=_ABOUT_NOBODY, erased=_NOT_ERASED
    ),
    "training_trainingrun": TableData(
        Category.OPERATION,
        Whose.NOBODY,
        retention=_LIFE,
        exported="Not exported: it names who registered it by an id alone.",
        erased=_NOT_ERASED,
    ),
    "training_trainingrun_versions": TableData(
        Category.OPERATION, Whose.NOBODY, retention=_LIFE, exported=_ABOUT_NOBODY, erased=_NOT_ERASED
    ),
}
"""By the table's name."""
