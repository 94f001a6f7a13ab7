"""`sekisho enforcement attestation`: what professionals put their name to, verified without a server."""

from __future__ import annotations

import base64
import sys
from pathlib import Path
from typing import NoReturn

import click

from sekisho.base.text import Text
from sekisho.cli import bilingual
from sekisho.cli.control_plane import data_dir_option, require_migrated, set_up
from sekisho.cli.language import told
from sekisho.cli.output import emit_json
from sekisho.enforcement.holds.attestation import AttestationError, verified

UNPROVEN = 1
"""Exit status when the document does not prove what it says."""
KEY_BYTES = 32


@bilingual.group(
    "attestation",
    help=Text(
        "Verify what a professional attested to, and list the keys that signed.",
        "専門家の確認書を検証し、署名に使った鍵を一覧します。",
    ),
)
def command() -> None:
    """Leave everything to the subcommands."""


@command.command(
    "verify",
    help=Text(
        """Verify an attestation; needs no server and no database.

        With --key, only these public keys are trusted; without it, the key in the document is shown, to be compared.
        With --answer and --salt, the text must be the one that was released. Status 1 when anything does not hold.
        """,
        """確認書を検証します。サーバーもデータベースも必要ありません。

        --key を付けると、その公開鍵だけを信頼します。付けない場合は文書にある鍵を表示するので、照合してください。
        --answer と --salt を付けると、お渡しした文章と一致することも確かめます。
        成り立たない点があれば終了コード 1 で終わります。
        """,
    ),
)
@bilingual.argument(
    "file", Text("FILE", "ファイル"), type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@bilingual.option(
    "--key",
    "keys",
    multiple=True,
    metavar=Text("BASE64", "公開鍵"),
    help=Text("A public key that is trusted. May be given again.", "信頼する公開鍵。繰り返し指定できます。"),
)
@bilingual.option(
    "--answer",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=Text("File with the text that was given.", "お渡しした文章のファイル。"),
)
@bilingual.option(
    "--salt",
    default="",
    metavar=Text("HEX", "16進数"),
    help=Text("The salt that came with the answer.", "回答に添えられたソルト。"),
)
@bilingual.option(
    "--json", "as_json", is_flag=True, help=Text("One JSON object.", "1 つの JSON を出力します。")
)
def verify(file: Path, keys: tuple[str, ...], answer: Path | None, salt: str, as_json: bool) -> None:
    document = file.read_text(encoding="utf-8", errors="replace")
    text = answer.read_text(encoding="utf-8") if answer else ""
    try:
        attested = verified(document, [_key(each) for each in keys], answer=text, salt=salt)
    except AttestationError as problem:
        _refuse(problem.code, as_json)
    if as_json:
        emit_json({"holds": True, **attested})
        return
    click.echo(told("The signature holds.", "署名は有効です。"))
    for name, value in attested.items():
        click.echo(f"  {name}: {value}")


@command.command(
    "keys",
    help=Text(
        "List the public keys that this installation signs with, newest first.",
        "このシステムが署名に使う公開鍵を、新しい順に一覧します。",
    ),
)
@data_dir_option
def list_keys(data_dir: Path | None) -> None:
    set_up(data_dir)
    require_migrated()
    from sekisho.enforcement.holds.queries import signing_keys

    for key in signing_keys():
        click.echo(key)


def _key(words: str) -> bytes:
    try:
        key = base64.b64decode(words, validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        message = told(
            "Give a public key as Base64 of 32 bytes, as `sekisho enforcement attestation keys` prints it.",
            "公開鍵は 32 バイトの Base64 で指定してください。"
            "`sekisho enforcement attestation keys` で確認できます。",
        )
        raise click.BadParameter(message, param_hint="--key")
    return key


def _refuse(code: str, as_json: bool) -> NoReturn:
    if as_json:
        emit_json({"holds": False, "why": code})
    else:
        click.echo(told(_WHY[code].en, _WHY[code].ja))
    sys.exit(UNPROVEN)


_WHY = {
    "unreadable": Text("This is no attestation.", "確認書ではありません。"),
    "other_key": Text("It was signed by a key that you do not trust.", "信頼する鍵以外で署名されています。"),
    "altered": Text("It was altered after it was signed.", "署名後に改ざんされています。"),
    "other_text": Text(
        "The text is not the one that was released.", "文章が、お渡ししたものと一致しません。"
    ),
}
