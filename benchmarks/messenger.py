"""Open streams of conversations on one worker: what they weigh, how soon all of them hear, and what is left of them.

python benchmarks/messenger.py [--streams 500] [--rounds 5]

The server is the one of `sekisho console`, in a process of its own, on SQLite; the clients are sockets of this process,
which also writes: so an event crosses processes, and is found by the one who looks for all streams. Printed are the
server's resident memory before and with the streams, the time from the commit of one event in each conversation until
each stream had it, and the streams that the server still counts after the clients have left without a word.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import re
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

LEFT_WITHIN_S = 20.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--streams", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--serve", type=int, default=0, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        return serve(given.serve)
    cores, load, python = os.cpu_count(), os.getloadavg()[0], platform.python_version()
    print(f"{platform.processor() or platform.machine()}, {cores} cores, load {load:.1f}, Python {python}")
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"SEKISHO_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "sekisho.settings"}
        set_up()
        talks = [begun() for _ in range(given.streams)]
        port = free_port()
        os.environ["SEKISHO_PUBLIC_URL"] = f"http://127.0.0.1:{port}"
        with Server(port) as server:
            asyncio.run(measure(server, talks, port, given.rounds))


def set_up() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    for database in ("default", "keystore"):
        call_command("migrate", database=database, verbosity=0)


def begun() -> tuple[str, str]:
    """Begin a conversation as a visitor, and return its id and the browser's secret."""
    from sekisho.accounts.types import NOBODY
    from sekisho.support.messenger import actions
    from sekisho.support.messenger.rules.terms import TERMS
    from sekisho.support.messenger.types import Asker
    from sekisho.support.types import Surface

    secret = secrets.token_urlsafe(32)
    return actions.agree(Asker(NOBODY, Surface.HELP_CENTRE, "en", visitor=secret), TERMS.version).id, secret


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


class Server:
    """The pages in a process of their own, which tells what it holds when asked."""

    def __init__(self, port: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--serve", str(port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Server:
        self.ask()
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)

    def ask(self) -> dict[str, float]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write("?\n")
        self.process.stdin.flush()
        found: dict[str, float] = json.loads(self.process.stdout.readline())
        return found


def serve(port: int) -> None:
    """Serve the pages, and answer each line with the number of streams and the resident MiB."""
    import django

    django.setup()
    from sekisho.asgi import pages
    from sekisho.cli.console import serve as run

    threading.Thread(target=answer, daemon=True).start()
    run(pages(), "127.0.0.1", port)


def answer() -> None:
    from sekisho.console.messenger import streams

    streams.MOST_OF_A_NETWORK = streams.MOST  # all of them come from this machine

    for _ in sys.stdin:
        status = Path("/proc/self/status").read_text("ascii")
        resident = int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]
        count = sum(hub.count for hub in streams._hubs.values())
        print(json.dumps({"streams": count, "mib": resident}), flush=True)


class Client:
    """One open stream, as a browser holds it."""

    def __init__(self, talk: str, secret: str) -> None:
        self.talk, self.secret, self.heard_at = talk, secret, 0.0
        self.heard = asyncio.Event()

    async def open(self, port: int) -> None:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", port)
        head = f"GET /help/messenger/talk/{self.talk}/stream?after=1 HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\n"
        self.writer.write(f"{head}cookie: support_visitor={self.secret}\r\n\r\n".encode())
        assert b" 200 " in await self.reader.readline()
        while not (await self.reader.readline()).startswith(b"retry"):
            pass
        self.task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        while line := await self.reader.readline():
            if line.startswith(b"data:"):
                self.heard_at = time.perf_counter()
                self.heard.set()


async def measure(server: Server, talks: list[tuple[str, str]], port: int, rounds: int) -> None:
    warm = Client(*talks[0])
    await until_open(warm, port)
    warm.writer.close()
    await asyncio.sleep(1)
    before = server.ask()["mib"]
    clients = [Client(*talk) for talk in talks]
    for at in range(0, len(clients), 20):
        await asyncio.gather(*(one.open(port) for one in clients[at : at + 20]))
    held = server.ask()
    print(
        f"{held['streams']} streams: {held['mib']:.0f} MiB resident, "
        f"{held['mib'] - before:.0f} MiB more than without ({before:.0f} MiB)"
    )
    waits = [one for _ in range(rounds) for one in await fan_out(clients)]
    cuts = statistics.quantiles(waits, n=100)
    after = server.ask()["mib"]
    print(
        f"one event to each of {len(clients)}, {rounds} times: p50 {cuts[49]:.0f} ms, p95 {cuts[94]:.0f} ms, "
        f"longest {max(waits):.0f} ms; then {after:.0f} MiB"
    )
    for one in clients:
        one.writer.transport.abort()
    begin = time.perf_counter()
    while (left := server.ask()["streams"]) and time.perf_counter() - begin < LEFT_WITHIN_S:
        await asyncio.sleep(0.1)
    print(f"{left} streams left {time.perf_counter() - begin:.1f} s after the clients had gone")


async def until_open(client: Client, port: int) -> None:
    for _ in range(300):
        try:
            return await client.open(port)
        except OSError:
            await asyncio.sleep(0.1)
    raise SystemExit("The server did not start.")


async def fan_out(clients: list[Client]) -> list[float]:
    """Write one event to each conversation in one transaction; return for each the ms from its commit on."""
    for one in clients:
        one.heard.clear()
    committed = await asyncio.to_thread(write, [one.talk for one in clients])
    await asyncio.gather(*(one.heard.wait() for one in clients))
    return [(one.heard_at - committed) * 1000 for one in clients]


def write(talks: list[str]) -> float:
    from django.db import connections, transaction
    from django.utils.timezone import now

    from sekisho.support.messenger.actions.parts import add
    from sekisho.support.messenger.models import Conversation
    from sekisho.support.messenger.types import EventKind, Voice

    with transaction.atomic():
        for row in Conversation.objects.filter(id__in=talks):
            add(row, EventKind.MIRRORED, Voice.TEAM, "We have looked into it. " * 8, at=now())
    committed = time.perf_counter()
    connections.close_all()
    return committed


if __name__ == "__main__":
    main()
