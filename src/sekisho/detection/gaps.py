"""Words that were pulled apart, read as the sentence that they are: `How  do<tab>I`, `How!!!do🔥I`, 「爆弾の　作り方」.

Rules know phrases with one space between words, and none between Japanese ones. Line breaks are read over in short
texts alone: in long ones, code and lists above all, they mean something. Blank lines and single marks of punctuation
part sentences everywhere.
"""

from __future__ import annotations

import re
from typing import Final

import re2

SHORT: Final = 1_000
"""Characters of a text in which line breaks are read over: a message, not a document."""

_BLANKS: Final = " \\t\xa0\u2000-\u200a\u3000"
_FACES: Final = "\u2600-\u27bf\U0001f300-\U0001faff"
_MARKS: Final = "!?.,~\u2026\u30fb\uff01\uff1f\u3001\u3002"
_JAPANESE: Final = "ぁ-ゖァ-ヺー一-鿿"
_NOISE: Final = f"[{_BLANKS}]*(?:[{_FACES}]|[{_MARKS}]{{2}})[{_BLANKS}{_FACES}{_MARKS}\ufe0f]*"
"""Pictures, or two marks of punctuation and more."""
_BREAK: Final = f"[{_BLANKS}]*\\r?\\n[{_BLANKS}]*"


def _between(joints: str, letter: str) -> re.Pattern[str]:
    return re.compile(f"(?<={letter})(?:{joints})(?={letter})")


_CUT: Final = f"[{_BLANKS}]+|{_NOISE}", f"[{_JAPANESE}]"
_SPREAD: Final = f"\\t|[{_BLANKS}]{{2,}}|{_NOISE}", "[^\\W_]"
_LONG: Final = _between(*_CUT), _between(*_SPREAD)
_IN_SHORT: Final = tuple(_between(f"{joints}|{_BREAK}", letter) for joints, letter in (_CUT, _SPREAD))

_ANY: Final = re2.compile(
    f"[\\pL\\pN](?:\\t|[{_BLANKS}]{{2}}|[{_BLANKS}]?(?:[{_FACES}]|[{_MARKS}]{{2}}))|[{_JAPANESE}][{_BLANKS}]"
)
_ANY_SHORT: Final = re2.compile(f"{_ANY.pattern}|[\\pL\\pN][{_BLANKS}]?[\\r\\n]")
"""A quick look, as in `unwrap`: a little wider than what is searched."""


def read_on(text: str) -> str:
    """Return the text with its words together again; empty where none were apart."""
    is_short = len(text) <= SHORT
    if not (_ANY_SHORT if is_short else _ANY).search(text):
        return ""
    cut, spread = _IN_SHORT if is_short else _LONG
    said = spread.sub(" ", cut.sub("", text))
    return said if said != text else ""
