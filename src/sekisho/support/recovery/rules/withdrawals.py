"""Withdrawing from a contract (CRD, Article 11a): it counts the moment it is sent, whoever sent it."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta
from enum import StrEnum

from sekisho.base.text import Text

REPAID_WITHIN = timedelta(days=14)
"""Source: CRD, Article 13(1), first subparagraph."""
A_DAY = 3
"""Acknowledgements to one address in a day. Source: our policy (R-SUP-077 bounds all mail at ten)."""
MOST_CHARS = 200
_LINKED = re.compile(r"[^\w \-'’#@+]", re.UNICODE)


class Payout(StrEnum):
    """When money that is owed goes out."""

    NOW = "now"
    WAITS = "waits"


def payout(*, is_doubted: bool, is_same_method: bool) -> tuple[Payout, Text]:
    """Return whether money goes out now. A doubt about who withdrew holds back one thing: money to another place than
    that from which it came. The withdrawal itself stands, and so does its date (R-SUP-099)."""
    if is_doubted and not is_same_method:
        return Payout.WAITS, _WAITS
    return Payout.NOW, _NOW


def repay_by(at: datetime) -> datetime:
    return at + REPAID_WITHIN


def harmless(words: str) -> str:
    """Return words of a stranger as a mail to somebody else may carry them: one short line without anything that a mail
    program makes a link of (R-SUP-078). The page keeps them whole."""
    line = " ".join(unicodedata.normalize("NFKC", words).split())
    return " ".join(_LINKED.sub(" ", line).split())[:MOST_CHARS]


_NOW = Text("The money goes back by the means by which it was paid.", "お支払いに使われた方法に返金します。")
_WAITS = Text(
    "The withdrawal stands. Before money goes to another place than it came from, we make sure who asks.",
    "撤回は有効です。お支払いとは別の方法で返金する場合に限り、先にご本人であることを確認します。",
)
