"""What an agent's conversation weighs at rest: the bytes stored for it, beside the text that was really said, and
beside what a gateway stores that logs every request body as it comes.

Stored bytes are those of content, marks of blocks and keys as the database holds them, with their indexes (SQLite:
pages; PostgreSQL: `pg_total_relation_size`), not ciphertext alone. Metadata of turns is counted on neither side.

python benchmarks/storage.py [--turns 200] [--database sqlite|postgres] [--seed 1]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import platform
import random
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

AT = datetime(2026, 1, 1, tzinfo=UTC)
TABLES = {
    "default": ("records_content", "records_block"),
    "keystore": ("keystore_conversationkey",),
}
SOURCES = sorted((Path(__file__).parent.parent / "src" / "sekisho").rglob("*.py"))
PROSE = sorted((Path(__file__).parent.parent / "docs").rglob("*.md"))


class Reader:
    """Reads files on, a piece at a time: nothing is said twice."""

    def __init__(self, files: list[Path], chance: random.Random) -> None:
        self._text = "\n".join(path.read_text(encoding="utf-8") for path in chance.sample(files, len(files)))
        self._at = 0

    def __call__(self, chars: int) -> str:
        self._at += chars
        return self._text[self._at - chars : self._at]


def conversation(turns: int, seed: int) -> list[list[tuple[str, str, str]]]:
    """The new blocks of each turn, as (role, kind, text), of an agent that reads this repository's sources: a tool's
    result, what the model says about it, the tool that it calls next."""
    chance = random.Random(seed)
    source, prose = Reader(SOURCES, chance), Reader(PROSE, chance)
    first = [("system", "text", prose(6_000)), ("user", "text", prose(400))]
    found = [[*first, ("assistant", "text", prose(300)), ("assistant", "tool_use", source(200))]]
    for _ in range(turns - 1):
        found.append(
            [
                ("user", "tool_result", source(chance.choice((200, 800, 3_000, 6_000)))),
                ("assistant", "text", prose(300)),
                ("assistant", "tool_use", source(200)),
            ]
        )
    return found


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--turns", type=int, default=200)
    arguments.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    arguments.add_argument("--seed", type=int, default=1)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory(dir=".") as name:
        _set_up(Path(name).absolute() / "data", chosen.database)
        _store(
            conversation(chosen.turns, chosen.seed + 1), "another"
        )  # or else empty tables' first pages would count
        before = stored()
        distinct, as_is = _store(conversation(chosen.turns, chosen.seed), "measured")
        after = stored()
        print(
            f"Python {platform.python_version()}, {chosen.database}, {chosen.turns} turns, each with all before it"
        )
        print(f"distinct text: {distinct:,} bytes; request and answer bodies as they came: {as_is:,}")
        for table, size in after.items():
            print(f"  {table}: {size - before[table]:,} bytes")
        total = sum(after.values()) - sum(before.values())
        print(
            f"stored: {total:,} bytes = {total / distinct:.2f} x the distinct text; "
            f"bodies / stored: {as_is / total:,.0f}"
        )


def _store(turns: list[list[tuple[str, str, str]]], name: str) -> tuple[int, int]:
    """Store the turns one after the other, and return the bytes of distinct text and of all bodies."""
    from sekisho.accounts.types import Plan
    from sekisho.records.actions import store_turns
    from sekisho.records.types import Part, Stamp, StoredBlock, TurnRecord

    history: list[StoredBlock] = []
    texts: set[str] = set()
    as_is = 0
    for number, new in enumerate(turns):
        blocks = [
            StoredBlock(role, kind, text, hashlib.sha256(text.encode()).hexdigest()[:32])
            for role, kind, text in new
        ]
        asked = [block for block in blocks if block.role != "assistant"]
        answered = [block for block in blocks if block.role == "assistant"]
        content = {Part.PROMPT: (*history, *asked), Part.ANSWER: tuple(answered)}
        at = AT + timedelta(seconds=20 * number)
        stamp = Stamp(Plan.MAX, "bench", False, at)
        turn = TurnRecord(
            f"req_{name[0]}{number:025}", "org_1", "key_1", stamp, at, "bench", "anthropic", "messages", "completed",
            200, conversation=name, content=content,
        )  # fmt: skip
        store_turns([turn])
        as_is += len(
            json.dumps([[one.role, one.kind, one.text] for part in content.values() for one in part])
        )
        texts.update(block.text for block in blocks)
        history += blocks
    return sum(len(text.encode()) for text in texts), as_is


def stored() -> dict[str, int]:
    """Return the bytes that each table takes with its indexes, once the database has cleared up."""
    from django.db import connections

    found: dict[str, int] = {}
    for alias, tables in TABLES.items():
        with connections[alias].cursor() as cursor:
            for table in tables:
                if connections[alias].vendor == "postgresql":
                    cursor.execute(f"VACUUM FULL {table}")
                    cursor.execute(
                        "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE oid = %s::regclass OR oid IN "
                        "(SELECT relid FROM pg_partition_tree(%s))",
                        [table, table],
                    )
                else:
                    cursor.execute(
                        "SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE name IN "
                        "(SELECT name FROM sqlite_master WHERE tbl_name = %s)",
                        [table],
                    )
                found[table] = cursor.fetchone()[0]
    return found


def _set_up(data_dir: Path, database: str) -> None:
    from benchmarks.link import set_up

    set_up(data_dir, database)


if __name__ == "__main__":
    main()
