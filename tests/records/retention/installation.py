"""An installation of its own, in a process of its own: what a restored backup or a lost process does cannot be played
inside the transaction of a test.

    python -m tests.records.retention.installation kill FOLDER ROUNDS SEED
    python -m tests.records.retention.installation restore FOLDER WHICH

Each prints one JSON object, by which the test judges.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sekisho.records.types import TurnRecord

NOW = datetime.now(UTC).replace(microsecond=0)
OLD = NOW - timedelta(days=40)
CONVERSATIONS = 12
DATABASES = ("sekisho.db", "keystore.db")


def set_up(folder: Path) -> None:
    os.environ["SEKISHO_DATA_DIR"] = str(folder)
    os.environ["SEKISHO_TOMBSTONE_PATH"] = str(folder / "elsewhere" / "tombstones.jsonl")
    from sekisho.cli import control_plane

    control_plane.set_up(folder)
    control_plane.migrate()


# -- the process is killed ----------------------------------------------------------------------------------


def kill(folder: Path, rounds: int, seed: int) -> dict[str, object]:
    """Kill whatever sweeps and erases at random moments; after each look whether anything came back or was lost."""
    from django.db import connections

    chance = random.Random(seed)
    told: dict[str, list[str]] = {"resurrected": [], "lost": []}
    killed_at_work, dead, living = 0, set[str](), set[str]()
    for number in range(rounds):
        due, alive = _talk(number)
        living |= alive
        connections.close_all()
        killed_at_work += _killed(chance.uniform(0.0, 0.7))
        told["resurrected"] += [one for one in dead if _opens(one)]
        told["lost"] += [one for one in living if not _opens(one)]
        dead |= {one for one in due | dead if not _opens(one)}
    from sekisho.records.retention import gate

    gate.require_whole()
    for _ in range(1 + rounds // 20):
        _work()
    ever = {f"req_{number}_{one}_old" for number in range(rounds) for one in range(CONVERSATIONS)}
    return told | _end(ever, living, killed_at_work)


def _talk(number: int) -> tuple[set[str], set[str]]:
    """Let there be something due, something living in the same conversations, and somebody to erase."""
    from sekisho.base.inventory import Holder, Subject
    from sekisho.records.retention import actions

    turns, due, alive = [], set(), set()
    for one in range(CONVERSATIONS):
        name = f"{number}_{one}"
        turns.append(_turn(f"req_{name}_old", name, OLD + timedelta(minutes=one)))
        due.add(f"req_{name}_old")
        if one % 3 == 0:
            turns.append(_turn(f"req_{name}_new", name, NOW - timedelta(days=1)))
            alive.add(f"req_{name}_new")
    turns.append(
        _turn(f"req_{number}_gone", f"{number}_gone", NOW - timedelta(days=2), end_user=f"gone{number}")
    )
    from sekisho.records.actions import store_turns

    store_turns(turns)
    actions.erase("usr_aiko", Subject(Holder.END_USER, "org_1", f"gone{number}"), at=NOW)
    return due | {f"req_{number}_gone"}, alive


def _turn(id: str, conversation: str, at: datetime, end_user: str = "pseudonym") -> TurnRecord:
    from tests.records.retention.makers import turn

    return turn(id, at=at, conversation=conversation, end_user=end_user)


def _killed(after_s: float) -> int:
    """Let a process sweep and erase, and kill it after so many seconds; return 1 if it was still at work."""
    child = os.fork()
    if child == 0:
        try:
            _work()
        finally:
            os._exit(0)
    time.sleep(after_s)
    done, _ = os.waitpid(child, os.WNOHANG)
    if done:
        return 0
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return 1


def _work() -> None:
    from sekisho.records.retention import actions

    actions.proceed_all()
    actions.sweep()
    actions.proceed_all()


def _opens(turn: str) -> bool:
    from sekisho.records.opening import opened

    return bool(opened([turn]).get(turn))


def _end(ever: set[str], living: set[str], killed: int) -> dict[str, object]:
    from sekisho.records.retention import queries, tombstones
    from sekisho.records.retention.models import Erasure

    return {
        "killed_at_work": killed,
        "past_due": queries.past_due(NOW),
        "opens_though_due": [one for one in ever if _opens(one)],
        "closed_though_living": [one for one in living if not _opens(one)],
        "erasures_not_done": Erasure.objects.exclude(state="done").count(),
        "behind": len(tombstones.behind()),
    }


# -- a backup is restored -----------------------------------------------------------------------------------


def restore(folder: Path, which: str) -> dict[str, object]:
    """Destroy and erase, put databases back from before, and look what the gate says before and after the replay."""
    from django.db import connections

    from sekisho.base.inventory import Holder, Subject
    from sekisho.records.actions import store_turns
    from sekisho.records.retention import actions, gate, tombstones

    store_turns(
        [
            _turn("req_due", "due", OLD),
            _turn("req_part_old", "part", OLD),
            _turn("req_part_new", "part", NOW - timedelta(days=1)),
            _turn("req_gone", "gone", NOW - timedelta(days=1), end_user="gone"),
            _turn("req_stays", "stays", NOW - timedelta(days=1)),
        ]
    )
    connections.close_all()
    for name in DATABASES:
        _copy(folder, folder / "backup", name)
    actions.erase("usr_aiko", Subject(Holder.END_USER, "org_1", "gone"), at=NOW)
    _work()
    connections.close_all()
    for name in DATABASES if which == "both" else (f"{which}.db",):
        _copy(folder / "backup", folder, name)
    names = ("req_due", "req_part_old", "req_part_new", "req_gone", "req_stays")
    before = {
        "open": gate.is_open(),
        "opens": [_opens(name) for name in names],
        "behind": len(tombstones.behind()),
    }
    replayed = gate.require_whole()
    _work()
    from sekisho.records.models import Turn

    return {
        "before": before,
        "replayed": replayed,
        "open": gate.is_open(),
        "opens": [_opens(name) for name in names],
        "erased_rows": Turn.objects.filter(end_user="gone").count(),
        "again": gate.require_whole(),
    }


def _copy(source: Path, target: Path, name: str) -> None:
    """Copy a database with what its log still holds."""
    target.mkdir(exist_ok=True)
    for ending in ("", "-wal", "-shm"):
        (target / f"{name}{ending}").unlink(missing_ok=True)
        if (source / f"{name}{ending}").exists():
            shutil.copy(source / f"{name}{ending}", target / f"{name}{ending}")


if __name__ == "__main__":
    play, place, *more = sys.argv[1:]
    set_up(Path(place))
    sys.stdout.write(
        json.dumps(kill(Path(place), *map(int, more)) if play == "kill" else restore(Path(place), *more))
    )
