"""`sekisho policy`: the versions of the usage policy."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.progress import Progress

from sekisho.accounts.types import Viewer, system
from sekisho.base.text import Lang
from sekisho.cli import policy_terms, reader_language
from sekisho.cli.control_plane import data_dir_option, require_migrated, set_up
from sekisho.cli.output import console, emit_json, say, table
from sekisho.policy.backtest import Report, Shift
from sekisho.policy.check import check_examples
from sekisho.policy.diff import Change, PackDiff, diff, drift
from sekisho.policy.load import load
from sekisho.policy.packs import reference_packs
from sekisho.policy.types import Clause, Pack

if TYPE_CHECKING:
    from sekisho.policy.queries import VersionView

CLI = system("cli")
FAILED = 1
"""Exit status when a pack's examples do not come out as it promises."""

lang_option = click.option(
    "--lang", type=click.Choice(["en", "ja"]), help="Language to show. Default: your terminal's."
)


@click.group("policy")
@data_dir_option
@click.pass_context
def command(context: click.Context, data_dir: Path | None) -> None:
    """List, show, compare, check, try and activate versions of the policy."""
    context.obj = data_dir


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a version.")
@click.pass_obj
def list_versions(data_dir: Path | None, as_json: bool) -> None:
    """List the installed versions, the latest to take effect first."""
    found = _versions(data_dir)
    if as_json:
        for each in found:
            emit_json(_plain(each))
    else:
        rows = (
            (
                each.label,
                each.state.value,
                f"{each.pack.announced_at:%Y-%m-%d}",
                f"{each.pack.effective_at:%Y-%m-%d}",
            )
            for each in found
        )
        table("", ["version", "state", "announced", "effective"], rows)


@command.command("show")
@click.argument("label", required=False)
@click.option("--clause", help="Only this clause.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a clause.")
@lang_option
def show(label: str | None, clause: str | None, as_json: bool, lang: Lang | None) -> None:
    """Show a shipped version (NAME@VERSION); without LABEL the latest."""
    pack = _shipped(label)
    chosen = [each for each in pack.clauses if clause in (None, each.id)]
    if not chosen:
        raise click.BadParameter(
            f"{pack.label} has no clause {clause!r}. It has: {', '.join(each.id for each in pack.clauses)}."
        )
    for each in chosen:
        if as_json:
            emit_json(each)
        else:
            _show_clause(each, lang or reader_language())


@command.command("diff")
@click.argument("before")
@click.argument("after")
@lang_option
def diff_versions(before: str, after: str, lang: Lang | None) -> None:
    """Show what changed between two shipped versions or pack files, clause by clause."""
    _show_diff(diff(_pack(before), _pack(after)), lang or reader_language())


@command.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--no-scorer", is_flag=True, help="Deterministic detectors only.")
def check(file: Path, no_scorer: bool) -> None:
    """Check a pack file: its form, and that its own examples come out as it promises.

    Problems are told with file, line, column and the nearest valid word, and so is a translation that may
    have drifted. Status 1 when an example fails, 2 when the file is no valid pack.
    """
    from sekisho.detection.cascade import default_cascade

    pack = load(file.read_text(encoding="utf-8"), str(file))
    failures = check_examples(pack, default_cascade(scorer=not no_scorer).find)
    for failure in failures:
        click.echo(f"{failure.clause}: {failure.message.in_(reader_language())}", err=True)
    for each in drift(pack):
        click.echo(each.message.in_(reader_language()), err=True)
    examples = sum(len(each.must_fire) + len(each.must_not_fire) for each in pack.clauses)
    say(
        f"{pack.label}: {len(pack.clauses)} clauses, {examples} examples, {len(failures)} failed.",
        f"{pack.label}：{len(pack.clauses)} 条項、例 {examples} 件、うち不合格 {len(failures)} 件",
    )
    sys.exit(FAILED if failures else 0)


@command.command("propose")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "person", required=True, metavar="EMAIL", help="Who proposes it.")
@click.pass_obj
def propose(data_dir: Path | None, file: Path, person: str) -> None:
    """Keep a pack file as a draft. It judges nothing until somebody else activates it."""
    actor = _person(data_dir, person)
    from sekisho.policy import actions

    click.echo(actions.propose(actor, file.read_text(encoding="utf-8"), str(file)))


@command.command("activate")
@click.argument("label")
@click.option("--as", "person", required=True, metavar="EMAIL", help="Who approves it; not who proposed it.")
@click.option(
    "--single-operator",
    is_flag=True,
    help="Let the proposer approve, where there is nobody else. The audit log says so.",
)
@click.pass_obj
def activate(data_dir: Path | None, label: str, person: str, single_operator: bool) -> None:
    """Approve a draft, so that it comes into force at its effective date. Its examples must pass."""
    actor = _person(data_dir, person)
    from sekisho.detection.cascade import default_cascade
    from sekisho.policy import actions

    actions.activate(actor, label, default_cascade().find, single_operator=single_operator)
    say(f"{label} is approved.", f"{label} を承認しました。")


@command.command("roll-back")
@click.argument("label")
@click.option("--as", "person", required=True, metavar="EMAIL", help="Who withdraws it.")
@click.pass_obj
def roll_back(data_dir: Path | None, label: str, person: str) -> None:
    """Withdraw a version that is in force or to come. What was in force before takes its place at once."""
    actor = _person(data_dir, person)
    from sekisho.policy import actions

    restored = actions.roll_back(actor, label)
    say(
        f"{label} is withdrawn; {restored} is in force.",
        f"{label} を取り下げました。現在の版は {restored} です。",
    )


