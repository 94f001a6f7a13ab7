"""How long it takes to destroy what is due, on PostgreSQL: by keys and partitions, beside deleting the rows.

Conversations stay as many while turns in them grow: what is destroyed is keys and whole days, so the time should follow
these. Beside it stands what one would do without keys: `DELETE … WHERE day <= …` on one table with the same rows and
indexes, and the `VACUUM` without which the bytes stay where they were. A process stores turns all the while; its pace
without and with the sweep says whether anybody is kept waiting.

python benchmarks/sweep.py [--conversations 5000] [--turns 20,100,200] [--ingest-s 6]
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

NOW = datetime.now(UTC).replace(microsecond=0)
OLD = (NOW - timedelta(days=40)).replace(hour=0, minute=0, second=0)
SAMPLE = 20_000
BYTES = 400
"""Ciphertext of a turn: little, so that filling takes little; a dropped partition costs the same for much."""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--conversations", type=int, default=5_000)
    arguments.add_argument("--turns", default="20,100,200", help="turns in each conversation, a run each")
    arguments.add_argument("--ingest-s", type=float, default=6.0)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        _set_up(Path(name) / "data")
        print(
            f"Python {platform.python_version()}, PostgreSQL, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
        )
        print(
            "turns due | conversations | keys+partitions s | rows later turns/s | DELETE s | VACUUM s | DELETE+VACUUM "
            "/ sweep"
        )
        for each in map(int, chosen.turns.split(",")):
            _run(chosen.conversations, each)
        _beside(chosen.conversations, int(chosen.turns.split(",")[-1]), chosen.ingest_s)


def _run(conversations: int, each: int) -> None:
    from sekisho.records.retention import actions

    _fill(conversations, each)
    _plain()
    actions.announce(OLD + timedelta(days=29))  # accounts were told a week before
    swept = _timed(_sweep)
    pace = SAMPLE / _timed(_rows)
    deleted = _timed(lambda: _sql("DELETE FROM plain_content WHERE day <= %s", [NOW.date()]))
    vacuumed = _timed(lambda: _sql("VACUUM plain_content"))
    figures = f"{swept:7.2f} | {pace:18,.0f} | {deleted:8.2f} | {vacuumed:8.2f} | {(deleted + vacuumed) / swept:5.1f}"
    print(f"{conversations * each:9,} | {conversations:13,} | {figures}", flush=True)
    _empty()


def _sweep() -> None:
    from sekisho.records.retention import actions

    done = actions.sweep(lambda: NOW)
    assert done.result == "complete", done
    assert done.partitions >= 1, done


def _rows() -> None:
    """A share of what follows gently within a day: the mark on each turn that its content is gone."""
    from sekisho.records.retention.actions.tidying import tidy

    tidy(NOW + timedelta(hours=21), SAMPLE)


# -- ingest beside it ---------------------------------------------------------------------------------------


def _beside(conversations: int, each: int, seconds: float) -> None:
    _fill(conversations, each)
    quiet = _pace(seconds, lambda: time.sleep(seconds))
    busy = _pace(seconds, _sweep)
    _empty()
    print(
        f"ingest alone: {quiet[0]:,.0f} turns/s, slowest batch {quiet[1]:.2f} s; "
        f"beside a sweep of {conversations * each:,}: {busy[0]:,.0f} turns/s, slowest batch {busy[1]:.2f} s"
    )


def _pace(seconds: float, meanwhile: Callable[[], None]) -> tuple[float, float]:
    """Return turns a second, and the longest that a batch took, of a process that stores meanwhile."""
    from django.db import connections

    connections.close_all()
    stop, told = multiprocessing.Event(), multiprocessing.Queue()
    process = multiprocessing.Process(target=_store, args=(stop, told))
    process.start()
    time.sleep(1.0)
    meanwhile()
    stop.set()
    found = told.get(timeout=60)
    process.join()
    return found


def _store(stop: Any, told: Any) -> None:
    from sekisho.accounts.types import Plan
    from sekisho.base.ids import new_id
    from sekisho.records.actions import store_turns
    from sekisho.records.types import Part, Stamp, StoredBlock, TurnRecord

    count, longest, began = 0, 0.0, time.monotonic()
    while not stop.is_set():
        stamp = Stamp(Plan.API, "bench", False, NOW)
        turns = [
            TurnRecord(
                new_id("req"), "org_ingest", "key_1", stamp, NOW, "bench", "anthropic", "messages", "completed", 200,
                conversation=new_id("c"),
                content={Part.PROMPT: (StoredBlock("user", "text", "word " * 60, new_id("d")),)},
            )
            for _ in range(200)
        ]  # fmt: skip
        at = time.monotonic()
        store_turns(turns)
        longest, count = max(longest, time.monotonic() - at), count + len(turns)
    told.put((count / (time.monotonic() - began), longest))


# -- rows ---------------------------------------------------------------------------------------------------


def _fill(conversations: int, each: int) -> None:
    """Make turns that are due, as ingest leaves them: their day in a partition of its own, a key a conversation."""
    from sekisho.records.partitions import ensure

    ensure(OLD + timedelta(days=3))
    ensure(NOW)
    _sql("SET session_replication_role = replica")  # filling checks no references
    _sql(
        "INSERT INTO records_conversation (id, organisation, subject, started_at, blocks) SELECT 'cnv_' || c, "
        "'org_' || c %% 20, 'org_' || c %% 20 || '/', %s, 0 FROM generate_series(1, %s) c",
        [OLD, conversations],
    )
    _sql(
        "INSERT INTO records_turn (id, organisation, key, end_user, conversation_id, received_at, finished_at, "
        "gateway, "
        "dialect, endpoint, outcome, status, model, provider, plan, terms, zero_retention, streamed, input_tokens, "
        "output_tokens, cache_read_tokens, cache_creation_tokens, disclosure, review, stages_us, has_content, "
        "upstream, "
        "product, member, incognito, minors, flagged, deadline_at) SELECT 'req_' || c || '_' || t, 'org_' || c %% 20, "
        "'key_1', '', 'cnv_' || c, %s + t * interval '1 second', %s, 'bench', 'anthropic', 'messages', "
        "'completed', 200, "
        "'', '', 'api', 'commercial', false, false, 0, 0, 0, 0, '', '', '{}', true, '', 'api', '', false, "
        "false, false, "
        "%s FROM generate_series(1, %s) c, generate_series(1, %s) t",
        [OLD, OLD, OLD + timedelta(days=30), conversations, each],
    )
    _sql(
        "INSERT INTO records_content (turn_id, part, key, ciphertext, content_class, day, format) SELECT "
        "'req_' || c || '_' || t, 'prompt', 'ck_' || c, decode(repeat('ab', %s), 'hex'), 'std30', %s, 1 "
        "FROM generate_series(1, %s) c, generate_series(1, %s) t",
        [BYTES, OLD.date(), conversations, each],
    )
    _keys(
        "INSERT INTO keystore_subjectkey (id, subject, wrapped, root, created_at) SELECT 'sk_' || o, 'org_' || "
        "o || '/', "
        "'x', '', %s FROM generate_series(0, 19) o ON CONFLICT DO NOTHING",
        [OLD],
    )
    _keys(
        "INSERT INTO keystore_conversationkey (id, conversation, subject_key_id, wrapped, format, created_at) SELECT "
        "'ck_' || c, "
        "'cnv_' || c, 'sk_' || c %% 20, decode(repeat('ab', 60), 'hex'), 2, %s FROM generate_series(1, %s) c",
        [OLD, conversations],
    )
    _sql("SET session_replication_role = DEFAULT")
    for table in ("records_turn", "records_content", "records_conversation"):
        _sql(f"ANALYZE {table}")
    _keys("ANALYZE keystore_conversationkey", [])


def _plain() -> None:
    """The same rows in one table, with the indexes that content has."""
    _sql("CREATE TABLE plain_content (LIKE records_content)")
    _sql("INSERT INTO plain_content SELECT * FROM records_content")
    _sql("CREATE INDEX ON plain_content (turn_id)")
    _sql("CREATE INDEX ON plain_content (key)")
    _sql("ANALYZE plain_content")


def _empty() -> None:
    _sql("DROP TABLE IF EXISTS plain_content")
    for table in (
        "retention_fallen",
        "records_content",
        "records_block",
        "records_turn",
        "records_conversation",
    ):
        _sql(f"TRUNCATE {table} CASCADE")
    _keys("TRUNCATE keystore_conversationkey, keystore_purposekey, keystore_subjectkey CASCADE", [])


def _sql(statement: str, values: list[object] | None = None, alias: str = "default") -> None:
    from django.db import connections

    with connections[alias].cursor() as cursor:
        cursor.execute(statement, values)


def _keys(statement: str, values: list[object]) -> None:
    _sql(statement, values or None, "keystore")


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _set_up(folder: Path) -> None:
    from benchmarks.link import set_up

    set_up(folder, "postgres")


if __name__ == "__main__":
    main()
