"""A mail taken apart, at a cost that is known before. Anybody may send one, and a few bytes of the wrong kind can keep
the standard library busy for minutes: what more than any real mail has is refused before it is read.
"""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Final

MULTIPARTS: Final = 40
"""Boundaries in a mail. Each is looked for in every line beneath it, so their number is what reading costs."""
PARTS: Final = 100
SEPARATORS: Final = MULTIPARTS * PARTS
"""Lines that may part one part from the next. Counted before the library makes a message of each."""
HEADER_BYTES: Final = 64 * 1024
"""Headers of a mail together; Postfix takes 100 kB, and real ones have a tenth."""
VALUE_CHARS: Final = 8_000
"""One header. The standard library takes quadratic time over those with addresses and parameters."""
KIND_BYTES: Final = 4_000
KINDS_BYTES: Final = 64 * 1024
"""One header that tells what a part is, and all of a mail's. The library reads them, wherever they stand, while it
takes the mail apart (measured: half a minute for one of 60 kB). A file's name of 300 Japanese letters needs 2,700."""
STATUSES: Final = "text/delivery-status"
"""What the statuses of a report of delivery (RFC 3464) are to us."""

_BOUNDARY = re.compile(rb"boundary\s*\*?0?\*?=", re.IGNORECASE)
_KINDS = re.compile(
    rb"(?:^|\r)content-(?:type|disposition|transfer-encoding):[^\r\n]*(?:(?:\r\n|\r|\n)[ \t][^\r\n]*)*",
    re.IGNORECASE | re.MULTILINE,
)


class TooMuchError(ValueError):
    """More than a letter has. `args[0]` says of what: `nested`, `many_parts`, or `unreadable` headers."""


class _Mail(EmailMessage):
    """A message whose statuses stay one text. The library makes a message of each group of lines in them (measured: a
    minute and a half for 7 MB of blank lines)."""

    def get_content_type(self) -> str:
        kind = super().get_content_type()
        return STATUSES if kind == "message/delivery-status" else kind


_AS_WRITTEN: Final = policy.default.clone(message_factory=_Mail)


def taken_apart(data: bytes) -> EmailMessage:
    """Return the mail. Raises `TooMuchError`, and for what is broken whatever the library raises."""
    head = re.search(rb"\r?\n\r?\n", data[: HEADER_BYTES + 4])
    if head is None and len(data) > HEADER_BYTES:
        raise TooMuchError("unreadable")
    if len(_BOUNDARY.findall(data)) > MULTIPARTS:
        raise TooMuchError("nested")
    if data.count(b"\n--") + data.count(b"\r--") > SEPARATORS:
        raise TooMuchError("many_parts")
    kinds = sizes_of_kinds(data)
    if max(kinds, default=0) > KIND_BYTES or sum(kinds) > KINDS_BYTES:
        raise TooMuchError("unreadable")
    return message_from_bytes(data, policy=_AS_WRITTEN)


def sizes_of_kinds(data: bytes) -> list[int]:
    """Return the bytes of each header that tells what a part is."""
    return [len(one) for one in _KINDS.findall(data)]
