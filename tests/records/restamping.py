"""An installation whose worker is killed while it re-stamps. Run as a program by `test_restamp_killed`.

    python tests/records/restamping.py FOLDER seed | round NUMBER | finish

`round` lets something happen that concerns every turn, says "ready" and works at it; `finish` works to the end and
prints how many turns do not stand as the rules say.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

AT = datetime(2026, 1, 1, tzinfo=UTC)
NOW = AT + timedelta(days=2)
TURNS, PIECE, DAYS = 2_000, 20, 500


def main(folder: str, task: str, number: str = "0") -> None:
    from sekisho.cli import control_plane

    control_plane.set_up(Path(folder))
    control_plane.migrate()
    if task == "seed":
        seed()
    elif task == "round":
        happens(DAYS - 1 - int(number), NOW)
        print("ready", flush=True)
        work()
    else:
        work()
        print(wrong())


def happens(days: int, at: datetime) -> None:
    from sekisho.records.actions import append
    from sekisho.records.actions.history import Circumstances
    from sekisho.records.types import Kind, Scope

    append(
        Kind.RETENTION_SET, Scope("org_1"), Circumstances("usr_aiko", "organisation_page"), at=at, days=days
    )


def seed() -> None:
    from sekisho.accounts.types import Plan
    from sekisho.records.actions import store_turns
    from sekisho.records.types import Part, Stamp, StoredBlock, TurnRecord

    happens(DAYS, AT - timedelta(days=1))
    content = {Part.PROMPT: (StoredBlock("user", "text", "word"),)}
    turns = []
    for number in range(TURNS):
        at = AT + timedelta(seconds=20 * number)
        turns.append(
            TurnRecord(
                id=f"req_{number:05}",
                organisation="org_1",
                key="key_1",
                finished_at=at,
                gateway="gw",
                stamp=Stamp(Plan.TEAM, "fake", False, at),
                dialect="anthropic",
                endpoint="messages",
                outcome="completed",
                status=200,
                conversation="c",
                content=content,
            )
        )
    for begin in range(0, TURNS, 500):
        store_turns(turns[begin : begin + 500])


def work() -> None:
    from sekisho.records.actions.restamp import take_events, work_on

    while take_events(NOW):
        pass
    while work_on(NOW, PIECE) is not None:
        pass


def wrong() -> int:
    """How many turns do not stand as the rules say, each asked by itself."""
    from sekisho.records import rules
    from sekisho.records.models import Turn
    from sekisho.records.queries import calendar_at, events_of, facts

    events, calendar = events_of("org_1"), calendar_at(NOW)
    held = dict(Turn.objects.values_list("id", "deadline_at"))
    known = {
        id: one
        for begin in range(0, TURNS, 500)
        for id, one in facts(list(held)[begin : begin + 500]).items()
    }
    assert len(known) == TURNS
    return sum(rules.deadline(one, events, calendar).at != held[id] for id, one in known.items())


if __name__ == "__main__":
    main(*sys.argv[1:])
