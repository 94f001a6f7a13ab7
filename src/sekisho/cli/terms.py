"""Values that programs know by a code, as people read them in tables. `--json` has the codes, in every language."""

from __future__ import annotations

from typing import Final

from sekisho.base.text import Lang
from sekisho.cli.language import reader_language

JAPANESE: Final = {
    # decisions, and what has become of requests
    "allow": "通過",
    "annotate": "記録",
    "modify": "一部変更",
    "hold": "保留",
    "block": "遮断",
    "unsure": "判断不能",
    "completed": "完了",
    "modified": "完了（一部変更）",
    "blocked": "遮断",
    "held": "確認のため保留",
    "upstream_error": "提供元のエラー",
    "upstream_broken": "提供元からの応答が途切れた",
    "client_gone": "クライアントが途中で切断",
    # what is appealed against, and what comes of it
    "restriction": "利用の制限",
    "decision": "単独の決定",
    "report": "通報",
    "upheld": "維持",
    "reversed": "取消し",
    "changed": "変更",
    # how a finding was taken
    "match": "検出",
    "error": "検出器のエラー",
    "fire": "検出とみなす",
    "skip": "記録して続行",
    "cleared": "判定モデルが該当しないと判断",
    "excepted": "契約による例外",
    # roles of texts
    "prompt": "プロンプト",
    "output": "回答",
    "tool_call": "ツール呼び出し",
    "tool_result": "ツールの結果",
    # clauses
    "low": "軽度",
    "medium": "中度",
    "high": "重度",
    "critical": "最重度",
    "hard": "厳格",
    "soft": "例外可",
    "full": "全体を確認してから",
    "window": "確認した部分から",
    "audit": "記録のみ",
    # versions and drafts
    "draft": "下書き",
    "shadow": "試行中の下書き",
    "scheduled": "発効前",
    "in_force": "施行中",
    "archived": "以前の版",
    "withdrawn": "撤回",
    "newly_stopped": "新たに止まる",
    "newly_passed": "新たに通る",
    "otherwise": "ほかの変化",
    "same": "変化なし",
    # keys and restrictions
    "active": "有効",
    "expired": "期限切れ",
    "revoked": "失効",
    "throttled": "制限",
    "suspended": "一時停止",
    "terminated": "終了",
    "general": "一般",
    "high_risk": "高リスク",
    "chatbot": "チャットボット",
    "minors": "未成年者向け",
    "agent": "エージェント",
    # cases
    "at_once": "至急",
    "grave": "重大",
    "serious": "深刻",
    "ordinary": "通常",
    "sample": "遮断（抽出）",
    "near": "しきい値付近",
    "doubt": "判断不能",
    "ladder": "段階的措置",
    "product": "製品内の報告",
    "form": "公開フォーム",
    # what `sekisho doctor` looks at
    "data_folder": "データフォルダー",
    "database": "データベース",
    "keystore": "鍵の保管庫",
    "policy": "ポリシー",
    "snapshot": "スナップショット",
    "journal": "ジャーナル",
    "detectors": "検出器",
    "judge": "判定モデル",
    "providers": "プロバイダー",
    "zero_retention": "ゼロデータ保持",
    "address": "アドレス",
    "transit": "通信の暗号化",
    "proof": "監査ログの証明",
    "destruction": "期限どおりの破棄",
    "mail": "メール",
    "unknown": "不明",
}


def term(code: str, lang: Lang | None = None) -> str:
    """Return what a reader of `lang`, by default of the terminal's language, calls a code; unknown ones stay.

    A code of two parts, such as `unsure:hold`, is told part by part.
    """
    if (lang or reader_language()) == "ja":
        return "、".join(JAPANESE.get(part, part) for part in code.split(":"))
    return code.replace("_", " ") if code in JAPANESE else code
