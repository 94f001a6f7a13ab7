"""`sekisho policy`: the versions of the usage policy."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.progress import Progress

from sekisho.accounts.types import Viewer, system
from sekisho.base.text import Lang, Text
from sekisho.cli import bilingual, policy_shown, policy_terms, reader_language
from sekisho.cli.control_plane import data_dir_option, require_migrated, set_up
from sekisho.cli.language import told
from sekisho.cli.output import console, emit_json, say, table
from sekisho.cli.terms import term
from sekisho.policy.check import check_examples
from sekisho.policy.diff import diff, drift
from sekisho.policy.load import load
from sekisho.policy.packs import reference_packs
from sekisho.policy.types import Pack

if TYPE_CHECKING:
    from sekisho.policy.queries import VersionView

CLI = system("cli")
FAILED = 1
"""Exit status when a pack's examples do not come out as it promises."""

lang_option = bilingual.option(
    "--lang",
    type=click.Choice(["en", "ja"]),
    help=Text("Language to show. Default: your terminal's.", "表示する言語。省略すると端末の言語です。"),
)


@bilingual.group(
    "policy",
    help=Text(
        "List, show, compare, check, try and activate versions of the policy.",
        "ポリシーの版を一覧・表示・比較・検査・試行・有効化します。",
    ),
)
@data_dir_option
@click.pass_context
def command(context: click.Context, data_dir: Path | None) -> None:
    context.obj = data_dir


@command.command(
    "list",
    help=Text(
        "List the installed versions, the latest to take effect first.",
        "導入済みの版を、発効の新しい順に一覧します。",
    ),
)
@bilingual.option(
    "--json",
    "as_json",
    is_flag=True,
    help=Text("One JSON object a version.", "版ごとに 1 つの JSON を出力します。"),
)
@click.pass_obj
def list_versions(data_dir: Path | None, as_json: bool) -> None:
    found = _versions(data_dir)
    if as_json:
        for each in found:
            emit_json(_plain(each))
    else:
        rows = (
            (
                each.label,
                term(each.state.value),
                f"{each.pack.announced_at:%Y-%m-%d}",
                f"{each.pack.effective_at:%Y-%m-%d}",
            )
            for each in found
        )
        table(
            [
                Text("version", "版"),
                Text("state", "状態"),
                Text("announced", "公表"),
                Text("effective", "発効"),
            ],
            rows,
        )


@command.command(
    "show",
    help=Text(
        "Show a shipped version (NAME@VERSION); without LABEL the latest.",
        "付属の版（名前@版）を表示します。版を省略すると最新の版です。",
    ),
)
@bilingual.argument("label", Text("LABEL", "版"), required=False)
@bilingual.option("--clause", help=Text("Only this clause.", "この条項だけを表示します。"))
@bilingual.option(
    "--json",
    "as_json",
    is_flag=True,
    help=Text("One JSON object a clause.", "条項ごとに 1 つの JSON を出力します。"),
)
@lang_option
def show(label: str | None, clause: str | None, as_json: bool, lang: Lang | None) -> None:
    pack = _shipped(label)
    chosen = [each for each in pack.clauses if clause in (None, each.id)]
    if not chosen:
        known = ", ".join(each.id for each in pack.clauses)
        message = told(
            f"{pack.label} has no clause {clause!r}. It has: {known}.",
            f"{pack.label} に {clause!r} という条項はありません。条項：{known}",
        )
        raise click.BadParameter(message, param_hint="--clause")
    for each in chosen:
        if as_json:
            emit_json(each)
        else:
            policy_shown.clause(each, lang or reader_language())


@command.command(
    "diff",
    help=Text(
        "Show what changed between two shipped versions or pack files, clause by clause.",
        "付属の 2 つの版、またはパックのファイルについて、何が変わったかを条項ごとに表示します。",
    ),
)
@bilingual.argument("before", Text("BEFORE", "変更前"))
@bilingual.argument("after", Text("AFTER", "変更後"))
@lang_option
def diff_versions(before: str, after: str, lang: Lang | None) -> None:
    policy_shown.changes(diff(_pack(before), _pack(after)), lang or reader_language())


