"""Draw the sample of the regression test anew from the policy set, and store what the shipped cascade answers to it.

    python tools/evaluation_sample.py           the sample, then its base
    python tools/evaluation_sample.py --base    only the base: after a change to the detectors that is meant

The sample are six pairs a clause and language of the rows that are kept apart for validation (author `v`). Look at what
`tests/detection/evaluation/test_regression.py` tells before storing a new base.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sekisho.cli import main as sekisho

ROOT = Path(__file__).resolve().parent.parent
SET = ROOT / "data" / "policy-set"
FOLDER = ROOT / "tests" / "detection" / "evaluation"
SAMPLE, BASE = FOLDER / "sample.jsonl", FOLDER / "base.json"

PACK = "2025-09-15"
PAIRS = 6
LEFT_OUT = frozenset({"child_safety", "sexual_explicit"})
"""Clauses whose texts are kept in one place only."""

Row = dict[str, Any]


def main() -> None:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--base", action="store_true", help="leave the sample as it is")
    if not arguments.parse_args().base:
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in sample(rows()))
        SAMPLE.write_text("".join(lines), encoding="utf-8")
    sekisho(["eval", str(SAMPLE), "--pack", PACK, "--base", str(BASE)])


def rows() -> Iterator[Row]:
    for file in sorted(SET.glob("*/*.jsonl")):
        yield from map(json.loads, file.read_text(encoding="utf-8").splitlines())


def sample(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield whole pairs, the same ones as long as their names are the same."""
    cells: dict[tuple[str, str], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row["author"] == "v" and row["pair"] and row["about"] not in LEFT_OUT:
            cells[row["about"], row["lang"]][row["pair"]].append(row)
    for _, pairs in sorted(cells.items()):
        whole = (name for name, members in pairs.items() if len(members) == 2)
        for name in sorted(whole, key=lambda name: hashlib.sha256(name.encode()).digest())[:PAIRS]:
            yield from pairs[name]


if __name__ == "__main__":
    main()
