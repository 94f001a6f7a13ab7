"""Which files were given to show who somebody is. Their content is opened by an action, as each reading is logged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sekisho.accounts.types import Viewer
from sekisho.support.recovery.models import Evidence
from sekisho.support.recovery.queries.claims import claim_for_staff


@dataclass(frozen=True, slots=True)
class EvidenceView:
    id: str
    media_type: str
    given_at: datetime
    erase_at: datetime


def evidence(viewer: Viewer, claim_id: str) -> tuple[EvidenceView, ...]:
    """Return the files of a claim, oldest first, to the two roles that may see proof of identity. Raises
    `NotFoundError`."""
    claim_for_staff(viewer, claim_id)
    return tuple(map(_view, _rows(claim_id)))


def evidence_count(claim_id: str) -> int:
    """Return how many files were given; for the browser that gave them."""
    return len(_rows(claim_id))


def _rows(claim_id: str) -> list[Evidence]:
    return list(Evidence.objects.filter(claim_id=claim_id).defer("ciphertext").order_by("given_at", "id"))


def _view(row: Evidence) -> EvidenceView:
    return EvidenceView(row.id, row.media_type, row.given_at, row.erase_at)
