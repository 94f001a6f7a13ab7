"""Marks by which the same sender and the same matter are known again, and links by which people follow theirs."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.crypto import salted_hmac

from sekisho.enforcement.review.marks import of_address
from sekisho.notices.links import Purpose, opened, token

OPEN_FOR = timedelta(days=730)
"""How long the page of a matter can be read after it was received, as that of a report. Our decision."""


def of_sender(person: str, email: str) -> str:
    """Return the mark of who sends something: the id of an account, else that of an address; empty for nobody."""
    return person or (of_address(email) if email.strip() else "")


def of_matter(sender: str, text: str) -> str:
    """Return the same for the same words of the same sender, and nothing that leads back to either."""
    words = " ".join(text.casefold().split())
    return salted_hmac("sekisho.compliance.matter", f"{sender}\x00{words}", algorithm="sha256").hexdigest()


def page_of(case: str, received_at: datetime) -> str:
    """Return the path of the page that tells how far a matter has come to whoever holds it."""
    return f"/followed/{token(Purpose.MATTER, case, received_at + OPEN_FOR)}"


def case_of(link: str, at: datetime) -> str:
    """Return the case that the link opens. Raises `SekishoError`: `link_forged` or `link_expired`."""
    return opened(Purpose.MATTER, link, at)
