"""What a copy of everything costs: time, memory at its highest, and the size of the zip.

    python benchmarks/rights.py [--turns 100000] [--conversation 20]

Turns of `--conversation` a conversation, each with a question and an answer of some 400 characters, in an SQLite
installation of its own. Memory is what the process holds at most while the copy is written and fetched, less what it
held before.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

FOLDER = tempfile.mkdtemp(prefix="sekisho-rights-")
os.environ |= {"SEKISHO_DATA_DIR": FOLDER, "DJANGO_SETTINGS_MODULE": "sekisho.settings"}

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402

from sekisho.accounts.types import Plan, system  # noqa: E402
from sekisho.base.databases import KEYSTORE  # noqa: E402
from sekisho.base.inventory import Holder, Subject  # noqa: E402
from sekisho.records.actions import store_turns  # noqa: E402
from sekisho.records.rights import actions  # noqa: E402
from sekisho.records.rights.bundle.verifying import Whole, verify  # noqa: E402
from sekisho.records.rights.models import Chunk  # noqa: E402
from sekisho.records.rights.types import Asked, RequestKind  # noqa: E402
from sekisho.records.types import Part, Stamp, StoredBlock, TurnRecord  # noqa: E402

AT = datetime.now(UTC) - timedelta(days=1)
SYSTEM = system("benchmark")
WORDS = "The bridge over the river has stood for three hundred years, and every traveller stops there. "


def turn(number: int, conversation: int) -> TurnRecord:
    at = AT + timedelta(milliseconds=number)
    said = {
        Part.PROMPT: (StoredBlock("user", "text", f"{number} {WORDS * 4}", f"q{number}"),),
        Part.ANSWER: (StoredBlock("assistant", "text", f"{number} {WORDS * 4}", f"a{number}"),),
    }
    return TurnRecord(
        id=f"req_{number:08}",
        organisation="org_benchmark",
        key="key_1",
        stamp=replace(Stamp(Plan.API, "fake", False, at)),
        finished_at=at,
        gateway="gate-1",
        dialect="anthropic",
        endpoint="messages",
        outcome="completed",
        status=200,
        conversation=f"c{number // conversation}",
        content=said,
    )


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=100_000)
    parser.add_argument("--conversation", type=int, default=20)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    call_command("migrate", database=KEYSTORE, verbosity=0)
    for first in range(0, options.turns, 1_000):
        last = min(options.turns, first + 1_000)
        store_turns([turn(number, options.conversation) for number in range(first, last)])
    before = peak_mib()
    made = actions.ask(SYSTEM, Asked(RequestKind.ACCESS, Subject(Holder.ORGANISATION, "org_benchmark")))
    began = time.perf_counter()
    done = actions.finish(made.id)
    wrote_s = time.perf_counter() - began
    chunks = Chunk.objects.count()
    link = actions.make_link(SYSTEM, made.id)
    path, began = Path(FOLDER) / "copy.zip", time.perf_counter()
    with path.open("wb") as file:
        for part in actions.take(SYSTEM, made.id, link.secret).parts:
            file.write(part)
    fetched_s = time.perf_counter() - began
    held = peak_mib() - before
    found = verify(path)
    assert isinstance(found, Whole)
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, SQLite")
    print(f"{options.turns:,} turns in conversations of {options.conversation}: {done.done:,} records")
    print(
        f"written in {wrote_s:.1f} s ({options.turns / wrote_s:,.0f} turns/s), {chunks:,} steps with a chunk"
    )
    print(f"fetched in {fetched_s:.1f} s, {path.stat().st_size / 2**20:.1f} MiB, {found.files} files, whole")
    print(f"memory at its highest: {held:.0f} MiB above what storing the turns took")


main()
