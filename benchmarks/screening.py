"""What screening a text costs: normalising, deterministic detectors, scorer, and the whole cascade.

    .venv/bin/python benchmarks/screening.py

Prints p50 and p99 in microseconds for prompts of 500 characters, for long texts, and for one more turn of
a conversation that grows: only what is new is screened, so the 200th turn costs what the 2nd did. One core.

Then the scorer as far as each of its steps goes, over 500 characters, with the memory of a process that has only it,
beside what was promised. A model without a second step costs the same in every row. Ends with 1 when a promise is
broken.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import multiprocessing
import platform
import resource
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from sekisho.detection.cascade import default_cascade
from sekisho.detection.detectors.deterministic import deterministic
from sekisho.detection.detectors.scorer import Step, load
from sekisho.detection.normalise import normalise
from sekisho.detection.types import Passage

ENGLISH = """Could you look over the notes from our last planning meeting? We agreed to move the release
to the second week of March, to write the guide for new colleagues first, and to ask the design team for two more
drawings of the start page. Anna will collect the open questions. Please turn this into a short list with owners
and dates, and mark what is still missing. """.replace("\n", " ")
JAPANESE = """先週の打ち合わせの議事録を確認していただけますか。公開日は三月の第二週に延期し、
まず新しく入る方のための手引きを作成することになりました。
デザインチームには、トップページの図をあと二枚お願いする予定です。未解決の質問は田中さんがまとめます。
これを担当者と期限のついた短い一覧にして、足りない点があれば印を付けてください。 """.replace("\n", "")

TEXTS = {"en": ENGLISH, "ja": JAPANESE}

PROMISED_MS = {Step.CHEAP: {"p50": 1.0, "p99": 5.0}, Step.DOUBT: {}, Step.BOTH: {"p50": 15.0}}
"""Of the scorer over 500 characters, in milliseconds."""
PROMISED_MIB = 200


def text_of(language: str, characters: int, offset: int = 0) -> str:
    """Return ordinary text of that length; another `offset` gives another text."""
    text = TEXTS[language]
    start = offset % len(text)
    return (text * (characters // len(text) + 2))[start : start + characters]


def measured(call: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Return p50 and p99 in microseconds."""
    for _ in range(max(rounds // 10, 3)):
        call()
    taken = []
    for _ in range(rounds):
        began = time.perf_counter_ns()
        call()
        taken.append(time.perf_counter_ns() - began)
    taken.sort()
    return taken[rounds // 2] / 1000, taken[rounds * 99 // 100] / 1000


def line(what: str, size: int, times: tuple[float, float]) -> None:
    print(f"| {what} | {size:,} | {times[0]:,.0f} | {times[1]:,.0f} | {times[0] / size * 1000:,.0f} |")


def parts(language: str, size: int, rounds: int) -> None:
    """Print a line for each step on one text."""
    passage = Passage(text_of(language, size), language=language)
    reading = normalise(passage.text)
    rules, scorer, cascade = deterministic(), load(), default_cascade()
    line(f"{language}: normalise", size, measured(lambda: normalise(passage.text), rounds))
    line(
        f"{language}: deterministic",
        size,
        measured(lambda: [rule.find_in(reading, passage) for rule in rules], rounds),
    )
    line(f"{language}: scorer", size, measured(lambda: scorer.find_in(reading, passage), rounds))
    line(f"**{language}: cascade, all of it**", size, measured(lambda: cascade.find(passage), rounds))


def steps(rounds: int) -> bool:
    """Print a line for each of the scorer's steps in each language. Returns whether all promises are kept."""
    print(
        "\n| scorer, 500 characters | p50 ms | p99 ms | MiB | promised |\n| --- | ---: | ---: | ---: | --- |"
    )
    kept = True
    for step in Step:
        scorer, mebibytes = load(step=step), resident(step)
        for language in TEXTS:
            passage = Passage(text_of(language, 500), language=language)
            times = measured(lambda scorer=scorer, passage=passage: scorer.find(passage), rounds)
            p50, p99 = (each / 1000 for each in times)
            told = {"p50": p50, "p99": p99, "MiB": mebibytes}
            promised = {**PROMISED_MS[step], "MiB": PROMISED_MIB}
            is_kept = all(told[what] <= most for what, most in promised.items())
            limits = ", ".join(f"{what} ≤ {most:g}" for what, most in promised.items())
            verdict = "kept" if is_kept else "BROKEN"
            print(
                f"| {language}: step {step} | {p50:.2f} | {p99:.2f} | {mebibytes:.0f} | {limits}: {verdict} |"
            )
            kept = kept and is_kept
    return kept


def resident(step: Step) -> float:
    """Return the most MiB that a fresh process took which loaded a scorer and read one text in each language."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_resident, (step,))


def _resident(step: Step) -> float:
    scorer = load(step=step)
    for language in TEXTS:
        scorer.find(Passage(text_of(language, 8_000), language=language))
    status = Path("/proc/self/status")
    if status.exists():  # getrusage would tell of the process that started this one, too
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def growth(rounds: int) -> None:
    """Print what the newest turn of a conversation costs, and what screening all of it again would."""
    cascade = default_cascade()
    turns = [text_of("en", 500, 37 * number) for number in range(200)]
    for number in (2, 20, 200):
        new, all_ = (
            Passage(turns[number - 1], language="en"),
            Passage("\n".join(turns[:number]), language="en"),
        )
        line(f"turn {number}: the new text", 500, measured(lambda new=new: cascade.find(new), rounds))
        line(
            f"turn {number}: all again, for comparison",
            len(all_.text),
            measured(lambda all_=all_: cascade.find(all_), max(rounds // 20, 10)),
        )


def processor() -> str:
    for row in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else ():
        if row.startswith("model name"):
            return row.partition(":")[2].strip()
    return platform.processor() or "unknown processor"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2000, help="calls a line (default: 2000)")
    rounds = parser.parse_args().rounds
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    scorer = load()
    loaded = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    load_1 = os.getloadavg()[0]
    print(
        f"{processor()}, {os.cpu_count()} cores, load {load_1:.1f} before; Python {platform.python_version()}, "
        f"numpy {version('numpy')}, google-re2 {version('google-re2')}; scorer {scorer.version} "
        f"(+{loaded / 1024:.0f} MiB at load); one thread, {rounds:,} calls a line"
    )
    print("\n| what | characters | p50 µs | p99 µs | p50 ns/character |\n| --- | ---: | ---: | ---: | ---: |")
    for language in ("en", "ja"):
        parts(language, 500, rounds)
    for language in ("en", "ja"):
        parts(language, 8_000, max(rounds // 10, 20))
    growth(rounds)
    return 0 if steps(max(rounds // 4, 100)) else 1


if __name__ == "__main__":
    sys.exit(main())
