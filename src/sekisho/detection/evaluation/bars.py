"""Many questions at once: a bar with its interval for each, in each language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from sekisho.detection.evaluation import drawings, words
from sekisho.detection.evaluation.results import Line, Macro
from sekisho.detection.evaluation.tasks import ALL
from sekisho.detection.evaluation.writing import Writer

SHOWN: Final = ("auroc", "recall_at_1_percent")
"""What is drawn of each question: how well it ranks, and what it finds where little may be stopped."""
_HEADS: Final = (words.QUESTION, words.LANGUAGE, *(words.MEASURES[name] for name in SHOWN))


@dataclass(frozen=True)
class Bars:
    """The bars of some questions, under their means."""

    writer: Writer
    shown: Mapping[str, Sequence[Line]]
    """The lines of each question, one a language."""
    macros: Sequence[Macro]

    def html(self) -> str:
        measured = {
            question: [line for line in lines if line.measures["auroc"]]
            for question, lines in self.shown.items()
        }
        rows = "".join(self._rows(question, lines) for question, lines in measured.items() if lines)
        few = [self.writer.title(question) for question, lines in measured.items() if not lines]
        left = words.TOO_FEW_SAYS.in_(self.writer.lang).format(list=self.writer.listed(few))
        table = self._means() + self._table(rows) if rows else ""
        return table + (self.writer.note(left) if few else "")

    def _means(self) -> str:
        names = ((words.MACRO_F1, "f1"), (words.MACRO_AUROC, "auroc"))
        figures = "".join(
            self.writer.figure(
                f"{name.in_(self.writer.lang)} · {self.writer.language(one.language)}",
                getattr(one, measure),
                measure,
            )
            for one in self.macros
            for name, measure in names
        )
        return f'<dl class="figures">{figures}</dl>' if figures else ""

    def _table(self, rows: str) -> str:
        heads = "".join(f'<th scope="col">{self.writer.say(head)}</th>' for head in _HEADS)
        return (
            f'<table class="bars measured"><caption>{self.writer.say(words.BARS_SAY)}</caption>'
            f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        )

    def _rows(self, question: str, lines: Sequence[Line]) -> str:
        title = self.writer.say(self.writer.title(question))
        head = f'<th scope="rowgroup" rowspan="{len(lines)}">{title}</th>'
        rows = [
            f"<td>{escape(self.writer.language(line.language))}</td>"
            f"{''.join(self._bar(line, name) for name in SHOWN)}"
            for line in lines
        ]
        return "".join(f"<tr>{'' if at else head}{row}</tr>" for at, row in enumerate(rows))

    def _bar(self, line: Line, measure: str) -> str:
        drawn = drawings.interval_bar(line.measures[measure], "quiet" if line.language == ALL else "annotate")
        label = self.writer.say(words.MEASURES[measure])
        value = self.writer.measured(line, measure)
        return f'<td data-label="{label}"><span class="bar">{drawn}{value}</span></td>'
