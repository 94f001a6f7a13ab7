"""What `sekisho eval` writes to a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from rich.table import Table
from rich.text import Text as Words

from sekisho.base.text import Text
from sekisho.cli import reader_language
from sekisho.cli.language import told
from sekisho.cli.output import console, say
from sekisho.cli.terms import term
from sekisho.detection.card import Interval
from sekisho.detection.evaluation import words
from sekisho.detection.evaluation.results import (
    DECISIONS,
    NEEDS,
    Comparison,
    Difference,
    Evaluation,
    Line,
    Outcomes,
)
from sekisho.detection.evaluation.rows import shown

_HEADS: Final = {
    "precision": Text("prec.", "適合率"),
    "recall": Text("recall", "再現率"),
    "f1": Text("F1", "F1"),
    "auprc": Text("AUPRC", "AUPRC"),
    "auroc": Text("AUROC", "AUROC"),
    "recall_at_1_percent": Text("rec.@1%", "再現@1%"),
    "recall_at_0_1_percent": Text("rec.@.1%", "再現@.1%"),
    "calibration_error": Text("ECE", "ECE"),
}
_QUESTION: Final = Text("question", "問い")
_LINE: Final = (_QUESTION, Text("yes, no", "該当・非該当"))
_CHANGE: Final = (
    _QUESTION,
    Text("lang", "言語"),
    Text("measure", "指標"),
    Text("before", "前"),
    Text("after", "後"),
    Text("change", "変化"),
)


def show(found: Evaluation) -> None:
    """Write the figures that can be told; the report and the JSON have the rest."""
    lines = [line for line in found.lines if line.measures["auroc"]]
    title = f"{found.detector} · {found.version} · {found.pack} · {found.texts:,}"
    narrow(title, _said([*_LINE, *(_HEADS[name] for name in NEEDS)]), map(_line, lines))
    few = len(found.lines) - len(lines)
    if few:
        say(
            f"Of {few} more questions and languages there are too few texts; the report and --json tell them.",
            f"ほか {few} 件の問いと言語は文章が不足しています（報告書と --json に含まれます）。",
        )
    outcomes = [one for one in found.outcomes if one.stopped]
    heads = [
        told("texts", "文章"),
        "n",
        *map(term, DECISIONS),
        told("stopped", "停止率"),
        told("judge", "照会率"),
    ]
    narrow("", heads, map(_outcomes, outcomes))
    took = found.latency
    if took.p50 and took.p99:
        say(
            f"Time a text: p50 {took.p50.value:.2f} ms, p99 {took.p99.value:.2f} ms.",
            f"1 件あたりの時間：p50 {took.p50.value:.2f} ms、p99 {took.p99.value:.2f} ms。",
        )


def narrow(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table with as little room between columns as can be read: there are many."""
    drawn = Table(
        title=Words(title) if title else None,
        title_justify="left",
        header_style="bold",
        box=None,
        pad_edge=False,
    )
    for at, head in enumerate(heads):
        drawn.add_column(head, justify="right" if at else "left", no_wrap=True)
    for row in rows:
        drawn.add_row(*map(_cell, row))
    console().print(drawn)


def _cell(text: str) -> Words:
    """A cell as it stands: what a file says is neither markup nor a terminal's command."""
    return Words("\n".join(map(shown, text.split("\n"))))


def show_comparison(found: Comparison) -> None:
    """Write what is beyond noise, and that nothing is where it is so."""
    counted = Text(
        f"{len(found.differences):,} figures over {found.texts:,} shared texts",
        f"共通の {found.texts:,} 件、数値 {len(found.differences):,} 個",
    )
    before = shown(found.before)
    say(
        f"Compared with {before}: {counted.en}, {found.unmatched:,} rows left out.",
        f"{before} との比較：{counted.ja}、対象外の行 {found.unmatched:,} 件。",
    )
    for title, better in ((words.WORSE, False), (words.BETTER, True)):
        differences = found.beyond_noise(better=better)
        if differences:
            narrow(title.in_(reader_language()), _said(_CHANGE), map(_difference, differences))
    if not any(one.is_beyond_noise for one in found.differences):
        say(words.NOTHING_BEYOND.en, words.NOTHING_BEYOND.ja)


def on_one_line(one: Difference) -> str:
    """Return a difference on one line, for logs."""
    change = one.change
    return (
        f"{one.question} {one.language} {one.measure}: {one.before:.4f} → {one.after:.4f} "
        f"({change.value:+.4f}, 95 % {change.low:+.4f} … {change.high:+.4f})"
    )


def _said(heads: Iterable[Text]) -> list[str]:
    return [head.in_(reader_language()) for head in heads]


def _line(line: Line) -> list[str]:
    name = f"{line.question}\n{line.group or line.language}"
    return [name, f"{line.concerned:,}\n{line.others:,}", *(short(line.measures[name]) for name in NEEDS)]


def _outcomes(one: Outcomes) -> list[str]:
    counts = [f"{count:,}" for count in one.decisions.values()]
    return [
        f"{told(one.of, words.TEXTS[one.of].ja)}\n{one.group or one.language}",
        f"{one.texts:,}",
        *counts,
        short(one.stopped),
        short(one.unsure),
    ]


def short(known: Interval | None) -> str:
    """A value over its interval, without the noughts that all have."""
    return f"{_number(known.value)}\n{_number(known.low)}–{_number(known.high)}" if known else "–"


def _number(value: float) -> str:
    return f"{value:.3f}"[:4] if value >= 0.9995 else f"{value:.3f}".removeprefix("0")


def _difference(one: Difference) -> list[str]:
    change = f"{one.change.value:+.4f} ({one.change.low:+.4f} … {one.change.high:+.4f})"
    return [one.question, one.language, one.measure, f"{one.before:.4f}", f"{one.after:.4f}", change]
