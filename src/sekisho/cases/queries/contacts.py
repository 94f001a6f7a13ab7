"""The link by which somebody says that the address of a case is theirs (R-SUP-078)."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sekisho.cases.models import Case
from sekisho.notices.links import Purpose, opened, token

HOLDS = timedelta(days=7)
"""How long the link opens, from the opening of the case on. Our decision: a week's holiday."""


def contact_path(case_id: str) -> str:
    """Return the path of the link that confirms the case's present address: the same for the same address, so that two
    mails carry one link. For the mail alone."""
    row = Case.objects.get(id=case_id)
    return f"/help/confirm/{token(Purpose.CONTACT, _subject(row), row.opened_at + HOLDS)}"


def case_of_contact(link: str, at: datetime) -> tuple[str, bool]:
    """Return the case that a link's token names, and whether it still uses that address. Raises `SekishoError`:
    `link_forged` or `link_expired`."""
    subject = opened(Purpose.CONTACT, link, at)
    row = Case.objects.filter(id=subject.partition(" ")[0]).first()
    return (row.id, _subject(row) == subject) if row else ("", False)


def _subject(row: Case) -> str:
    return f"{row.id} {hashlib.sha256(row.email.encode()).hexdigest()[:32]}"
