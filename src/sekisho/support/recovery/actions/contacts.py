"""All whom an account is known to reach hear of it, each with a link that stops it (R-SUP-095)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sekisho.accounts.queries import addresses_of, holders_of
from sekisho.base.text import Text, as_lang
from sekisho.notices.actions import tell
from sekisho.notices.links import Purpose, token
from sekisho.notices.types import Address, Organisation, Person, Recipient
from sekisho.support.recovery.models import Claim
from sekisho.support.recovery.words import (
    CHANGE_ASKED,
    CHANGE_ASKED_SUBJECT,
    CHANGE_SOON,
    CHANGE_SOON_SUBJECT,
    CHANGED,
    CHANGED_SUBJECT,
    OWNER,
    OWNER_SUBJECT,
)

STOP_LIVES = timedelta(days=90)


def change_asked(row: Claim, at: datetime) -> None:
    """Tell all known contacts that a change of the address is asked for; and owners of the organisation, who may know
    whether it is so."""
    _each(row, "asked", CHANGE_ASKED_SUBJECT, CHANGE_ASKED, at)
    if _belongs_to_others(row):
        link, key = f"/o/{row.organisation}/recovery/{row.id}", f"recovery.owner.{row.id}"
        to = Organisation(row.organisation)
        tell(to, "recovery_owner", row.id, OWNER_SUBJECT, OWNER, key=key, at=at, link=link)


def change_soon(row: Claim, at: datetime) -> None:
    """Tell them that it was decided, and when it happens."""
    _each(row, "soon", CHANGE_SOON_SUBJECT, CHANGE_SOON.format(begins=f"{row.begins_at:%Y-%m-%d %H:%M}"), at)


def changed(row: Claim, others: tuple[str, ...], at: datetime) -> None:
    """Tell them that it happened: the person, and the addresses that were on file before."""
    _each(row, "done", CHANGED_SUBJECT, CHANGED, at, others)


def stop_link(row: Claim, at: datetime) -> str:
    return f"/help/locked-out/stop/{token(Purpose.RECOVERY_STOP, row.id, at + STOP_LIVES)}"


def _each(
    row: Claim, what: str, subject: Text, body: Text, at: datetime, addresses: tuple[str, ...] = ()
) -> None:
    people = addresses_of(row.person)
    told: list[Recipient] = [Person(row.person)]
    lang = as_lang(row.language)
    told += [Address(one, lang) for one in (addresses or people[1:])]  # the first is the person's own
    for number, to in enumerate(told):
        key = f"recovery.{what}.{row.id}.{number}"
        link = stop_link(row, at) if what != "done" else ""
        tell(to, "recovery_change", row.id, subject, body, key=key, at=at, link=link)


def _belongs_to_others(row: Claim) -> bool:
    """Whether the account is not the person's own alone."""
    return bool(row.organisation) and any(one.id != row.person for one in holders_of(row.organisation))
