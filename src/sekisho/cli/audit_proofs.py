"""`sekisho audit checkpoint | consistency | prove | keys | verify-receipt`: proofs about the log."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import IO

import click

from sekisho.audit.notes import NoteError, VerifierKey, parse_key
from sekisho.audit.proofs import Unsound, check
from sekisho.base.clock import system_clock
from sekisho.base.errors import SekishoError
from sekisho.base.text import Text
from sekisho.cli import bilingual
from sekisho.cli.control_plane import data_dir_option, require_migrated, set_up
from sekisho.cli.language import told
from sekisho.cli.output import emit_json

REFUSED = 1
"""Exit status when what was checked proves nothing."""
PENDING = 3
"""Exit status for a receipt that is signed, but not in a checkpoint yet."""

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

json_option = bilingual.option(
    "--json", "as_json", is_flag=True, help=Text("One JSON object.", "1 つの JSON を出力します。")
)
output_option = bilingual.option(
    "--output",
    type=click.File("w", encoding="utf-8", atomic=True),
    default="-",
    help=Text("File to write. Default: standard output.", "書き出すファイル。省略すると標準出力です。"),
)


@bilingual.command(
    "checkpoint",
    help=Text(
        """Sign what the log is now, and print the signed text.

        The worker does so every hour. Keep the text elsewhere: whoever changes the log later cannot change it too.
        """,
        """現在のログの状態に署名し、署名付きの文面を表示します。

        ワーカーも 1 時間ごとに署名します。文面を別の場所に控えておけば、後からログが変更されても照合できます。
        """,
    ),
)
@data_dir_option
@output_option
def checkpoint(data_dir: Path | None, output: IO[str]) -> None:
    _ready(data_dir)
    from sekisho.audit.checkpoints import checkpoint as sign

    output.write(sign(system_clock()))


@bilingual.command(
    "consistency",
    help=Text(
        """Hash every entry again and compare the log with all checkpoints, here and in the witness folder.

        With FILE, a checkpoint that was kept, compare it as well. Status 1 when the log is not what it was.
        """,
        """すべての記録のハッシュを計算し直し、手元と控えのフォルダーにあるすべてのチェックポイントと照合します。

        控えておいたチェックポイントのファイルを指定すると、それとも照合します。ログが当時のものでなければ、
        終了コード 1 で終わります。
        """,
    ),
)
@bilingual.argument("file", Text("FILE", "ファイル"), type=FILE, required=False)
@data_dir_option
@json_option
def consistency(file: Path | None, data_dir: Path | None, as_json: bool) -> None:
    _ready(data_dir)
    from sekisho.audit import checkpoints

    kept = [checkpoints.read(file.read_text(encoding="utf-8"), file.name)] if file else []
    try:
        count = checkpoints.recount(kept)
    except SekishoError as refusal:
        plain: dict[str, object] = {"consistent": False, "code": refusal.code, "why": refusal.message.en}
        _tell(as_json, plain, refusal.message)
        sys.exit(REFUSED)
    _tell(
        as_json,
        {"consistent": True, "checkpoints": count},
        Text(
            f"The log fits all {count} checkpoints.",
            f"ログは {count} 件のチェックポイントすべてと一致します。",
        ),
    )


@bilingual.command(
    "prove",
    help=Text(
        """Write the document that proves a receipt (rcp_…), for its holder to check without us.

        A checkpoint is signed first where the receipt waits for one.
        """,
        """受領証（rcp_…）を証明する文書を書き出します。受け取った人は、Sekisho なしで検証できます。

        受領証がチェックポイントを待っている場合は、先に署名します。
        """,
    ),
)
@bilingual.argument("receipt", Text("RECEIPT", "受領証"))
@data_dir_option
@output_option
def prove(receipt: str, data_dir: Path | None, output: IO[str]) -> None:
    _ready(data_dir)
    from sekisho.audit.receipts import document
    from sekisho.audit.tasks import keep_proofs

    keep_proofs()
    output.write(json.dumps(document(receipt), ensure_ascii=False, indent=2) + "\n")


@bilingual.command(
    "keys",
    help=Text(
        """Print the public keys with which this installation signs. Publish them where people can compare.""",
        """この環境が署名に使う公開鍵を表示します。利用者が照合できる場所に公開してください。""",
    ),
)
@data_dir_option
def keys(data_dir: Path | None) -> None:
    _ready(data_dir)
    from sekisho.audit import checkpoints, signing

    signing.signer()  # makes the first one
    for key in checkpoints.keys(checkpoints.origin()):
        click.echo(str(key))


@bilingual.command(
    "verify-receipt",
    help=Text(
        """Check a receipt. Needs no server and no database.

        Status 1 when it proves nothing, 3 when it is signed but the log's next checkpoint has yet to prove it.
        """,
        """受領証を検証します。サーバーもデータベースも必要ありません。

        証明にならないものは終了コード 1 で終わります。署名はあっても、次のチェックポイントを待っているものは
        終了コード 3 で終わります。
        """,
    ),
)
@bilingual.argument("file", Text("FILE", "ファイル"), type=FILE)
@bilingual.option(
    "--key",
    "trusted",
    multiple=True,
    metavar=Text("NAME+MARK+KEY", "名前+目印+鍵"),
    help=Text(
        "A public key to trust, as `sekisho audit keys` prints it. Without one, the key in the receipt is believed.",
        "信頼する公開鍵（`sekisho audit keys` の出力）。省略すると、受領証に含まれる鍵をそのまま信じます。",
    ),
)
@json_option
def verify_receipt(file: Path, trusted: tuple[str, ...], as_json: bool) -> None:
    found = check(_document(file), [_key(words) for words in trusted])
    if isinstance(found, Unsound):
        plain: dict[str, object] = {"state": "refused", "code": found.flaw.value, "why": found.why.en}
        _tell(as_json, plain, Text(f"Refused. {found.why.en}", f"無効です。{found.why.ja}"))
        sys.exit(REFUSED)
    kind, at = found.receipt["kind"], found.receipt["at"]
    state = "proven" if found.proven_at else "pending"
    _tell(
        as_json,
        {"state": state, "receipt": dict(found.receipt), "key": str(found.key)},
        Text(
            f"{state.capitalize()}: {kind}, {at}. Signed by {found.key}",
            f"{'証明済み' if found.proven_at else '証明待ち'}：{kind}、{at}。署名した鍵：{found.key}",
        ),
    )
    sys.exit(0 if found.proven_at else PENDING)


COMMANDS = (checkpoint, consistency, prove, keys, verify_receipt)


def _ready(data_dir: Path | None) -> None:
    set_up(data_dir)
    require_migrated()


def _document(file: Path) -> dict[str, object]:
    """Return what the file holds; nothing where that is no JSON object, which `check` then refuses."""
    try:
        found = json.loads(file.read_bytes())
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _key(words: str) -> VerifierKey:
    try:
        return parse_key(words)
    except NoteError as problem:
        message = told(
            "A key reads NAME+MARK+KEY, as `sekisho audit keys` prints it.",
            "`sekisho audit keys` の出力のとおり「名前+目印+鍵」の形で書いてください。",
        )
        raise click.BadParameter(message, param_hint="--key") from problem


def _tell(as_json: bool, plain: dict[str, object], words: Text) -> None:
    if as_json:
        emit_json(plain)
    else:
        click.echo(told(words.en, words.ja))
