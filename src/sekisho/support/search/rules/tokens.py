"""The words that search sees: made here, so that both databases see the same, and neither needs a dictionary.

A text is folded (NFKC: half-width kana, full-width letters; then case), and each run of one script becomes words of its
own: English words their stems, Japanese runs every two neighbouring characters. Two, because Japanese has no blanks and
most of its words are made of two characters or more; measured, they do as well as a dictionary of 193 MB (spec 4.1).
Each Chinese character counts alone besides: 止める and 停止 share one, and no pair.

What is handed to a database is letters and digits of ASCII alone: characters of Japanese by their number. Tokenisers
differ in what they take for a letter, and none of them is asked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import snowballstemmer

_RUN = re.compile(
    "(?P<ja>[\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff々〆]+)"
    "|(?P<word>[a-z0-9]+(?:'[a-z]{1,2})?)"
    "|(?P<other>[^\\W\\d_a-z\u3041-\u30ff\u3400-\u9fff]+)"
)
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_STEMMER = snowballstemmer.stemmer("english")


def fold(text: str) -> str:
    """Return the text as all comparing sees it: one width, one case."""
    return unicodedata.normalize("NFKC", text).casefold()


def tokens(text: str) -> list[str]:
    """Return the words of a text for the index, in order, with repetitions.

    The last character of each Japanese run stands alone too, so that every kana begins some word, and a question of
    one kana finds by beginnings.
    """
    return [
        token for kind, run in _runs(text) for token in (_indexed(run) if kind == "ja" else (_stem(run),))
    ]


def asked(text: str) -> list[str]:
    """Return the words of a question, each once; one that ends in `*` asks for every word that begins so."""
    found: dict[str, None] = {}
    for kind, run in _runs(text):
        if kind == "ja":
            found.update(dict.fromkeys([*_pairs(run), *_han(run)] or [f"{_coded(run)}*"]))
        else:
            found[_stem(run) if len(run) > 1 else f"{_stem(run)}*"] = None
    return list(found)


def clues(text: str) -> list[str]:
    """Return what a folded text that has the question's words has in it, letter for letter: stems and pairs."""
    found: dict[str, None] = {}
    for kind, run in _runs(text):
        pairs = [run[at : at + 2] for at in range(len(run) - 1)]
        found.update(
            dict.fromkeys((pairs or [run]) if kind == "ja" else [_stem(run)[1:] if run.isascii() else run])
        )
    return list(found)


def _runs(text: str) -> Iterator[tuple[str, str]]:
    for found in _RUN.finditer(fold(text)):
        yield found.lastgroup or "", found[0]


def _indexed(run: str) -> list[str]:
    return [*_pairs(run), *_han(run), _coded(run[-1])]


def _pairs(run: str) -> list[str]:
    return [_coded(run[at : at + 2]) for at in range(len(run) - 1)]


def _han(run: str) -> list[str]:
    return [f"k{ord(one):05x}" for one in run if _HAN.match(one)]


@lru_cache(maxsize=65_536)
def _coded(characters: str) -> str:
    """Return characters as letters and digits: `j` and four or more digits for each, so that beginnings stay so."""
    return "j" + "".join(f"{ord(one):05x}" for one in characters)


@lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    """Return an English word's stem, with a letter before it, since databases read `1e5` as a number."""
    if not word.isascii():
        return _coded(word)
    stem: str = _STEMMER.stemWord(word)
    return "w" + stem.replace("'", "")
