"""`sekisho dataset`: exports for training, their recall, and the register of runs."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.progress import Progress

from sekisho.accounts.types import system
from sekisho.base.clock import system_clock
from sekisho.base.text import Text
from sekisho.cli import bilingual, dataset_runs
from sekisho.cli.control_plane import data_dir_option
from sekisho.cli.language import reader_language, told
from sekisho.cli.output import console, emit_json, say, table
from sekisho.records.training.words import REASONS, UNFIT, called, state_of

CLI = system("cli")
UNFIT_STATUS = 1
"""Exit status when a version may not be used."""

json_option = bilingual.option(
    "--json", "as_json", is_flag=True, help=Text("One JSON object.", "1 つの JSON を出力します。")
)


@bilingual.group(
    "dataset",
    help=Text(
        "Build datasets for training out of what people allowed; list, verify and recall them.",
        "利用を許可された会話から学習用データセットを作成し、一覧・検証・回収します。",
    ),
)
def command() -> None:
    """Leave everything to the subcommands."""


@command.command(
    "build",
    help=Text(
        """Write a new version: every turn is asked whether it may be given, and why not.

        What is left out is a mark with its reason. Killed at any moment, it leaves nothing that is taken for a version.
        """,
        """新しい版を書き出します。ターンごとに、提供してよいか、できない場合はその理由を確かめます。

        除外したものは、理由を付けた印だけになります。途中で強制終了しても、完成した版と見なされるものは残りません。
        """,
    ),
)
@bilingual.option(
    "--purpose",
    default="model_improvement",
    show_default=True,
    help=Text("For what people allowed it.", "許可を得た利用目的。"),
)
@bilingual.option(
    "--at",
    "as_of",
    type=click.DateTime(),
    help=Text(
        "Ask about this moment (UTC). Default: now. What was taken back since is not given either way.",
        "この時点（UTC）について確かめます。省略すると現在です。その後に取りやめられたものは、いずれの場合も含みません。",
    ),
)
@bilingual.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help=Text(
        "Folder in which the version gets one of its own. Default: `datasets` in the data folder.",
        "版のフォルダーを作成する場所。省略すると、データフォルダー内の datasets です。",
    ),
)
@bilingual.option(
    "--format",
    "written",
    type=click.Choice(["jsonl", "parquet"]),
    default="jsonl",
    show_default=True,
    help=Text(
        "JSON Lines, or Parquet (needs `sekisho[parquet]`).",
        "JSON Lines か Parquet（`sekisho[parquet]` が必要）。",
    ),
)
@json_option
@data_dir_option
def build(
    purpose: str, as_of: datetime | None, out: Path | None, written: str, as_json: bool, data_dir: Path | None
) -> None:
    dataset_runs.ready(data_dir)
    from sekisho.records.training import actions, queries
    from sekisho.records.training.types import Format

    with Progress(console=console(stderr=True), disable=as_json or not sys.stderr.isatty()) as bar:
        task = bar.add_task(told("Conversations", "会話"), total=None)
        version = actions.build(
            CLI,
            out or actions.own_folder(),
            purpose=purpose,
            format=Format(written),
            as_of=as_of.replace(tzinfo=UTC) if as_of else None,
            progress=lambda records, items: bar.update(task, completed=records),
        )
    shown = queries.version(CLI, version, system_clock())
    if as_json:
        emit_json(shown)
        return
    say(
        f"Built {version}: {shown.sums.items:,} turns of {shown.sums.records:,} conversations.",
        f"{version} を作成しました。会話 {shown.sums.records:,} 件、ターン {shown.sums.items:,} 件です。",
    )
    _tell_counts(shown.sums.reasons.items())


@command.command("list", help=Text("List the versions, newest first.", "版を新しい順に一覧します。"))
@json_option
@data_dir_option
def listed(as_json: bool, data_dir: Path | None) -> None:
    dataset_runs.ready(data_dir)
    from sekisho.records.training import queries

    found = queries.versions(CLI, system_clock())
    if as_json:
        emit_json(found)
        return
    table(
        [
            Text("version", "版"),
            Text("as of", "基準時点"),
            Text("turns", "件数"),
            Text("recalled", "回収"),
            Text("expires", "期限"),
            Text("state", "状態"),
        ],
        [
            [
                one.id,
                f"{one.as_of:%Y-%m-%d %H:%M}",
                f"{one.sums.items:,}",
                f"{one.recalled_items:,}",
                f"{one.expires_at:%Y-%m-%d}",
                state_of(one).in_(reader_language()),
            ]
            for one in found
        ],
    )


@command.command(
    "show",
    help=Text(
        "Show what a version holds, what was left out of it and why, and what was taken back since.",
        "版に含まれるもの、除外したものとその理由、その後に回収されたものを表示します。",
    ),
)
@bilingual.argument("version", Text("VERSION", "版"))
@bilingual.option(
    "--recalled",
    is_flag=True,
    help=Text(
        "Only the names of recalled items, one a line, to leave out of every copy.",
        "回収された項目の名前だけを 1 行に 1 件ずつ表示します。すべての写しから除いてください。",
    ),
)
@json_option
@data_dir_option
def show(version: str, recalled: bool, as_json: bool, data_dir: Path | None) -> None:
    dataset_runs.ready(data_dir)
    from sekisho.records.training import actions, queries

    actions.follow()
    if recalled:
        for name in queries.recalled_items(CLI, version):
            click.echo(name)
        return
    shown = queries.version(CLI, version, system_clock())
    if as_json:
        emit_json(shown)
        return
    say(
        f"{shown.id}: {shown.sums.items:,} turns, {shown.recalled_items:,} recalled; "
        f"expires {shown.expires_at:%Y-%m-%d}; {state_of(shown).en}",
        f"{shown.id}：{shown.sums.items:,} 件（うち回収 {shown.recalled_items:,} 件）、"
        f"期限 {shown.expires_at:%Y-%m-%d}、{state_of(shown).ja}",
    )
    _tell_counts(shown.sums.reasons.items())


@command.command(
    "verify",
    help=Text(
        """Say whether a new run may use a version. Status 1 when it was recalled, has expired, or was altered.

        What was taken back a moment ago counts.
        """,
        """新しい学習に使ってよい版かどうかを確かめます。回収済み・期限切れ・改変ありの場合は終了コード 1 で終わります。

        直前に取りやめられたものも反映します。
        """,
    ),
)
@bilingual.argument("version", Text("VERSION", "版"))
@dataset_runs.folder_option
@json_option
@data_dir_option
def verify(version: str, folder: Path | None, as_json: bool, data_dir: Path | None) -> None:
    dataset_runs.ready(data_dir)
    from sekisho.records.training import actions, queries

    actions.follow()
    found = queries.verdict(version, system_clock(), folder)
    if as_json:
        emit_json({"version": version, "fit": found.is_fit, "unfit": found.unfit})
    elif found.unfit is None:
        say(f"{version} may be used.", f"{version} は利用できます。")
    else:
        why = UNFIT[found.unfit.value]
        say(f"{version} may not be used: {why.en}", f"{version} は利用できません：{why.ja}")
    sys.exit(0 if found.is_fit else UNFIT_STATUS)


@command.command(
    "grants",
    help=Text(
        """Print the statements by which PostgreSQL closes everything but six tables to the exporter.

        On SQLite nothing is needed: the connection closes them itself.
        """,
        """書き出し用の接続に 6 つのテーブルだけを許す、PostgreSQL の文を表示します。

        SQLite では不要です。接続そのものがほかのテーブルを拒みます。
        """,
    ),
)
@bilingual.option("--apply", is_flag=True, help=Text("Run them as well.", "表示に加えて実行します。"))
@data_dir_option
def grants(apply: bool, data_dir: Path | None) -> None:
    dataset_runs.ready(data_dir)
    from sekisho.records.training.exporter import apply_grants
    from sekisho.records.training.exporter import grants as statements

    click.echo(statements(), nl=False)
    if apply:
        apply_grants()


command.add_command(dataset_runs.runs)


def _tell_counts(counts: Iterable[tuple[str, int]]) -> None:
    for reason, count in sorted(counts, key=lambda one: -one[1]):
        click.echo(f"  {count:,}  {called(REASONS, reason).in_(reader_language())}")
