"""What `sekisho policy` writes to a terminal: clauses, changes, reports."""

from __future__ import annotations

import click

from sekisho.base.text import Lang, Text
from sekisho.cli.language import told
from sekisho.cli.output import console, say, table
from sekisho.cli.terms import term
from sekisho.policy.backtest import Report, Shift
from sekisho.policy.diff import Change, PackDiff
from sekisho.policy.types import Clause

ENFORCED = Text(
    "{severity}, {nature}; input {input}, output {output}, unsure → {fail}, streams {stream}",
    "重大さ：{severity}、{nature}。入力：{input}、回答：{output}、判断不能 → {fail}、ストリーム：{stream}",
)


def plain_report(report: Report) -> dict[str, object]:
    """Return the same for programs."""
    return {
        "candidate": report.candidate,
        "judged": report.judged,
        "unread": report.unread,
        "shifts": {each: report.shifts[each] for each in Shift},
        "by_clause": [
            {"shift": what, "clause": clause, "count": count}
            for (what, clause), count in report.by_clause.most_common()
        ],
        "examples": report.examples,
    }


def report(found: Report) -> None:
    """Write how a candidate would have decided, by clause, with ids of turns."""
    say(
        f"{found.candidate}: {found.judged} turns judged, {found.unread} without content to judge.",
        f"{found.candidate}：{found.judged} 件を判定、内容のないもの {found.unread} 件",
    )
    for each in Shift:
        click.echo(f"  {term(each)}: {found.shifts[each]}")
    if found.by_clause:
        counted = found.by_clause.most_common()
        rows = ((clause, term(what), str(count)) for (what, clause), count in counted)
        table([Text("clause", "条項"), Text("shift", "変化"), Text("turns", "ターン")], rows)
    for what, ids in found.examples.items():
        click.echo(f"{term(what)}: {' '.join(ids)}")


def clause(shown: Clause, lang: Lang) -> None:
    """Write a clause: what it says, covers and spares, and how it is enforced."""
    out = console()
    out.print(f"[bold]{shown.id}[/bold]  {shown.title.in_(lang)}")
    out.print(f"  {shown.text.in_(lang)}", markup=False)
    for mark, texts in (("+", shown.covers), ("−", shown.spares)):
        for each in texts:
            out.print(f"  {mark} {each.in_(lang)}", markup=False)
    words = {
        "severity": term(shown.severity.name.lower(), lang),
        "nature": term("hard" if shown.hard else "soft", lang),
        "input": term(shown.on_input.word, lang),
        "output": term(shown.on_output.word, lang),
        "fail": term(shown.fail, lang),
        "stream": term(shown.stream, lang),
    }
    out.print(f"  {ENFORCED.in_(lang).format(**words)}\n", style="dim", markup=False)


SIGNS = {Change.ADDED: ("+", "green"), Change.REMOVED: ("−", "red"), Change.CHANGED: ("~", "yellow")}


def changes(found: PackDiff, lang: Lang) -> None:
    """Write what changed between two versions, word by word."""
    out = console()
    out.print(f"{found.before or told('(nothing)', '（なし）')} → {found.after}", markup=False)
    for clause in found.clauses:
        sign, style = SIGNS[clause.change]
        out.print(f"[{style}]{sign} {clause.id}[/{style}]  {clause.title.in_(lang)}")
        for field in clause.fields if clause.change is Change.CHANGED else ():
            out.print(f"    {field.field}: ", end="", markup=False)
            for words in field.words(lang):
                mark = {None: "", Change.ADDED: "green", Change.REMOVED: "red strike"}[words.change]
                shown = {
                    None: words.text,
                    Change.ADDED: f"{{+{words.text}+}}",
                    Change.REMOVED: f"[-{words.text}-]",
                }[words.change]
                out.print(shown, end="", style=mark or None, markup=False)
            out.print()
