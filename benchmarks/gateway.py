"""The gate against other gateways: requests, streams, agent-sized bodies, added latency and memory, in one run.

    python benchmarks/gateway.py --litellm PATH_TO_LITELLM --portkey PATH_TO_START_SERVER_JS [--rounds 3] [--seconds 4]

The gate runs as in production: policy on (normalise, deterministic detectors, local scorer) and every answer durable in
the journal before its last byte. The peers run with no policy at all. All stand before the same mock provider (C,
`benchmarks/wire/mock.c`); the proxy has one core to itself, mock and load share the other. Rounds are interleaved and
medians are shown, so that a machine whose speed drifts is unfair to nobody. Every request carries a number that never
repeats, so nothing is answered from a cache; in the agent-sized body only the last turn is new, as in real agents.

Peers are installed apart from Sekisho: `pip install 'litellm[proxy]'` in an environment of its own, and
`npm install @portkey-ai/gateway`. Without them the gate is measured against the bare mock only.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
PROXY_CORE, OTHER_CORE = "0", "1"
WARM_UP_S = 6.0
"""Load before anything is counted: caches fill and files reach their size, for every proxy alike."""


@dataclass
class Peer:
    """A proxy under test: how to start it, and how to speak to it."""

    name: str
    start: Callable[[int, Path, int], subprocess.Popen[bytes]]
    """Takes its port, a scratch folder and the mock's port."""
    headers: list[str]
    figures: dict[str, list[float]] = field(default_factory=dict)

    def note(self, figure: str, value: float) -> None:
        self.figures.setdefault(figure, []).append(value)

    def median(self, figure: str) -> float:
        values = self.figures.get(figure, [])
        return statistics.median(values) if values else float("nan")


@dataclass(frozen=True)
class Case:
    """One way of loading a proxy; `figures` maps what the load generator prints to the column it fills."""

    name: str
    body: str
    connections: int
    figures: dict[str, str]


CASES = (
    Case("one connection", "small", 1, {"p50_ms": "p50 ms, 1 connection"}),
    Case(
        "64 connections",
        "small",
        64,
        {"per_second": "requests/s, 64 connections", "p99_ms": "p99 ms, 64 connections"},
    ),
    Case("streams", "stream", 64, {"per_second": "streams/s, 64 connections"}),
    Case("one stream", "stream", 1, {"first_p50_ms": "first token p50 ms, 1 stream"}),
    Case("98 KB bodies", "agent", 16, {"per_second": "98 KB requests/s, 16 connections"}),
)
MORE_IS_BETTER = {
    "requests/s, 64 connections",
    "streams/s, 64 connections",
    "98 KB requests/s, 16 connections",
}


def main() -> int:
    options = arguments()
    with tempfile.TemporaryDirectory() as scratch_name:
        scratch = Path(scratch_name)
        tools = build(scratch)
        bodies = write_bodies(scratch)
        peers = [Peer("sekisho (policy on, journal durable)", start_sekisho, [])]
        if options.zdr:
            peers.append(Peer("sekisho-zdr (the kernel forbids to write)", start_pool, []))
        if options.litellm:
            peers.append(
                Peer("LiteLLM (no policy)", starter_of_litellm(options.litellm), ["x-api-key: sk-bench"])
            )
        if options.portkey:
            peers.append(Peer("Portkey (no policy)", starter_of_portkey(options.portkey), []))
        with running_mock(tools, free_port()) as mock_port:
            direct = Peer("direct", start_sekisho, ["x-api-key: none"])
            run_rounds(peers, direct, tools, bodies, scratch, mock_port, options)
        report(peers, direct, options)
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--zdr", action="store_true", help="also the pool that keeps nothing")
    parser.add_argument("--litellm", help="the `litellm` command of its own environment")
    parser.add_argument("--portkey", help="`build/start-server.js` of the installed @portkey-ai/gateway")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    return parser.parse_args()


def build(scratch: Path) -> Path:
    for name in ("mock", "load"):
        subprocess.run(["cc", "-O2", "-o", scratch / name, HERE / "wire" / f"{name}.c"], check=True)
    return scratch


def write_bodies(scratch: Path) -> dict[str, Path]:
    """The three bodies; `@@@@@@@@@@` is where the load generator writes a number that never repeats."""
    words = "Please look at the notes of our meeting about the garden and write a short friendly summary of them. "
    question = "Request @@@@@@@@@@. " + words * 8
    small = {
        "model": "claude-bench-1",
        "max_tokens": 256,
        "messages": [{"role": "user", "content": question}],
    }
    history = [
        {"role": "user" if turn % 2 == 0 else "assistant", "content": f"Turn {turn}. " + words * 10}
        for turn in range(94)
    ]
    agent = small | {"messages": [*history, {"role": "user", "content": question}]}
    bodies = {"small": small, "stream": small | {"stream": True}, "agent": agent}
    paths = {name: scratch / f"{name}.json" for name in bodies}
    for name, body in bodies.items():
        paths[name].write_text(json.dumps(body))
    return paths


