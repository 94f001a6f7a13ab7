"""How long `sekisho serve` takes until it answers: the first start of a folder, and the second.

    python benchmarks/start.py [--rounds 5]

Whole-process time from the command to the ready file, by which the port answers. The promise: second start under 3 s.
"""

from __future__ import annotations

import argparse
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROMISE_S = 3.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    firsts: list[float] = []
    seconds: list[float] = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            firsts.append(start(folder))
            seconds.append(start(folder))
    for name, series in (("first start ", firsts), ("second start", seconds)):
        print(
            f"{name} {statistics.median(series):.2f} s (median of {rounds}; {min(series):.2f} to {max(series):.2f})"
        )
    kept = statistics.median(seconds) < PROMISE_S
    print(f"promise      {PROMISE_S:.2f} s for the second: {'kept' if kept else 'BROKEN'}")
    return 0 if kept else 1


def start(folder: Path) -> float:
    """Start over `folder`, and return the seconds until the ready file is there."""
    ready = folder / "ready.json"
    ready.unlink(missing_ok=True)
    line = [
        sys.executable,
        "-m",
        "sekisho",
        "serve",
        "--demo",
        "--port",
        "0",
        "--data-dir",
        str(folder / "data"),
        "--ready-file",
        str(ready),
    ]
    began = time.monotonic()
    process = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not ready.exists():
        if process.poll() is not None:
            raise SystemExit("sekisho serve ended before it was ready.")
        time.sleep(0.01)
    took = time.monotonic() - began
    process.send_signal(signal.SIGTERM)
    process.wait(30)
    return took


if __name__ == "__main__":
    sys.exit(main())
