"""Who sees what concerns an organisation."""

from __future__ import annotations

from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer


def sees(viewer: Viewer, organisation: str) -> bool:
    return may(viewer, Permission.STAFF_DECISION_READ) or may(
        viewer, Permission.ORG_DECISION_READ, organisation
    )
