"""Rows that go by themselves when their class has lived long enough: the inventory says which, and when
(R-DATA-121)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Model, OuterRef, ProtectedError, QuerySet

from sekisho.base.inventory import Holder, How, Subject
from sekisho.records import registry
from sekisho.records.queries import calendar_at
from sekisho.records.registry import Entry
from sekisho.records.retention.actions.erasing_rows import destroy_keys_of
from sekisho.records.retention.queries import holds_in_force
from sekisho.records.rules.calendar_time import months_after, years_after
from sekisho.records.types import Calendar

ROWS_AT_ONCE = 500


def expire(at: datetime, most: int) -> int:
    """Delete up to `most` rows whose class has expired, with the keys of those that are encrypted; return how many.

    What a legal hold touches stays, and so does what other rows still rest on, until these have gone.
    """
    calendar, gone = calendar_at(at), 0
    held = [Subject(*scope) for scope in _held(at)]
    for entry in registry.walk():
        while gone < most and (step := _expire_some(entry, calendar, held, at)):
            gone += step
    return gone


def cutoff(entry: Entry, calendar: Calendar, at: datetime) -> datetime | None:
    """Return the moment before which rows of the table have lived long enough; None where the sweeper leaves them."""
    expires = entry.data.expires
    if expires is None or expires.tended_by or not expires.column:
        return None
    if not expires.after:
        return at
    length = getattr(calendar, expires.after)
    if isinstance(length, timedelta):
        return at - length
    return years_after(at, -length) if expires.after.endswith("_years") else months_after(at, -length)


@transaction.atomic
def _expire_some(entry: Entry, calendar: Calendar, held: list[Subject], at: datetime) -> int:
    end = cutoff(entry, calendar, at)
    if end is None or entry.data.expires is None:
        return 0
    rows = entry.model._default_manager.filter(**{f"{entry.data.expires.column}__lte": end})
    rows = _resting_on_nothing(entry.model, rows)
    for subject in held:
        rows = rows.exclude(pk__in=registry.rows(entry, subject, at).values("pk"))
    names = list(rows.order_by("pk").values_list("pk", flat=True)[:ROWS_AT_ONCE])
    if not names:
        return 0
    some = entry.model._default_manager.filter(pk__in=names)
    erase = entry.data.erase
    if erase is not None and erase.how is How.BY_KEY:
        destroy_keys_of(some, erase.key, at)
    try:
        some.delete()
    except ProtectedError:
        return 0
    return len(names)


def _resting_on_nothing(model: type[Model], rows: QuerySet[Model]) -> QuerySet[Model]:
    """Leave out what rows of other tables refer to: they go first, in their own time."""
    for relation in model._meta.related_objects:
        other = relation.related_model
        if isinstance(other, type) and not relation.many_to_many:
            rows = rows.filter(
                ~Exists(other._default_manager.filter(**{relation.field.name: OuterRef("pk")}))
            )
    return rows


def _held(at: datetime) -> list[tuple[Holder, str, str, str, str]]:
    """Return whose rows legal holds touch, as the fields of `Subject`."""
    found = []
    for hold in holds_in_force(at):
        holder = Holder.ORGANISATION
        if hold.conversation:
            holder = Holder.CONVERSATION
        elif hold.end_user:
            holder = Holder.END_USER
        elif hold.member:
            holder = Holder.MEMBER
        found.append((holder, hold.organisation, hold.end_user, hold.member, hold.conversation))
    return found
