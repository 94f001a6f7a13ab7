"""`python -m sekisho.detection.train DATA_DIR --out …/models/two-step-3 --reader …`: make a scorer model from labelled
rows."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from sekisho.detection.train.make import Order, make
from sekisho.detection.train.page import page


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m sekisho.detection.train", description=__doc__)
    parser.add_argument("data", type=Path, help="folder with one *.jsonl.gz a source")
    parser.add_argument("--out", type=Path, required=True, help="model folder to write, named NAME-VERSION")
    parser.add_argument("--dev", type=Path, help="*.jsonl.gz that is measured and not learned from")
    parser.add_argument("--page", type=Path, help="also write the card as a page in Markdown")
    parser.add_argument("--written", type=Path, help="folder of the policy set (data/policy-set)")
    parser.add_argument("--reader", type=Path, help="folder of a taught reader; none: the quick step alone")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    began = time.monotonic()
    card = make(
        Order(given.data, given.out, given.seed, given.dev, written=given.written, reader=given.reader)
    )
    if given.page:
        given.page.write_text(page(card), encoding="utf-8")
    print(f"{given.out.name}: {card.digest} in {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
