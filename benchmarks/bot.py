"""How many questions articles answer without a model, and what the check adds to a model's first words.

    python benchmarks/bot.py [--rounds 60]

Without a model: the questions of `tests/support/search/questions.yaml` over the articles of the release. With one: a
model on loopback that waits 200 ms and then says fifty pieces a second. What is added is the time from the question to
the model's being asked (reading articles, counting the budget), and from the last piece of its first sentence to that
sentence being shown (reading the form, the check). Nothing is shown before a sentence is whole: that is the model's.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sys
import tempfile
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median, quantiles
from threading import Thread

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--rounds", type=int, default=60)
CHOSEN = parser.parse_args()
os.environ |= {
    "SEKISHO_DATA_DIR": tempfile.mkdtemp(prefix="sekisho-bot-"),
    "DJANGO_SETTINGS_MODULE": "sekisho.settings",
    "SEKISHO_SUPPORT_BOT_MODEL": "scripted",
    "SEKISHO_SUPPORT_BOT_CALLS_A_DAY": "1000000",
}

import django  # noqa: E402

django.setup()

import yaml  # noqa: E402
from django.core.management import call_command  # noqa: E402

from sekisho.accounts.types import Plan, Role  # noqa: E402
from sekisho.base.databases import KEYSTORE  # noqa: E402
from sekisho.base.text import Lang  # noqa: E402
from sekisho.support.bot import actions  # noqa: E402
from sekisho.support.bot.types import Answer, AnswerKind, Question  # noqa: E402
from sekisho.support.help.actions import load_articles  # noqa: E402
from sekisho.support.types import Actor, Surface  # noqa: E402
from tests.support.bot.models_of_others import events, form  # noqa: E402
from tests.support.search.benchmark import FILE, paraphrases, questions  # noqa: E402

FIRST = "You cannot see a lost key again."
SAID = form("answer", f"{FIRST} Make another one. Then put it where the old one was.", "lost-key")


class Scripted(BaseHTTPRequestHandler):
    asked_at = 0.0
    first_at = 0.0
    """When the last piece of the first sentence had been sent."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        Scripted.asked_at = time.perf_counter()
        time.sleep(0.2)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        whole, sent = SAID.index(FIRST) + len(FIRST) + 1, 0
        for event in events(SAID):
            self.wfile.write(event)
            self.wfile.flush()
            if sent < whole <= (sent := sent + 24):
                Scripted.first_at = time.perf_counter()
            time.sleep(0.02)

    def log_message(self, *_: object) -> None:
        pass


def question(number: int) -> Question:
    actor = Actor(f"usr_{number}", "org_1", Plan.MAX, Role.PRIMARY_OWNER)
    return Question("I lost my key, can I see it again?", "en", actor, Surface.PRODUCT)


async def added(number: int) -> tuple[float, float]:
    """Return the milliseconds before the model is asked, and those after its first sentence."""
    begun = time.perf_counter()
    shown = 0.0
    async for piece in actions.stream(question(number)):
        if isinstance(piece, str) and piece and not shown:
            shown = time.perf_counter()
        if isinstance(piece, Answer) and piece.kind is not AnswerKind.ANSWER:
            raise SystemExit(f"The scripted answer was withheld: {piece.kind}.")
    return (Scripted.asked_at - begun) * 1000, (shown - Scripted.first_at) * 1000


def quoted(text: str, lang: Lang) -> Answer | None:
    answer = actions.Extracts().answer(Question(text, lang, Actor(), Surface.HELP_CENTRE))
    return answer if answer.kind is AnswerKind.ANSWER and answer.citations else None


def quality() -> None:
    asked = [*paraphrases(), *questions("short")]
    given = [(one, answer) for one in asked if (answer := quoted(one.text, one.lang))]
    right = sum(answer.citations[0].slug in one.answers for one, answer in given)
    outside = [str(text) for text in yaml.safe_load(FILE.read_text("utf-8"))["out_of_scope"]]
    wrong = sum(quoted(text, "en" if text.isascii() else "ja") is not None for text in outside)
    fixed = sum(bool(answer.template) for _, answer in given)
    print(
        f"without a model: {len(given)} of {len(asked)} answered ({fixed} by a template), {right} of them rightly;"
    )
    print(
        f"  outside the help centre: {wrong} of {len(outside)} answered; all others are asked back with articles"
    )


def first_words() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Scripted)
    Thread(target=server.serve_forever, daemon=True).start()
    os.environ["SEKISHO_SUPPORT_BOT_URL"] = f"http://127.0.0.1:{server.server_port}/v1"
    asyncio.run(added(0))
    measured = [asyncio.run(added(number)) for number in range(1, CHOSEN.rounds + 1)]
    for name, values in (
        ("before the model is asked", [before for before, _ in measured]),
        ("after its first sentence", [after for _, after in measured]),
        ("added in all", [before + after for before, after in measured]),
    ):
        p95 = quantiles(values, n=20)[-1]
        print(f"{name:26} p50 {median(values):6.1f} ms   p95 {p95:6.1f} ms   max {max(values):6.1f} ms")
    server.shutdown()


if __name__ == "__main__":
    for alias in ("default", KEYSTORE):
        call_command("migrate", database=alias, verbosity=0)
    load_articles()
    print(f"{platform.python_version()} on {os.cpu_count()} cores, SQLite, {CHOSEN.rounds} rounds")
    quality()
    first_words()
