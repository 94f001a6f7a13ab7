"""What disguises do, drawn for a report: a bar for what is kept, beside what they do to harmless texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Final

from sekisho.base.text import Text
from sekisho.detection.card import Interval
from sekisho.detection.evaluation import drawings, words
from sekisho.detection.evaluation.results import Kept
from sekisho.detection.evaluation.transforms import titled
from sekisho.detection.evaluation.writing import Writer, number

TITLE: Final = Text("In disguise", "偽装した文章")
_SAYS: Final = Text(
    "The same texts, written as people write what is not to be found. Kept: of the harmful texts that are caught as "
    "they are, the share that is caught in disguise, too. Caught is what is modified, held or blocked, or what a "
    "judge is asked about. Harmless texts in disguise should pass as they do without.",
    "見つからないように書き換えた同じ文章での結果です。維持率は、そのままで捕捉した有害な文章のうち、偽装しても捕捉した割合です。"
    "変更・保留・遮断、または判定モデルへの照会を捕捉とします。無害な文章は、偽装しても同じように通過すべきものです。",
)
_KEPT: Final = Text("Kept", "維持率")
_DISGUISE: Final = Text("Disguise", "偽装")
_HARMFUL: Final = Text("Harmful caught, and in disguise", "有害な文章の捕捉率、偽装後")
_HARMLESS: Final = Text("Harmless caught, and in disguise", "無害な文章の捕捉率、偽装後")
_STOPPED: Final = Text("Of what is held or blocked: {share}", "停止した文章では {share}")
_MEAN: Final = Text(
    "On average over the disguises that have texts enough: {means}.",
    "文章が足りる偽装での維持率の平均：{means}。",
)
_HEADS: Final = (_DISGUISE, words.LANGUAGE, _KEPT, _HARMFUL, _HARMLESS)


def of_measure(found: Sequence[Kept], measure: str) -> list[Kept]:
    return [one for one in found if one.measure == measure]


def mean_kept(found: Sequence[Kept], measure: str = "caught") -> dict[str, float]:
    """Return what disguises keep on average, each counting the same, by language; of those with texts enough."""
    known: dict[str, list[float]] = {}
    for one in of_measure(found, measure):
        if one.kept:
            known.setdefault(one.language, []).append(one.kept.value)
    return {language: sum(values) / len(values) for language, values in sorted(known.items())}


@dataclass(frozen=True)
class Disguises:
    """The section; empty where nothing was disguised."""

    writer: Writer
    found: Sequence[Kept]

    def html(self) -> str:
        stopped = {(one.transform, one.language): one.kept for one in of_measure(self.found, "stopped")}
        groups = groupby(of_measure(self.found, "caught"), key=lambda one: one.transform)
        rows = "".join(self._rows(name, list(lines), stopped) for name, lines in groups)
        if not rows:
            return ""
        heads = "".join(f'<th scope="col">{self.writer.say(head)}</th>' for head in _HEADS)
        table = f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody>"
        note = self.writer.note(_SAYS.in_(self.writer.lang)) + self._mean()
        caption = f"<caption>{self.writer.say(words.BARS_SAY)}</caption>"
        return self.writer.section(
            "disguises", TITLE, f'{note}<table class="bars disguises">{caption}{table}</table>'
        )

    def _mean(self) -> str:
        told = " · ".join(
            f"{self.writer.language(language)} {number(value, 'recall')}"
            for language, value in mean_kept(self.found).items()
        )
        return self.writer.note(_MEAN.in_(self.writer.lang).format(means=told)) if told else ""

    def _rows(self, name: str, lines: Sequence[Kept], stopped: dict[tuple[str, str], Interval | None]) -> str:
        head = f'<th scope="rowgroup" rowspan="{len(lines)}">{self.writer.say(titled(name))}</th>'
        rows = (self._cells(one, stopped[one.transform, one.language]) for one in lines)
        return "".join(f"<tr>{'' if at else head}{row}</tr>" for at, row in enumerate(rows))

    def _cells(self, one: Kept, stopped: Interval | None) -> str:
        cells = (
            (_KEPT, self._kept(one.kept, stopped)),
            (_HARMFUL, self._change(one.before, one.after, one.harmful)),
            (_HARMLESS, self._change(one.harmless_before, one.harmless_after, one.harmless)),
        )
        language = f"<td>{escape(self.writer.language(one.language))}</td>"
        return language + "".join(
            f'<td data-label="{self.writer.say(name)}">{cell}</td>' for name, cell in cells
        )

    def _kept(self, caught: Interval | None, stopped: Interval | None) -> str:
        drawn = drawings.interval_bar(caught, "annotate")
        bar = f'<span class="bar">{drawn}{self.writer.value(caught, "recall")}</span>'
        if stopped is None:
            return bar
        return (
            f"{bar}<small>{self.writer.say(_STOPPED.format(share=number(stopped.value, 'recall')))}</small>"
        )

    def _change(self, before: Interval | None, after: Interval | None, texts: int) -> str:
        """Both shares, and of how many texts."""
        if before is None or after is None:
            return self.writer.value(None, "recall")
        return (
            f"{number(before.value, 'recall')} → {number(after.value, 'recall')}<small>n = {texts:,}</small>"
        )
