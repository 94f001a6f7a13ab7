"""Reads of an organisation's data settings: numbers for those who decide, one's own part for each member."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import TruncDate

from sekisho.accounts import queries as accounts
from sekisho.accounts.rules import CONSUMER_PLANS, Permission, may
from sekisho.accounts.types import AccountFacts, KeyView, Viewer
from sekisho.base import settings as declared
from sekisho.records.consent.models import Objection, Participation, Telling
from sekisho.records.consent.rules.partner import may_join, reminder_due, told_objections
from sekisho.records.consent.types import DataSettings, DayCount, OwnPart, Partner, Preview
from sekisho.records.models import DataEvent, Turn
from sekisho.records.queries import calendar_at, events_of
from sekisho.records.rules import days_at
from sekisho.records.types import Kind


def settings(viewer: Viewer, organisation: str, at: datetime) -> DataSettings:
    """Return the organisation's data settings. Raises `NotFoundError` for whoever does not see them."""
    facts = _seen(viewer, organisation)
    calendar = calendar_at(at)
    return DataSettings(
        organisation,
        facts.plan in CONSUMER_PLANS,
        days_at(events_of(organisation), at, calendar).days,
        calendar.standard.days,
        int(declared.number("longest_retention_days")),
        facts.zero_retention,
        _kept(organisation, at).count(),
    )


def would_go(viewer: Viewer, organisation: str, days: int, at: datetime) -> Preview:
    """Return what would be destroyed at once if turns were kept for so many days: what is older than that."""
    _seen(viewer, organisation)
    older = _kept(organisation, at).filter(received_at__lte=at - timedelta(days=days))
    return _preview(older, at)


def would_go_for_zero_retention(viewer: Viewer, organisation: str, at: datetime) -> Preview:
    """Return what would be sealed at once and destroyed soon if zero retention were switched on: all that is kept."""
    _seen(viewer, organisation)
    return _preview(_kept(organisation, at), at + calendar_at(at).backlog)


def keys_without_retention(viewer: Viewer, organisation: str) -> tuple[KeyView, ...]:
    """Return the organisation's usable keys that keep nothing whatever the organisation's own switch says."""
    found = accounts.keys(viewer, organisation)
    return tuple(key for key in found if key.zero_retention and key.revoked_at is None)


def partner(viewer: Viewer, organisation: str, at: datetime) -> Partner:
    """Return how the organisation stands with the partner program: counts, and no names."""
    facts = _seen(viewer, organisation)
    members = accounts.members_to_tell(organisation)
    guests = sum(one.is_guest for one in members)
    found = _open(organisation, at)
    tellings = Telling.objects.filter(participation=found) if found else Telling.objects.none()
    told = tellings.exclude(told_at=None).count()
    names = [one.person_id for one in members]
    objections = Objection.objects.filter(organisation=organisation, until=None, member__in=names).count()
    return Partner(
        may_join(facts),
        found.joined_at if found else None,
        found.confirmed_at if found else None,
        found.lapses_at if found else None,
        told,
        max(len(members) - guests - told, 0) if found else 0,
        guests,
        told_objections(objections, len(members)),
    )


def own_parts(viewer: Viewer, at: datetime) -> tuple[OwnPart, ...]:
    """Return what the partner program means for the viewer, for each organisation that they belong to; in the order of
    their names. Personal accounts are none."""
    mine = [one for one in accounts.organisations(viewer) if one.id in viewer.roles]
    return tuple(_own_part(viewer, one.id, at) for one in mine if one.plan not in CONSUMER_PLANS)


# --- for gateways and duties: the system itself asks ---------------------------------------------------------
def retention_for_gateway() -> dict[str, int]:
    """Return for how many days turns are kept, by organisation, for those that have chosen; for the snapshot."""
    chosen = DataEvent.objects.filter(kind=Kind.RETENTION_SET.value).values("organisation")
    last = chosen.annotate(last=Max("seq")).values_list("last", flat=True)
    rows = DataEvent.objects.filter(seq__in=last)
    return {row.organisation: row.days for row in rows if row.days is not None}


def participations() -> tuple[tuple[str, datetime], ...]:
    """Return id and end of every participation that nobody has ended; for duties."""
    return tuple(Participation.objects.filter(ended_at=None).order_by("id").values_list("id", "lapses_at"))


def reminders_due(at: datetime) -> tuple[tuple[str, str, datetime, int], ...]:
    """Return participation, organisation, end and days before it, of each reminder that is due; for the duty."""
    due = ((row, reminder_due(row.lapses_at, at)) for row in Participation.objects.filter(ended_at=None))
    return tuple((row.id, row.organisation, row.lapses_at, before.days) for row, before in due if before)


def _own_part(viewer: Viewer, organisation: str, at: datetime) -> OwnPart:
    found = _open(organisation, at)
    telling = Telling.objects.filter(participation=found, member=viewer.id).first() if found else None
    objected = Objection.objects.filter(organisation=organisation, member=viewer.id, until=None).first()
    guest = any(one.is_guest for one in accounts.members_to_tell(organisation) if one.person_id == viewer.id)
    return OwnPart(
        organisation,
        found is not None,
        telling.told_at if telling else None,
        objected.since if objected else None,
        guest,
    )


def _open(organisation: str, at: datetime) -> Participation | None:
    rows = Participation.objects.filter(organisation=organisation, ended_at=None, lapses_at__gt=at)
    return rows.first()


def _kept(organisation: str, at: datetime) -> QuerySet[Turn]:
    """Turns whose content can be read now."""
    living = Q(deadline_at=None) | Q(deadline_at__gt=at)
    return Turn.objects.filter(living, organisation=organisation, has_content=True)


def _preview(turns: QuerySet[Turn], gone_at: datetime) -> Preview:
    days = (
        turns.annotate(day=TruncDate("received_at"))
        .values("day")
        .annotate(count=Count("id"), talks=Count("conversation", distinct=True))
        .order_by("day")
    )
    found = tuple(DayCount(row["day"], row["count"], row["talks"]) for row in days)
    return Preview(found, sum(one.turns for one in found), gone_at)


def _seen(viewer: Viewer, organisation: str) -> AccountFacts:
    facts = next(iter(accounts.account_facts([organisation])), None)
    if facts is None or not may(viewer, Permission.ORG_DATA_READ, organisation):
        raise accounts.not_found("organisation_not_found")
    return facts
