"""`sekisho enforcement report`: the transparency report of any period, as JSON, CSV or HTML."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from sekisho.accounts.types import system
from sekisho.base.errors import SekishoError
from sekisho.base.text import Text
from sekisho.cli import bilingual
from sekisho.cli.control_plane import data_dir_option, require_migrated, set_up
from sekisho.cli.language import reader_language
from sekisho.cli.periods import period_options

if TYPE_CHECKING:
    from sekisho.enforcement.transparency.types import Report

CLI = system("cli")


@bilingual.command(
    "report",
    help=Text(
        """Write the transparency report of a period: what was decided, imposed, appealed against, reported and held.

        Small numbers are withheld, so that nobody can be picked out of them. The same rows make the same bytes.
        """,
        """ある期間の透明性報告書（決定・措置・異議申立て・報告・保留の件数）を書き出します。

        個人が特定されないよう、小さな数は公表しません。同じ記録からは、同じ内容が出力されます。
        """,
    ),
)
@period_options
@bilingual.option(
    "--format",
    "form",
    type=click.Choice(["json", "csv", "html"]),
    default="json",
    show_default=True,
    help=Text("How it is written.", "書き出す形式。"),
)
@bilingual.option(
    "--whole",
    is_flag=True,
    help=Text("Withhold nothing. Not for publication.", "小さな数も省きません。公表用ではありません。"),
)
@bilingual.option(
    "--output",
    type=click.File("w", encoding="utf-8", atomic=True),
    default="-",
    help=Text("File to write. Default: standard output.", "書き出すファイル。省略すると標準出力です。"),
)
@data_dir_option
def command(
    since: datetime, until: datetime, form: str, whole: bool, output: IO[str], data_dir: Path | None
) -> None:
    set_up(data_dir)
    require_migrated()
    output.write(_written(_report(since.date(), until.date(), whole), form))


def _report(first: date, last: date, whole: bool) -> Report:
    from sekisho.enforcement.transparency.queries import report
    from sekisho.enforcement.transparency.types import Period

    if not first <= last < date.max:
        raise SekishoError("period_ends_before_it_begins", _BACKWARDS)
    return report(CLI, Period(first, last + timedelta(days=1)), is_whole=whole)


def _written(report: Report, form: str) -> str:
    from sekisho.enforcement.transparency.titles import titles_at
    from sekisho.enforcement.transparency.writing import as_csv, as_html, as_json

    match form:
        case "csv":
            return as_csv(report)
        case "html":
            return as_html(report, reader_language(), titles_at(report.period.ends))
    return as_json(report)


_BACKWARDS = Text(
    "The last day lies before the first, or at the end of the calendar. Choose other days for --from and --to.",
    "最後の日が最初の日より前か、暦の終わりになっています。--from と --to に別の日を指定してください。",
)
