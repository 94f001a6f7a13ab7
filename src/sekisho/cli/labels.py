"""`sekisho labels`: what reviewers found about decisions, for the next training."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final

import click
import msgspec

from sekisho.accounts.types import system
from sekisho.base.text import Text
from sekisho.cli import bilingual, reader_language
from sekisho.cli.control_plane import data_dir_option, require_migrated, set_up
from sekisho.cli.output import say

CLI = system("cli")

WITHHELD: Final = {
    "turn_gone": Text("the request is no longer kept", "要求の記録がない"),
    "zero_retention": Text("zero retention", "ゼロ保持"),
    "no_consent": Text("consumer terms without consent on record", "個人向け規約で同意の記録がない"),
    "not_agreed": Text("organisation has not agreed (--agreed)", "組織の合意がない（--agreed）"),
    "no_content": Text("no content is kept", "内容が保存されていない"),
    "destroyed": Text("content was destroyed", "内容が消去済み"),
}
"""Why a text is not given → in words."""


@bilingual.group(
    "labels",
    help=Text(
        "Export what reviewers and the appeals desk found about decisions.",
        "審査担当者と異議申立て担当者が決定について付けたラベルを書き出します。",
    ),
)
@data_dir_option
def command(data_dir: Path | None) -> None:
    set_up(data_dir)
    require_migrated()


@command.command(
    "export",
    help=Text(
        """Write a row for each decision that somebody has labelled, as `sekisho eval` and the training read it.

        A text goes out only where it may be used so; the rest is counted on standard error. Every reading of content
        is in the audit log.
        """,
        """ラベルの付いた決定を 1 行に 1 件ずつ、sekisho eval と学習が読み取れる形で書き出します。

        文章は、使ってよいものだけを書き出します。残りの件数は標準エラー出力に示します。
        内容を読むたびに監査ログに残ります。
        """,
    ),
)
@bilingual.option(
    "--agreed",
    multiple=True,
    metavar=Text("ORGANISATION", "組織"),
    help=Text(
        "An organisation that has agreed that texts of its decisions are used to improve detection. "
        "Can be repeated; without it no text goes out.",
        "決定の対象となった文章を検出の改善に使うことに合意した組織。繰り返し指定できます。指定しなければ、文章は一切書き出しません。",
    ),
)
@bilingual.option(
    "--since",
    type=click.DateTime(),
    help=Text(
        "Only what was found from this moment (UTC) on.", "この時点（UTC）以降に付けられたものに限ります。"
    ),
)
@bilingual.option(
    "--output",
    type=click.File("w", encoding="utf-8", atomic=True),
    default="-",
    help=Text("File to write. Default: standard output.", "書き出すファイル。省略すると標準出力です。"),
)
def export(agreed: tuple[str, ...], since: datetime | None, output: IO[str]) -> None:
    from sekisho.enforcement.labelling import export as labelled
    from sekisho.enforcement.types import Withheld

    withheld: Counter[str] = Counter()
    written = 0
    for row in labelled(CLI, frozenset(agreed), since.replace(tzinfo=UTC) if since else None):
        if isinstance(row, Withheld):
            withheld[row.code] += 1
        else:
            output.write(msgspec.json.encode(row).decode() + "\n")
            written += 1
    kept = withheld.total()
    say(
        f"Exported: {written:,}. Withheld: {kept:,}.",
        f"書き出し {written:,} 件、除外 {kept:,} 件。",
        err=True,
    )
    for code, count in withheld.most_common():
        click.echo(f"  {count:,}  {WITHHELD[code].in_(reader_language())}", err=True)
