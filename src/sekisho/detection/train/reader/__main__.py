"""`python -m sekisho.detection.train.reader FOLDER --written FOLDER --out FOLDER`: teach the reader, and let it judge
sources that it has not seen. The longest part of making a model; the rest takes it from the folder."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from sekisho.detection.train.reader.lesson import give


def main(arguments: list[str]) -> int:
    """Teach the reader as the arguments say. Returns the exit code."""
    parser = argparse.ArgumentParser(
        "python -m sekisho.detection.train.reader", description="Teach the reader."
    )
    parser.add_argument("data", type=Path, help="folder of *.jsonl.gz, one a source")
    parser.add_argument(
        "--written", type=Path, required=True, help="folder of the policy set (data/policy-set)"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    began = time.monotonic()

    def tell(step: str) -> None:
        print(f"{time.monotonic() - began:5.0f} s  {step}", file=sys.stderr, flush=True)

    give(given.data, given.written, given.out, given.seed, tell)
    tell("done")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
