"""`sekisho audit`: the tamper-evident log, exported, verified and proven."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import click

from sekisho.accounts.types import system
from sekisho.audit.chain import Broken, Head, parse_head, verify
from sekisho.base.text import Text
from sekisho.cli import audit_proofs, bilingual
from sekisho.cli.control_plane import data_dir_option, require_migrated, set_up
from sekisho.cli.language import told
from sekisho.cli.output import emit_json

CLI = system("cli")
BROKEN = 1
"""Exit status when the log was altered."""


@bilingual.group(
    "audit",
    help=Text(
        "Export the audit log and verify it offline; sign checkpoints, prove receipts.",
        "監査ログの書き出しとオフラインでの検証、チェックポイントへの署名、受領証の証明を行います。",
    ),
)
def command() -> None:
    """Leave everything to the subcommands."""


@command.command(
    "export",
    help=Text(
        """Write the log as JSON Lines, its head last.

        Keep the head (SEQ:DIGEST) elsewhere, to prove later that nothing was cut off.
        """,
        """ログを JSON Lines で書き出します。末尾の値は最後の行です。

        末尾の値（番号:ダイジェスト）を別の場所に控えておけば、ログが切り詰められていないことを後で証明できます。
        """,
    ),
)
@data_dir_option
@bilingual.option(
    "--output",
    type=click.File("w", encoding="utf-8", atomic=True),
    default="-",
    help=Text("File to write. Default: standard output.", "書き出すファイル。省略すると標準出力です。"),
)
def export(data_dir: Path | None, output: IO[str]) -> None:
    for line in _exported(data_dir):
        output.write(line + "\n")


@command.command(
    "verify",
    help=Text(
        """Verify an export (needs no server and no database), or the log in the database when no FILE is given.

        Status 1 when the log was altered, with the first line at which it shows.
        """,
        """書き出したファイルを検証します。サーバーもデータベースも必要ありません。ファイルを省略すると、
        データベースのログを検証します。

        ログが改ざんされていれば、それが分かる最初の行を示し、終了コード 1 で終わります。
        """,
    ),
)
@bilingual.argument(
    "file",
    Text("FILE", "ファイル"),
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=False,
)
@data_dir_option
@bilingual.option(
    "--head",
    metavar=Text("SEQ:DIGEST", "番号:ダイジェスト"),
    help=Text(
        "A head that was kept: the log must still contain it.",
        "控えておいた末尾の値。ログにこれが残っていることを確かめます。",
    ),
)
@bilingual.option(
    "--json", "as_json", is_flag=True, help=Text("One JSON object.", "1 つの JSON を出力します。")
)
def verify_log(file: Path | None, data_dir: Path | None, head: str | None, as_json: bool) -> None:
    kept = _kept(head)
    if file is None:
        found = verify(_exported(data_dir), kept)
    else:
        with file.open(encoding="utf-8") as lines:
            found = verify(lines, kept)
    if isinstance(found, Broken):
        _tell(
            as_json,
            {"whole": False, "line": found.at, "why": found.why.en},
            told(
                f"Altered: line {found.at}. {found.why.en}",
                f"改ざんされています。{found.at} 行目：{found.why.ja}",
            ),
        )
        sys.exit(BROKEN)
    _tell(
        as_json,
        {"whole": True, "entries": found.head.seq, "head": str(found.head)},
        told(
            f"Whole: {found.head.seq} entries, head {found.head}",
            f"改ざんはありません。記録 {found.head.seq} 件、末尾の値 {found.head}",
        ),
    )


for each in audit_proofs.COMMANDS:
    command.add_command(each)


def _kept(head: str | None) -> Head | None:
    if head is None:
        return None
    try:
        return parse_head(head)
    except ValueError as problem:
        message = told(
            str(problem),
            "41:9f2c… のように「番号:ダイジェスト」の形で書いてください。コロンの後は 16 進数 64 桁です。",
        )
        raise click.BadParameter(message, param_hint="--head") from problem


def _exported(data_dir: Path | None) -> Iterator[str]:
    set_up(data_dir)
    require_migrated()
    from sekisho.audit.queries import export_lines

    return iter(export_lines(CLI))


def _tell(as_json: bool, plain: dict[str, object], words: str) -> None:
    if as_json:
        emit_json(plain)
    else:
        click.echo(words)
