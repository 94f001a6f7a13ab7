"""An organisation takes part in the partner program: an administrator opts in, each member is told, and each can object
(R-DATA-042…053)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sekisho.accounts import queries as accounts
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import AccountFacts, Viewer
from sekisho.audit.actions import record
from sekisho.base.errors import NotAllowedError, SekishoError
from sekisho.base.text import Lang, Text
from sekisho.notices import actions as notices
from sekisho.notices.types import Organisation
from sekisho.records.actions import append
from sekisho.records.actions.history import Circumstances
from sekisho.records.consent import letters
from sekisho.records.consent.actions.telling import begin_telling
from sekisho.records.consent.models import Objection, Participation
from sekisho.records.consent.rules.partner import attests, lapses_at, may_join
from sekisho.records.consent.types import Joining
from sekisho.records.consent.why import WHY_NOT_JOIN
from sekisho.records.queries import calendar_at
from sekisho.records.types import Kind, Scope

PAGE = "organisation_page"


@transaction.atomic
def join_partner(actor: Viewer, organisation: str, attestation: str, *, language: Lang, at: datetime) -> None:
    """Opt the organisation in, or confirm what it opted in to, for another year (R-DATA-053).

    `attestation` is what the administrator typed about being entitled to decide; nothing stands for it. Members' turns
    are given only from when each was told, which begins now. Raises `SekishoError` (`cannot_join`) where the
    organisation may not join.
    """
    account = _of_admin(actor, organisation)
    if refused := may_join(account) or (None if attests(attestation) else Joining.ATTESTATION):
        raise SekishoError("cannot_join", WHY_NOT_JOIN[refused], why=refused.value)
    until = lapses_at(at, calendar_at(at))
    open_one, is_new = Participation.objects.select_for_update().get_or_create(
        organisation=organisation,
        ended_at=None,
        defaults={
            "joined_at": at,
            "joined_by": actor.id,
            "attested": attestation.strip(),
            "confirmed_at": at,
            "lapses_at": until,
        },
    )
    if not is_new and open_one.lapses_at <= at:
        _end(open_one, "lapsed", open_one.lapses_at)
        return join_partner(actor, organisation, attestation, language=language, at=at)
    Participation.objects.filter(id=open_one.id).update(
        confirmed_at=at, lapses_at=until, attested=attestation.strip(), joined_by=actor.id
    )
    circumstances = Circumstances(
        actor.id, PAGE, letters.VERSION, letters.ATTESTATION_DIGEST, language, "" if is_new else "joined"
    )
    event = append(Kind.PARTNER_JOINED, Scope(organisation=organisation), circumstances, at=at)
    if is_new:
        Participation.objects.filter(id=open_one.id).update(event=event.seq)
    begin_telling(open_one.id, at)


@transaction.atomic
def leave_partner(actor: Viewer, organisation: str, *, at: datetime) -> bool:
    """End the organisation's participation at once, and return whether there was one. What was given before is recalled
    by those who keep data sets."""
    _of_admin(actor, organisation)
    found = Participation.objects.select_for_update().filter(organisation=organisation, ended_at=None).first()
    if found is None:
        return False
    _end(found, "left", at)
    circumstances = Circumstances(actor.id, PAGE, previous="joined")
    append(Kind.PARTNER_LEFT, Scope(organisation=organisation), circumstances, at=at)
    return True


def end_for_zero_retention(organisation: str, at: datetime) -> None:
    """End participation as zero retention begins, which is what ends it for the clock too (R-DATA-049)."""
    for found in Participation.objects.filter(organisation=organisation, ended_at=None):
        _end(found, "zero_retention", at)


@transaction.atomic
def end_lapsed(participation: str, at: datetime) -> bool:
    """End a participation that nobody confirmed in time, and tell the owners. Return whether it had lapsed."""
    found = Participation.objects.select_for_update().filter(id=participation, ended_at=None).first()
    if found is None or at < found.lapses_at:
        return False
    _end(found, "lapsed", found.lapses_at)
    record("system:consent", "partner.lapsed", found.organisation, participation=found.id)
    subject, body = letters.lapsed()
    notices.tell(
        Organisation(found.organisation),
        "partner_lapsed",
        found.id,
        subject,
        body,
        key=f"partner_lapsed:{found.id}",
        at=at,
        link=f"/o/{found.organisation}/data",
    )
    return True


@transaction.atomic
def object_(actor: Viewer, organisation: str, *, at: datetime) -> bool:
    """Note that a member objects: their own turns are not given, whatever the organisation says. Return whether they
    had not before. For members, before or while the organisation takes part."""
    _member(actor, organisation)
    _, is_new = Objection.objects.get_or_create(
        organisation=organisation, member=actor.id, until=None, defaults={"since": at}
    )
    if is_new:
        _own(Kind.MEMBER_OBJECTED, actor, organisation, at, previous="")
    return is_new


@transaction.atomic
def withdraw_objection(actor: Viewer, organisation: str, *, at: datetime) -> bool:
    """End the member's own objection, from now on, and return whether there was one."""
    _member(actor, organisation)
    rows = Objection.objects.filter(organisation=organisation, member=actor.id, until=None)
    if not rows.update(until=at):
        return False
    _own(Kind.OBJECTION_WITHDRAWN, actor, organisation, at, previous="objected")
    return True


def _own(kind: Kind, actor: Viewer, organisation: str, at: datetime, *, previous: str) -> None:
    circumstances = Circumstances(actor.id, "privacy_page", previous=previous)
    append(kind, Scope(organisation=organisation, member=actor.id), circumstances, at=at)


def _end(found: Participation, because: str, at: datetime) -> None:
    Participation.objects.filter(id=found.id).update(ended_at=at, ended_because=because)


def _of_admin(actor: Viewer, organisation: str) -> AccountFacts:
    """The organisation, if the actor is a person who decides for it: no process and no command opts anybody in."""
    now = accounts.viewer(actor.id)
    facts = next(iter(accounts.account_facts([organisation])), None)
    if facts is None or organisation not in now.roles:
        raise accounts.not_found("organisation_not_found")
    if not may(now, Permission.ORG_PARTNER_JOIN, organisation):
        raise NotAllowedError("not_allowed", _NOT_ALLOWED, permission=Permission.ORG_PARTNER_JOIN)
    return facts


def _member(actor: Viewer, organisation: str) -> None:
    """Check that the actor is a person who belongs to the organisation: nobody objects for another."""
    if organisation not in accounts.viewer(actor.id).roles:
        raise accounts.not_found("organisation_not_found")


_NOT_ALLOWED = Text(
    "Only administrators and owners decide this. Ask one of them.",
    "この決定ができるのは管理者とオーナーだけです。管理者またはオーナーにご相談ください。",
)
