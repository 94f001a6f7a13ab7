"""The four drawings of one question: what is found, at what price, how true and how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sekisho.base.text import Text
from sekisho.detection.evaluation import drawings, words
from sekisho.detection.evaluation.drawings import RATES, Said
from sekisho.detection.evaluation.results import Curves, Line
from sekisho.detection.evaluation.writing import Writer, number

RECALL, PRECISION = words.MEASURES["recall"], words.MEASURES["precision"]


@dataclass(frozen=True)
class Plots:
    """The drawings of one question, with a series for each line. Every line has its curves."""

    writer: Writer
    question: str
    lines: Sequence[Line]
    shapes: Sequence[Curves]

    def html(self) -> str:
        names = [self.writer.language(line.language) for line in self.lines]
        legend = self.writer.legend((drawings.swatch(at), name) for at, name in enumerate(names, 1))
        drawn = self._roc() + self._precision_recall() + self._reliability() + self._histogram()
        return f'{legend}<div class="plots">{drawn}</div>'

    def _roc(self) -> str:
        said = self._said("roc", words.ROC, words.FALSE_POSITIVES, RECALL, "auroc")
        drawn = drawings.curves(said, [shape.roc for shape in self.shapes], RATES, diagonal=True)
        return self._figure(words.ROC, words.ROC_SAYS, drawn)

    def _precision_recall(self) -> str:
        said = self._said("pr", words.PR, RECALL, PRECISION, "auprc")
        drawn = drawings.curves(said, [shape.precision_recall for shape in self.shapes])
        return self._figure(words.PR, words.PR_SAYS, drawn)

    def _reliability(self) -> str:
        said = self._said("rel", words.RELIABILITY, words.SAID, words.FOUND, "calibration_error")
        drawn = drawings.reliability(said, [shape.reliability for shape in self.shapes])
        summary = self.writer.say(words.AS_TABLE)
        table = f"<details><summary>{summary}</summary>{self._reliability_table()}</details>"
        return self._figure(words.RELIABILITY, words.RELIABILITY_SAYS, drawn + table)

    def _reliability_table(self) -> str:
        rows = [
            [
                f"{self.writer.language(line.language)} {bin.low:.1f}–{bin.high:.1f}",
                f"{bin.texts:,}",
                f"{bin.said:.3f}",
                f"{bin.found:.3f}",
            ]
            for line, shape in zip(self.lines, self.shapes, strict=True)
            for bin in shape.reliability
        ]
        heads = [words.LANGUAGE, words.NUMBER, words.SAID, words.FOUND]
        return self.writer.table(words.RELIABILITY, heads, rows)

    def _histogram(self) -> str:
        said = self._said("hist", words.HISTOGRAM, words.SAID, words.SHARE, "auroc")
        sides = ((drawings.box("above"), words.CONCERNED), (drawings.box("below"), words.OTHERS))
        legend = self.writer.legend((sample, name.in_(self.writer.lang)) for sample, name in sides)
        shape = self.shapes[0]
        drawn = drawings.histogram(said, shape.concerned_histogram, shape.others_histogram)
        return self._figure(words.HISTOGRAM, words.HISTOGRAM_SAYS, legend + drawn)

    def _said(self, kind: str, title: Text, across: Text, up: Text, measure: str) -> Said:
        """The words of a drawing; to a reader who does not see it, the figures it stands for."""
        lang = self.writer.lang
        figures = (
            f"{self.writer.language(line.language)} {number(told.value, measure)}"
            for line in self.lines
            if (told := line.measures[measure])
        )
        description = f"{words.MEASURES[measure].in_(lang)}: {'; '.join(figures)}"
        name = f"{lang}-{self.question}-{kind}"
        return Said(name, title.in_(lang), description, across.in_(lang), up.in_(lang))

    def _figure(self, title: Text, says: Text, drawn: str) -> str:
        heading = f"<h3>{self.writer.say(title)}</h3>{self.writer.note(says.in_(self.writer.lang))}"
        return f'<figure class="card"><figcaption>{heading}</figcaption>{drawn}</figure>'
