"""Members are told that their organisation takes part: a mail and a notice each, and the event only once a mail server
has really taken the mail (R-DATA-046, R-DATA-048)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sekisho.accounts import queries as accounts
from sekisho.notices import actions as notices
from sekisho.notices import queries as told
from sekisho.notices.types import Person
from sekisho.records.actions import append
from sekisho.records.actions.history import Circumstances
from sekisho.records.consent import letters
from sekisho.records.consent.models import Objection, Participation, Telling
from sekisho.records.consent.rules.partner import to_tell
from sekisho.records.queries import events_of
from sekisho.records.rules.consent import objections
from sekisho.records.types import Kind, Scope

SYSTEM, GUEST = "system:consent", "guest"


@transaction.atomic
def begin_telling(participation: str, at: datetime) -> int:
    """Write a notice and a mail to every member who has not been told of this participation, and return to how many.
    Guests are left out, and so are members whose accounts are closed."""
    found = Participation.objects.select_for_update().filter(id=participation, ended_at=None).first()
    if found is None:
        return 0
    members = accounts.members_to_tell(found.organisation)
    begun = Telling.objects.filter(participation=found).values_list("member", flat=True)
    guests = [one.person_id for one in members if one.is_guest]
    names = to_tell([one.person_id for one in members], guests, begun)
    for member in names:
        mails = _tell(found, member, at)
        Telling.objects.create(participation=found, member=member, mails=list(mails), begun_at=at)
    return len(names)


@transaction.atomic
def note_told(participation: str, at: datetime) -> int:
    """Write the event for each member whose mail a server has taken since, and return for how many. From it on their
    turns are given, never from before: the moment is this one, not that of the mail."""
    found = Participation.objects.select_for_update().filter(id=participation, ended_at=None).first()
    if found is None:
        return 0
    waiting = list(Telling.objects.filter(participation=found, told_at=None).order_by("id"))
    taken = told.taken(mail for one in waiting for mail in one.mails)
    done = [one for one in waiting if taken.intersection(one.mails)]
    for one in done:
        scope = Scope(organisation=found.organisation, member=one.member)
        if _was_left_out(scope):
            append(Kind.OBJECTION_WITHDRAWN, scope, Circumstances(SYSTEM, GUEST, previous="left_out"), at=at)
        circumstances = Circumstances(SYSTEM, "mail", letters.VERSION, letters.TOLD_DIGEST)
        append(Kind.MEMBER_TOLD, scope, circumstances, at=at)
    Telling.objects.filter(id__in=[one.pk for one in done]).update(told_at=at)
    return len(done)


@transaction.atomic
def leave_out_guests(participation: str, at: datetime) -> int:
    """Leave out, from now on, who was told as a member and is a guest or contractor by now. Return how many."""
    found = Participation.objects.select_for_update().filter(id=participation, ended_at=None).first()
    if found is None:
        return 0
    guests = [one.person_id for one in accounts.members_to_tell(found.organisation) if one.is_guest]
    rows = Telling.objects.filter(participation=found, member__in=guests)
    for one in rows.exclude(told_at=None):
        scope = Scope(organisation=found.organisation, member=one.member)
        append(Kind.MEMBER_OBJECTED, scope, Circumstances(SYSTEM, GUEST), at=at)
    return rows.delete()[0]


def _was_left_out(scope: Scope) -> bool:
    """Whether the member's open objection is not their own: they were left out as a guest, and are none any more."""
    own = [one for one in events_of(scope.organisation) if one.scope.member == scope.member]
    held = objections(own)
    theirs = Objection.objects.filter(organisation=scope.organisation, member=scope.member, until=None)
    return bool(held) and held[-1].until is None and not theirs.exists()


def _tell(found: Participation, member: str, at: datetime) -> tuple[str, ...]:
    subject, body = letters.told(accounts.organisation_name(found.organisation))
    return notices.tell(
        Person(member),
        "partner_program",
        found.id,
        subject,
        body,
        key=f"partner:{found.id}:{member}:{at:%Y%m%d%H%M%S}",
        at=at,
        link="/privacy",
    )