@contextlib.contextmanager
def running_mock(tools: Path, port: int) -> Iterator[int]:
    mock = subprocess.Popen(pinned(OTHER_CORE, [str(tools / "mock"), str(port)]))
    try:
        wait_for(port)
        yield port
    finally:
        mock.kill()
        mock.wait()


def run_rounds(
    peers: list[Peer],
    direct: Peer,
    tools: Path,
    bodies: dict[str, Path],
    scratch: Path,
    mock_port: int,
    options: argparse.Namespace,
) -> None:
    for number in range(options.rounds):
        measure(direct, mock_port, tools, bodies, options.seconds / 2)
        for peer in peers:
            print(f"round {number + 1} of {options.rounds}: {peer.name}", file=sys.stderr)
            port = free_port()
            folder = scratch / f"{peer.name.split()[0]}-{number}"
            folder.mkdir()
            process = peer.start(port, folder, mock_port)
            try:
                wait_for(port)
                headers = peer.headers or headers_for(peer, folder, mock_port)
                warm_up(port, headers, bodies["small"])
                peer.note("MiB at rest", resident_mib(process.pid))
                load(tools, port, bodies["small"], 64, WARM_UP_S, headers)
                measure(peer, port, tools, bodies, options.seconds, headers)
                peer.note("MiB after load", resident_mib(process.pid))
            finally:
                stop(process)


def headers_for(peer: Peer, folder: Path, mock_port: int) -> list[str]:
    if peer.name.startswith("sekisho"):
        key = json.loads((folder / "ready.json").read_text())["api_key"]
        return [f"x-api-key: {key}"]
    return [
        "x-portkey-provider: anthropic",
        f"x-portkey-custom-host: http://127.0.0.1:{mock_port}/v1",
        "x-api-key: none",
    ]


def measure(
    peer: Peer,
    port: int,
    tools: Path,
    bodies: dict[str, Path],
    seconds: float,
    headers: list[str] | None = None,
) -> None:
    for case in CASES:
        result = load(tools, port, bodies[case.body], case.connections, seconds, headers or peer.headers)
        if result["errors"]:
            print(f"  {peer.name}, {case.name}: {result['errors']} errors", file=sys.stderr)
            peer.note(f"errors, {case.name}", result["errors"])
        for printed, column in case.figures.items():
            peer.note(column, result[printed])


def load(
    tools: Path, port: int, body: Path, connections: int, seconds: float, headers: list[str]
) -> dict[str, float]:
    command = [str(tools / "load"), str(port), "/v1/messages", str(body), str(connections), str(seconds)]
    done = subprocess.run(
        pinned(OTHER_CORE, [*command, "anthropic-version: 2023-06-01", *headers]),
        check=True,
        capture_output=True,
        timeout=seconds + 60,
    )
    return json.loads(done.stdout)


# -- the proxies -------------------------------------------------------------------------------------------------------


def start_pool(port: int, folder: Path, mock_port: int) -> subprocess.Popen[bytes]:
    """The same as the pool `--zdr`, with one worker. The mock is on record as keeping nothing."""
    return start_sekisho(port, folder, mock_port, "--zdr")


def start_sekisho(port: int, folder: Path, mock_port: int, *flags: str) -> subprocess.Popen[bytes]:
    """Set up a data folder with the demonstration's key, then run the gateway alone, as in production."""
    sekisho = str(Path(sys.executable).parent / "sekisho")
    environ = os.environ | {
        "SEKISHO_DATA_DIR": str(folder / "data"),
        "SEKISHO_ANTHROPIC_API_KEY": "bench",
        "SEKISHO_ANTHROPIC_BASE_URL": f"http://127.0.0.1:{mock_port}",
        "SEKISHO_SNAPSHOT_STALE_S": "3600",
        "SEKISHO_LOG_LEVEL": "warning",
    }
    ready = folder / "ready.json"
    setup = subprocess.Popen(
        [sekisho, "serve", "--demo", "--port", "0", "--ready-file", str(ready)],
        env=environ,
        stdout=subprocess.DEVNULL,
    )
    while not ready.exists() and setup.poll() is None:
        time.sleep(0.1)
    stop(setup)
    if flags:
        facts = ["--retains-nothing", "--never-trains", "--evidence", "https://example.org/mock"]
        subprocess.run([sekisho, "providers", "state", "anthropic", *facts], env=environ, check=True)
    return subprocess.Popen(
        pinned(PROXY_CORE, [sekisho, "gateway", *flags, "--port", str(port)]),
        env=environ,
        stdout=subprocess.DEVNULL,
    )


