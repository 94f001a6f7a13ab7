"""Reads of appeals: by a signed link what it opens, by an organisation its own, by the appeals desk all of them."""

from __future__ import annotations

from sekisho.enforcement.appeals.queries.counting import channel_of, conduct_of, outcomes
from sekisho.enforcement.appeals.queries.desk import (
    attachment,
    attachments,
    case,
    case_matter,
    holder,
    may_hear,
    precedents,
    queue,
    words_of,
)
from sekisho.enforcement.appeals.queries.opening import followed, matter, matter_of_link
from sekisho.enforcement.appeals.queries.organisation import appeal, appeals
from sekisho.enforcement.appeals.queries.rows import hearing, is_of_organisation, is_trained, waiting

__all__ = [
    "appeal",
    "appeals",
    "attachment",
    "attachments",
    "case",
    "case_matter",
    "channel_of",
    "conduct_of",
    "followed",
    "hearing",
    "holder",
    "is_of_organisation",
    "is_trained",
    "matter",
    "matter_of_link",
    "may_hear",
    "outcomes",
    "precedents",
    "queue",
    "waiting",
    "words_of",
]
