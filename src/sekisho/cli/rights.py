"""`sekisho rights`: see what people asked for, carry it out, write a copy to a file, check one."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.accounts.types import system
from sekisho.base.errors import SekishoError
from sekisho.base.text import Text
from sekisho.cli import bilingual
from sekisho.cli.control_plane import data_dir_option, require_migrated, set_up
from sekisho.cli.language import reader_language
from sekisho.cli.output import emit_json, say, table

if TYPE_CHECKING:
    from sekisho.records.rights.types import RequestView

CLI = system("cli")
COLUMNS = (
    Text("id", "ID"),
    Text("what", "内容"),
    Text("of whom", "対象"),
    Text("state", "状態"),
    Text("due", "回答期限"),
    Text("left", "残り"),
)
WORDS = {
    "access": Text("copy", "写し"),
    "portability": Text("copy to take elsewhere", "移行用の写し"),
    "erasure": Text("erasure", "消去"),
    "received": Text("received", "受付済み"),
    "verifying": Text("waiting for an answer", "回答待ち"),
    "in_progress": Text("in progress", "処理中"),
    "completed": Text("done", "完了"),
    "cancelled": Text("taken back", "取り下げ"),
    "refused": Text("refused", "対応せず"),
    "organisation": Text("account", "アカウント"),
    "end_user": Text("end user", "エンドユーザー"),
    "member": Text("member", "メンバー"),
}
json_option = bilingual.option(
    "--json", "as_json", is_flag=True, help=Text("One JSON object.", "1 つの JSON を出力します。")
)
id_argument = bilingual.argument("request_id", Text("REQUEST", "請求の ID"))


@bilingual.group(
    "rights",
    help=Text(
        "See what people asked for, carry it out, write a copy to a file, check one. "
        "Whoever may run this may do anything.",
        """データに関する請求を確認・処理し、写しをファイルに書き出し、検証します。サインインを求めないため、
        このコマンドを実行できる人は何でもできます。
        """,
    ),
)
def command() -> None:
    """Leave everything to the subcommands: `verify` needs no database."""


def _open(data_dir: Path | None) -> None:
    set_up(data_dir)
    require_migrated()


@command.command("list", help=Text("List requests that are open.", "未完了の請求を一覧します。"))
@bilingual.option(
    "--all", "everything", is_flag=True, help=Text("Those that have ended too.", "終わった請求も含めます。")
)
@json_option
@data_dir_option
def list_(everything: bool, as_json: bool, data_dir: Path | None) -> None:
    _open(data_dir)
    from sekisho.records.rights import queries

    found = queries.requests(CLI, open_only=not everything)
    if as_json:
        emit_json([_plain(one) for one in found])
        return
    table(COLUMNS, map(_row, found))


@command.command("show", help=Text("Show one request.", "請求を 1 件表示します。"))
@id_argument
@json_option
@data_dir_option
def show(request_id: str, as_json: bool, data_dir: Path | None) -> None:
    _open(data_dir)
    from sekisho.records.rights import queries

    found = queries.request(CLI, request_id)
    if as_json:
        emit_json(_plain(found))
        return
    table(COLUMNS, [_row(found)])


@command.command(
    "work",
    help=Text(
        "Carry out what is due now: the worker does the same all the time.",
        "期限の近い請求から処理します。通常はワーカーが常に行っています。",
    ),
)
@json_option
@data_dir_option
def work(as_json: bool, data_dir: Path | None) -> None:
    _open(data_dir)
    from sekisho.records.rights import queries, tasks

    steps = 0
    while done := tasks.work():
        steps += done
    tasks.tend()
    waiting = len(queries.requests(CLI))
    if as_json:
        emit_json({"steps": steps, "open": waiting})
        return
    say(
        f"{steps} steps done; {waiting} requests are open.",
        f"{steps} 段階を処理しました。未完了: {waiting} 件",
    )


@command.command(
    "export",
    help=Text(
        "Write the copy of a request to a file, once; it is destroyed here then. Readable by you alone.",
        "請求された写しをファイルに書き出します。書き出せるのは一度だけで、こちらの写しは破棄されます。"
        "ファイルは実行した本人だけが読めます。",
    ),
)
@id_argument
@bilingual.argument("path", Text("FILE", "ファイル"), type=click.Path(path_type=Path, dir_okay=False))
@data_dir_option
def export(request_id: str, path: Path, data_dir: Path | None) -> None:
    _open(data_dir)
    from sekisho.records.rights import actions

    actions.finish(request_id)
    # the file first: a copy is handed out once, and must have a place to go
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        try:
            link = actions.make_link(CLI, request_id)
            for part in actions.take(CLI, request_id, link.secret).parts:
                file.write(part)
        except SekishoError:
            path.unlink()
            raise
    say(f"Written to {path}.", f"{path} に書き出しました。")


@command.command(
    "verify",
    help=Text(
        "Check that a copy is whole, unaltered and signed. Needs no database and no network.",
        "写しが欠けておらず、書き換えられておらず、署名されていることを確認します。データベースも通信も不要です。",
    ),
)
@bilingual.argument("path", Text("FILE", "ファイル"), type=click.Path(exists=True, path_type=Path))
@bilingual.option(
    "--key",
    default="",
    help=Text(
        "Base64 of the public key that has to have signed it. Default: the one that it names.",
        "署名した公開鍵（Base64）。省略すると、写しに記された鍵を使います。",
    ),
)
@json_option
def verify(path: Path, key: str, as_json: bool) -> None:
    from sekisho.records.rights.bundle.verifying import Flawed
    from sekisho.records.rights.bundle.verifying import verify as verified

    found = verified(path, key)
    if isinstance(found, Flawed):
        if as_json:
            emit_json({"whole": False, "why": found.why.in_(reader_language())})
        else:
            click.echo(found.why.in_(reader_language()), err=True)
        sys.exit(1)
    if as_json:
        emit_json({"whole": True, "request": found.request, "files": found.files, "key": found.key})
        return
    say(
        f"Whole: {found.files} files of {found.request}, signed by {found.key}",
        f"完全です: {found.request} の {found.files} ファイル。署名した鍵: {found.key}",
    )


def _row(view: RequestView) -> tuple[str, ...]:
    lang = reader_language()
    return (
        view.id,
        WORDS[view.kind].in_(lang),
        f"{WORDS[view.subject.holder].in_(lang)} {view.subject.organisation}",
        WORDS[view.state].in_(lang),
        f"{view.due_at:%Y-%m-%d}",
        str(view.left),
    )


def _plain(view: RequestView) -> dict[str, object]:
    return {
        "id": view.id,
        "kind": view.kind,
        "holder": view.subject.holder,
        "organisation": view.subject.organisation,
        "state": view.state,
        "channel": view.channel,
        "asked_at": view.asked_at,
        "due_at": view.due_at,
        "finished_at": view.finished_at,
        "done": view.done,
        "total": view.total,
        "left": view.left,
        "receipt": view.receipt,
    }
