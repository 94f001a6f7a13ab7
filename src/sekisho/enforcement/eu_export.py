"""Every statement of a time, as the EU's DSA Transparency Database takes it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sekisho.accounts.queries import organisations
from sekisho.accounts.types import Plan, Viewer
from sekisho.base import settings
from sekisho.enforcement.queries.statements import imposed
from sekisho.enforcement.rules.eu_database import eu_statement
from sekisho.enforcement.types import RestrictionView, UnitKind
from sekisho.policy.overlay import floor_label
from sekisho.policy.queries import versions
from sekisho.policy.types import Clause, Pack

PERSONAL = frozenset({Plan.FREE, Plan.PRO, Plan.MAX})
"""Plans for one's own use; the others are for business (Regulation (EU) 2019/1150, as the schema asks)."""


def eu_statements(
    viewer: Viewer, since: datetime | None = None, until: datetime | None = None
) -> Iterator[dict[str, object]]:
    """Yield the statements written from `since` on and before `until`, oldest first, without personal data.

    For staff who see standing; raises `NotFoundError` for others. Statements about measures outside the European
    Economic Area are left out. One handed in twice is refused there, by its `puid`.
    """
    packs = {one.pack.label: one.pack for one in versions(viewer)}
    plans = {one.id: one.plan for one in organisations(viewer)}
    url = settings.text("public_url").rstrip("/")
    for view in imposed(viewer, since, until):
        row = eu_statement(view, _clause(view, packs), url, _account_type(view, plans))
        if row:
            yield row


def _clause(view: RestrictionView, packs: dict[str, Pack]) -> Clause | None:
    pack = packs.get(floor_label(view.statement.policy))
    return pack.clause(view.clause) if pack else None


def _account_type(view: RestrictionView, plans: dict[str, Plan]) -> str:
    """Of an end user we know no account; of a key, that of its organisation."""
    plan = plans.get(view.unit.organisation)
    if plan is None or view.unit.kind is UnitKind.END_USER:
        return ""
    return "PRIVATE" if plan in PERSONAL else "BUSINESS"
