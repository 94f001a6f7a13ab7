"""Statements of reasons, ready to be handed in to the Commission's database: checked, and in batches (R-SUP-139)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sekisho.accounts.types import Viewer
from sekisho.compliance.eu import schema
from sekisho.compliance.queries.stated import profile
from sekisho.compliance.rules.eu_schema import faults, personal
from sekisho.compliance.rules.profile import hands_in_statements
from sekisho.compliance.words import refusal
from sekisho.enforcement.eu_export import eu_statements


@dataclass(frozen=True, slots=True)
class Batch:
    """Statements for one call, and those that stay here."""

    statements: tuple[dict[str, object], ...]
    held_back: tuple[tuple[str, str], ...]
    """Id of each statement that is not handed in, and why: what the database would refuse, or where a person shows."""


def batches(viewer: Viewer, since: datetime | None = None, until: datetime | None = None) -> Iterator[Batch]:
    """Yield the statements written from `since` on and before `until`, oldest first, as many as one call takes.

    Nothing leaves that the database would refuse, or that shows a person: it is held back, and told. For staff who see
    standing, and the system. Raises `SekishoError` (`not_a_platform`) unless the profile says that this is an online
    platform above the line of small enterprises.
    """
    if not hands_in_statements(profile().profile):
        raise refusal("not_a_platform")
    rows = eu_statements(viewer, since, until)
    while some := list(islice(rows, schema().batch)):
        yield _checked(some)


def _checked(rows: list[dict[str, object]]) -> Batch:
    found = [(row, _why_not(row)) for row in rows]
    return Batch(
        tuple(row for row, why in found if not why),
        tuple((str(row.get("puid", "")), why) for row, why in found if why),
    )


def _why_not(row: dict[str, object]) -> str:
    shown = [f"{name}: personal data" for name in personal(row)]
    return "; ".join([*faults(row, schema()), *shown])
