"""Tell people before a version of the calendar takes effect that lengthens anything (R-DATA-124)."""

from __future__ import annotations

from django.db import transaction

from sekisho.accounts.queries import account_holders
from sekisho.accounts.types import system
from sekisho.audit.actions import record
from sekisho.base.clock import Clock
from sekisho.base.text import Text
from sekisho.notices.actions import tell
from sekisho.notices.types import Person
from sekisho.records.calendar_words import NAMES, told
from sekisho.records.models import CalendarVersion
from sekisho.records.queries.calendars import Change, VersionView, version
from sekisho.records.rules import moment


def unannounced() -> tuple[str, ...]:
    """Return the versions of which not everybody has been told yet."""
    rows = CalendarVersion.objects.exclude(effective_at=None).filter(announced_at=None).order_by("id")
    return tuple(rows.values_list("version", flat=True))


def announce(name: str, clock: Clock) -> bool:
    """Tell every account holder of the version; return whether this call came to the end of it."""
    at = clock()
    view = version(system("calendar"), name, at)
    subject, body = letter(view)
    holders = account_holders()
    for (
        holder
    ) in holders:  # each in a transaction of its own: a long one would keep every other writer waiting
        key = f"calendar_change:{name}:{holder.id}"
        tell(Person(holder.id), "calendar_change", name, subject, body, key=key, at=at)
    with transaction.atomic():
        if not CalendarVersion.objects.filter(version=name, announced_at=None).update(announced_at=at):
            return False
        record("system:calendar", "calendar.announced", name, recipients=len(holders))
    return True


def letter(view: VersionView) -> tuple[Text, Text]:
    """Return subject and body of the announcement: what changes, from when on, and that it changes nothing for what is
    there already."""
    assert view.effective_at is not None  # only what was approved is announced
    since = moment(view.effective_at)
    lines = [_line(one) for one in view.changes]
    subject = Text("How long data is kept will change", "データの保管期間が変わります")
    body = Text(
        f"From {since.en} on, these numbers change:\n\n"
        + "\n".join(line.en for line in lines)
        + "\n\nThis holds for what is received from then on. What is kept already is not kept any longer than before.",
        f"{since.ja}から、次の数値が変わります。\n\n"
        + "\n".join(line.ja for line in lines)
        + "\n\n対象となるのは、それ以降に受け付けたものだけです。"
        "すでに保管されているものの期間が延びることはありません。",
    )
    return subject, body


def _line(change: Change) -> Text:
    name, old, new = NAMES[change.name], told(change.name, change.old), told(change.name, change.new)
    return Text(f"- {name.en}: {new.en} (before: {old.en})", f"・{name.ja}：{new.ja}（これまで：{old.ja}）")
