"""In which language to answer (R-SUP-041). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sekisho.base.text import Lang

_KANA = re.compile(r"[\u3041-\u30ff\uff66-\uff9f]")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
LONG_HAN = 12
"""From so many Han characters on, a text without any kana is hardly Japanese: our own texts of that length all have
some."""


def spoken(text: str) -> Lang | None:
    """Return the language whose script says so; None where it does not, such as for 「返金」 or `2FA`.

    Kana are Japanese alone. Longer Latin text is answered in English; a few letters are a name or a term. Long text in
    Han characters alone is most likely Chinese, which is answered in English (section 1.13).
    """
    if _KANA.search(text):
        return "ja"
    han, latin = len(_HAN.findall(text)), len(_LATIN.findall(text))
    if han:
        return "en" if han >= LONG_HAN and not latin else None
    return "en" if latin >= 8 and len(text.split()) > 1 else None


def answering(text: str, before: Iterable[str], page: Lang, account: Lang | None = None) -> Lang:
    """Return the language to answer in: that of the message, else of what was said before (the latest first), else that
    of the page, else the account's."""
    for said in (text, *before):
        if found := spoken(said):
            return found
    return page or account or "en"
