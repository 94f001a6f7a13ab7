"""How many short texts a second `sekisho score` writes out, on one core: `python benchmarks/scoring.py [FILE.jsonl]`.

The whole road is measured, as a pipe would have it: JSON in, language, rules, model, policy, JSON out. Without a
file the texts are the examples of the reference policy in both languages, each with a number so that none is the
same as another. `--step` says how far the model goes. Promised: 2,000 texts a second through the cheap step, and
200 MiB through any. Ends with 1 when a promise is broken.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import json
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from sekisho.cli.judging import Asked, Bench, bench, pack_named
from sekisho.cli.score import Reader, scored
from sekisho.detection.detectors.assessing import Step
from sekisho.policy.packs import reference_packs

TEXTS = 10_000
ROUNDS = 5
PROMISED_RATE = {Step.CHEAP: 2_000}
PROMISED_MIB = 200


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("file", nargs="?", type=Path)
    arguments.add_argument("--step", type=Step, default=Step.CHEAP)
    given = arguments.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    judge = bench(Asked.CASCADE, None, given.step, pack_named(None))
    with tempfile.TemporaryDirectory() as folder:
        file = given.file or _examples(Path(folder) / "texts.jsonl")
        with file.open("rb") as lines:
            sizes = [len(json.loads(line)["text"]) for line in lines]
        rates = [len(sizes) / _seconds(judge, file) for _ in range(ROUNDS)]
    mebibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"step {given.step}, {len(sizes):,} texts of {statistics.median(sizes):.0f} characters (median), one core"
    )
    print(f"{statistics.median(rates):,.0f} texts a second (median of {ROUNDS}; worst {min(rates):,.0f})")
    print(f"{mebibytes:.0f} MiB resident at most")
    kept = statistics.median(rates) >= PROMISED_RATE.get(given.step, 0) and mebibytes <= PROMISED_MIB
    print(f"promise {'kept' if kept else 'BROKEN'}")
    return 0 if kept else 1


def _examples(file: Path) -> Path:
    clauses = reference_packs()[-1].clauses
    texts = [example.text for clause in clauses for example in (*clause.must_fire, *clause.must_not_fire)]
    rows = ({"id": number, "text": f"{texts[number % len(texts)]} ({number})"} for number in range(TEXTS))
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return file


def _seconds(judge: Bench, file: Path) -> float:
    encoder, began = msgspec.json.Encoder(), time.perf_counter()
    with open(os.devnull, "wb") as out:
        for lines in Reader(str(file)).batches():
            out.write(encoder.encode_lines(scored(judge, lines)))
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
