"""What a receipt of consent says, in the fields of a consent record (ISO/IEC TS 27560:2023). Pure."""

from __future__ import annotations

from datetime import datetime

from sekisho.records.consent.types import Answer, Purpose, Words
from sekisho.records.types import Calendar

SCHEMA = "ISO/IEC TS 27560:2023"
EVENTS = {Answer.ALLOW: "consent_given", Answer.DONT_ALLOW: "consent_refused"}
"""The state that a choice leads to; a refusal after a yes is a withdrawal."""


def record_of(
    *,
    person: str,
    account: str,
    controller: str,
    purpose: Purpose,
    answer: Answer,
    previous: Answer,
    surface: str,
    words: Words,
    calendar: Calendar,
    at: datetime,
    event: int,
) -> dict[str, object]:
    """Return the consent record: who, to whom, for what, under which words, and what it leads to."""
    return {
        "schema": SCHEMA,
        "pii_principal": person,
        "account": account,
        "pii_controller": controller,
        "purpose": purpose.value,
        "lawful_basis": "consent",
        "pii_categories": ["prompts", "outputs", "coding_sessions"],
        "event": _event(answer, previous),
        "event_number": event,
        "event_time": at,
        "choice": answer.value,
        "previous": previous.value,
        "collection_method": surface,
        "notice_version": words.version,
        "notice_language": words.language,
        "notice_sha256": words.digest,
        "retention": _retention(answer, calendar),
        "policy_version": calendar.version,
        "withdrawal": f"{controller}/privacy",
    }


def _event(answer: Answer, previous: Answer) -> str:
    if answer is Answer.DONT_ALLOW and previous is Answer.ALLOW:
        return "consent_withdrawn"
    return EVENTS[answer]


def _retention(answer: Answer, calendar: Calendar) -> str:
    """As an ISO 8601 duration."""
    return f"P{calendar.allowed_years}Y" if answer is Answer.ALLOW else f"P{calendar.standard.days}D"
