"""Words that were pulled apart, read as the sentence that they are: `How  do<tab>I`, 「爆弾の　作り方」.

Rules know phrases with one space between words, and none between Japanese ones. Line breaks are read over in short
texts alone: in long ones, code and lists above all, they mean something. Blank lines and punctuation part sentences
everywhere.
"""

from __future__ import annotations

import re
from typing import Final

import re2

SHORT: Final = 1_000
"""Characters of a text in which line breaks are read over: a message, not a document."""

_BLANKS: Final = " \\t\xa0\u2000-\u200a\u3000"
_JAPANESE: Final = "ぁ-ゖァ-ヺー一-鿿"


def _between(joints: str, before: str) -> re.Pattern[str]:
    return re.compile(f"(?<={before})(?:{joints})(?={before})")


_BREAK: Final = f"[{_BLANKS}]*\\r?\\n[{_BLANKS}]*"
_CUT: Final = _between(f"[{_BLANKS}]+", f"[{_JAPANESE}]")
_CUT_SHORT: Final = _between(f"[{_BLANKS}]+|{_BREAK}", f"[{_JAPANESE}]")
_SPREAD: Final = _between(f"\\t|[{_BLANKS}]{{2,}}", "[^\\W_]")
_SPREAD_SHORT: Final = _between(f"\\t|[{_BLANKS}]{{2,}}|{_BREAK}", "[^\\W_]")

_ANY: Final = re2.compile(f"[\\pL\\pN](?:\\t|[{_BLANKS}]{{2}})|[{_JAPANESE}][{_BLANKS}]")
_ANY_SHORT: Final = re2.compile(
    f"[\\pL\\pN](?:[\\t\\r\\n]|[{_BLANKS}][{_BLANKS}\\r\\n])|[{_JAPANESE}][{_BLANKS}]"
)
"""A quick look, as in `unwrap`: a little wider than what is searched."""


def read_on(text: str) -> str:
    """Return the text with its words together again; empty where none were apart."""
    is_short = len(text) <= SHORT
    if text.isascii() and "  " not in text and "\t" not in text and not (is_short and "\n" in text):
        return ""  # as nearly all English texts, told in a tenth of the time
    if not (_ANY_SHORT if is_short else _ANY).search(text):
        return ""
    cut, spread = (_CUT_SHORT, _SPREAD_SHORT) if is_short else (_CUT, _SPREAD)
    said = spread.sub(" ", cut.sub("", text))
    return said if said != text else ""
