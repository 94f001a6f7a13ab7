"""The sections of a report, in one language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from sekisho.base.text import Lang, Text
from sekisho.detection.card import Interval
from sekisho.detection.evaluation import drawings, words
from sekisho.detection.evaluation.bars import SHOWN, Bars
from sekisho.detection.evaluation.disguises import Disguises
from sekisho.detection.evaluation.plots import Plots
from sekisho.detection.evaluation.results import (
    DECISIONS,
    NEEDS,
    Comparison,
    Difference,
    Evaluation,
    Line,
    Outcomes,
)
from sekisho.detection.evaluation.tasks import INJECTION, VIOLATION
from sekisho.detection.evaluation.writing import Writer, number, signed
from sekisho.detection.labels import DOMAINS, STANDARDS

SERIES: Final = 3
"""Languages shown side by side: as many lines as a reader can tell apart in one drawing."""
TONES: Final = {"unsure": "quiet"}
"""Decisions whose colour has another name than they."""

_GLANCE: Final = (
    ("harmless", words.HARMLESS_STOPPED),
    ("look_alikes", words.OVER_REFUSAL),
    ("twins", words.TWINS),
)
_DECIDED_HEADS: Final = (words.KIND_OF_TEXTS, words.NUMBER, words.DECIDED, words.STOPPED, words.UNSURE)
_GROUP_HEADS: Final = (
    words.GROUP,
    words.COUNTS,
    *(words.MEASURES[name] for name in SHOWN),
    words.HARMFUL_STOPPED,
    words.HARMLESS_STOPPED,
)
_CHANGE_HEADS: Final = (
    words.QUESTION,
    words.LANGUAGE,
    words.MEASURE,
    words.BEFORE,
    words.AFTER,
    words.CHANGE,
)


@dataclass(frozen=True)
class Article:
    """A report in one language. Each method gives the HTML of one section, empty where there is nothing."""

    evaluation: Evaluation
    writer: Writer
    comparison: Comparison | None = None

    @property
    def lang(self) -> Lang:
        return self.writer.lang

    def html(self, links: str) -> str:
        """Return everything; `links` lead to other languages."""
        sections = (
            self.glance(),
            self.question(VIOLATION),
            self.question(INJECTION),
            self.bars("standards"),
            self.bars("domains"),
            self.decided(),
            self.compared(),
            self.groups(),
            Disguises(self.writer, self.evaluation.robustness).html(),
            self.numbers(),
            self.how(),
        )
        return f"<main>{self.head(links)}{''.join(sections)}</main>"

    # ── the head ──────────────────────────────────────────────────────────────────────────────
    def head(self, links: str) -> str:
        found, say = self.evaluation, self.writer.say
        detector = words.named(words.DETECTORS, found.detector).in_(self.lang)
        lead = words.LEAD.in_(self.lang).format(detector=detector, texts=f"{found.texts:,}", pack=found.pack)
        facts = (
            (words.VERSION, escape(found.version)),
            (words.PACK, f"<code>{escape(found.pack)}</code>"),
            (words.DATA, f"<code>{found.data[:16]}…</code>"),
            (words.RESAMPLES, f"{found.plan.resamples:,} · {found.plan.seed}"),
        )
        pairs = "".join(f"<div><dt>{say(name)}</dt><dd>{value}</dd></div>" for name, value in facts)
        return (
            f'<header><nav class="tongue">{links}</nav><h1>{say(words.TITLE)}</h1>'
            f'<p class="lead">{escape(lead)}</p><dl class="facts">{pairs}</dl></header>'
        )

    def glance(self) -> str:
        """The figures that decide whether one reads on."""
        lines = self._shown(VIOLATION)
        decided = {one.of: one.stopped for one in reversed(self.evaluation.outcomes) if not one.group}
        figures = [
            *(self._of_line(line, measure) for measure in SHOWN for line in lines),
            *(self.writer.figure(name.in_(self.lang), decided.get(of), "stopped") for of, name in _GLANCE),
            self._latency(),
        ]
        note = self.writer.note(words.GLANCE_SAYS.in_(self.lang))
        return self.writer.section(
            "glance", words.AT_A_GLANCE, f'{note}<dl class="figures">{"".join(figures)}</dl>'
        )

    def _of_line(self, line: Line, measure: str) -> str:
        name = f"{words.MEASURES[measure].in_(self.lang)} · {self.writer.language(line.language)}"
        return self.writer.figure(name, line.measures[measure], measure)

    def _latency(self) -> str:
        found = self.evaluation.latency
        if found.p50 is None or found.p99 is None:
            return ""
        value = f"{found.p50.value:.2f} · {found.p99.value:.2f} ms"
        return f'<div class="figure"><dt>{self.writer.say(words.LATENCY)}</dt><dd>{value}</dd></div>'

    # ── questions ─────────────────────────────────────────────────────────────────────────────
    def question(self, question: str) -> str:
        """One question, drawn, with a line for each language."""
        drawn = [(line, line.curves) for line in self._shown(question) if line.curves]
        if not drawn:
            return ""
        plots = Plots(self.writer, question, [line for line, _ in drawn], [curves for _, curves in drawn])
        return self.writer.section(question, self.writer.title(question), plots.html())

    def bars(self, of: str) -> str:
        """The standards, or the domains, as bars."""
        title, questions = (words.STANDARDS, STANDARDS) if of == "standards" else (words.DOMAINS, DOMAINS)
        shown = {question: self._shown(question) for question in questions}
        spoken = {line.language for line in self._shown(VIOLATION)}
        macros = [one for one in self.evaluation.macros if one.of == of and one.language in spoken]
        return self.writer.section(of, title, Bars(self.writer, shown, macros).html())

    # ── decisions ─────────────────────────────────────────────────────────────────────────────
    def decided(self) -> str:
        spoken = {line.language for line in self._shown(VIOLATION)}
        all = [one for one in self.evaluation.outcomes if not one.group and one.stopped]
        shown = [one for one in all if one.language in spoken] or all
        if not shown:
            return ""
        samples = ((drawings.box(f"fill-{TONES.get(name, name)}"), name) for name in DECISIONS)
        legend = self.writer.legend((box, words.DECISIONS[name].in_(self.lang)) for box, name in samples)
        heads = "".join(f'<th scope="col">{self.writer.say(head)}</th>' for head in _DECIDED_HEADS)
        rows = "".join(f"<tr>{self._decided(one)}</tr>" for one in shown)
        table = f'<table class="bars"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
        note = self.writer.note(words.MEANINGS["stopped"].in_(self.lang))
        return self.writer.section("decided", words.DECIDED, note + legend + table)

    def _decided(self, one: Outcomes) -> str:
        counts = [(TONES.get(name, name), count) for name, count in one.decisions.items()]
        told = "; ".join(
            f"{words.DECISIONS[name].in_(self.lang)} {count:,}"
            for name, count in one.decisions.items()
            if count
        )
        language = escape(self.writer.language(one.language))
        row = (
            f"{self.writer.say(words.TEXTS[one.of])}<small>{language}</small>",
            f"{one.texts:,}",
            f"{drawings.shares(counts)}<small>{escape(told)}</small>",
            self.writer.value(one.stopped, "stopped"),
            self.writer.value(one.unsure, "stopped"),
        )
        return self.writer.cells(_DECIDED_HEADS, row)

    # ── a comparison ──────────────────────────────────────────────────────────────────────────
    def compared(self) -> str:
        found = self.comparison
        if found is None:
            return ""
        says = words.COMPARED_SAYS.in_(self.lang).format(
            texts=f"{found.texts:,}", unmatched=f"{found.unmatched:,}", count=f"{len(found.differences):,}"
        )
        parts = self._differences(words.WORSE, found.beyond_noise(better=False))
        parts += self._differences(words.BETTER, found.beyond_noise(better=True))
        nothing = f'<p class="note">{self.writer.say(words.NOTHING_BEYOND)}</p>'
        title = words.COMPARED.format(before=found.before)
        return self.writer.section("compared", title, self.writer.note(says) + (parts or nothing))

    def _differences(self, title: Text, differences: Iterable[Difference]) -> str:
        rows = [self._difference(one) for one in differences]
        return self.writer.table(title, _CHANGE_HEADS, rows) if rows else ""

    def _difference(self, one: Difference) -> Sequence[str]:
        change, low, high = (
            signed(each, one.measure) for each in (one.change.value, one.change.low, one.change.high)
        )
        return (
            self.writer.say(self.writer.title(one.question)),
            escape(self.writer.language(one.language)),
            self.writer.say(words.MEASURES[one.measure]),
            number(one.before, one.measure),
            number(one.after, one.measure),
            f"{change} <small>{low} … {high}</small>",
        )

    # ── groups, and all numbers ───────────────────────────────────────────────────────────────
    def groups(self) -> str:
        if not self.evaluation.by:
            return ""
        tables = "".join(self._group_table(question) for question in (VIOLATION, INJECTION))
        note = self.writer.note(words.BY_SAYS.in_(self.lang))
        return self.writer.section("groups", words.BY[self.evaluation.by], note + tables)

    def _group_table(self, question: str) -> str:
        decided = {(one.group, one.of): one.stopped for one in self.evaluation.outcomes if one.group}
        lines = (one for one in self.evaluation.lines if one.group and one.question == question)
        rows = [self._group(line, decided) for line in lines]
        return self.writer.table(self.writer.title(question), _GROUP_HEADS, rows) if rows else ""

    def _group(self, line: Line, decided: Mapping[tuple[str, str], Interval | None]) -> Sequence[str]:
        stopped = (decided.get((line.group, of)) for of in ("harmful", "harmless"))
        return (
            escape(line.group),
            f"{line.concerned:,} / {line.others:,}",
            *(self.writer.measured(line, name) for name in SHOWN),
            *(self.writer.value(told, "stopped") for told in stopped),
        )

    def numbers(self) -> str:
        """Every line that says anything, with every measure."""
        lines = [line for line in self.evaluation.lines if not line.group and any(line.measures.values())]
        heads = (words.QUESTION, words.COUNTS, *(words.MEASURES[name] for name in NEEDS))
        table = self.writer.table(words.NUMBERS, heads, map(self._numbers, lines))
        label = self.writer.say(words.NUMBERS)
        wide = f'<div class="wide" tabindex="0" role="group" aria-label="{label}">{table}</div>'
        note = self.writer.note(words.NUMBERS_SAY.in_(self.lang))
        return self.writer.section("numbers", words.NUMBERS, note + wide) if lines else ""

    def _numbers(self, line: Line) -> Sequence[str]:
        title = self.writer.say(self.writer.title(line.question))
        return (
            f"{title}<small>{escape(self.writer.language(line.language))}</small>",
            f"{line.concerned:,} / {line.others:,}",
            *(self.writer.measured(line, name) for name in NEEDS),
        )

    def how(self) -> str:
        says = words.HOW_SAYS.in_(self.lang).format(resamples=f"{self.evaluation.plan.resamples:,}")
        meanings = "".join(
            f"<div><dt>{self.writer.say(words.MEASURES[name])}</dt><dd>{self.writer.say(meaning)}</dd></div>"
            for name, meaning in words.MEANINGS.items()
        )
        body = f'<p>{escape(says)}</p><dl class="meanings">{meanings}</dl>'
        return self.writer.section("how", words.HOW, body)

    def _shown(self, question: str) -> list[Line]:
        """The lines of a question over all groups, in the first few languages."""
        found = (one for one in self.evaluation.lines if one.question == question and not one.group)
        return list(found)[:SERIES]
