"""How soon a choice holds: from the press of the button to the first answer that says so, in each of several gateways.

    .venv/bin/python benchmarks/consent.py [--gateways 4] [--times 100] [--keys 200]

Starts real gateway processes over one data folder, as in production, and asks each without pause. Then a person allows
training and takes it back, so many times, by the same action that the privacy page calls; the clock starts when the
action is called, so its transaction, its event, its receipt in the audit log and the publication are in it. Each answer
says what holds for its data (`x-sekisho-data-policy`). Ends with 1 when the slowest hundredth of the withdrawals took a
second or more (R-DATA-013).
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import platform
import signal
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from suspension import START_S, keep_fresh, line, set_up, start_gateway, wait_until_ready

PROMISED_S = 1.0
BODY = json.dumps({"model": "claude-demo", "max_tokens": 1, "messages": [{"role": "user", "content": "Hi"}]})
PERSON = "chie@example.com"


@dataclass
class Asker:
    """Asks one gateway again and again, and notes when what it says about training changes."""

    port: int
    key: str
    training: str = ""
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
            said = "yes" if "training=yes" in (answer.getheader("x-sekisho-data-policy") or "") else "no"
            if said != self.training:
                with self.condition:
                    self.training, self.changed_at = said, time.perf_counter()
                    self.condition.notify_all()
            time.sleep(0.002)
        line.close()

    def when(self, training: str, within_s: float = 30.0) -> float:
        """Return when it first said so (`time.perf_counter`)."""
        with self.condition:
            if not self.condition.wait_for(lambda: self.training == training, within_s):
                raise SystemExit(f"The gateway on port {self.port} does not say training={training}.")
            return self.changed_at


def populate(keys: int) -> tuple[str, str]:
    """Make a person with an account of their own and so many keys. Return the account and the text of one key."""
    from sekisho.accounts import actions, queries
    from sekisho.accounts.types import AgeBand, system
    from sekisho.policy.actions import install_reference

    install_reference()
    person = actions.create_person(system("benchmark"), PERSON)
    viewer = queries.viewer(person)
    actions.state_age(viewer, AgeBand.ADULT)
    account = actions.open_account(person)
    made = [actions.create_key(viewer, account, f"key {number}") for number in range(keys)]
    return account, made[0].plain


def measure(askers: list[Asker], account: str, times: int) -> tuple[list[float], list[float], list[float]]:
    """Return, sorted, the seconds to each first yes, to each first no, and in the action."""
    from sekisho.accounts.queries import viewer_at
    from sekisho.records.consent import actions
    from sekisho.records.consent.types import Surface
    from sekisho.records.consent.wording import VERSIONS

    viewer = viewer_at(PERSON)
    seconds: dict[str, list[float]] = {"yes": [], "no": []}
    acting: list[float] = []
    for number in range(2 * times):
        word = "no" if number % 2 else "yes"
        began = time.perf_counter()
        actions.choose(
            viewer,
            account,
            word == "yes",
            surface=Surface.PRIVACY_PAGE,
            notice=VERSIONS[-1],
            language="en",
            at=datetime.now(UTC),
        )
        acting.append(time.perf_counter() - began)
        seconds[word] += [asker.when(word) - began for asker in askers]
    return sorted(seconds["yes"]), sorted(seconds["no"]), sorted(acting)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--gateways", type=int, default=4)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--keys", type=int, default=200, help="keys in the snapshot (default: 200)")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=".", prefix=".consent-") as name:
        folder = Path(name).absolute()
        set_up(folder)
        account, plain = populate(chosen.keys)
        return run(folder, chosen, account, plain)


def run(folder: Path, chosen: argparse.Namespace, account: str, plain: str) -> int:
    from sekisho.link.publish import publish

    log, over = folder / "gateways.log", threading.Event()
    publish()
    gateways = [start_gateway(folder, log) for _ in range(chosen.gateways)]
    beat = threading.Thread(target=keep_fresh, args=(over,))
    askers = [Asker(port, plain) for _, port in gateways]
    threads = [threading.Thread(target=asker.run) for asker in askers]
    try:
        for _, port in gateways:
            wait_until_ready(port, log)
        for thread in (beat, *threads):
            thread.start()
        load, began = os.getloadavg()[0], time.monotonic()
        allowed, withdrawn, acting = measure(askers, account, chosen.times)
        took = time.monotonic() - began
    finally:
        over.set()
        for asker in askers:
            asker.stop = True
        for thread in threads:
            thread.join()
        for process, _ in gateways:
            process.send_signal(signal.SIGTERM)
        for process, _ in gateways:
            process.wait(START_S)
    rate = sum(asker.asked for asker in askers) / took
    return report(chosen, load, rate, allowed, withdrawn, acting)


def report(
    chosen: argparse.Namespace,
    load: float,
    rate: float,
    allowed: list[float],
    withdrawn: list[float],
    acting: list[float],
) -> int:
    print(
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, load {load:.1f} before; Python "
        f"{platform.python_version()}; {chosen.gateways} gateway processes, local carrier, SQLite; "
        f"{chosen.keys:,} keys; {rate:,.0f} requests/s meanwhile; a person allows and withdraws {chosen.times} times"
    )
    print("\n| from the choice to | n | p50 ms | p99 ms | worst ms |\n| --- | ---: | ---: | ---: | ---: |")
    print(line("the end of the action (committed, receipted, published)", acting))
    print(line("the first answer that says yes, in each gateway", allowed))
    print(line("the first answer that says no, in each gateway", withdrawn))
    p99 = withdrawn[min(len(withdrawn) - 1, len(withdrawn) * 99 // 100)]
    verdict = "kept" if p99 < PROMISED_S else "BROKEN"
    print(
        f"\nwithdrawal to every gateway, p99: {p99 * 1000:.0f} ms, promised < {PROMISED_S * 1000:.0f} ms: {verdict}"
    )
    return 0 if p99 < PROMISED_S else 1


if __name__ == "__main__":
    sys.exit(main())
