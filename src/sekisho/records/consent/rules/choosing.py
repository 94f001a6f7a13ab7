"""Who may allow, and who is asked (R-DATA-008, R-DATA-018…R-DATA-021, R-DATA-030). Pure."""

from __future__ import annotations

from datetime import datetime

from sekisho.accounts.rules import CONSUMER_PLANS
from sekisho.accounts.types import AccountFacts, AgeBand
from sekisho.records.consent.types import Answer, May, MayNot
from sekisho.records.types import Calendar


def may_allow(account: AccountFacts, person: str) -> May | MayNot:
    """Return whether the person may allow training with the turns of this account. Whoever may not can still say no."""
    if account.plan not in CONSUMER_PLANS:
        return MayNot("organisation", "R-DATA-051")
    if person not in account.people:
        return MayNot("not_own_account", "R-DATA-037")
    if len(account.people) > 1:
        return MayNot("shared_account", "R-DATA-030")
    if account.education:
        return MayNot("education", "R-DATA-008")
    if account.people[person] is AgeBand.MINOR:
        return MayNot("minor", "R-DATA-008")
    if account.people[person] is not AgeBand.ADULT:
        return MayNot("age_unknown", "R-DATA-008")
    return May()


def current_holder(account: AccountFacts) -> str:
    """Return the one person who may hold consent for the account now; empty when nobody may."""
    people = [one for one in account.people if may_allow(account, one) == May()]
    return people[0] if len(people) == 1 else ""


def must_choose(account: AccountFacts, answer: Answer, calendar: Calendar, at: datetime) -> bool:
    """Return whether an interactive session waits for the answer: the account existed before the programme began, and
    the deadline is over (R-DATA-018…R-DATA-020). Who signs up later is asked then, and may leave it open."""
    is_existing = account.created_at < calendar.programme_start
    return answer is Answer.UNSET and is_existing and at >= calendar.choice_deadline
