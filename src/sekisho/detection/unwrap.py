"""What a text says once its wrapping is undone: codes that a model reads as easily as plain words.

A passage is judged as it stands *and* as it would be read. Only what decodes to readable text counts, everything is
bounded, and a text without wrapping costs a few searches. Ciphers (rot13, reversed) are undone only where the
text names them, since every text can be read so. Words far apart, and lines that break a sentence, are read on.

Source: P-040.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import unquote

import re2

from sekisho.detection.gaps import read_on

MOST: Final = 16
"""Wrapped runs of one kind that are undone in one text."""
LONGEST: Final = 65_536
"""Characters of one run that are undone; what follows in it is not."""

_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{16,}(?:[\r\n]{1,2}[A-Za-z0-9+/_-]{4,})*={0,2}")
_HEX: Final = re.compile(r"(?:[0-9a-fA-F]{2}[ :]?){16,}")
_PERCENT: Final = re.compile(r"(?:%[0-9A-Fa-f]{2}[\w.~+-]{0,12}){6,}")
_ENTITIES: Final = re.compile(r"(?:&#?\w{2,8};[^&]{0,12}){6,}")
_ESCAPES: Final = re.compile(r"(?:\\u[0-9a-fA-F]{4}[^\\]{0,12}){4,}")
_SEPARATED: Final = re.compile(r"(?:\S([\n ._|*/-])(?:\s\1)?){6,}\S")
_JOINED: Final = re.compile(r"(?:[^\W_][ ._|*/-]){6,}[^\W_](?![^\W_])")
_ROT13: Final = re.compile(r"rot[ -]?13|caesar|シーザー", re.IGNORECASE)
_REVERSED: Final = re.compile(r"backwards?|revers|mirror|逆(?:順|さ|から|に)|反転", re.IGNORECASE)

_ANY: Final = re2.compile(
    r"[A-Za-z0-9+/_-]{16}|(?:[0-9a-fA-F]{2}[ :]?){16}|(?:%[0-9A-Fa-f]{2}[^%]{0,12}){6}"
    r"|(?:&#?[^;&]{2,8};[^&]{0,12}){6}|(?:\\u[0-9a-fA-F]{4}[^\\]{0,12}){4}"
    r"|(?:\S[\n ._|*/-](?:(?s:.)[\n ._|*/-])?){6}\S"
    r"|(?i:rot[ -]?13|caesar|backwards?|revers|mirror)|シーザー|逆(?:順|さ|から|に)|反転"
)
"""Whether there may be anything to undo: a little wider than all of the above together. Nearly always there is
not, and one search by google-re2 says so in a fiftieth of the time."""


def unwrapped(text: str) -> tuple[str, ...]:
    """Return what the wrapped parts of a text say, each once; empty for a text that wraps nothing."""
    said = list(_coded(text)) if _ANY.search(text) else []
    together = read_on(text[:LONGEST])
    return tuple(dict.fromkeys([*said, together] if together else said))


def _coded(text: str) -> Iterator[str]:
    for wrapping, undo in _RUNS:
        for at, found in enumerate(wrapping.finditer(text)):
            if at >= MOST:
                break
            said = undo(found[0][:LONGEST])
            if said and said != found[0] and _is_readable(said):
                yield said
    if _ROT13.search(text):
        yield codecs.encode(text[:LONGEST], "rot13")
    if _REVERSED.search(text):
        yield text[:LONGEST][::-1]


def _is_readable(text: str) -> bool:
    """Return whether it is text, and not what any run of letters decodes to."""
    strange = sum(char == "\ufffd" or not (char.isprintable() or char.isspace()) for char in text)
    return len(text) >= 8 and strange * 20 <= len(text)


def _from_base64(run: str) -> str:
    """What the lines of a run say together; where that is nothing, what those say that say something alone. A word
    on the next line looks like one more line of code."""
    lines = run.split()
    whole = _decoded("".join(lines))
    if whole or len(lines) == 1:
        return whole
    return "\n".join(said for said in map(_decoded, lines) if _is_readable(said))


def _decoded(run: str) -> str:
    plain = run.rstrip("=").replace("-", "+").replace("_", "/")
    plain = plain[: len(plain) - (len(plain) % 4 == 1)]
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4)).decode()
    except (binascii.Error, ValueError):
        return ""


def _from_hex(run: str) -> str:
    """Pairs of digits that are none of the text may stand at its ends: `decode 48 6f` begins with the pair `de`."""
    digits = re.sub(r"[^0-9a-fA-F]", "", run)
    return bytes.fromhex(digits).decode(errors="replace").strip("\ufffd")


def _from_escapes(run: str) -> str:
    """Characters beyond 16 bits are written as two escapes each."""
    said = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), run)
    return said.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _from_separated(run: str) -> str:
    """`H.o.w. .t.o` as `How to`: what stands at every second place is dropped."""
    return " ".join(run[::2].split())


def _from_joined(run: str) -> str:
    """`H.o.w t.o` as `How to`: letters are joined, and words stay apart."""
    return re.sub(r"[._|*/-]", "", run)


_RUNS: Final[tuple[tuple[re.Pattern[str], Callable[[str], str]], ...]] = (
    (_BASE64, _from_base64),
    (_HEX, _from_hex),
    (_PERCENT, unquote),
    (_ENTITIES, html.unescape),
    (_ESCAPES, _from_escapes),
    (_SEPARATED, _from_separated),
    (_JOINED, _from_joined),
)
