"""`sekisho retention calendar`: versions of the calendar of data use (R-DATA-124)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.accounts.types import system
from sekisho.base.clock import system_clock
from sekisho.base.text import Text
from sekisho.cli import bilingual
from sekisho.cli.control_plane import data_dir_option, require_migrated, set_up
from sekisho.cli.language import reader_language
from sekisho.cli.output import emit_json, say, table

if TYPE_CHECKING:
    from sekisho.records.queries.calendars import VersionView
    from sekisho.records.types import Calendar

CLI = system("cli")
json_option = bilingual.option(
    "--json",
    "as_json",
    is_flag=True,
    help=Text("One JSON object a line.", "1 行に 1 つの JSON を出力します。"),
)
as_option = bilingual.option(
    "--as",
    "email",
    required=True,
    metavar=Text("E-MAIL", "メールアドレス"),
    help=Text(
        "Who does it: somebody who answers for privacy. They are named in the signature.",
        "実行する人（プライバシー担当者）のメールアドレス。署名に記録されます。",
    ),
)
file_argument = bilingual.argument(
    "file", Text("FILE", "ファイル"), type=click.Path(exists=True, dir_okay=False, path_type=Path)
)


@bilingual.group(
    "calendar",
    help=Text(
        "See versions of the calendar of data use, check one, put one in force.",
        "データ利用の暦の版を確認・検査・発効します。",
    ),
)
def calendar() -> None:
    pass


@calendar.command("list", help=Text("List all versions, newest first.", "すべての版を新しい順に一覧します。"))
@json_option
@data_dir_option
def list_(as_json: bool, data_dir: Path | None) -> None:
    _ready(data_dir)
    from sekisho.records.calendar_words import STATES
    from sekisho.records.queries.calendars import versions

    views = versions(CLI, system_clock())
    if as_json:
        for view in views:
            emit_json(_plain(view))
        return
    columns = (
        Text("version", "版"),
        Text("state", "状態"),
        Text("in force from", "発効"),
        Text("changes", "変更"),
        Text("approved by", "承認"),
    )
    rows = [
        (
            view.version,
            STATES[view.state.value].in_(reader_language()),
            _moment(view.effective_at),
            str(len(view.changes)),
            view.approved_by or "-",
        )
        for view in views
    ]
    table(columns, rows)


@calendar.command(
    "show",
    help=Text(
        "Show the numbers of a version, or of the one in force.",
        "版の数値を表示します。省略すると有効な版です。",
    ),
)
@bilingual.argument("version", Text("VERSION", "版"), required=False)
@json_option
@data_dir_option
def show(version: str | None, as_json: bool, data_dir: Path | None) -> None:
    _ready(data_dir)
    from sekisho.records.queries.calendars import calendar_at
    from sekisho.records.queries.calendars import version as version_of

    at = system_clock()
    found = version_of(CLI, version, at).calendar if version else calendar_at(at)
    if found is None:
        raise click.ClickException(_REFUSED.in_(reader_language()))
    _numbers(found, as_json)


@calendar.command(
    "check",
    help=Text(
        "Check a file and tell what it would change; nothing is put in force. Status 1 where it loosens anything.",
        "ファイルを検査し、変更点を示します。発効はしません。緩める変更があれば終了コード 1 で終わります。",
    ),
)
@file_argument
@json_option
@data_dir_option
@click.pass_context
def check(ctx: click.Context, file: Path, as_json: bool, data_dir: Path | None) -> None:
    _ready(data_dir)
    from sekisho.records.calendar import parse
    from sekisho.records.queries.calendars import changes, newest

    found = changes(newest(), parse(file.read_bytes()))
    for one in found:
        _change(one.name, one.old, one.new, one.loosens, as_json)
    if not found:
        say("It changes no number.", "数値の変更はありません。", err=as_json)
    ctx.exit(1 if any(one.loosens for one in found) else 0)


@calendar.command(
    "activate",
    help=Text(
        "Put the version in a file in force. One that loosens anything waits for a second person.",
        "ファイルの版を発効させます。緩める変更を含む版は、二人目の承認を待ちます。",
    ),
)
@file_argument
@as_option
@data_dir_option
def activate_(file: Path, email: str, data_dir: Path | None) -> None:
    _ready(data_dir)
    from sekisho.accounts.queries import viewer_at
    from sekisho.records.actions.calendars import activate

    view = activate(viewer_at(email), file.read_bytes())
    if view.effective_at is None:
        say(
            f"{view.version} loosens something. Somebody else approves it: "
            f"sekisho retention calendar approve {view.version} --as …",
            f"{view.version} には緩める変更があります。ほかの担当者が次のコマンドで承認してください: "
            f"sekisho retention calendar approve {view.version} --as …",
        )
    else:
        _in_force(view)


@calendar.command(
    "approve",
    help=Text("Approve a version that somebody else proposed.", "ほかの人が提案した版を承認します。"),
)
@bilingual.argument("version", Text("VERSION", "版"))
@as_option
@data_dir_option
def approve_(version: str, email: str, data_dir: Path | None) -> None:
    _ready(data_dir)
    from sekisho.accounts.queries import viewer_at
    from sekisho.records.actions.calendars import approve

    _in_force(approve(viewer_at(email), version))


def _in_force(view: VersionView) -> None:
    since = _moment(view.effective_at)
    say(f"{view.version} is in force from {since} on.", f"{view.version} は {since} から有効です。")


def _numbers(found: Calendar, as_json: bool) -> None:
    from sekisho.records.calendar_words import NAMES, told
    from sekisho.records.rules import NUMBERS

    lang = reader_language()
    numbers = {name: getattr(found, name) for name in NUMBERS}
    if as_json:
        emit_json({"version": found.version, **{name: told(name, one).en for name, one in numbers.items()}})
        return
    say(f"Version {found.version}", f"版 {found.version}")
    table(
        (Text("what", "項目"), Text("value", "値")),
        [(NAMES[name].in_(lang), told(name, one).in_(lang)) for name, one in numbers.items()],
    )


def _change(name: str, old: object, new: object, loosens: bool, as_json: bool) -> None:
    from sekisho.records.calendar_words import NAMES, told

    if as_json:
        emit_json({"name": name, "old": told(name, old).en, "new": told(name, new).en, "loosens": loosens})
        return
    lang = reader_language()
    line = f"{NAMES[name].in_(lang)}: {told(name, old).in_(lang)} → {told(name, new).in_(lang)}"
    mark = Text("! looser", "! 緩める").in_(lang) if loosens else Text("  stricter", "  厳しくする").in_(lang)
    click.echo(f"{mark}  {line}")


def _plain(view: VersionView) -> dict[str, object]:
    return {
        "version": view.version,
        "state": view.state.value,
        "effective_at": view.effective_at,
        "proposed_by": view.proposed_by,
        "approved_by": view.approved_by,
        "loosens": view.loosens,
    }


def _moment(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%d %H:%M UTC") if at else "-"


_REFUSED = Text(
    "This version does not verify: nothing in it is believed. See `sekisho audit` for who activated what.",
    "この版は署名を検証できないため、内容は使われません。発効の記録は `sekisho audit` で確認してください。",
)


def _ready(data_dir: Path | None) -> None:
    set_up(data_dir)
    require_migrated()
