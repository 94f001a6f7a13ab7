"""Files of cases, handed out on a host of their own: by a link that opens one file for five minutes (R-SUP-080).

Whoever may read the file is asked where people are signed in. The host that hands it out knows nobody: it has no
session, sets no cookie, and shows nothing but such links; what a file does there, it does alone.
"""

from __future__ import annotations

import logging
import shlex
import subprocess
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from sekisho.accounts.types import system
from sekisho.base import settings
from sekisho.base.errors import SekishoError
from sekisho.base.text import Text
from sekisho.cases import queries
from sekisho.cases.mail.rules import files
from sekisho.cases.mail.types import Piece
from sekisho.notices.links import Purpose, opened, token

log = logging.getLogger(__name__)

HOLDS: Final = timedelta(minutes=5)
"""How long a link opens: a slow download begins within it, and one that was passed on is worth nothing tomorrow."""
SCAN_S: Final = 60
"""Seconds that the scanner has for one file."""


class Scan(StrEnum):
    """What the scanner says of a file."""

    CLEAN = "clean"
    HARMFUL = "harmful"
    UNKNOWN = "unknown"
    """It did not answer. No answer is not a yes."""


@dataclass(frozen=True, slots=True)
class Handed:
    """A file as it is handed out."""

    name: str = field(repr=False)
    media_type: str
    content: bytes = field(repr=False)


def host() -> str:
    """Return the host that hands files out, with its port; empty where the pages' own does."""
    return urlsplit(settings.text("attachments_origin")).netloc.lower()


def link(enclosure: str, at: datetime) -> str:
    """Return the link to a file that its reader was just found to be allowed; empty without a host of its own."""
    origin = settings.text("attachments_origin").rstrip("/")
    return f"{origin}/attachments/{token(Purpose.ENCLOSURE, enclosure, at + HOLDS)}" if origin else ""


def by_link(link: str, at: datetime) -> Handed:
    """Return the file that a link opens. Raises `SekishoError`: `link_forged`, `link_expired`, `file_harmful`,
    `file_unscanned`, and `NotFoundError` for a file that is gone."""
    view, content = queries.enclosure(system("attachments"), opened(Purpose.ENCLOSURE, link, at))
    return handed(view.name, content)


def handed(name: str, content: bytes) -> Handed:
    """Return a file as what it is, under a harmless name. Raises `SekishoError`: `file_harmful` or `file_unscanned`."""
    match scanned(content):
        case Scan.HARMFUL:
            raise SekishoError("file_harmful", _HARMFUL)
        case Scan.UNKNOWN:
            raise SekishoError("file_unscanned", _UNSCANNED)
    (found,) = files.judged([Piece(name, "", content)])
    if isinstance(found, files.Kept):
        return Handed(found.name, found.media_type, content)
    return Handed(f"{found.name}.bin", "application/octet-stream", content)


def scanned(content: bytes) -> Scan:
    """Return what the scanner of the settings says of a file; clean where none is set."""
    command = shlex.split(settings.text("attachment_scanner"))
    if not command:
        return Scan.CLEAN
    try:
        done = subprocess.run(  # noqa: S603 - the operator's own command, and the file is its input alone
            command,
            input=content,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=SCAN_S,
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as problem:
        log.error("attachment.unscanned", extra={"problem": type(problem).__name__})
        return Scan.UNKNOWN
    return {0: Scan.CLEAN, 1: Scan.HARMFUL}.get(done.returncode, Scan.UNKNOWN)


_HARMFUL = Text(
    "The scanner says that this file is harmful. It is not handed out; it stays sealed with its case.",
    "ウイルス検査で有害と判定されたため、このファイルはお渡しできません。ファイルは暗号化されたままお問い合わせに残ります。",
)
_UNSCANNED = Text(
    "The scanner does not answer, so the file is not handed out. Try again later.",
    "ウイルス検査が応答しないため、ファイルをお渡しできません。しばらくしてからお試しください。",
)
