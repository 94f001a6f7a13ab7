"""Bytes in whatever charset they claim, or do not: text. What lies costs some letters, never the mail. No Django."""

from __future__ import annotations

import codecs
import re
from email.message import EmailMessage
from typing import Final, cast

_ALIASES: Final = {
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "cp50220": "iso2022_jp_ext",
    "cp50221": "iso2022_jp_ext",
    "gb2312": "gb18030",
    "us-ascii": "ascii",
}
"""What programs write, and the charset that they mean by it: with the letters that vendors have added."""
_NEVER: Final = frozenset({"punycode", "idna", "undefined", "unicode_escape", "raw_unicode_escape"})
"""Python's own codecs that no mail is in. The first takes quadratic time."""
_JIS = re.compile(rb"\x1b[$(]")
_KANA = re.compile("[ぁ-ゖァ-ヺ]")
_GUESSES: Final = ("cp932", "euc_jp")


def decoded(part: EmailMessage) -> str:
    """Return the text of a part. Its own charset first, then UTF-8, then what Japanese mails are really in."""
    data = cast(bytes, part.get_payload(decode=True) or b"")
    return text_of(data, part.get_content_charset() or "utf-8")


def text_of(data: bytes, charset: str) -> str:
    named = _ALIASES.get(charset.lower(), charset)
    tries = ["iso2022_jp_ext", named, "utf-8"] if _JIS.search(data) else [named, "utf-8"]
    for one in tries:
        if (text := _strict(data, one)) is not None:
            return clean(text)
    guesses = [text for one in _GUESSES if (text := _strict(data, one)) is not None and _KANA.search(text)]
    return clean(guesses[0] if guesses else data.decode("utf-8", "replace"))


def unescaped(value: str) -> str:
    """Return a header's text with bytes that came raw made into letters (they arrive as halves of surrogate pairs)."""
    if "\x1b" not in value and value.isprintable():
        return value
    return text_of(value.encode("utf-8", "surrogateescape"), "utf-8")


def clean(text: str) -> str:
    """Return text that every database takes: no NUL, no half of a surrogate pair."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")


def _strict(data: bytes, charset: str) -> str | None:
    try:
        return None if codecs.lookup(charset).name in _NEVER else data.decode(charset)
    except (LookupError, UnicodeError, ValueError):
        return None
