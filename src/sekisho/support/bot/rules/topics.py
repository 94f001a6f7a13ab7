"""What a question or an answer is about, where a model's own words are not wanted (R-SUP-030, 034, 042). Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from sekisho.support.bot.types import Topic

_OURS = r"(?:my|our|your|the|an?|this|whole|entire|company'?s?)"
_PATTERNS: Mapping[Topic, tuple[str, str]] = {
    Topic.LEGAL: (
        (
            r"subpoena|court\s+order|search\s+warrant|law\s+enforcement|lawsuit|litigation|\bsue\b|\bpolice\b"
            r"|legal\s+(?:process|action|proceedings)|official\s+order"
        ),
        r"裁判所|令状|捜査(?:機関|関係)|警察|訴訟|差し?押さ?え|法的(?:手続|措置)|弁護士会照会|開示命令|召喚状",
    ),
    Topic.REFUND: (
        r"\brefund|reimburs|money\s+back|charged?\s+(?:me\s+|us\s+)?twice|double\s+charge|chargeback",
        r"返金|払い?戻|お金を?返|代金を?返|二重(?:に)?(?:請求|引き落とし|課金)",
    ),
    Topic.CANCELLATION: (
        (
            r"\b(?:cancel\w*|end|ending|stop\w*|terminat\w*|turn(?:ing)?\s+off|disable)\b.{0,30}"
            r"\b(?:subscription|plan|renewal|renewing|paying|payments?|billing|membership|contract)\b|\bunsubscribe"
        ),
        r"解約|(?:サブスク\w*|自動更新|契約|定期購入|プラン|支払い?)(?:を|の)?.{0,4}(?:止め|やめ|停止|キャンセル|終了|中止)",
    ),
    Topic.DELETION: (
        (
            rf"\b(?:delet\w*|eras\w*|clos(?:e|ing)|remov(?:e|ing))\b(?:\s+{_OURS})*\s+(?:\w+\s+)?(?:accounts?|profile)\b"
            rf"|\baccount\s+(?:deletion|closure)|close\s+everything"
        ),
        r"退会|アカウント(?:を|の|は)?.{0,6}(?:削除|消し|消す|消去|閉鎖)",
    ),
    Topic.EXPORT: (
        (
            rf"\b(?:export|download|copy\s+of|copies\s+of|take\s+out)\b(?:\s+(?:of|all))*(?:\s+{_OURS})+\s+(?:\w+\s+)?data\b"
            r"|\bdata\s+export|^\W*export\W*$|everything\s+you\s+(?:have|hold|store)\s+(?:on|about)\s+(?:me|us)"
        ),
        r"データ(?:の|を).{0,6}(?:エクスポート|ダウンロード|書き出|持ち出|コピー)|^エクスポート$",
    ),
    Topic.SUSPENSION: (
        (
            r"\b(?:account|key|organi[sz]ation)\b.{0,20}\b(?:suspended|banned|terminated|disabled|frozen|restricted)\b"
            r"|\b(?:suspended|banned|froze|frozen)\b.{0,20}\b(?:account|key|organi[sz]ation|me)\b"
            r"|\b(?:i|we)(?:'m|'ve|\s+am|\s+are|\s+was|\s+were|\s+got)?\s+(?:been\s+)?(?:suspended|banned)\b"
            r"|\bsuspensions?\b"
        ),
        r"(?:アカウント|組織|キー)(?:が|を|は|の).{0,6}(?:停止|凍結|ban)|利用停止|一時停止|凍結(?:され|解除)",
    ),
}
_COMPILED = {
    topic: (re.compile(english), re.compile(japanese)) for topic, (english, japanese) in _PATTERNS.items()
}
_WHAT = re.compile(
    r"\bare\s+you\s+(?:a\s+|an\s+|really\s+|actually\s+|even\s+)*(?:human|real|person|bot|robot|ai|machine|chatgpt|computer|living|alive)\b"
    r"|\bam\s+i\s+(?:talking|speaking|chatting|writing)\s+(?:to|with)\s+(?:a\s+|an\s+)?(?:real\s+)?(?:human|person|bot|robot|ai|machine|computer)"
    r"|\bis\s+(?:this|that)\s+(?:a\s+|an\s+)?(?:real\s+)?(?:human|person|bot|robot|ai|machine|chatbot)\b|\bwh(?:o|at)\s+are\s+you\b"
)
_WHAT_JA = re.compile(
    r"(?:あなた|そちら|君|きみ|これ|相手|中の人)(?:は|って)(?:本物の|本当に|ほんとに)?(?:人間|人|ai|ボット|ロボット|機械|自動|何者|誰)"
    r"|(?:人間|ai|ボット|ロボット|機械)(?:なの|ですか|が答え|と話して|が(?:返事|返信|対応))"
)


def topic_of(text: str) -> Topic | None:
    """Return what a template answers, where the text is about that; the first of `_PATTERNS` that fits."""
    english, japanese = _spelled(text)
    return next(
        (topic for topic, (en, ja) in _COMPILED.items() if en.search(english) or ja.search(japanese)),
        None,
    )


def asks_what_it_is(text: str) -> bool:
    """Return whether somebody asks whether a person or a machine answers (R-SUP-030)."""
    english, japanese = _spelled(text)
    return bool(_WHAT.search(english) or _WHAT_JA.search(japanese))


def _spelled(text: str) -> tuple[str, str]:
    said = unicodedata.normalize("NFKC", text).lower().replace("\u2019", "'")
    return " ".join(said.split()), re.sub(r"\s+", "", said)
