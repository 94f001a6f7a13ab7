"""Memory of one gateway worker over many requests and many half-broken streams.

    python benchmarks/soak.py [--requests 100000] [--broken 10000]

Policy on, scorer loaded, journal durable. Prints resident memory as the load goes on. The promise is at most
150 MiB, and flat: after warm-up, less than 10 % more at the end than in the middle.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

import gateway as bench

PROMISE_MIB = 150.0
FLAT = 1.10


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--broken", type=int, default=10_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        tools, bodies = bench.build(scratch), bench.write_bodies(scratch)
        bodies["broken"] = scratch / "broken.json"
        bodies["broken"].write_text(bodies["stream"].read_text().replace("Request ", "mock:break "))
        with bench.running_mock(tools, bench.free_port()) as mock_port:
            return soak(scratch, tools, bodies, mock_port, options)


def soak(
    scratch: Path, tools: Path, bodies: dict[str, Path], mock_port: int, options: argparse.Namespace
) -> int:
    port = bench.free_port()
    process = bench.start_sekisho(port, scratch, mock_port)
    try:
        bench.wait_for(port)
        headers = [f"x-api-key: {json.loads((scratch / 'ready.json').read_text())['api_key']}"]
        bench.warm_up(port, headers, bodies["small"])
        print(f"at rest                     {bench.resident_mib(process.pid):7.1f} MiB")
        whole = press(process.pid, "requests", options.requests, tools, port, bodies["small"], headers)
        broken = press(
            process.pid, "half-broken streams", options.broken, tools, port, bodies["broken"], headers
        )
    finally:
        bench.stop(process)
    flat = all(series[-1] <= FLAT * series[len(series) // 2] for series in (whole, broken))
    kept = max(*whole, *broken) <= PROMISE_MIB and flat
    print(f"at most {PROMISE_MIB:.0f} MiB and flat: {'kept' if kept else 'BROKEN'}")
    return 0 if kept else 1


def press(
    pid: int, what: str, count: int, tools: Path, port: int, body: Path, headers: list[str]
) -> list[float]:
    """Load until `count` answers came, and return resident memory, MiB, after each part."""
    done, series = 0, []
    while done < count:
        result = bench.load(tools, port, body, 64, 4.0, headers)
        done += int(result["answers"] + result["errors"])
        series.append(bench.resident_mib(pid))
        print(f"{done:8,} {what:<19}{series[-1]:7.1f} MiB   {result['errors']:.0f} errors")
    return series


if __name__ == "__main__":
    sys.exit(main())
