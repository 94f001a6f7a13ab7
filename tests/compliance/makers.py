"""Notices and complaints as people bring them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sekisho.compliance.types import Category, Complainant, ComplaintGiven, NoticeGiven, Regime

NOTICE = NoticeGiven(
    submission="form-1",
    category=Category.FRAUD,
    explanation="A shared chat pretends to be my shop.",
    locations=("https://ai.example.test/share/7",),
    law_claimed="Section 263 of the criminal code",
    name="Chie",
    email="chie@example.test",
    good_faith=True,
    region="EU",
)
COMPLAINT = ComplaintGiven(
    submission="form-2",
    regime=Regime.UK_OSA,
    kind="content_reporting",
    complainant=Complainant.AFFECTED_PERSON,
    text="I could not report a picture of me.",
    email="chie@example.test",
    region="GB",
)


def notice(**changes: Any) -> NoticeGiven:
    return replace(NOTICE, **changes)


def complaint(**changes: Any) -> ComplaintGiven:
    return replace(COMPLAINT, **changes)
