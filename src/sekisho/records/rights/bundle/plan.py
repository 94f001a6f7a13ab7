"""The sections of a bundle, in the order in which they are written."""

from __future__ import annotations

from sekisho.records.rights.bundle.about import AccessLog, Consents, Plans, Profile, ReadMe, Receipts
from sekisho.records.rights.bundle.tables import Tables
from sekisho.records.rights.bundle.turns import Conversations, Explanations, Turns
from sekisho.records.rights.bundle.words import Owner, Section

SECTIONS: tuple[Section, ...] = (
    ReadMe(),
    Profile(),
    Plans(),
    Consents(),
    Conversations(),
    Turns(),
    Explanations(),
    Tables(),
    AccessLog(),
    Receipts(),
)
"""A bundle notes the number of the section that it is at: the order changes with a new version of the format only."""


def estimate(owner: Owner) -> int:
    """Return about how many records the bundle will hold, so that its progress can be shown."""
    return sum(section.count(owner) for section in SECTIONS)
