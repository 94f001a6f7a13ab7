"""How many stored turns a second a backtest judges on one core: content decrypted, judged by two versions, noted.

python benchmarks/backtest.py [--turns 10000] [--step cheap|doubt]

Turns are short, as most are: a question of one or two sentences and an answer of a few, half of them in Japanese. The
database is SQLite, or what SEKISHO_DATABASE_URL says.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import sys
import tempfile
import time
from datetime import timedelta

QUESTIONS = (
    "Could you help me plan a week of lunches for two children who dislike {}?",
    "Please write a short thank-you note for a colleague who helped me with {}.",
    "{}について、初心者にもわかるように三つの要点で説明してください。",
    "来月の旅行で{}を楽しみたいのですが、どのような準備をすればよいでしょうか。",
)
ANSWERS = (
    "Here is a plan that keeps {} out of the way. Monday could begin with rice and grilled fish, and so on.",
    "Thank you for your patience with {}. It made the whole afternoon easier, and I learned a great deal.",
    "{}は、まず全体像をつかみ、次に基本を試し、最後に自分なりの工夫を加えるとよいでしょう。",
    "{}の準備は、天気と持ち物の確認から始めると安心です。時間に余裕のある計画をおすすめします。",
)
TOPICS = ("mushrooms", "old maps", "紅葉", "和菓子", "train timetables", "刺繍", "gardening", "星座")


def store(count: int) -> None:
    from sekisho.accounts.actions import create_organisation
    from sekisho.accounts.types import Plan, system
    from sekisho.policy.packs import reference_packs
    from sekisho.records.actions import store_turns
    from sekisho.records.types import Part, Stamp, StoredBlock, TurnRecord

    organisation = create_organisation(system("bench"), "Bench", Plan.API, owner_email="aiko@example.test")
    at, draw = reference_packs()[-1].effective_at + timedelta(days=1), random.Random(7)

    def turn(number: int) -> TurnRecord:
        which, topic = draw.randrange(len(QUESTIONS)), f"{draw.choice(TOPICS)} {number}"
        said = {
            Part.PROMPT: (StoredBlock("user", "text", QUESTIONS[which].format(topic)),),
            Part.ANSWER: (StoredBlock("assistant", "text", ANSWERS[which].format(topic)),),
        }
        return TurnRecord(
            id=f"req_{number:08}", organisation=organisation, key="key_1", gateway="bench",
            stamp=Stamp(Plan.API, "fake", False, at), finished_at=at, dialect="anthropic", endpoint="messages",
            outcome="completed", status=200, conversation=f"c{number // 4}", content=said,
        )  # fmt: skip

    for first in range(0, count, 500):
        store_turns([turn(number) for number in range(first, min(first + 500, count))])


def main() -> int:
    parser = argparse.ArgumentParser(description="Stored turns a second that a backtest judges on one core.")
    parser.add_argument("--turns", type=int, default=10_000)
    parser.add_argument("--step", choices=("cheap", "doubt"), default="cheap")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"SEKISHO_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "sekisho.settings"}
        import django

        django.setup()
        from sekisho.accounts.types import system
        from sekisho.cli.control_plane import migrate
        from sekisho.detection.cascade import default_cascade
        from sekisho.enforcement.backtest import backtest, turns_since
        from sekisho.policy.actions import install_reference
        from sekisho.policy.packs import reference_packs

        migrate()
        install_reference()
        store(given.turns)
        find = default_cascade(step=given.step).find_all
        bench, candidate = system("bench"), reference_packs()[0]
        backtest(bench, candidate, turns_since(bench, None, 400), find)  # everything is loaded
        began, used = time.perf_counter(), time.process_time()
        report = backtest(bench, candidate, turns_since(bench, None, None), find, _progress(given.turns))
        took, busy = time.perf_counter() - began, time.process_time() - used
    print(f"\nPython {platform.python_version()}, {os.environ.get('SEKISHO_DATABASE_URL', 'SQLite')[:10]}")
    print(f"{report.judged:,} turns of two passages judged by two versions, scorer step {given.step}")
    print(
        f"{report.judged / took:,.0f} turns a second; {report.judged / busy:,.0f} a second of one core's time"
    )
    return 0


def _progress(total: int):  # type: ignore[no-untyped-def]
    done = [0]

    def tell(count: int) -> None:
        done[0] += count
        print(f"\r{done[0]:,} of {total:,}", end="", file=sys.stderr, flush=True)

    return tell


if __name__ == "__main__":
    sys.exit(main())
