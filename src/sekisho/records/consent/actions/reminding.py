"""What people are told once: that their organisation's participation ends soon, and that they have not chosen yet."""

from __future__ import annotations

from datetime import datetime

from sekisho.notices import actions as notices
from sekisho.notices.types import Organisation, Person
from sekisho.records.consent import letters


def remind(participation: str, organisation: str, lapses_at: datetime, days: int, at: datetime) -> None:
    """Tell the owners, so many days before, that participation ends by itself. Once for each end and distance."""
    subject, body = letters.lapses(lapses_at)
    notices.tell(
        Organisation(organisation),
        "partner_lapses",
        participation,
        subject,
        body,
        key=f"partner_lapses:{participation}:{lapses_at:%Y%m%d}:{days}",
        at=at,
        link=f"/o/{organisation}/data",
    )


def tell_undecided(account: str, person: str, at: datetime) -> None:
    """Tell the person, once, that they have not chosen, and that this is treated as no."""
    subject, body = letters.undecided()
    key = f"choice_due:{account}:{person}"
    notices.tell(Person(person), "choice_due", account, subject, body, key=key, at=at, link="/privacy/choice")
