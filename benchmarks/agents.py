"""What judging an agent's tool calls costs, beside screening their text: by the length of the conversation.

    .venv/bin/python benchmarks/agents.py [--rounds 300]

A call is judged over the whole conversation that its request carries. Prints p50 and p99 in microseconds: to read the
conversation out of a body, to judge the first call of an answer (pages are folded then) and each further one; and what
an answer without a call pays, which is nothing. One thread.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import platform
import sys
import time
from collections.abc import Callable
from functools import partial

import msgspec

from sekisho.gateway.dialects.json import decode
from sekisho.gateway.dialects.traces import anthropic_trace
from sekisho.policy.agents.rules import judge_call
from sekisho.policy.agents.trace import Call, Trace
from sekisho.policy.packs import reference_packs

CATALOGUE = reference_packs()[-1].agents
PAGES = {
    "en": "The harbour office opens at nine and closes at five, except on public holidays. ",
    "ja": "港の事務所は平日の午前九時に開き、午後五時に閉まります。祝日はお休みです。",
}
CALLS = {
    "mails 500 characters": Call(
        "send_email", {"to": "chie@else.example", "subject": "News", "body": "They meet in May. " * 28}
    ),
    "runs a command": Call("bash", {"command": "make test && git status --short"}),
    "writes 8,000 characters": Call(
        "write_file", {"path": "notes.md", "content": "They meet in May. " * 444}
    ),
    "asks for the weather": Call("weather", {"city": "Kyoto"}),
}


def body_of(language: str, rounds: int, characters: int) -> bytes:
    """Return a Messages request in which an agent has fetched so many pages of so many characters."""
    messages: list[dict[str, object]] = [{"role": "user", "content": "Help me in /home/ben/shop, please."}]
    for number in range(rounds):
        page = (f"{number}. " + PAGES[language] * (characters // len(PAGES[language]) + 1))[:characters]
        call = {
            "type": "tool_use",
            "id": f"t{number}",
            "name": "fetch_page",
            "input": {"url": f"https://a/{number}"},
        }
        result = {"type": "tool_result", "tool_use_id": f"t{number}", "content": page}
        messages += [{"role": "assistant", "content": [call]}, {"role": "user", "content": [result]}]
    return msgspec.json.encode({"model": "m", "max_tokens": 9, "messages": messages})


def measured(call: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Return p50 and p99 in microseconds."""
    for _ in range(max(rounds // 10, 2)):
        call()
    taken = []
    for _ in range(rounds):
        began = time.perf_counter_ns()
        call()
        taken.append(time.perf_counter_ns() - began)
    taken.sort()
    return taken[rounds // 2] / 1000, taken[rounds * 99 // 100] / 1000


def line(what: str, size: int, times: tuple[float, float]) -> None:
    print(f"| {what} | {size / 1024:,.0f} | {times[0]:,.0f} | {times[1]:,.0f} |")


def conversation(language: str, rounds: int, characters: int, times: int) -> None:
    body = body_of(language, rounds, characters)
    told = f"{language}, {rounds} pages"

    def read() -> Trace:
        return Trace(anthropic_trace(decode(body)))

    def anew(call: Call) -> object:
        return judge_call(CATALOGUE, read(), call)

    line(f"{told}: read the conversation", len(body), measured(read, times))
    for name, call in CALLS.items():
        known = read()
        judge_call(CATALOGUE, known, call)
        first = measured(partial(anew, call), times)
        again = measured(partial(judge_call, CATALOGUE, known, call), times)
        line(f"{told}: first call, {name}", len(body), first)
        line(f"{told}: further call, {name}", len(body), again)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=300, help="calls a line (default: 300)")
    rounds = parser.parse_args().rounds
    print(
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before; "
        f"Python {platform.python_version()}; {len(CATALOGUE.actions)} actions; one thread, {rounds} calls a line; "
        "an answer without a tool call reads nothing and pays nothing"
    )
    print("\n| what | KiB of request | p50 µs | p99 µs |\n| --- | ---: | ---: | ---: |")
    for language in PAGES:
        conversation(language, 2, 2_000, rounds)
        conversation(language, 20, 5_000, max(rounds // 5, 20))
        conversation(language, 200, 5_000, max(rounds // 30, 10))
    return 0


if __name__ == "__main__":
    sys.exit(main())