@command.command(
    "check",
    help=Text(
        """Check a pack file: its form, and that its own examples come out as it promises.

        Problems are told with file, line, column and the nearest valid word, and so is a translation that may
        have drifted. Status 1 when an example fails, 2 when the file is no valid pack.
        """,
        """パックのファイルを検査します。書式が正しいか、パック自身の例が約束どおりに判定されるかを確かめます。

        問題は、ファイル名・行・列と、最も近い正しい語とともに示します。訳文のずれが疑われる箇所も示します。
        例が約束どおりでなければ終了コード 1、有効なパックでなければ 2 で終わります。
        """,
    ),
)
@bilingual.argument(
    "file", Text("FILE", "ファイル"), type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@bilingual.option(
    "--no-scorer",
    is_flag=True,
    help=Text("Deterministic detectors only.", "学習モデルを使わず、規則による検出器だけで判定します。"),
)
def check(file: Path, no_scorer: bool) -> None:
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


@command.command(
    "propose",
    help=Text(
        "Keep a pack file as a draft. It judges nothing until somebody else activates it.",
        "パックのファイルを下書きとして保存します。ほかの担当者が有効化するまで、判定には使われません。",
    ),
)
@bilingual.argument(
    "file", Text("FILE", "ファイル"), type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@bilingual.option(
    "--as",
    "person",
    required=True,
    metavar=Text("EMAIL", "メールアドレス"),
    help=Text("Who proposes it.", "提案する担当者。"),
)
@click.pass_obj
def propose(data_dir: Path | None, file: Path, person: str) -> None:
    actor = _person(data_dir, person)
    from sekisho.policy import actions

    click.echo(actions.propose(actor, file.read_text(encoding="utf-8"), str(file)))


@command.command(
    "activate",
    help=Text(
        "Approve a draft, so that it comes into force at its effective date. Its examples must pass.",
        """下書きを承認し、発効日から有効にします。パック自身の例がすべて約束どおりに判定される必要があります。
        """,
    ),
)
@bilingual.argument("label", Text("LABEL", "版"))
@bilingual.option(
    "--as",
    "person",
    required=True,
    metavar=Text("EMAIL", "メールアドレス"),
    help=Text("Who approves it; not who proposed it.", "承認する担当者。提案した本人は承認できません。"),
)
@bilingual.option(
    "--single-operator",
    is_flag=True,
    help=Text(
        "Let the proposer approve, where there is nobody else. The audit log says so.",
        "ほかに担当者がいない場合に、提案した本人による承認を認めます。その旨が監査ログに残ります。",
    ),
)
@click.pass_obj
def activate(data_dir: Path | None, label: str, person: str, single_operator: bool) -> None:
    actor = _person(data_dir, person)
    from sekisho.detection.cascade import default_cascade
    from sekisho.policy import actions

    actions.activate(actor, label, default_cascade().find, single_operator=single_operator)
    say(f"{label} is approved.", f"{label} を承認しました。")


@command.command(
    "roll-back",
    help=Text(
        "Withdraw a version that is in force or to come. What was in force before takes its place at once.",
        "有効な版、またはこれから発効する版を取り下げます。直前の版がただちに有効になります。",
    ),
)
@bilingual.argument("label", Text("LABEL", "版"))
@bilingual.option(
    "--as",
    "person",
    required=True,
    metavar=Text("EMAIL", "メールアドレス"),
    help=Text("Who withdraws it.", "取り下げる担当者。"),
)
@click.pass_obj
def roll_back(data_dir: Path | None, label: str, person: str) -> None:
    actor = _person(data_dir, person)
    from sekisho.policy import actions

    restored = actions.roll_back(actor, label)
    say(
        f"{label} is withdrawn; {restored} is in force.",
        f"{label} を取り下げました。現在の版は {restored} です。",
    )


@command.command(
    "shadow",
    help=Text(
        "Let every gateway judge by a draft too: what it would decide is recorded, and nothing acts on it.",
        """すべてのゲートウェイに、下書きでも判定させます。下書きならどう決定したかを記録するだけで、何も実行しません。
        """,
    ),
)
@bilingual.argument("label", Text("LABEL", "版"))
@bilingual.option(
    "--as",
    "person",
    required=True,
    metavar=Text("EMAIL", "メールアドレス"),
    help=Text("Who decides it.", "決定する担当者。"),
)
@bilingual.option(
    "--stop", is_flag=True, help=Text("Let the draft judge nothing again.", "下書きの試行を終えます。")
)
@click.pass_obj
def shadow(data_dir: Path | None, label: str, person: str, stop: bool) -> None:
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


@command.command(
    "backtest",
    help=Text(
        """Judge stored turns by a pack file or an installed version, beside the version of their moment.

        Says what would newly be stopped or pass, by clause, with ids of turns. Turns under zero retention, and
        those whose content is gone, are only counted. The audit log names every turn that was read.
        """,
        """保存されたターンを、パックのファイルまたは導入済みの版で判定し直し、当時の版の判断と比べます。

        新たに止まるもの、通るようになるものを、条項ごとにターンの ID とともに示します。ゼロデータ保持のターンと、
        内容が失われたターンは数えるだけです。読んだターンはすべて監査ログに残ります。
        """,
    ),
)
@bilingual.argument("named", Text("FILE|LABEL", "ファイル|版"))
@bilingual.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    help=Text("Turns received from this day on (UTC).", "この日（UTC）以降に受け付けたターンに限ります。"),
)
@bilingual.option(
    "--limit",
    type=click.IntRange(1),
    default=1000,
    show_default=True,
    help=Text("At most so many turns, newest first.", "新しい順に判定するターン数の上限。"),
)
@bilingual.option(
    "--step",
    type=click.Choice(["cheap", "doubt", "both"]),
    default="cheap",
    show_default=True,
    help=Text(
        "How far the scorer reads, as in `sekisho eval`: cheap is the quick step alone.",
        "スコアラーがどこまで読むか（`sekisho eval` と同じ）。cheap は速い段だけで採点します。",
    ),
)
@bilingual.option(
    "--json", "as_json", is_flag=True, help=Text("One JSON object.", "1 つの JSON を出力します。")
)
@click.pass_obj
def backtest(
    data_dir: Path | None, named: str, since: datetime | None, limit: int, step: str, as_json: bool
) -> None:
    set_up(data_dir)
    require_migrated()
    from sekisho.detection.cascade import default_cascade
    from sekisho.enforcement import backtest as backtests

    candidate = _installed_or_file(named)
    begin = since.replace(tzinfo=UTC) if since else None
    turns = list(backtests.turns_since(CLI, begin, limit))
    with Progress(console=console(stderr=True), disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task(told("Judging", "判定中"), total=len(turns))
        find = default_cascade(step=step).find_all
        found = backtests.backtest(CLI, candidate, turns, find, partial(progress.advance, task))
    if as_json:
        emit_json(policy_shown.plain_report(found))
    else:
        policy_shown.report(found)


def _installed_or_file(named: str) -> Pack:
    from sekisho.policy import queries

    path = Path(named)
    return (
        load(path.read_text(encoding="utf-8"), named) if path.is_file() else queries.version(CLI, named).pack
    )


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
        message = told(
            f"There is no version {label!r}. Shipped are: {known}.",
            f"{label!r} という版はありません。付属の版：{known}",
        )
        raise click.BadParameter(message, param_hint=told("LABEL", "版"))
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
