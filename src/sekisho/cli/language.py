"""The language in which the command line speaks: that of the terminal."""

from __future__ import annotations

import os

from sekisho.base.text import Lang, Text, as_lang


def reader_language() -> Lang:
    """Return the language of the terminal, from `LC_ALL`, `LC_MESSAGES` or `LANG` (POSIX, in that order)."""
    named = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return as_lang(named)


def told(en: str, ja: str) -> str:
    """Return what the reader reads of two texts, for words that click shows: errors of an argument or option."""
    return Text(en, ja).in_(reader_language())
