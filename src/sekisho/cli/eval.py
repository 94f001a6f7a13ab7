"""`sekisho eval`: measure detectors over labelled texts, compare models, draw a report."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import click
from rich.progress import Progress

from sekisho.base.errors import SekishoError
from sekisho.base.text import LANGS, Lang, Text
from sekisho.cli import bilingual, eval_robustness, eval_tables, reader_language
from sekisho.cli.eval_options import with_options
from sekisho.cli.judging import Asked, Bench, bench, pack_named
from sekisho.cli.language import told
from sekisho.cli.output import console, say
from sekisho.cli.traffic import Gate
from sekisho.detection.detectors.assessing import Step
from sekisho.detection.evaluation.comparing import compare
from sekisho.detection.evaluation.measuring import answers_by_id, evaluate
from sekisho.detection.evaluation.page import page
from sekisho.detection.evaluation.resampling import Plan
from sekisho.detection.evaluation.results import Comparison, Evaluation
from sekisho.detection.evaluation.robustness import robustness as disguised
from sekisho.detection.evaluation.rows import Problem, Row, read
from sekisho.detection.evaluation.sources import sources
from sekisho.detection.evaluation.stored import base_of, read_base, written
from sekisho.detection.evaluation.tasks import QUESTIONS, Case, answer_of
from sekisho.detection.evaluation.transforms import TRANSFORMS
from sekisho.policy.types import Pack

REGRESSED = 1
"""Exit status when something is worse than the base, beyond noise."""
UNREADABLE = 2
"""Exit status when some row is wrong. Nothing is measured then: half a set would be another set."""
SHOWN = 20
"""Wrong rows that are told one by one."""

Done = Callable[[], None]
"""Told when one more thing is done."""


@bilingual.command(
    "eval",
    help=Text(
        """Measure a detector over the labelled rows in DATA: files, folders of files, or - for standard input.

        A row is one line of JSON: {"id": …, "text": …, "harmful": true|false|null, "labels"?: […], "lang"?: …,
        "role"?: …, "advice"?: …, "source"?: …, "pair"?: …, "kind"?: …}; docs/rules/evaluation.md explains each
        field. Every figure comes with its 95 % bootstrap interval.

        Ends with status 1 on a regression, 2 when some row is wrong.
        """,
        """ラベル付きのデータで検出器を測定します。
        データには、ファイル、ファイルを入れたフォルダー、標準入力（-）を指定できます。

        1 行に 1 つの JSON です: {"id": …, "text": …, "harmful": true|false|null, "labels"?: […], "lang"?: …,
        "role"?: …, "advice"?: …, "source"?: …, "pair"?: …, "kind"?: …}。
        各項目は docs/rules/evaluation.md で説明しています。
        どの数値にも、ブートストラップ法による 95 % 信頼区間が付きます。

        悪化が見つかれば終了コード 1、誤りのある行があれば 2 で終わります。
        """,
    ),
)
@bilingual.argument("data", Text("DATA", "データ"), nargs=-1, required=True)
@with_options
def command(
    data: tuple[str, ...],
    detector: str,
    model: Path | None,
    step: str,
    pack: str | None,
    maps: tuple[str, ...],
    look_alikes: tuple[str, ...],
    by: str | None,
    robustness: bool,
    other: Path | None,
    regression: Path | None,
    resamples: int,
    seed: int,
    **given: Any,
) -> None:
    rows = _rows(data, maps)
    judge = bench(Asked(detector), model, Step(step), pack_named(pack))
    run = Run(judge, Step(step), Plan(resamples, seed), frozenset(look_alikes))
    with progress(len(rows) + len(QUESTIONS) + (1 + len(TRANSFORMS) if robustness else 0)) as done:
        cases = run.cases(judge, rows, done)
        found = evaluate(
            cases,
            detector,
            judge.version,
            judge.pack.label,
            plan=run.plan,
            look_alikes=run.look_alikes,
            by=by or "",
            told=lambda _: done(),
        )
        if robustness:
            found = replace(found, robustness=disguised(rows, Gate(judge).judge, plan=run.plan, done=done))
    held_against = [run.compared(each, cases) if each else None for each in (other, regression)]
    comparison = held_against[0] or held_against[1]
    Output(**given).give(found, comparison, judge.pack)
    if held_against[1]:
        _fail_on_regression(held_against[1])


# ── rows ──────────────────────────────────────────────────────────────────────────────────────
def _rows(data: Iterable[str], maps: Iterable[str]) -> list[Row]:
    """Return all rows; ends the command, telling what is wrong, when any cannot be taken."""
    reading = read(sources(data), dict(map(_meaning, maps)))
    if reading.problems:
        _tell(reading.problems)
        sys.exit(UNREADABLE)
    if not reading.rows:
        raise SekishoError(
            "data_empty",
            Text(
                "There is no row in it. Name files of JSON Lines.",
                "行がありません。JSON Lines のファイルを指定してください。",
            ),
        )
    return reading.rows


def _meaning(given: str) -> tuple[str, str]:
    theirs, sign, ours = given.partition("=")
    if not sign or not theirs:
        raise click.BadParameter(
            told(
                f"{given!r} is not THEIRS=OURS.",
                f"{given!r} は「相手のラベル=条項」の形ではありません。",
            ),
            param_hint="--map",
        )
    return theirs, ours


def _tell(problems: Sequence[Problem]) -> None:
    for problem in problems[:SHOWN]:
        click.echo(f"{problem.place}: {problem.message.in_(reader_language())}", err=True)
    left = len(problems) - SHOWN
    if left > 0:
        say(f"… and {left:,} more.", f"… ほか {left:,} 件。", err=True)
    count = f"{len(problems):,}"
    say(
        f"Wrong rows: {count}. Nothing was measured.",
        f"誤りのある行が {count} 件あるため、測定しませんでした。",
        err=True,
    )


# ── answers ───────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Run:
    """What stays the same while rows are answered and answers compared."""

    judge: Bench
    step: Step
    plan: Plan
    look_alikes: frozenset[str]

    def cases(self, judge: Bench, rows: Iterable[Row], done: Done = lambda: None) -> list[Case]:
        """Return each row with the answer of `judge`. One at a time, for how long one takes is measured
        too."""
        cases = []
        for row in rows:
            passage, began = row.passage, time.perf_counter()
            (judged,) = judge.judge([passage])
            ms = (time.perf_counter() - began) * 1000
            cases.append(Case(row, answer_of(judged.assessment, judged.acted, judged.decision, ms)))
            done()
        return cases

    def compared(self, other: Path, cases: Sequence[Case]) -> Comparison:
        """Compare with what is stored in a file; with a model, after asking it the same rows."""
        if other.is_dir():
            its = bench(self.judge.asked, other, self.step, self.judge.pack)
            answered = self.cases(its, [case.row for case in cases])
            version, answers = its.version, {case.row.id: case.answer for case in answered}
        else:
            base = read_base(other)
            version, answers = base.version, answers_by_id(base.answers)
        return compare(cases, answers, (version, self.judge.version), self.plan, self.look_alikes)


# ── what comes out ────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Output:
    """Where the figures go."""

    out: Path | None
    lang: Lang | None
    base: Path | None
    as_json: bool

    def give(self, found: Evaluation, comparison: Comparison | None, pack: Pack) -> None:
        if self.base:
            self.base.write_bytes(written(base_of(found)))
        if self.out:
            titles = {clause.id: clause.title for clause in pack.clauses}
            langs = (self.lang,) if self.lang else LANGS
            self.out.write_text(page(found, titles, _tokens(), langs, comparison), encoding="utf-8")
        if self.as_json:
            click.echo(written(replace(found, comparison=comparison)).decode(), nl=False)
            return
        eval_tables.show(found)
        eval_robustness.show(found.robustness)
        if comparison:
            eval_tables.show_comparison(comparison)


def _tokens() -> str:
    """The console's colours and sizes, so that a report looks as the pages do."""
    path = files("sekisho.console") / "static" / "console" / "css" / "tokens.css"
    return path.read_text(encoding="utf-8")


def _fail_on_regression(comparison: Comparison) -> None:
    if not comparison.texts:
        raise SekishoError(
            "nothing_in_common",
            Text(
                "The base holds none of these rows. Compare the data it was made from, or store a new one with --base.",
                "比較の基準にこれらの行が含まれていません。同じデータを使うか、--base で基準を作り直してください。",
            ),
        )
    worse = comparison.beyond_noise(better=False)
    for one in worse:
        click.echo(eval_tables.on_one_line(one), err=True)
    if worse:
        count = len(worse)
        say(
            f"{count} figures are worse, beyond noise.",
            f"{count} 個の数値が誤差を超えて悪化しています。",
            err=True,
        )
        sys.exit(REGRESSED)


@contextmanager
def progress(total: int) -> Iterator[Done]:
    """Show a bar on standard error where somebody sees it; elsewhere nothing."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    with Progress(console=console(stderr=True)) as progress:
        task = progress.add_task(Text("Measuring", "測定中").in_(reader_language()), total=total)
        yield lambda: progress.advance(task)
