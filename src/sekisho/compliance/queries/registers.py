"""Who is known to this room: trusted flaggers, and domains of authorities."""

from __future__ import annotations

from datetime import datetime

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.compliance.models import Authority, Dispute, Flagger


def is_trusted(number: str, at: datetime) -> bool:
    """Return whether the number is that of a trusted flagger whose status has not ended."""
    row = Flagger.objects.filter(number=number.strip()).first() if number.strip() else None
    return row is not None and (row.until is None or at < row.until)


def authority_of(email: str) -> str:
    """Return the name of the authority that writes from this address, or from a part of its domain; empty for none.

    An address says little: this is a hint to staff, and proves nothing.
    """
    domain = email.rpartition("@")[2].strip().lower().rstrip(".")
    parts = domain.split(".")
    above = [".".join(parts[at:]) for at in range(len(parts))]
    row = Authority.objects.filter(domain__in=above).first() if domain else None
    return row.name if row else ""


def flaggers(viewer: Viewer) -> tuple[tuple[str, str, datetime | None], ...]:
    """Return the register: number, name, end of the status; for staff who see complaints."""
    staff(viewer)
    return tuple(Flagger.objects.order_by("name").values_list("number", "name", "until"))


def authorities(viewer: Viewer) -> tuple[tuple[str, str, str], ...]:
    """Return domain, name and country of each authority; for staff who see complaints."""
    staff(viewer)
    return tuple(Authority.objects.order_by("name").values_list("domain", "name", "country"))


def disputes(viewer: Viewer) -> tuple[Dispute, ...]:
    """Return the disputes before out-of-court bodies, the latest first; for staff who see complaints."""
    staff(viewer)
    return tuple(Dispute.objects.order_by("-begun_at", "-id"))


def staff(viewer: Viewer) -> None:
    """Raise `NotFoundError` for who does not see complaints."""
    if not may(viewer, Permission.STAFF_COMPLAINT_READ):
        raise not_found("matter_not_found")
