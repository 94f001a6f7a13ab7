"""Whether a message asks for a person, in Japanese or English (R-SUP-035). Pure, and quick enough for every message.

Missing one costs a detour through the bot; hearing one in "how do I add a person to my team?" costs an answer. So a
wish needs both: somebody to talk to, and that one wants to talk to them; or an idiom that says it alone. What the person
thinks of the bot ("stop, bot") counts as well.
"""

# ruff: noqa: E501 - an expression reads better whole than broken

from __future__ import annotations

import re
import unicodedata

_WHO = (
    r"(?:(?:a|an|any|some|the|your|real|actual|live|human)\s+)*"
    r"(?:human(?:\s+being)?s?|persons?|people|somebody|someone(?:\s+real)?|agents?|operators?|representatives?|reps?|"
    r"advisors?|staff(?:\s+members?)?|support\s+(?:team|staff|agents?|people|person)|team\s+members?|"
    r"customer\s+(?:service|support|care)|real\s+one)"
)
_TO_TALK = r"(?:talk|speak|chat|connect(?:ed)?|transfer(?:red)?|escalate[d]?|hand(?:ed)?\s+(?:me\s+)?over|pass(?:ed)?(?:\s+me)?\s+on|put\s+me\s+through|get\s+me|give\s+me|reach|contact)"
_EN = (
    rf"\b{_TO_TALK}\b(?:\s+(?:me|us|this|it))?(?:\s+(?:to|with))?\s+{_WHO}\b",
    rf"\b(?:want|need|prefer|like|demand|request|have)\s+(?:to\s+(?:have|see|get)\s+)?{_WHO}\b(?!\s+(?:account|key|plan|id|to\s+(?:my|our|the)))(?:\s+(?:please|now|to\s+(?:help|answer|look|reply|call|read)).*|\s*[.!?]*)$",
    r"^\W*(?:please\s+)?(?:an?\s+)?(?:real\s+|human\s+)?(?:human|person|agent|operator|representative|someone\s+real)\b[\s,]*(?:please|now|support|agent|here)?\W*$",
    r"\b(?:contact|reach|talk\s+to|speak\s+(?:to|with)|write\s+to|ask)\s+(?:your\s+|the\s+)?support\b(?!\s+(?:bot|assistant|page|form|articles?))",
    r"\b(?:is|are)\s+there\s+(?:a|any)\s+(?:(?:real|actual|live)\s+)?(?:humans?|persons?|people|one)\s+(?:there|here|i\s+can|who\s+can|behind)",
    r"\b(?:not|no\s+more|stop\s+the|enough\s+of\s+(?:this|the)|instead\s+of\s+(?:a|the|this))\s+(?:a\s+|this\s+|the\s+)?(?:bot|robot|machine|ai)\b",
    rf"\blet\s+{_WHO}\s+(?:answer|help|look|read)\b",
)
_JA_WHO = r"(?:人間|生身の人|担当者|担当の(?:方|人)|オペレーター?|スタッフ|サポート(?:チーム|担当|窓口|の人|の方)|係(?:の人|の方|員)|有人(?:窓口|対応|サポート)?|本物の人|ちゃんとした人|誰か(?:人)?|人)"
_JA_TO = r"(?:話し|話せ|話が|話を|相談し|相談でき|繋|つな|代わ|替わ|かわっ|変わっ|取り次|取次|対応し|対応でき|対応を|転送|連絡|問い合わせ|問合せ|答えて|返事|出して|呼んで|お願い|希望)"
_JA = (
    rf"{_JA_WHO}(?:と|に|へ|が|を|から|で|による|の)*(?:直接|じかに|一度|今すぐ|すぐに)?{_JA_TO}",
    r"有人(?:窓口|対応|サポート|チャット)",
    r"(?:ボット|ロボット|ai|機械|自動(?:応答|回答))(?:じゃ|では|で)?(?:なく|ない(?:人|方)|は(?:いや|嫌|もう)|じゃ(?:だめ|ダメ|話に))",
    r"(?:人間|担当者|オペレーター?)(?:は|って)?(?:いない|いません|いますか|はいますか|お願いします|を?お願い|希望)",
    r"^(?:人間|担当者|オペレーター?|有人)(?:で|を|に)?(?:！|!|。|？|\?)*$",
)
_NOT_EN = re.compile(
    r"\b(?:add|invite|remove|delete|hire|assign|role|roles|api|key|keys|limit|policy|tool|sdk|header)\b.{0,40}\b(?:agents?|people|persons?|staff|representatives?|operators?|humans?)\b"
    r"|\b(?:coding|ai)\s+agents?\b|\bagents?\s+(?:sdk|key|api|run|loop|tools?)\b"
)
"""What is about agents and people, and asks for none."""
_NOT_JA = re.compile(
    r"(?:他|ほか|別|友|本|新|何|一|二|三|個|法|知)人|人(?:数|名|材|事|気|生|工|口|権|物|種|以上|まで|分)|"
    r"(?:スタッフ|担当者|オペレーター?|人)を(?:追加|招待|削除|登録|変更)"
)
_ENGLISH = re.compile("|".join(_EN))
_JAPANESE = re.compile("|".join(_JA))


def wants_people(text: str) -> bool:
    """Return whether the message asks to be answered by a person."""
    said = unicodedata.normalize("NFKC", text).lower().replace("’", "'").strip()
    english = " ".join(said.split())
    if _ENGLISH.search(english) and not _NOT_EN.search(english):
        return True
    japanese = re.sub(r"\s+", "", said)
    return bool(_JAPANESE.search(_NOT_JA.sub("", japanese)))
