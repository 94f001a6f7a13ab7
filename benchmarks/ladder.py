"""What the ladder costs: the standing of an account with ten thousand decisions, and strikes as turns are taken in.

Times are of the processor (SQLite runs in the process), so that a busy machine tells the same as an idle one.

python benchmarks/ladder.py [--decisions 10000] [--turns 2000] [--rounds 200]
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

T0 = datetime(2026, 1, 1, tzinfo=UTC)
GOAL_MS = 5.0
"""The longest that the standing of an account with 10,000 decisions may take."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--decisions", type=int, default=10_000)
    parser.add_argument("--turns", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=200)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SEKISHO_DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "sekisho.settings"
        _set_up()
        print(f"{platform.platform()}, Python {platform.python_version()}, SQLite, {os.cpu_count()} cores")
        _standing(asked.decisions, asked.rounds)
        _strikes(asked.turns)


def _set_up() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    for database in ("default", "keystore"):
        call_command("migrate", database=database, verbosity=0)
    from sekisho.policy.actions import install_reference

    install_reference(clock=lambda: T0)


def _standing(decisions: int, rounds: int) -> None:
    """Half of the account's decisions are violations, spread over the ladder's window; then all of them."""
    from sekisho.accounts.types import system
    from sekisho.enforcement import queries
    from sekisho.enforcement.types import Unit, UnitKind

    for share in (0.05, 0.5, 1.0):
        organisation, count = f"org_{share}", int(decisions * share)
        _history(organisation, decisions, count)
        unit, at = Unit(UnitKind.KEY, "key_1", organisation), T0 + timedelta(days=89)
        took = _times(lambda unit=unit, at=at: queries.standing(system("bench"), unit, at), rounds)
        stands = queries.standing(system("bench"), unit, at)
        told = f"{decisions:,} decisions, {count:,} strikes: {stands.rung.word}, {stands.points:,} points"
        print(f"standing, {told}: {_told(took)} (goal {GOAL_MS} ms)")


def _history(organisation: str, decisions: int, count: int) -> None:
    """Write the account's decisions and strikes as ingest leaves them."""
    from sekisho.enforcement.actions import record_decisions
    from sekisho.enforcement.models import Bearer, Strike

    chance = random.Random(4)
    moments = sorted(T0 + timedelta(minutes=chance.randrange(88 * 24 * 60)) for _ in range(decisions))
    record_decisions([_decision(f"{organisation}_{n}", organisation, at) for n, at in enumerate(moments)])
    bearer = Bearer.objects.create(organisation=organisation, unit_kind="key", unit_id="key_1", changed_at=T0)
    chosen = sorted(chance.sample(range(decisions), count))
    Strike.objects.bulk_create(
        [
            Strike(
                id=f"stk_{organisation}_{n}",
                decision=f"dec_{organisation}_{n}",
                bearer=bearer,
                key="key_1",
                at=moments[n],
                last_at=moments[n],
                clause="fraud_predation",
                severity=1,
                confidence=0.5,
                weight=1,
                text=f"text_{n}",
                by="system:ladder",
                told=True,
                points=50,
            )
            for n in chosen
        ],
        batch_size=400,
    )


def _strikes(turns: int) -> None:
    """Take in batches of which nothing, one in twenty, or everything violates, each by one of 100 end users."""
    from sekisho.enforcement.actions import record_decisions, take_strikes
    from sekisho.enforcement.types import Arrived

    for every, words in ((0, "none violates"), (20, "one in 20 violates"), (1, "each violates")):
        spent, at = 0.0, T0 + timedelta(days=every)
        for begin in range(0, turns, 200):
            batch = [
                replace(
                    _decision(f"{every}_{n}", f"org_{every}", at + timedelta(seconds=n)),
                    end_user=f"eu_{n % 100}",
                    **({} if every and n % every == 0 else {"action": "allow", "grounds": ()}),
                )
                for n in range(begin, min(turns, begin + 200))
            ]
            record_decisions(batch)
            started = time.thread_time()
            take_strikes(Arrived((), tuple(batch)), lambda at=at: at + timedelta(hours=1))
            spent += time.thread_time() - started
        print(
            f"take_strikes, {turns:,} turns in batches of 200, {words}: {spent / turns * 1e6:,.0f} µs a turn"
        )


def _decision(name: str, organisation: str, at: datetime):  # type: ignore[no-untyped-def]
    from sekisho.enforcement.types import DecisionRecord
    from sekisho.policy.types import Action, Ground, Severity

    ground = Ground("fraud_predation", Action.BLOCK, Severity.LOW, "patterns", "1", "", 0.5, 0.5, "match")
    return DecisionRecord(
        f"dec_{name}", f"req_{name}", organisation, "key_1", "", at, "prompt", "block",
        "reference@2025-09-15", "fraud_predation", input_digest=f"text_{name}", grounds=(ground,),
    )  # fmt: skip


def _times(do: Callable[[], object], rounds: int) -> Sequence[float]:
    taken = []
    for _ in range(rounds):
        started = time.thread_time()
        do()
        taken.append((time.thread_time() - started) * 1000)
    return sorted(taken)


def _told(taken: Sequence[float]) -> str:
    return f"median {statistics.median(taken):.2f} ms, 99th {taken[int(len(taken) * 0.99)]:.2f} ms"


if __name__ == "__main__":
    main()
