"""What the link costs: appends to the journal, sealing, and ingest, on this machine and this disk.

python benchmarks/link.py [--entries 20000] [--turns 6000]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sqlite3
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from sekisho.link.carriers.local import JournalFile, JournalFolder
from sekisho.link.journal import FORMAT, Block, DecisionEntry, Entry, TurnContent, encode_content
from sekisho.link.sealing import Opener, Sealer, generate_private_key, public_key_of

AT = datetime(2026, 1, 1, tzinfo=UTC)
CONTENT = TurnContent(
    (Block("user", "text", "a question " * 50),), (Block("assistant", "text", "an answer " * 50),)
)
PRIVATE = generate_private_key()


def entry(number: int, sealer: Sealer) -> Entry:
    name = f"req_{number:012}"
    sealed = sealer.seal(encode_content(CONTENT), entry=name, organisation="org_1", key="key_1")
    decided = DecisionEntry(f"dec_{number:012}", AT, "prompt", "allow", "reference@2025-09-15")
    return Entry(
        FORMAT, name, AT, AT, "bench", "key_1", "org_1", "anthropic", "messages", "completed", 200,
        conversation=f"c{number // 4}", decisions=(decided,), plan="api", content=sealed,
    )  # fmt: skip


async def appends(folder: Path, writers: int, entries: int) -> float:
    """Return appends a second by so many writers at once, each waiting for its own to be durable."""
    journal, sealer = JournalFile(folder / f"{writers}.sqlite3"), Sealer(public_key_of(PRIVATE))

    async def write(first: int) -> None:
        for number in range(first, entries, writers):
            await journal.append(entry(number, sealer))

    started = time.perf_counter()
    await asyncio.gather(*(write(first) for first in range(writers)))
    took = time.perf_counter() - started
    await journal.close()
    return entries / took


def sealing(entries: int) -> tuple[float, float]:
    """Return the microseconds that sealing and opening 1 KiB take."""
    sealer, opener, data = Sealer(public_key_of(PRIVATE)), Opener([PRIVATE]), os.urandom(1024)
    names = {"entry": "req_1", "organisation": "org_1", "key": "key_1"}
    started = time.perf_counter()
    sealed = [sealer.seal(data, **names) for _ in range(entries)]
    between = time.perf_counter()
    for one in sealed:
        opener.open(one, **names)
    return (between - started) / entries * 1e6, (time.perf_counter() - between) / entries * 1e6


def ingest(folder: Path) -> tuple[float, list[float]]:
    """Return the turns a second that are taken in from `folder`, and how long publishing took meanwhile,
    sorted."""
    from sekisho.link.ingest import Ingest
    from sekisho.link.publish import publish
    from sekisho.link.worker import BREATH_S
    from sekisho.records.keystore.actions import make_sealing_key

    make_sealing_key(PRIVATE, public_key_of(PRIVATE), AT)
    rates: list[float] = []

    def work() -> None:
        reader, taken, started = Ingest(JournalFolder(folder)), 0, time.perf_counter()
        while count := reader.run_once():
            taken += count
            time.sleep(BREATH_S)
        rates.append(taken / (time.perf_counter() - started))

    thread = threading.Thread(target=work)
    thread.start()
    waits: list[float] = []
    while thread.is_alive():
        started = time.perf_counter()
        publish()
        waits.append(time.perf_counter() - started)
        time.sleep(0.05)
    return rates[0], sorted(waits)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--entries", type=int, default=20_000)
    arguments.add_argument("--turns", type=int, default=6_000)
    chosen = arguments.parse_args()
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory(dir=".") as name:
        folder = Path(name).absolute()
        _set_up(folder / "data")
        for writers, entries in ((1, chosen.entries // 20), (64, chosen.entries)):
            rate = asyncio.run(appends(folder / "appends", writers, entries))
            print(f"journal, {writers} at once: {rate:,.0f} durable appends/s")
        seal_us, open_us = sealing(chosen.entries)
        print(f"sealing 1 KiB: {seal_us:.1f} µs, opening: {open_us:.1f} µs")
        asyncio.run(appends(folder / "ingest", 64, chosen.turns))
        rate, waits = ingest(folder / "ingest")
        half, worst = waits[len(waits) // 2] * 1e3, waits[-1] * 1e3
        print(
            f"ingest: {rate:,.0f} turns/s; publishing meanwhile: {half:.0f} ms in the middle, {worst:.0f} ms at worst"
        )


def _set_up(data_dir: Path) -> None:
    os.environ.update(SEKISHO_DATA_DIR=str(data_dir), DJANGO_SETTINGS_MODULE="sekisho.settings")
    import django
    from django.core.management import call_command

    django.setup()
    for database in ("default", "keystore"):
        call_command("migrate", database=database, verbosity=0)


if __name__ == "__main__":
    main()
