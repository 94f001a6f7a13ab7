"""Which files an appeal may carry. Pure: what a file is, its content says, never its name.

Nothing is unpacked, drawn or parsed here: a few first bytes are compared. So an archive that would grow is refused as
an archive, and a picture that would grow is kept as the bytes that it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sekisho.enforcement.appeals.types import Attachment, File

MAX_FILES = 5
MAX_FILE_BYTES = 5 * 1024 * 1024
MAX_BYTES = 10 * 1024 * 1024
"""Of all files together. Numbers of our decision: five photographed pages, and no way to fill the disk."""
MAX_NAME_CHARS = 80

MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (rb"%PDF-", "application/pdf", "pdf"),
    (rb"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (rb"\xff\xd8\xff", "image/jpeg", "jpg"),
    (rb"RIFF....WEBP", "image/webp", "webp"),
)
"""How a file begins, what it therefore is, and the ending of its name."""
TEXT = ("text/plain", "txt")
ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|OpenAction|AA|EmbeddedFile|RichMedia)\b")
"""What makes a PDF act or carry other files. What is hidden in compressed parts is not seen: the desk's viewer
runs no scripts either."""
MARKUP = re.compile(rb"\s*<[!?/a-zA-Z]")
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_UNSAFE = re.compile(r"[^\w.\- ()\[\]（）「」・]+")


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why the files are not accepted."""

    code: str
    """`too_many_files`, `file_empty`, `file_too_large`, `files_too_large`, `file_type` or `file_active`."""
    name: str = ""
    """Of the file concerned, made harmless; empty when it is all of them."""


def accepted(files: Sequence[File]) -> tuple[Attachment, ...] | Unfit:
    """Return the files as they are to be kept, in their order, or the first reason why not."""
    if len(files) > MAX_FILES:
        return Unfit("too_many_files")
    if sum(len(one.content) for one in files) > MAX_BYTES:
        return Unfit("files_too_large")
    kept = [_accepted(one) for one in files]
    return next(
        (one for one in kept if isinstance(one, Unfit)), tuple(a for a in kept if isinstance(a, Attachment))
    )


def _accepted(file: File) -> Attachment | Unfit:
    name = harmless_name(file.name)
    if not file.content:
        return Unfit("file_empty", name)
    if len(file.content) > MAX_FILE_BYTES:
        return Unfit("file_too_large", name)
    kind = sniffed(file.content)
    if kind is None:
        return Unfit("file_type", name)
    media_type, ending = kind
    if media_type == "application/pdf" and ACTIVE.search(file.content):
        return Unfit("file_active", name)
    return Attachment(f"{name.rpartition('.')[0] or name}.{ending}", media_type, file.content)


def sniffed(content: bytes) -> tuple[str, str] | None:
    """Return media type and ending of what the content is, None for what is not accepted."""
    for begin, media_type, ending in MAGIC:
        if re.match(begin, content, re.DOTALL):
            return media_type, ending
    return TEXT if _is_text(content) else None


def harmless_name(name: str) -> str:
    """Return the last part of a file's name without what a file system, header or page could trip over."""
    last = re.split(r"[/\\]", name)[-1]
    return _UNSAFE.sub("_", last).strip(". _")[-MAX_NAME_CHARS:] or "attachment"


def _is_text(content: bytes) -> bool:
    """Return whether it is plain UTF-8; what a browser would take for a page or a drawing is not."""
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return not CONTROL.search(content) and not MARKUP.match(content.removeprefix(b"\xef\xbb\xbf"))
