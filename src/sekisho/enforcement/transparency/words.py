"""The words of the report outside the pages: for files that leave the installation, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from sekisho.base.text import Text

SECTIONS: Mapping[str, Text] = {
    "decisions": Text("Decisions of the gate", "関所の決定"),
    "sanctions": Text("Measures against accounts", "アカウントに対する措置"),
    "appeals": Text("Appeals decided", "判断した異議申立て"),
    "reports": Text("Reports received", "受け付けた報告"),
    "holds": Text("Answers held for a professional", "有資格者の確認のために保留した回答"),
    "exceptions": Text("Contract exceptions in effect at the end", "期末に有効な契約上の例外"),
}
DIMENSIONS: Mapping[str, Text] = {
    "action": Text("By what was done", "対応別"),
    "clause": Text("By clause", "条項別"),
    "language": Text("By language", "言語別"),
    "unit": Text("By kind of unit", "対象の種類別"),
    "measure": Text("By measure", "措置別"),
    "decided": Text("By who decided, and whether it was reversed", "判断した主体と取消しの有無別"),
    "decided_by": Text("By who had decided", "元の判断の主体別"),
    "about": Text("By what was appealed against", "申立ての対象別"),
    "outcome": Text("By outcome", "結果別"),
    "source": Text("By way of reporting", "報告の経路別"),
    "category": Text("By what is said to be wrong", "報告の内容別"),
    "domain": Text("By domain", "領域別"),
    "state": Text("By what became of it", "その後の状態別"),
    "scope": Text("By number of clauses", "条項の数別"),
}
VALUES: Mapping[str, Text] = {
    "": Text("None", "なし"),
    "allow": Text("Allowed", "許可"),
    "annotate": Text("Noted", "記録"),
    "modify": Text("Modified", "修正"),
    "hold": Text("Held", "保留"),
    "block": Text("Blocked", "ブロック"),
    "end_user": Text("End user", "エンドユーザー"),
    "key": Text("Key", "キー"),
    "organisation": Text("Organisation", "組織"),
    "throttled": Text("Throttled", "制限"),
    "suspended": Text("Suspended", "一時停止"),
    "terminated": Text("Terminated", "利用終了"),
    "automation": Text("By automation alone", "自動処理のみ"),
    "automation_reversed": Text("By automation alone, since reversed", "自動処理のみ（のちに取消し）"),
    "people": Text("By people", "担当者"),
    "people_reversed": Text("By people, since reversed", "担当者（のちに取消し）"),
    "restriction": Text("A restriction", "制限の措置"),
    "decision": Text("A decision of the gate", "関所の決定"),
    "report": Text("A report on which nothing was done", "対応しなかった報告"),
    "upheld": Text("Upheld", "維持"),
    "reversed": Text("Reversed", "取消し"),
    "changed": Text("Changed to something milder", "より軽い措置に変更"),
    "product": Text("In the product", "製品内"),
    "form": Text("Public form", "公開フォーム"),
    "mail": Text("Safety mailbox", "安全窓口のメール"),
    "inaccurate": Text("Inaccurate", "不正確"),
    "biased": Text("Biased", "偏り"),
    "harmful": Text("Harmful", "有害"),
    "child_safety": Text("Safety of children", "子どもの安全"),
    "imminent_harm": Text("Somebody may be hurt soon", "差し迫った危害のおそれ"),
    "other": Text("Other", "その他"),
    "open": Text("Not answered yet", "未回答"),
    "violation": Text("A violation", "違反"),
    "no_violation": Text("No violation", "違反なし"),
    "duplicate": Text("Reported before", "報告済み"),
    "spam": Text("No report at all", "報告に当たらない"),
    "waiting": Text("Waits", "待機中"),
    "claimed": Text("Being looked at", "確認中"),
    "facts_asked": Text("Facts asked for", "事実確認中"),
    "released": Text("Released", "提供"),
    "released_edited": Text("Released, edited", "修正のうえ提供"),
    "rejected": Text("Rejected", "却下"),
    "expired": Text("Expired", "期限切れ"),
    "one_clause": Text("For one clause", "一つの条項"),
    "several_clauses": Text("For several clauses", "複数の条項"),
    "und": Text("Not told", "不明"),
    "en": Text("English", "英語"),
    "ja": Text("Japanese", "日本語"),
}
TITLE = Text("Transparency report", "透明性報告書")
TOTAL = Text("In all", "合計")
WITHHELD = Text(
    "* Fewer than 5, or withheld so that no such number can be worked out.",
    "* 5 未満の数、または 5 未満の数が推測されないよう非公表とした数です。",
)
MEDIAN = Text("Half were told or answered within", "半数はこの時間以内に通知・回答")
ERROR = Text("Automatic measures that were reversed", "取り消された自動処理の措置")
OF = Text("{part} of {of} ({percent:.1f} %)", "{of} 件中 {part} 件（{percent:.1f} %）")
DAYS = Text("{count} days", "{count} 日")
HOURS = Text("{count} hours", "{count} 時間")
MINUTES = Text("{count} minutes", "{count} 分")
SECONDS = Text("{count} seconds", "{count} 秒")


def value_of(value: str) -> Text:
    """Return the word for a value; one without a word, such as a clause's id, stands for itself."""
    return VALUES.get(value, Text(value, value))


def length_of(seconds: int) -> Text:
    """Return a length of time in the largest unit of which it has two, so that it is told to two digits or so."""
    for words, size in ((DAYS, 86_400), (HOURS, 3_600), (MINUTES, 60)):
        if seconds >= 2 * size:
            return words.format(count=round(seconds / size))
    return SECONDS.format(count=seconds)
