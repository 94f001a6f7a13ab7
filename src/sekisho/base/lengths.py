"""What people write is taken whole, or refused in words: nothing is cut without their knowing."""

from __future__ import annotations

from sekisho.base.errors import SekishoError
from sekisho.base.text import Text

TOO_LONG = Text(
    "This text has {count} characters, and at most {most} are taken. Shorten it, and send it once more.",
    "この文章は {count} 文字です。{most} 文字以内に短くして、もう一度お送りください。",
)


def whole(text: str, most: int) -> str:
    """Return the text as it is. Raises `SekishoError` `text_too_long` for one of more than `most` characters, which
    says how long it is and how long it may be."""
    if len(text) > most:
        raise SekishoError("text_too_long", too_long(text, most), count=len(text), most=most)
    return text


def too_long(text: str, most: int) -> Text:
    """Return what is said of a text that does not fit."""
    return TOO_LONG.format(count=f"{len(text):,}", most=f"{most:,}")
