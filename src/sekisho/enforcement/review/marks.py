"""Marks by which the same reporter is known again, and names by which people know a case."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.crypto import salted_hmac

from sekisho.notices.links import Purpose, token

OPEN_FOR = timedelta(days=730)
"""How long a report's page can be read. Our decision: longer than the six months of its appeal, short of for ever."""
APPEALED_WITHIN = timedelta(days=184)
"""How long a refusal to act can be appealed. Source: DSA, article 20(1)-(2); 184 days as no six months are longer."""


def of_address(address: str) -> str:
    """Return the mark of an e-mail address: the same for each report of it, and nothing that leads back to it."""
    return f"mail:{salted_hmac('sekisho.review.reporter', address.strip().casefold(), algorithm='sha256').hexdigest()}"


def of_key(key_id: str) -> str:
    return f"key:{key_id}"


def reference_of(case_id: str) -> str:
    """Return what people name a case by, such as `R-7K2QX-94MPB`: 50 random bits of its id."""
    letters = case_id[-10:].upper()
    return f"R-{letters[:5]}-{letters[5:]}"


def page_of(case_id: str, received_at: datetime) -> str:
    """Return the path of the page that tells the state of a report to whoever holds it."""
    return f"/reports/{token(Purpose.REPORT, case_id, received_at + OPEN_FOR)}"


def appeal_of(case_id: str, closed_at: datetime) -> str:
    """Return the path at which a refusal to act is appealed."""
    return f"/appeals/new/{token(Purpose.REPORT, case_id, closed_at + APPEALED_WITHIN)}"
