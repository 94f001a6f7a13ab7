"""Exports for training: turns asked and written a second, memory, and how long a recall takes. On SQLite.

python benchmarks/dataset.py [--turns 20000]

Half of the turns are eligible; five make a conversation, and each resends what came before it.
"""

from __future__ import annotations

import argparse
import logging
import os
import platform
import resource
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

AT = datetime(2026, 6, 1, tzinfo=UTC)
TEXT = "The quick brown fox jumps over the lazy dog, and asks why. " * 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--turns", type=int, default=20_000)
    given = parser.parse_args()
    cores, load, python = os.cpu_count(), os.getloadavg()[0], platform.python_version()
    print(
        f"{platform.processor() or platform.machine()}, {cores} cores, load {load:.1f}, Python {python}, SQLite"
    )
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"SEKISHO_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "sekisho.settings"}
        import django

        django.setup()
        from django.core.management import call_command

        for alias in ("default", "keystore"):
            call_command("migrate", database=alias, verbosity=0)
        logging.disable()  # nobody is there to take a snapshot
        fill(given.turns)
        measure(Path(folder))


def fill(turns: int) -> None:
    """Store the turns; the first half of each organisation's are from before its choice."""
    from sekisho.records.actions import append, store_turns
    from sekisho.records.actions.history import Circumstances
    from sekisho.records.types import Kind, Scope

    append(Kind.ALLOWED, Scope("org_1", member="usr_1"), Circumstances("usr_1", "benchmark"), at=AT)
    for begin in range(0, turns, 500):
        store_turns([turn(number) for number in range(begin, min(begin + 500, turns))])


def turn(number: int) -> object:
    from sekisho.accounts.types import Plan
    from sekisho.records.types import Part, Stamp, StoredBlock, TurnRecord

    conversation, place = divmod(number, 5)
    at = AT + timedelta(seconds=number) * (1 if conversation % 2 else -1)
    said = [StoredBlock("user", "text", f"{n} {TEXT}", f"d{conversation}-{n}") for n in range(place + 1)]
    return TurnRecord(
        id=f"req_{number:07}", organisation="org_1", key="key_1", finished_at=at, gateway="g", dialect="anthropic",
        stamp=Stamp(Plan.PRO, "route", False, at, member="usr_1"), endpoint="messages", outcome="completed", status=200,
        conversation=f"c{conversation}",
        content={Part.PROMPT: tuple(said), Part.ANSWER: (StoredBlock("assistant", "text", f"{number} {TEXT}"),)},
    )  # fmt: skip


def measure(folder: Path) -> None:
    from sekisho.accounts.types import system
    from sekisho.base.clock import fixed_clock
    from sekisho.records.actions import append
    from sekisho.records.actions.history import Circumstances
    from sekisho.records.training import actions, queries
    from sekisho.records.training.types import Format
    from sekisho.records.types import Kind, Scope

    asker, now = system("benchmark"), AT + timedelta(days=3)
    for format in Format:
        before, began = peak(), time.perf_counter()
        version = actions.build(asker, folder / "out", format=format, clock=fixed_clock(now))
        took = time.perf_counter() - began
        sums = queries.version(asker, version, now).sums
        asked = sums.items + sum(sums.reasons.values())
        size = sum(path.stat().st_size for path in (folder / "out" / version).iterdir()) / 1e6
        print(f"{format}: {asked / took:,.0f} turns asked/s, {sums.items / took:,.0f} given/s, {size:,.1f} MB, "
              f"{peak() - before:+,.0f} MB of memory")  # fmt: skip
    began = time.perf_counter()
    append(Kind.DENIED, Scope("org_1", member="usr_1"), Circumstances("usr_1", "benchmark"), at=now)
    print(f"withdrawn and recalled from both versions: {time.perf_counter() - began:.2f} s")
    assert not any(queries.verdict(one.id, now).is_fit for one in queries.versions(asker, now))


def peak() -> float:
    """Return the most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