@command.command("shadow")
@click.argument("label")
@click.option("--as", "person", required=True, metavar="EMAIL", help="Who decides it.")
@click.option("--stop", is_flag=True, help="Let the draft judge nothing again.")
@click.pass_obj
def shadow(data_dir: Path | None, label: str, person: str, stop: bool) -> None:
    """Let every gateway judge by a draft too: what it would decide is recorded, and nothing acts on it."""
    actor = _person(data_dir, person)
    from sekisho.policy import actions

    if stop:
        actions.stop_shadow(actor, label)
    else:
        actions.start_shadow(actor, label)
    if stop:
        say(f"{label} is out of the shadow.", f"{label} の試行を終えました。")
    else:
        say(f"{label} is in the shadow.", f"{label} の試行を始めました。")


@command.command("backtest")
@click.argument("named", metavar="FILE|LABEL")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Turns received from this day on (UTC).")
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=1000,
    show_default=True,
    help="At most so many turns, newest first.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def backtest(data_dir: Path | None, named: str, since: datetime | None, limit: int, as_json: bool) -> None:
    """Judge stored turns by a pack file or an installed version, beside the version of their moment.

    Says what would newly be stopped or pass, by clause, with ids of turns. Turns under zero retention, and
    those whose content is gone, are only counted. Each reading of content is noted in the audit log.
    """
    set_up(data_dir)
    require_migrated()
    from sekisho.detection.cascade import default_cascade
    from sekisho.enforcement import backtest as backtests

    candidate = _installed_or_file(named)
    begin = since.replace(tzinfo=UTC) if since else None
    turns = list(backtests.turns_since(CLI, begin, limit))
    with Progress(console=console(stderr=True), disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("Judging", total=len(turns))
        find = default_cascade().find
        report = backtests.backtest(CLI, candidate, turns, find, lambda: progress.advance(task))
    if as_json:
        emit_json(_plain_report(report))
    else:
        _show_report(report)


def _installed_or_file(named: str) -> Pack:
    from sekisho.policy import queries

    path = Path(named)
    return (
        load(path.read_text(encoding="utf-8"), named) if path.is_file() else queries.version(CLI, named).pack
    )


def _plain_report(report: Report) -> dict[str, object]:
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


def _show_report(report: Report) -> None:
    say(
        f"{report.candidate}: {report.judged} turns judged, {report.unread} without content to judge.",
        f"{report.candidate}：{report.judged} 件を判定、内容のないもの {report.unread} 件",
    )
    for each in Shift:
        click.echo(f"  {each.value.replace('_', ' ')}: {report.shifts[each]}")
    if report.by_clause:
        counted = report.by_clause.most_common()
        rows = ((clause, what.value.replace("_", " "), str(count)) for (what, clause), count in counted)
        table("", ["clause", "shift", "turns"], rows)
    for what, ids in report.examples.items():
        click.echo(f"{what.value.replace('_', ' ')}: {' '.join(ids)}")


for each in (policy_terms.overlay, policy_terms.exception, policy_terms.differences):
    command.add_command(each)


def _versions(data_dir: Path | None) -> tuple[VersionView, ...]:
    set_up(data_dir)
    require_migrated()
    from sekisho.policy import queries

    return queries.versions(CLI)


def _person(data_dir: Path | None, email: str) -> Viewer:
    set_up(data_dir)
    require_migrated()
    from sekisho.accounts.queries import viewer_at

    return viewer_at(email)


def _shipped(label: str | None) -> Pack:
    packs = {pack.label: pack for pack in reference_packs()} | {
        pack.version: pack for pack in reference_packs()
    }
    if label is None:
        return reference_packs()[-1]
    if label not in packs:
        known = ", ".join(pack.label for pack in reference_packs())
        raise click.BadParameter(f"There is no version {label!r}. Shipped are: {known}.", param_hint="LABEL")
    return packs[label]


def _pack(named: str) -> Pack:
    path = Path(named)
    return load(path.read_text(encoding="utf-8"), named) if path.is_file() else _shipped(named)


def _plain(version: VersionView) -> dict[str, object]:
    return {
        "label": version.label,
        "state": version.state,
        "announced_at": version.pack.announced_at,
        "effective_at": version.pack.effective_at,
        "digest": version.digest,
        "clauses": len(version.pack.clauses),
    }


def _show_clause(clause: Clause, lang: Lang) -> None:
    out = console()
    out.print(f"[bold]{clause.id}[/bold]  {clause.title.in_(lang)}")
    out.print(f"  {clause.text.in_(lang)}", markup=False)
    for mark, texts in (("+", clause.covers), ("−", clause.spares)):
        for each in texts:
            out.print(f"  {mark} {each.in_(lang)}", markup=False)
    nature = "hard" if clause.hard else "soft"
    out.print(
        f"  {clause.severity.name.lower()}, {nature}; input {clause.on_input.word}, output {clause.on_output.word}, "
        f"unsure → {clause.fail}, streams {clause.stream}\n",
        style="dim",
        markup=False,
    )


SIGNS = {Change.ADDED: ("+", "green"), Change.REMOVED: ("−", "red"), Change.CHANGED: ("~", "yellow")}


def _show_diff(found: PackDiff, lang: Lang) -> None:
    out = console()
    out.print(f"{found.before or '(nothing)'} → {found.after}", markup=False)
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
