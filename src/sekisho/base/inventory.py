"""The words of the data inventory: what each table holds, whose it is, how long it lives, how it leaves
(R-DATA-121).

They stand on the lowest floor because every room declares its own tables with them, in `<room>/data.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Category(StrEnum):
    CONTENT = "content"
    """What people and models said. Encrypted at rest."""
    METADATA = "metadata"
    """Ids, times, counts, codes about single events; pseudonymous, no content (R-DATA-122)."""
    ACCOUNT = "account"
    """Who people are, and what they belong to."""
    CREDENTIAL = "credential"
    """What opens something: password hashes, key digests, sessions, wrapped keys."""
    SAFETY = "safety"
    """Decisions and measures, with their reasons, without content (P-070)."""
    AUDIT = "audit"
    OPERATION = "operation"
    """What the machinery keeps for itself: revisions, heads, migrations. About no person."""


class Whose(StrEnum):
    """The data subject, or the one who decides in their place."""

    PERSON = "person"
    ORGANISATION = "organisation"
    END_USER = "end_user"
    """An organisation's own customer, known by a pseudonym."""
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class TableData:
    """One table's entry in the inventory. Sentences, in English, as `docs` print them."""

    category: Category
    whose: Whose
    retention: str
    exported: str
    """How it reaches the subject on request, or why it does not."""
    erased: str
    """What erasing the subject does to it."""
