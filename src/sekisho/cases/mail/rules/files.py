"""Which files that come by mail are kept, and as what they are handed out. Pure.

A name may lie, and so may a declared type: what a file is, its first bytes say. Nothing is unpacked or drawn here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from sekisho.cases.mail.types import Piece

MOST: Final = 10
"""Files of one mail that are kept. The mail itself is kept whole, so none is lost."""
LARGEST: Final = 10 * 1024 * 1024
TOGETHER: Final = 20 * 1024 * 1024
"""Bytes of one file, and of all of a mail. Numbers of our decision: photographs and reports fit, films do not."""
NAME_CHARS: Final = 120

_KINDS: tuple[tuple[bytes, str, str], ...] = (
    (rb"%PDF-", "application/pdf", "pdf"),
    (rb"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (rb"\xff\xd8\xff", "image/jpeg", "jpg"),
    (rb"GIF8[79]a", "image/gif", "gif"),
    (rb"RIFF....WEBP", "image/webp", "webp"),
    (rb"PK\x03\x04", "application/zip", "zip"),
)
"""How a file begins, what it therefore is, and an ending of its name. Office's files are archives, and keep theirs."""
_WITHIN_ARCHIVES = frozenset({"zip", "docx", "xlsx", "pptx", "odt", "ods", "odp", "epub"})
_ALIKE = {"jpg": frozenset({"jpg", "jpeg", "jpe", "jfif"}), "zip": _WITHIN_ARCHIVES}
_PROGRAM = re.compile(
    rb"MZ|\x7fELF|\xca\xfe\xba\xbe|[\xce\xcf]\xfa\xed\xfe|\xfe\xed\xfa[\xce\xcf]|#!|L\x00\x00\x00\x01\x14\x02\x00|dex\n|\x00asm"
)
"""Programs of Windows, Linux, macOS and Java, scripts, shortcuts, Android's and WebAssembly's code."""
_RUNS_WORDS = (
    "ade adp app appx bat chm cmd com cpl dll dmg docm dotm exe hta img inf ins iso jar js jse lnk mde msc msi m"
    "sp mst pif pptm ps1 psm1 reg scr sct sh url vb vbe vbs vhd vhdx wsc wsf wsh xlam xll xlsm xltm"
)
_RUNS = frozenset(_RUNS_WORDS.split())
"""Endings at which a system runs something when it is opened."""
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\U000e0000-\U000e007f]"
)
"""Not the selectors of variants: names of Japanese people are written with them."""
_TROUBLE = re.compile(r'[/\\:*?"<>|]+')


@dataclass(frozen=True, slots=True)
class Kept:
    name: str = field(repr=False)
    media_type: str
    content: bytes = field(repr=False)
    is_renamed: bool = False
    """Whether its name said something else than it is, so that the true ending was put behind it."""


@dataclass(frozen=True, slots=True)
class Refused:
    name: str = field(repr=False)
    because: str
    """`empty`, `too_large`, `too_many` or `program`."""


def judged(pieces: Sequence[Piece]) -> tuple[Kept | Refused, ...]:
    """Return what becomes of each file of a mail, in their order."""
    found: list[Kept | Refused] = []
    for piece in pieces:
        kept = [one for one in found if isinstance(one, Kept)]
        found.append(_judged(piece, len(kept), sum(len(one.content) for one in kept)))
    return tuple(found)


def _judged(piece: Piece, count: int, together: int) -> Kept | Refused:
    name, size = safe_name(piece.name), len(piece.content)
    reasons = (
        ("empty", not size),
        ("program", bool(_PROGRAM.match(piece.content)) or any(part in _RUNS for part in _endings(name))),
        ("too_large", size > LARGEST or together + size > TOGETHER),
        ("too_many", count >= MOST),
    )
    because = next((reason for reason, holds in reasons if holds), "")
    return Refused(name, because) if because else _named(name, piece)


def _named(name: str, piece: Piece) -> Kept:
    """Return the file under the type that it is; a name that says otherwise gets the true ending behind its own."""
    for begin, media_type, ending in _KINDS:
        if re.match(begin, piece.content, re.DOTALL):
            fits = name.rpartition(".")[2].lower() in _ALIKE.get(ending, {ending})
            return Kept(name if fits else f"{name}.{ending}", media_type, piece.content, not fits)
    claimed = name.rpartition(".")[2].lower()
    lies = any(claimed in _ALIKE.get(ending, {ending}) for _, _, ending in _KINDS)
    return Kept(f"{name}.bin" if lies else name, "application/octet-stream", piece.content, lies)


def safe_name(name: str) -> str:
    """Return the name as its sender wrote it, in whatever script, without what turns it around, hides in it, or names a
    folder."""
    seen = _UNSEEN.sub("", unicodedata.normalize("NFC", name))
    last = re.split(r"[/\\]", seen)[-1]
    clean = _TROUBLE.sub("_", last).strip(". ")
    if len(clean) <= NAME_CHARS:
        return clean or "attachment"
    stem, dot, ending = clean.rpartition(".")
    ending = ending[:10] if dot else ""
    return f"{(stem or clean)[: NAME_CHARS - len(ending) - 1]}{dot}{ending}"


def _endings(name: str) -> list[str]:
    """Return every ending of a name: of `bill.exe.pdf` both."""
    return [part.strip().lower() for part in name.split(".")[1:]]
