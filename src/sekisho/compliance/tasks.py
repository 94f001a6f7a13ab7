"""What this room does by the clock: staff are told before a deadline ends, and when it has."""

from __future__ import annotations

from datetime import UTC

from django.db import transaction

from sekisho.accounts.rules import Permission
from sekisho.accounts.types import system
from sekisho.base.clock import Clock, system_clock
from sekisho.base.text import Text
from sekisho.compliance.actions.parts import tell_staff
from sekisho.compliance.queries import running_clocks
from sekisho.compliance.queries.matters import SEEN_WITH
from sekisho.compliance.rules.clocks import ALERT_BEFORE
from sekisho.compliance.types import Matter, RunningClock
from sekisho.compliance.words import ALERTS, duty_name

WATCH_EVERY_S = 300.0


def watch_clocks(clock: Clock = system_clock) -> int:
    """Tell staff of each clock that soon ends, and again when it has ended; each once (R-SUP-136).

    Several workers may run it: a notice has a key, and is written once. Returns how many clocks are near or over.
    """
    at = clock()
    near = running_clocks(system("compliance"), at + ALERT_BEFORE)
    for one in near:
        with transaction.atomic():
            _tell(one, "overdue" if one.is_late(at) else "soon", clock)
    return len(near)


def _tell(one: RunningClock, when: str, clock: Clock) -> None:
    matter = Matter(one.duty.partition("_")[0])
    permission: Permission = SEEN_WITH[matter]
    subject, body = ALERTS[when]
    due = f"{one.due.astimezone(UTC):%Y-%m-%d %H:%M}"
    name = duty_name(one.duty)
    said = Text(
        body.en.format(duty=name.en, reference=one.reference, due=due),
        body.ja.format(duty=name.ja, reference=one.reference, due=due),
    )
    place = "orders" if matter is Matter.ORDER else "cases"
    link = f"/staff/compliance/{place}/{one.case}"
    key = f"clock {one.case} {one.duty} {one.due.isoformat()} {when}"
    tell_staff(permission, f"clock_{when}", one.case, subject, said, key=key, at=clock(), link=link)
