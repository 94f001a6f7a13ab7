"""Timed and heard: conversations that somebody left, answers that never came, what the team wrote by mail."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.dispatch import receiver

from sekisho.accounts.queries import viewer
from sekisho.base.clock import Clock, system_clock
from sekisho.base.text import as_lang
from sekisho.cases.events import message_written
from sekisho.cases.queries import messages
from sekisho.cases.types import Voice as CaseVoice
from sekisho.support.messenger.actions import failed
from sekisho.support.messenger.actions.parts import add
from sekisho.support.messenger.models import Conversation as Row
from sekisho.support.messenger.models import Entry
from sekisho.support.messenger.rules.outcomes import LEFT_AFTER, outcome
from sekisho.support.messenger.types import Asker, EventKind, Voice
from sekisho.support.messenger.waiting import waiting
from sekisho.support.messenger.words import MIRRORED
from sekisho.support.types import Surface

EVERY_S = 30.0
STUCK_AFTER = timedelta(seconds=90)
"""The longest that an answer takes (`seam.WHOLE_S`), and half a minute for a process to end."""
AT_ONCE = 200
_THEIRS = frozenset({CaseVoice.REQUESTER, CaseVoice.SPONSOR})


def tend(clock: Clock = system_clock) -> None:
    """Count conversations that were left, and say so where an answer never came."""
    release_stuck(clock)
    count_left(clock)


def release_stuck(clock: Clock = system_clock) -> int:
    """Tell people whose answer died with the process that was to give it, and return how many those are."""
    rows = Row.objects.filter(answering__gt=0, answering_since__lt=clock() - STUCK_AFTER)
    found = list(rows[:AT_ONCE])
    for row in found:
        failed(_asker_of(row), row.id, row.answering, clock=clock)
    return len(found)


def count_left(clock: Clock = system_clock) -> int:
    """Note the outcome of each conversation in which nothing was said for a day, unless its person still waits to be
    answered (R-SUP-150); return how many."""
    at = clock()
    left = _left(at)
    for row in left:
        entries = list(
            Entry.objects.filter(conversation=row).order_by("number").values_list("kind", "answer")
        )
        kinds = [(EventKind(kind), answer == "yes") for kind, answer in entries]
        answers = [answer for kind, answer in entries if kind == EventKind.ANSWERED]
        what = outcome(kinds, answer_kinds=answers)
        Row.objects.filter(id=row.id, last_event=row.last_event).update(outcome=what.value, outcome_at=at)
    return len(left)


def _left(at: datetime) -> list[Row]:
    """Return the first that somebody left. Those who wait are passed over, however many they are."""
    quiet = Row.objects.filter(outcome_at=None, answering=0, last_at__lte=at - LEFT_AFTER)
    ids = list(quiet.order_by("last_at").values_list("id", flat=True))
    for begin in range(0, len(ids), AT_ONCE):
        rows = list(Row.objects.filter(id__in=ids[begin : begin + AT_ONCE]))
        waits = waiting(rows)
        if left := [row for row in rows if row.id not in waits]:
            return left
    return []


@receiver(message_written, dispatch_uid="messenger_mirrors")
def mirror(sender: object, case_id: str, message_id: str, voice: CaseVoice, **_: object) -> None:
    """Show in the conversation what the team has written in its case, to who may read it there (R-SUP-070)."""
    if voice in _THEIRS:
        return
    for row in Row.objects.filter(case=case_id).exclude(person=""):
        _mirror(row, message_id)


@transaction.atomic
def _mirror(row: Row, message_id: str) -> None:
    Row.objects.filter(id=row.id).update(last_at=F("last_at"))
    row.refresh_from_db()
    readable = messages(viewer(row.person), row.case)
    found = next((one for one in readable if one.id == message_id), None)
    if found is None:
        return
    if Entry.objects.filter(conversation=row, submission=message_id).exists():
        return
    text = found.text or MIRRORED
    facts = {"message": found.id, "citations": [{"version": one} for one in found.cited]}
    add(row, EventKind.MIRRORED, Voice.TEAM, text, facts, at=found.at, submission=message_id)


def _asker_of(row: Row) -> Asker:
    return Asker(viewer(row.person), Surface(row.surface), as_lang(row.language), row.organisation)
