"""The numbers of the calendar in words, for pages, commands and announcements."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sekisho.base.text import Text
from sekisho.records.rules import moment, span

NAMES: Mapping[str, Text] = {
    "programme_start": Text("Training is possible for what is received from", "学習の対象となる受付の開始"),
    "choice_deadline": Text("Earlier accounts choose by", "既存のアカウントの選択期限"),
    "standard": Text("A turn is kept for", "やりとりの保管期間"),
    "allowed_years": Text("Where training is allowed, it is kept for", "学習が許可された場合の保管期間"),
    "grace": Text("After a withdrawal, it is kept for at most", "許可の取消し後の最長の保管期間"),
    "backlog": Text(
        "After zero retention is switched on, it is kept for", "ゼロデータ保持を有効にした後の保管期間"
    ),
    "partner_lapse_months": Text(
        "The partner program ends unless confirmed within", "パートナープログラムの再確認の期限"
    ),
    "rows": Text("Rows go after their key within", "鍵の破棄から行の削除まで"),
    "content_backups": Text("Backups of content are kept for", "内容のバックアップの保管期間"),
    "key_backups": Text("Backups of keys are kept for", "鍵のバックアップの保管期間"),
    "largest_step": Text(
        "Destruction stops when the clock jumps by more than", "破棄を止める時計のずれの上限"
    ),
    "hold_review": Text("A legal hold is reviewed within", "法的保全の見直しの期限"),
    "feedback_years": Text("Feedback is kept for", "フィードバックの保管期間"),
    "safety_unconfirmed": Text("An unconfirmed safety record is kept for", "未確認の安全記録の保管期間"),
    "safety_confirmed": Text("A confirmed safety record is kept for", "確認済みの安全記録の保管期間"),
    "exported_copies_years": Text(
        "Copies exported for training are kept for", "学習用に書き出した写しの保管期間"
    ),
    "recall": Text("Datasets are recalled within", "データセットの回収の期限"),
    "metadata_months": Text("Rows without content are kept for", "内容を含まない記録の保管期間"),
    "tickets": Text("Support tickets are kept after closing for", "終了したサポートの問い合わせの保管期間"),
    "export_link": Text("The link to an export opens it for", "書き出しのリンクの有効期間"),
    "request_due": Text("A request is answered within", "請求への回答の期限"),
    "provider_review": Text("What is known of a provider holds for", "提供元の情報の有効期間"),
    "notice": Text("A lengthening is announced before it takes effect by", "緩める変更の予告期間"),
}
"""Name of a number in `Calendar` → what it says."""

STATES: Mapping[str, Text] = {
    "waiting": Text("waits for a second person", "二人目の承認待ち"),
    "scheduled": Text("to come", "発効予定"),
    "in_force": Text("in force", "有効"),
    "replaced": Text("replaced", "旧版"),
    "refused": Text("refused: does not verify", "拒否（署名を検証できません）"),
}
"""State of a version → what it is called."""


def told(name: str, value: object) -> Text:
    """Return a number of the calendar in words: `5 years`, `72 hours`, a moment."""
    match value:
        case datetime():
            return moment(value)
        case timedelta():
            return span(value)
        case int() if name.endswith("_years"):
            return Text("1 year" if value == 1 else f"{value} years", f"{value} 年")
        case int() if name.endswith("_months"):
            return Text("1 month" if value == 1 else f"{value} months", f"{value} か月")
    raise ValueError(f"{name} is no number of the calendar")
