"""The audit log as a tree: what an entry costs, how fast the tree grows behind it, and what a proof costs.

python benchmarks/audit.py [--entries 1000000] [--appended 2000]

Prints, on SQLite: entries recorded a second, each in a transaction of its own; entries a second by which the tree
grows; in a log of so many entries the time to make and to check a proof, and its size; the time to hash the whole log
again; and what the tree takes on the disk.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

PROOFS = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--appended", type=int, default=2_000)
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
        measure(given, Path(folder))


def measure(given: argparse.Namespace, folder: Path) -> None:
    from sekisho.audit import checkpoints, merkle, tree
    from sekisho.audit.actions import record
    from sekisho.audit.chain import canonical
    from sekisho.audit.models import AuditEntry, AuditHead, AuditTile

    began = time.perf_counter()
    for number in range(given.appended):
        record("cli", "x.happened", f"key_{number}")
    rate = given.appended / (time.perf_counter() - began)
    print(f"recorded: {rate:,.0f} entries/s, each durable by itself (the tree adds nothing to it)")

    fill(given.entries - given.appended, AuditEntry, AuditHead)
    began = time.perf_counter()
    size = tree.grow()
    print(f"tree grown: {size / (time.perf_counter() - began):,.0f} entries/s, {size:,} entries")

    root, made, checked, steps = tree.root(size), [], [], []
    for number in range(PROOFS):
        seq = 1 + number * size // PROOFS
        leaf = merkle.leaf_hash(canonical(AuditEntry.objects.get(seq=seq).leaf))
        began = time.perf_counter()
        proof = tree.inclusion(seq, size)
        made.append(time.perf_counter() - began)
        began = time.perf_counter()
        assert merkle.root_by_inclusion(leaf, seq - 1, size, proof) == root
        checked.append(time.perf_counter() - began)
        steps.append(len(proof))
    print(f"proof: made in {ms(made)}, checked in {ms(checked)}, {max(steps)} hashes")
    began = time.perf_counter()
    proof = tree.consistency(size // 3, size)
    print(f"consistency with a third: {(time.perf_counter() - began) * 1000:.1f} ms, {len(proof)} hashes")
    checkpoints.checkpoint(datetime.now(UTC))
    began = time.perf_counter()
    checkpoints.recount()
    print(f"whole log hashed again: {time.perf_counter() - began:,.1f} s")
    tiles = sum(len(bytes(one)) for one in AuditTile.objects.values_list("hashes", flat=True))
    print(f"tree: {tiles / size:.1f} bytes an entry")


def fill(count: int, entries: type, head: type) -> None:
    """Write so many entries more at once, chained as single ones are."""
    from sekisho.audit.chain import Leaf

    last = head.objects.get(id=1)
    seq, prev, at = last.seq, last.digest, datetime.now(UTC)
    words = at.isoformat(timespec="microseconds")
    for begin in range(0, count, 10_000):
        rows = []
        for _ in range(min(10_000, count - begin)):
            seq += 1
            leaf = Leaf(seq, words, "cli", "x.happened", f"key_{seq}", {}, prev)
            prev = leaf.digest
            rows.append(entries(seq=seq, at=at, actor="cli", action="x.happened", subject=f"key_{seq}",
                                facts="{}", prev=leaf.prev, digest=prev))  # fmt: skip
        entries.objects.bulk_create(rows, batch_size=400)
    head.objects.filter(id=1).update(seq=seq, digest=prev)


def ms(times: list[float]) -> str:
    ordered = sorted(times)
    return (
        f"{statistics.median(ordered) * 1000:.2f} ms (p99 {ordered[int(len(ordered) * 0.99)] * 1000:.2f} ms)"
    )


if __name__ == "__main__":
    main()