def starter_of_litellm(command: str) -> Callable[[int, Path, int], subprocess.Popen[bytes]]:
    def start(port: int, folder: Path, mock_port: int) -> subprocess.Popen[bytes]:
        config = folder / "litellm.yaml"
        config.write_text(
            "model_list:\n"
            "  - model_name: claude-bench-1\n"
            "    litellm_params:\n"
            "      model: anthropic/claude-bench-1\n"
            f"      api_base: http://127.0.0.1:{mock_port}\n"
            "      api_key: bench\n"
            "litellm_settings:\n  telemetry: false\n  num_retries: 0\n"
        )
        environ = os.environ | {
            "LITELLM_MASTER_KEY": "sk-bench",
            "LITELLM_LOG": "ERROR",
            "LITELLM_MODE": "PRODUCTION",
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
            "NO_DOCS": "True",
        }
        line = [
            command,
            "--config",
            str(config),
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
            "--num_workers",
            "1",
        ]
        return subprocess.Popen(
            pinned(PROXY_CORE, line), env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    return start


def starter_of_portkey(script: str) -> Callable[[int, Path, int], subprocess.Popen[bytes]]:
    def start(port: int, folder: Path, mock_port: int) -> subprocess.Popen[bytes]:
        line = [
            "node",
            "--import",
            str(HERE / "wire" / "portkey-shim.mjs"),
            script,
            f"--port={port}",
            "--headless",
        ]
        environ = os.environ | {"NODE_ENV": "production", "TRUSTED_CUSTOM_HOSTS": "127.0.0.1,localhost"}
        return subprocess.Popen(
            pinned(PROXY_CORE, line), env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    return start


# -- small tools -------------------------------------------------------------------------------------------------------


def pinned(core: str, command: list[str]) -> list[str]:
    return ["taskset", "-c", core, *command] if shutil.which("taskset") else command


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, seconds: float = 90) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise SystemExit(f"Nothing listens on port {port} after {seconds} s.")


def warm_up(port: int, headers: list[str], body: Path) -> None:
    """Ask until the proxy answers 200, so that slow starts are not counted; show what it says when it never does."""
    fields = dict(line.split(": ", 1) for line in headers) | {
        "content-type": "application/json",
        "anthropic-version": "2023-06-01",
    }
    last = ""
    for _ in range(60):
        request = urllib.request.Request(f"http://127.0.0.1:{port}/v1/messages", body.read_bytes(), fields)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                answer.read()
                return
        except (urllib.error.URLError, OSError) as problem:
            last = (
                problem.read().decode()[:300]
                if isinstance(problem, urllib.error.HTTPError)
                else repr(problem)
            )
            time.sleep(0.5)
    raise SystemExit(f"The proxy on port {port} never answered 200; it said: {last}")


def resident_mib(pid: int) -> float:
    """Resident memory of the process and its children, MiB."""
    children = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    ).stdout.split()
    total = 0
    for each in [str(pid), *children]:
        with contextlib.suppress(OSError):
            status = Path(f"/proc/{each}/status").read_text()
            total += next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    return total / 1024


def stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def report(peers: list[Peer], direct: Peer, options: argparse.Namespace) -> None:
    columns = [column for case in CASES for column in case.figures.values()] + [
        "MiB at rest",
        "MiB after load",
    ]
    everyone = [direct, *peers]
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Linux {platform.release()}"
    print(f"Conditions: {machine}, Python {platform.python_version()};")
    print(f"medians of {options.rounds} interleaved rounds of {options.seconds:g} s; {versions(options)}.\n")
    print(
        "| | "
        + " | ".join(peer.name for peer in everyone)
        + " | "
        + " | ".join(f"ratio to {peer.name.split()[0]}" for peer in peers[1:])
        + " |"
    )
    print("|---|" + "---:|" * (len(everyone) + len(peers) - 1))
    for column in columns:
        values = " | ".join(
            "" if peer is direct and column.startswith("MiB") else f"{peer.median(column):,.2f}"
            for peer in everyone
        )
        ratios = " | ".join(f"{ratio(peers[0], peer, column):,.1f}×" for peer in peers[1:])
        print(f"| {column} | {values} | {ratios} |")
    for peer in peers:
        added = peer.median("p50 ms, 1 connection") - direct.median("p50 ms, 1 connection")
        first = peer.median("first token p50 ms, 1 stream") - direct.median("first token p50 ms, 1 stream")
        print(f"\n{peer.name}: {added:.2f} ms added p50, {first:.2f} ms added to the first token p50.")
    if options.json:
        options.json.write_text(json.dumps({peer.name: peer.figures for peer in everyone}, indent=1))


def ratio(ours: Peer, theirs: Peer, column: str) -> float:
    """How many times better the gate is: above 1 is in its favour, whichever way the figure points."""
    a, b = ours.median(column), theirs.median(column)
    return a / b if column in MORE_IS_BETTER else b / a


def versions(options: argparse.Namespace) -> str:
    found = []
    if options.litellm:
        said = subprocess.run(
            [options.litellm, "--version"], capture_output=True, text=True, check=False
        ).stdout.split()
        found.append(f"LiteLLM {said[-1] if said else '?'}")
    if options.portkey:
        package = Path(options.portkey).parent.parent / "package.json"
        node = subprocess.run(
            ["node", "--version"], capture_output=True, text=True, check=False
        ).stdout.strip()
        found.append(f"Portkey {json.loads(package.read_text())['version']} on Node {node}")
    return ", ".join(found) or "no peers"


if __name__ == "__main__":
    sys.exit(main())
