"""The end of cases: solved ones close, words become unreadable, and at last the rows go (R-SUP-147)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from sekisho.audit.actions import record
from sekisho.cases.actions.parts import locked, noted, put_in_place
from sekisho.cases.models import Case, Change, Enclosure, Message
from sekisho.cases.queries.ending import rows_past, unheld, words_past
from sekisho.cases.rules.states import REOPENS
from sekisho.cases.types import State
from sekisho.cases.vault import destroy
from sekisho.records.queries import calendar_at
from sekisho.records.retention.facts import receipt

AT_ONCE = 200
"""Cases a transaction: nobody waits long for a row."""
_BY = "system:cases"


@dataclass(frozen=True, slots=True)
class Ended:
    closed: int = 0
    words: int = 0
    rows: int = 0


def end_due(at: datetime) -> Ended:
    """End what is past its time, some at once, and return how much that was. Safe to do at any time, by several
    workers."""
    return Ended(closed=_close(at), words=_end_words(at), rows=_end_rows(at))


def _close(at: datetime) -> int:
    """Close what was solved and can no longer be reopened by a reply."""
    solved = Case.objects.filter(state=State.SOLVED.value, settled_at__lt=at - REOPENS)
    return sum(_closed(name, at) for name in solved.values_list("id", flat=True)[:AT_ONCE])


@transaction.atomic
def _closed(case_id: str, at: datetime) -> bool:
    row = locked(case_id)
    if row.state != State.SOLVED:
        return False
    row.state = State.CLOSED.value
    noted(row, _BY, "state", State.SOLVED.value, State.CLOSED.value, "", at)
    put_in_place(row, at)
    return True


def _end_words(at: datetime) -> int:
    """Destroy the keys first: a crash in between leaves cases that are found again, and destroyed again without
    effect."""
    keys = dict(unheld(words_past(at), at).values_list("id", "key")[:AT_ONCE])
    if not keys:
        return 0
    destroy(keys.values(), at)
    with transaction.atomic():
        mine = Case.objects.filter(id__in=keys, words_ended_at=None)
        count = mine.update(
            words_ended_at=at, subject=b"", details=b"", transcript=b"", email="", is_proven=False
        )
        Message.objects.filter(case_id__in=keys).update(text=b"")
        Enclosure.objects.filter(case_id__in=keys).update(name=b"", content=b"")
        Change.objects.filter(case_id__in=keys).update(reason=b"")
        counts = {"cases": count}
        receipt(
            "deletion", "cases", "cases", counts=counts, keys=sorted(keys.values()), calendar=calendar_at(at),
            at=at, actor=_BY,
        )  # fmt: skip
    return count


@transaction.atomic
def _end_rows(at: datetime) -> int:
    names = list(unheld(rows_past(at), at).values_list("id", flat=True)[:AT_ONCE])
    if not names:
        return 0
    Case.objects.filter(id__in=names).delete()
    record(_BY, "case.rows_ended", "cases", count=len(names), ids=names[:20])
    return len(names)
