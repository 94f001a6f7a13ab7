"""How soon a suspension bites: from the decision to the first refusal, in each of several running gateways.

    .venv/bin/python benchmarks/suspension.py [--gateways 4] [--times 100] [--keys 200]

Starts real gateway processes over one data folder, as in production, and asks each without pause. Then a key is
suspended and lifted again, so many times, by the same action that staff, automation and the command line call; the
clock starts when the action is called, so its transaction, its statement of reasons, its notice and the publication
are in it. Ends with 1 when the slowest hundredth took a second or more.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import platform
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

PROMISED_S = 1.0
BODY = json.dumps({"model": "claude-demo", "max_tokens": 1, "messages": [{"role": "user", "content": "Hi"}]})
START_S = 90
REVIEWER = "emi@example.com"


@dataclass
class Asker:
    """Asks one gateway again and again, and notes when what it is told changes."""

    port: int
    key: str
    status: int = 0
    changed_at: float = 0.0
    asked: int = 0
    stop: bool = False
    condition: threading.Condition = field(default_factory=threading.Condition)

    def run(self) -> None:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {
            "x-api-key": self.key,
            "anthropic-version": "2023-06-01",
            "content-type": "application/json",
        }
        while not self.stop:
            line.request("POST", "/v1/messages/count_tokens", BODY, headers)
            answer = line.getresponse()
            answer.read()
            self.asked += 1
            if answer.status != self.status:
                with self.condition:
                    self.status, self.changed_at = answer.status, time.perf_counter()
                    self.condition.notify_all()
            time.sleep(0.002)
        line.close()

    def when(self, status: int, within_s: float = 30.0) -> float:
        """Return when it was first told `status` (`time.perf_counter`)."""
        with self.condition:
            if not self.condition.wait_for(lambda: self.status == status, within_s):
                raise SystemExit(
                    f"The gateway on port {self.port} still answers {self.status}, not {status}."
                )
            return self.changed_at


def set_up(folder: Path) -> None:
    os.environ.update(SEKISHO_DATA_DIR=str(folder), DJANGO_SETTINGS_MODULE="sekisho.settings")
    import django
    from django.core.management import call_command

    django.setup()
    for database in ("keystore", "default"):
        call_command("migrate", database=database, verbosity=0)


def populate(keys: int) -> tuple[str, str, str]:
    """Make an organisation with so many keys, and a reviewer. Return its id, and the id and text of the key that is
    suspended."""
    from sekisho.accounts import actions
    from sekisho.accounts.types import Plan, StaffRole, system
    from sekisho.policy.actions import install_reference

    actor = system("benchmark")
    install_reference()
    reviewer = actions.create_person(actor, REVIEWER, "Emi")
    actions.grant_staff_role(actor, reviewer, StaffRole.REVIEWER)
    organisation = actions.create_organisation(actor, "Benchmark", Plan.API, owner_email="aiko@example.com")
    made = [actions.create_key(actor, organisation, f"key {number}") for number in range(keys)]
    return organisation, made[0].view.id, made[0].plain


def start_gateway(folder: Path, log: Path) -> tuple[subprocess.Popen[bytes], int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = os.environ | {"SEKISHO_SCORER": "0", "SEKISHO_GATEWAY_NAME": f"bench-{port}"}
    command = [sys.executable, "-m", "sekisho", "gateway", "--port", str(port), "--data-dir", str(folder)]
    with log.open("ab") as out:
        return subprocess.Popen(command, env=environ, stdout=out, stderr=out), port


def wait_until_ready(port: int, log: Path) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        try:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            line.request("GET", "/ready")
            if line.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.05)
    raise SystemExit(f"A gateway did not become ready:\n{log.read_text()[-2000:]}")


def measure(
    askers: list[Asker], organisation: str, key: str, times: int
) -> tuple[list[float], list[float], list[float]]:
    """Return, sorted, the seconds to each first refusal, to each first passage after lifting, and in the action."""
    from sekisho.accounts.queries import viewer_at
    from sekisho.base.clock import system_clock
    from sekisho.base.text import Text
    from sekisho.enforcement import actions
    from sekisho.enforcement.types import Measure, Statement, Unit, UnitKind

    actor, unit = viewer_at(REVIEWER), Unit(UnitKind.KEY, key, organisation)
    statement = Statement(facts=Text("A benchmark ran.", "性能測定を行いました。"), is_own_initiative=True)
    refused: list[float] = []
    passed: list[float] = []
    acting: list[float] = []
    for _ in range(times):
        for asker in askers:
            asker.when(200)
        began = time.perf_counter()
        until = system_clock() + timedelta(hours=1)
        made = actions.impose(actor, unit, Measure.SUSPENDED, "fraud_predation", until, statement)
        acting.append(time.perf_counter() - began)
        refused += [asker.when(403) - began for asker in askers]
        began = time.perf_counter()
        actions.lift(actor, made)
        passed += [asker.when(200) - began for asker in askers]
    return sorted(refused), sorted(passed), sorted(acting)


def keep_fresh(stop: threading.Event) -> None:
    """Re-issue the snapshot as a worker does."""
    from django.db import close_old_connections

    from sekisho.link.publish import heartbeat_s, publish

    while not stop.wait(heartbeat_s() / 4):
        publish()
    close_old_connections()


def line(what: str, seconds: list[float]) -> str:
    p50, p99 = (
        seconds[len(seconds) // 2] * 1000,
        seconds[min(len(seconds) - 1, len(seconds) * 99 // 100)] * 1000,
    )
    return f"| {what} | {len(seconds)} | {p50:.0f} | {p99:.0f} | {seconds[-1] * 1000:.0f} |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--gateways", type=int, default=4)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--keys", type=int, default=200, help="keys in the snapshot (default: 200)")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=".", prefix=".suspension-") as name:
        folder = Path(name).absolute()
        set_up(folder)
        organisation, key, plain = populate(chosen.keys)
        return run(folder, chosen, organisation, key, plain)


def run(folder: Path, chosen: argparse.Namespace, organisation: str, key: str, plain: str) -> int:
    from sekisho.link.publish import publish

    log, over = folder / "gateways.log", threading.Event()
    publish()
    gateways = [start_gateway(folder, log) for _ in range(chosen.gateways)]
    threads = [threading.Thread(target=keep_fresh, args=(over,))]
    askers = [Asker(port, plain) for _, port in gateways]
    try:
        for _, port in gateways:
            wait_until_ready(port, log)
        threads += [threading.Thread(target=asker.run) for asker in askers]
        for thread in threads:
            thread.start()
        load, began = os.getloadavg()[0], time.monotonic()
        refused, passed, acting = measure(askers, organisation, key, chosen.times)
        took = time.monotonic() - began
    finally:
        over.set()
        for asker in askers:
            asker.stop = True
        for thread in threads[1:]:
            thread.join()
        for process, _ in gateways:
            process.send_signal(signal.SIGTERM)
        for process, _ in gateways:
            process.wait(START_S)
    return report(chosen, folder, load, sum(asker.asked for asker in askers) / took, refused, passed, acting)


def report(
    chosen: argparse.Namespace,
    folder: Path,
    load: float,
    rate: float,
    refused: list[float],
    passed: list[float],
    acting: list[float],
) -> int:
    size = (folder / "link" / "snapshot.json").stat().st_size / 1024
    print(
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, load {load:.1f} before; Python "
        f"{platform.python_version()}; {chosen.gateways} gateway processes, local carrier, SQLite; "
        f"{chosen.keys:,} keys, snapshot {size:,.0f} KiB; {rate:,.0f} requests/s meanwhile; "
        f"a person suspends and lifts {chosen.times} times"
    )
    print("\n| from the decision to | n | p50 ms | p99 ms | worst ms |\n| --- | ---: | ---: | ---: | ---: |")
    print(line("the end of the action (committed, told, published)", acting))
    print(line("the first refusal, in each gateway", refused))
    print(line("the first passage after lifting, in each gateway", passed))
    p99 = refused[min(len(refused) - 1, len(refused) * 99 // 100)]
    verdict = "kept" if p99 < PROMISED_S else "BROKEN"
    print(
        f"\nsuspension to refusal, p99: {p99 * 1000:.0f} ms, promised < {PROMISED_S * 1000:.0f} ms: {verdict}"
    )
    return 0 if p99 < PROMISED_S else 1


if __name__ == "__main__":
    sys.exit(main())
