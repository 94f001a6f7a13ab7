"""Appeals at the desk: one case shows each, so that the queue and the clocks know of it. It is heard and decided where
appeals are, and nothing of what it says is copied here (R-SUP-061).
"""

from __future__ import annotations

from datetime import datetime

from sekisho.accounts.types import system
from sekisho.base.text import as_lang
from sekisho.cases.actions.changing import change_state
from sekisho.cases.actions.clocks import meet_clock, start_clock
from sekisho.cases.actions.opening import open_case
from sekisho.cases.models import Case
from sekisho.cases.rules.states import SETTLED
from sekisho.cases.types import Contact, Kind, Opening, Queue, State
from sekisho.enforcement.appeals import queries as appeals
from sekisho.enforcement.appeals.types import AppealView

AT_ONCE = 200
DUTY = "decide_appeal"
_CASES = system("cases")


def show_appeals(at: datetime) -> int:
    """Open a case for each appeal that waits and has none, close those of appeals that were decided, and return how
    many that was. Safe to do at any time, by several workers."""
    waiting = [one.appeal for one in appeals.queue(_CASES, at, limit=AT_ONCE)]
    shown = set(
        Case.objects.filter(kind=Kind.APPEAL.value, about__in=[one.id for one in waiting]).values_list(
            "about", flat=True
        )
    )
    new = [one for one in waiting if one.id not in shown]
    for one in new:
        _show(one, at)
    return len(new) + _close_decided({one.id for one in waiting}, at)


def _show(appeal: AppealView, at: datetime) -> None:
    made = open_case(
        Opening(
            kind=Kind.APPEAL,
            queue=Queue.APPEALS,
            submission=f"appeal {appeal.id}",
            subject=appeal.id,
            text=appeal.id,
            contact=Contact(language=as_lang(appeal.language)),
            surface="console",
            about=appeal.id,
            received_at=appeal.made_at,
        ),
        clock=lambda: at,
    )
    start_clock(made.id, DUTY, appeal.made_at, appeal.due_at, regime="dsa", by=_CASES.id)


def _close_decided(waiting: set[str], at: datetime) -> int:
    rows = Case.objects.filter(kind=Kind.APPEAL.value).exclude(state__in=[one.value for one in SETTLED])
    closed = 0
    for case_id, about in rows.exclude(about__in=waiting).values_list("id", "about")[:AT_ONCE]:
        decided = appeals.case(_CASES, about).decided_at
        if decided is not None:
            meet_clock(case_id, DUTY, decided, by=_CASES.id)
            change_state(_CASES, case_id, State.CLOSED, "decided where appeals are heard", clock=lambda: at)
            closed += 1
    return closed
