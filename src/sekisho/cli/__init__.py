"""The `sekisho` command. Each subcommand is loaded when it is asked for, so that a gateway starts without Django."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable, Sequence

import click

from sekisho import __version__
from sekisho.base.errors import SekishoError
from sekisho.base.text import Text
from sekisho.cli import bilingual
from sekisho.cli.language import reader_language as reader_language

COMMANDS = {
    "serve": Text(
        "Run everything on one port: the gate, the pages, the worker.",
        "関所・ページ・ワーカーを一つのポートでまとめて動かします。",
    ),
    "gateway": Text("Run the data plane alone.", "データプレーン（ゲートウェイ）だけを動かします。"),
    "console": Text("Run the control plane's pages alone.", "管理プレーンのページだけを動かします。"),
    "worker": Text(
        "Take in journals and publish snapshots.", "ジャーナルを取り込み、スナップショットを発行します。"
    ),
    "check": Text("Judge texts without a server.", "サーバーなしで文章を判定します。"),
    "score": Text(
        "Write probabilities and the decision for each line of a file or pipe.",
        "ファイルやパイプの各行に、確率と判定を付けて書き出します。",
    ),
    "eval": Text(
        "Measure detectors over labelled texts, compare models, draw a report.",
        "ラベル付きの文章で検出器を測定し、モデルを比較し、報告書を作成します。",
    ),
    "policy": Text(
        "List, show, compare, check and activate versions of the policy.",
        "ポリシーの版を一覧・表示・比較・検査・有効化します。",
    ),
    "people": Text(
        "Create people and organisations, appoint staff.", "利用者と組織を作成し、担当者を任命します。"
    ),
    "keys": Text("Create, list and revoke API keys.", "API キーを作成・一覧・失効します。"),
    "webhooks": Text(
        "List and register addresses that are called when something happens.",
        "出来事があったときに呼び出すアドレスを一覧・登録します。",
    ),
    "restrict": Text(
        "Throttle, suspend or terminate a key, organisation or end user; lift it again.",
        "キー・組織・エンドユーザーに制限・一時停止・終了の措置をとり、また解除します。",
    ),
    "appeals": Text(
        "List appeals and their outcomes; register who is trained for minors.",
        "異議申立てと結果を一覧し、未成年者の担当者を登録します。",
    ),
    "desk": Text(
        "List cases that wait at the support desk, show one without its words, and what is past its time.",
        "サポート窓口で対応を待つお問い合わせを一覧し、経過と保存期間を過ぎたものを表示します。",
    ),
    "enforcement": Text(
        "Export statements of reasons, try a ladder over recorded decisions.",
        "理由の説明を書き出し、記録済みの決定で段階的な措置を試します。",
    ),
    "review": Text(
        "See what waits for people, take the next case, measure agreement.",
        "人の確認を待つ案件を確認し、次の案件を引き受け、一致の度合いを測ります。",
    ),
    "connectors": Text(
        "Scan MCP servers, list the directory of connectors, ask its servers again.",
        "MCP サーバーを検査し、コネクターのディレクトリを一覧し、内容を取得し直します。",
    ),
    "records": Text(
        "List what passed the gate, without content.", "関所を通った要求を、内容なしで一覧します。"
    ),
    "retention": Text(
        "See and change how long things are kept, and how they are destroyed.",
        "保管期間と破棄の方法を確認し、変更します。",
    ),
    "providers": Text(
        "List and state what providers do with what they are sent.",
        "提供元が受け取った内容をどう扱うかを一覧し、記録します。",
    ),
    "zdr": Text(
        "Prove that nothing is kept under zero retention.",
        "ゼロデータ保持で何も残らないことを実証します。",
    ),
    "rights": Text(
        "See what people asked for, carry it out, write a copy to a file, check one.",
        "データに関する請求を確認・処理し、写しを書き出し、検証します。",
    ),
    "billing": Text(
        "Hand over payments for people who cannot sign in, and see what they ended.",
        "サインインできない方の確認に使うお支払いを取り込み、解約を一覧します。",
    ),
    "labels": Text(
        "Export what reviewers found about decisions, for the next training.",
        "審査担当者が決定について付けたラベルを、次の学習用に書き出します。",
    ),
    "dataset": Text(
        "Build datasets for training out of what people allowed; list, verify and recall them.",
        "利用を許可された会話から学習用データセットを作成し、一覧・検証・回収します。",
    ),
    "compliance": Text(
        "State which laws apply here, and report notices and complaints.",
        "適用される法令を定め、通知と苦情の報告書を書き出します。",
    ),
    "audit": Text(
        "Export the audit log and verify it offline; sign checkpoints, prove receipts.",
        "監査ログの書き出しとオフラインでの検証、チェックポイントへの署名、受領証の証明を行います。",
    ),
    "keystore": Text(
        "See what wraps the content keys, and put a new root key in force.",
        "内容の鍵を何が保護しているかを確認し、新しいルートキーに切り替えます。",
    ),
    "doctor": Text(
        "Tell what is healthy, what is missing, and what to do.",
        "正常なもの、足りないもの、次にすべきことを示します。",
    ),
}
"""Name of each subcommand → its one-line help. The module `cli/<name>.py` holds it under the name `command`."""


class LazyGroup(bilingual.Group):
    """Knows its subcommands by name and imports only the one that runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"sekisho.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def summaries(self, ctx: click.Context) -> Iterable[tuple[str, str]]:
        return [(name, told.in_(reader_language())) for name, told in COMMANDS.items()]


@click.group(
    cls=LazyGroup,
    help=Text(
        """Sekisho (関所): a self-hosted trust plane for AI products.

        Settings come from the environment (SEKISHO_…); docs/operate/settings.md lists them.
        """,
        """Sekisho（関所）は、AI 製品の信頼を支える基盤です。自分のサーバーで動かせます。

        設定は環境変数（SEKISHO_…）で行います。一覧は docs/operate/settings.md にあります。
        """,
    ),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(
    __version__,
    message="sekisho %(version)s",
    cls=bilingual.Option,
    help=Text("Show the version and exit.", "バージョンを表示して終了します。"),
)
def cli() -> None:
    """Leave everything to the subcommands."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line. Expected refusals print one clear message and end with status 2."""
    try:
        cli.main(args=list(arguments) if arguments is not None else None, prog_name="sekisho")
    except SekishoError as refusal:
        click.echo(f"sekisho: {refusal.told(reader_language())}", err=True)
        sys.exit(2)
