"""`sekisho enforcement statements`: statements of reasons, for whom they are handed in to."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import IO

import click

from sekisho.accounts.types import system
from sekisho.base.text import Text
from sekisho.cli import bilingual
from sekisho.cli.control_plane import data_dir_option, require_migrated, set_up
from sekisho.cli.output import say

CLI = system("cli")
AT_ONCE = 100
"""Statements that the database takes in one call (its API documentation, "Creating multiple statements")."""
HELD_BACK = 1
"""Exit status when a statement was held back: somebody has to look at it."""
COLUMNS = (
    *("puid", "decision_provision", "end_date_service_restriction"),
    *("decision_account", "end_date_account_restriction", "account_type"),
    *("decision_ground", "decision_ground_reference_url"),
    *("illegal_content_legal_ground", "illegal_content_explanation"),
    *("incompatible_content_ground", "incompatible_content_explanation", "incompatible_content_illegal"),
    *(
        "category",
        "category_addition",
        "territorial_scope",
        "content_type",
        "content_date",
        "application_date",
    ),
    *("decision_facts", "source_type", "automated_detection", "automated_decision"),
)


@bilingual.group("statements", help=Text("Statements of reasons.", "理由の説明を扱います。"))
@data_dir_option
def command(data_dir: Path | None) -> None:
    set_up(data_dir)
    require_migrated()


@command.command(
    "export",
    help=Text(
        """Write statements of reasons as the EU's DSA Transparency Database takes them.

        JSON: a batch of up to 100 a line, each ready to be sent. No personal data: what people wrote about a case
        stays here. Each is checked against the schema, and for personal data; what fails stays here too, is told, and
        makes status 1. Measures that do not apply in the European Economic Area are left out. Only where the duty
        profile says that this is a platform. Try them in the database's sandbox first.
        """,
        """理由の説明を、EU の DSA 透明性データベースの形式で書き出します。

        JSON では 1 行に最大 100 件をまとめ、そのまま送信できます。個人データは含みません。担当者が個別の事案について
        書いた文章は書き出しません。1 件ずつスキーマと個人データの有無を検査し、通らないものは書き出さずに知らせ、
        終了コード 1 で終わります。欧州経済領域で適用されない措置は除きます。義務プロファイルがプラットフォームの場合に
        限ります。まずデータベースのサンドボックスでお試しください。
        """,
    ),
)
@bilingual.option(
    "--since",
    type=click.DateTime(),
    help=Text(
        "Only those written from this moment (UTC) on.", "この時点（UTC）以降に書かれたものに限ります。"
    ),
)
@bilingual.option(
    "--until",
    type=click.DateTime(),
    help=Text(
        "Only those written before this moment (UTC).", "この時点（UTC）より前に書かれたものに限ります。"
    ),
)
@bilingual.option(
    "--format",
    "form",
    type=click.Choice(["json", "csv"]),
    default="json",
    show_default=True,
    help=Text("How they are written.", "書き出す形式。"),
)
@bilingual.option(
    "--output",
    type=click.File("w", encoding="utf-8", atomic=True),
    default="-",
    help=Text("File to write. Default: standard output.", "書き出すファイル。省略すると標準出力です。"),
)
def export(since: datetime | None, until: datetime | None, form: str, output: IO[str]) -> None:
    from sekisho.compliance.queries import batches

    checked = list(batches(CLI, _utc(since), _utc(until)))
    found = [row for batch in checked for row in batch.statements]
    written = _write_csv(found, output) if form == "csv" else _write_json(found, output)
    say(f"Exported: {written:,}.", f"書き出し {written:,} 件。", err=True)
    held = [one for batch in checked for one in batch.held_back]
    for id, why in held:
        say(f"Held back: {id}: {why}", f"書き出しませんでした：{id}：{why}", err=True)
    sys.exit(HELD_BACK if held else 0)


def _utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment else None


def _write_json(found: Iterable[dict[str, object]], output: IO[str]) -> int:
    rows, written = iter(found), 0
    while batch := list(islice(rows, AT_ONCE)):
        output.write(json.dumps({"statements": batch}, ensure_ascii=False) + "\n")
        written += len(batch)
    return written


def _write_csv(found: Iterable[dict[str, object]], output: IO[str]) -> int:
    """Write a line a statement, lists as JSON, as the database's own downloads have them."""
    sheet = csv.DictWriter(output, COLUMNS, lineterminator="\n")
    sheet.writeheader()
    written = 0
    for row in found:
        sheet.writerow({name: _cell(value) for name, value in row.items()})
        written += 1
    return written


def _cell(value: object) -> object:
    return json.dumps(value) if isinstance(value, list) else value
