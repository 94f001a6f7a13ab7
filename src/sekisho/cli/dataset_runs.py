"""`sekisho dataset run`: the register of training runs."""

from __future__ import annotations

from pathlib import Path

import click

from sekisho.accounts.types import system
from sekisho.base.text import Text
from sekisho.cli import bilingual
from sekisho.cli.control_plane import data_dir_option, require_migrated, set_up
from sekisho.cli.language import told
from sekisho.cli.output import emit_json, say, table

CLI = system("cli")

folder_option = bilingual.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help=Text(
        "Where the version's files lie, if not where they were written.",
        "版のファイルの場所。書き出した場所から移した場合に指定します。",
    ),
)


def ready(data_dir: Path | None) -> None:
    set_up(data_dir)
    require_migrated()


@bilingual.group(
    "run",
    help=Text(
        "Register training runs before they begin, and when they finish.",
        "学習の開始前と終了後に、その学習を登録します。",
    ),
)
def runs() -> None:
    """Leave everything to the subcommands."""


@runs.command(
    "register",
    help=Text(
        """Register a run before it begins; print its id. A version that was recalled or has expired is refused.

        Runs that were registered before may finish. Models that are already trained are not unlearned.
        """,
        """学習を始める前に登録し、その番号を表示します。回収済みや期限切れの版は使えません。

        それより前に登録した学習は最後まで行えます。学習済みのモデルから学習内容が取り除かれることはありません。
        """,
    ),
)
@bilingual.argument("name", Text("NAME", "名前"))
@bilingual.argument("versions", Text("VERSION", "版"), nargs=-1, required=True)
@folder_option
@data_dir_option
def register(name: str, versions: tuple[str, ...], folder: Path | None, data_dir: Path | None) -> None:
    ready(data_dir)
    from sekisho.records.training import actions

    if folder is not None and len(versions) > 1:
        message = told(
            "Name one version with --folder.", "--folder を指定できるのは、版が 1 つの場合だけです。"
        )
        raise click.BadParameter(message, param_hint="--folder")
    folders = {versions[0]: folder} if folder is not None else None
    click.echo(actions.register_run(CLI, name, versions, folders=folders))


@runs.command("finish", help=Text("Note that a run has finished.", "学習が終わったことを記録します。"))
@bilingual.argument("run", Text("RUN", "学習"))
@data_dir_option
def finish(run: str, data_dir: Path | None) -> None:
    ready(data_dir)
    from sekisho.records.training import actions

    actions.finish_run(CLI, run)
    say(f"{run} has finished.", f"{run} は終了しました。")


@runs.command("list", help=Text("List the runs, newest first.", "学習を新しい順に一覧します。"))
@bilingual.option(
    "--json", "as_json", is_flag=True, help=Text("One JSON array.", "1 つの JSON 配列を出力します。")
)
@data_dir_option
def listed(as_json: bool, data_dir: Path | None) -> None:
    ready(data_dir)
    from sekisho.records.training import queries

    found = queries.runs(CLI)
    if as_json:
        emit_json(found)
        return
    table(
        [
            Text("run", "学習"),
            Text("name", "名前"),
            Text("registered", "登録"),
            Text("finished", "終了"),
            Text("versions", "版"),
            Text("recalled since", "登録後の回収"),
        ],
        [
            [
                one.id,
                one.name,
                f"{one.registered_at:%Y-%m-%d %H:%M}",
                f"{one.finished_at:%Y-%m-%d %H:%M}" if one.finished_at else "—",
                " ".join(one.versions),
                " ".join(one.recalled_since) or "—",
            ]
            for one in found
        ],
    )
