"""What whoever registers a connector answers for (P-033). In our own words; the duties are those that directories of
MCP servers commonly ask for."""

from __future__ import annotations

from sekisho.base.text import Text
from sekisho.connectors.types import Item

CHECKLIST = (
    Item(
        "ours",
        Text("We run this server, or its owner has asked us to list it.",
             "このサーバーは自社で運営しているか、運営者から掲載を依頼されています。"),
    ),
    Item(
        "true_descriptions",
        Text("Each tool does what its description says, all of it, and nothing else.",
             "各ツールは説明どおりに動作し、説明にない動作をしません。"),
    ),
    Item(
        "no_orders",
        Text("Descriptions and results give models no orders: to call other tools, or to keep things from the person.",
             "説明や結果で、ほかのツールの呼び出しや利用者への隠し事など、モデルへの指示を行いません。"),
    ),
    Item(
        "little_data",
        Text("Tools ask only for what they need, never for the whole conversation or what is remembered of the person.",
             "ツールは必要な情報だけを求め、会話の全体や利用者に関する記憶を求めません。"),
    ),
    Item(
        "fixed_behaviour",
        Text("What tools do is not loaded from elsewhere while they run. A change comes with a new version.",
             "ツールの動作を実行時に外部から読み込むことはありません。変更は新しい版として公開します。"),
    ),
    Item(
        "no_money",
        Text("No tool moves money or other values without the person's confirmation outside the model.",
             "利用者がモデルの外で確認しない限り、送金や資産の移転を行うツールはありません。"),
    ),
    Item(
        "marked_writes",
        Text("Tools that change or delete something are marked so, and those that only read too.",
             "変更や削除を行うツールと、読み取りだけのツールを、それぞれ明示しています。"),
    ),
    Item(
        "signed_in",
        Text("Personal data is reached only after the person has signed in, over an encrypted connection.",
             "個人データには、利用者がサインインした後に、暗号化された接続でのみアクセスします。"),
    ),
    Item(
        "told",
        Text("A privacy notice says what is kept and for how long, and somebody answers to the contact address.",
             "保存する情報と期間をプライバシー通知で示し、連絡先には担当者が応答します。"),
    ),
)  # fmt: skip
ITEMS = frozenset(item.id for item in CHECKLIST)
