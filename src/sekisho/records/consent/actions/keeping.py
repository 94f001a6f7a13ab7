"""How long an organisation has its turns kept, and whether anything is kept at all (R-DATA-116, R-DATA-131)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sekisho.accounts import actions as accounts
from sekisho.accounts import queries as people
from sekisho.accounts.queries import members_to_tell
from sekisho.accounts.rules import CONSUMER_PLANS, Permission, may
from sekisho.accounts.types import AccountFacts, Viewer
from sekisho.base import settings
from sekisho.base.errors import NotAllowedError, SekishoError
from sekisho.base.text import Text
from sekisho.notices import actions as notices
from sekisho.notices.types import Person
from sekisho.records.actions import append
from sekisho.records.actions.history import Circumstances
from sekisho.records.consent import letters
from sekisho.records.consent.actions.partner import PAGE, end_for_zero_retention
from sekisho.records.consent.rules.keeping import SHORTEST_DAYS, is_permitted, step
from sekisho.records.consent.types import Step
from sekisho.records.queries import calendar_at, events_of
from sekisho.records.rules import days_at
from sekisho.records.types import Kind, Scope


@transaction.atomic
def set_retention(actor: Viewer, organisation: str, days: int, *, at: datetime) -> Step:
    """Have the organisation's turns kept for so many days, and return what that changed.

    Shorter holds for what is there too: what is older goes at once (`queries.would_go` counts it before). Longer holds
    only for what is received from now on, only as far as this installation permits (`longest_retention_days`), and
    every member is told. Raises `SekishoError` (`days_not_permitted`, `personal_account`).
    """
    account = _of_owner(actor, organisation)
    if account.plan in CONSUMER_PLANS:
        raise SekishoError("personal_account", _PERSONAL)
    longest = settings.number("longest_retention_days")
    if not is_permitted(days, int(longest)):
        raise SekishoError("days_not_permitted", _DAYS.format(shortest=SHORTEST_DAYS, longest=int(longest)))
    held = days_at(events_of(organisation), at, calendar_at(at)).days
    what = step(held, days)
    if what is Step.SAME:
        return what
    circumstances = Circumstances(actor.id, PAGE, previous=str(held))
    event = append(Kind.RETENTION_SET, Scope(organisation=organisation), circumstances, at=at, days=days)
    if what is Step.LONGER:
        _tell_members(organisation, days, event.seq, at)
    return what


@transaction.atomic
def switch_zero_retention(actor: Viewer, organisation: str, on: bool, *, at: datetime) -> bool:
    """Keep nothing of the organisation's turns from now on, or keep them again, and return whether that changed it.

    On: what was kept is sealed at once and destroyed within the calendar's `backlog` (`queries.would_go` counts it
    before), and participation in the partner program ends. Off: for what is received from then on. Keys and requests
    that ask for zero retention themselves go on having it.
    """
    _of_owner(actor, organisation)
    if not accounts.set_zero_retention(actor, organisation, on):
        return False
    circumstances = Circumstances(actor.id, PAGE, previous="off" if on else "on")
    kind = Kind.ZERO_RETENTION_ON if on else Kind.ZERO_RETENTION_OFF
    append(kind, Scope(organisation=organisation), circumstances, at=at)
    if on:
        end_for_zero_retention(organisation, at)
    return True


def _tell_members(organisation: str, days: int, event: int, at: datetime) -> None:
    subject, body = letters.kept_longer(people.organisation_name(organisation), days)
    for member in members_to_tell(organisation):
        key = f"kept_longer:{event}:{member.person_id}"
        notices.tell(
            Person(member.person_id),
            "kept_longer",
            organisation,
            subject,
            body,
            key=key,
            at=at,
            link="/privacy",
        )


def _of_owner(actor: Viewer, organisation: str) -> AccountFacts:
    now = people.as_of_now(actor)
    facts = next(iter(people.account_facts([organisation])), None)
    if facts is None or not may(now, Permission.ORG_DATA_READ, organisation):
        raise people.not_found("organisation_not_found")
    if not may(now, Permission.ORG_DATA_CHANGE, organisation):
        raise NotAllowedError("not_allowed", _NOT_ALLOWED, permission=Permission.ORG_DATA_CHANGE)
    return facts


_NOT_ALLOWED = Text(
    "Only owners change how data is kept. Ask one of them.",
    "データの保管方法を変更できるのはオーナーだけです。オーナーにご相談ください。",
)
_PERSONAL = Text(
    "How long a personal account's messages are kept follows from what you choose under Privacy.",
    "個人のアカウントのメッセージの保管期間は、「プライバシー」でのご本人の選択によって決まります。",
)
_DAYS = Text(
    "Choose from {shortest} to {longest} days. For keeping nothing at all there is zero retention.",
    "{shortest}〜{longest}日の範囲でお選びください。何も保管しない場合は、ゼロデータ保持をお使いください。",
)
