"""Whether somebody asks if they speak with a human being: then a claim to be one is corrected (P-030)."""

from __future__ import annotations

import re2

_ASKS = re2.compile(
    r"(?i)(?:"
    r"\b(?:are|r) (?:you|u) (?:really |actually |even |just )?(?:a |an )?(?:real |actual |live )?"
    r"(?:human|person|bot|robot|machine|ai|chatbot|computer|real)\b"
    r"|\b(?:am i|is this) (?:really |actually )?(?:talking|speaking|chatting|writing)?(?: to | with )?"
    r"(?:a |an )?(?:real |actual )?(?:human|person|bot|robot|machine|ai)\b"
    r"|\byou(?:'re| are) (?:not )?(?:a )?(?:real )?(?:human|person|bot|robot),? (?:right|aren't you|are you)"
    r"|(?:あなた|君|きみ|お前|そちら|担当|相手)[^。！？\n]{0,12}(?:人間|本物の人|生身|AI|ＡＩ|ロボット|ボット|機械)[^。！\n]{0,10}(?:か|？|\?)"
    r"|(?:人間|本物の人|ロボット|ボット|AI|ＡＩ)(?:なの|です|でしょう)(?:か|\?|？)"
    r")"
)
LAST = 4_000
"""Characters at the end of a message that are looked at: the question stands in what was typed last."""


def asks_if_human(text: str) -> bool:
    """Return whether a message asks, in English or Japanese, if its reader is a human being."""
    return _ASKS.search(text[-LAST:]) is not None
