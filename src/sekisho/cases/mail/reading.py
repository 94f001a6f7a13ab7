"""A mail as it came, made into words that can be worked with. Nothing that anybody sends makes this fail, or last.

Measured traps (spec, section 4.2) and attacks have bounds each: parts within parts, headers of megabytes, addresses
without end, charsets that do not exist or lie. What cannot be read whole says why in `problem`, and is kept as it came.
No Django.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses
from typing import Final, cast

from sekisho.cases.mail import markup
from sekisho.cases.mail.charsets import decoded, unescaped
from sekisho.cases.mail.rules.addresses import plain
from sekisho.cases.mail.rules.files import LARGEST, MOST
from sekisho.cases.mail.rules.loops import ECHO_HEADERS, LOOP_HEADER
from sekisho.cases.mail.types import Letter, Marks, Piece, Seal

MULTIPARTS: Final = 40
"""Boundaries in a mail. Each is looked for in every line beneath it, so their number is what reading costs."""
PARTS: Final = 100
DEPTH: Final = 12
HEADER_BYTES: Final = 64 * 1024
"""Headers of a mail together; Postfix takes 100 kB, and real ones have a tenth."""
VALUE_CHARS: Final = 8_000
"""One header. The standard library takes quadratic time over those with addresses and parameters."""
TEXT_CHARS: Final = 100_000
_PARSED: Final = frozenset(
    {
        *("from", "subject", "message-id", "auto-submitted", "precedence", "x-auto-response-suppress"),
        *("content-language", "content-type", "content-disposition", "content-transfer-encoding"),
    }
)
_BOUNDARY = re.compile(rb"boundary\s*\*?0?\*?=", re.IGNORECASE)
_NAMING: Final = ("content-disposition", "content-type")
_RAW_NAME = re.compile(r'name="([^"]{1,500})"', re.IGNORECASE)
_PGP = re.compile(r"^-----BEGIN PGP MESSAGE-----\s*$", re.MULTILINE)


class _TooMuchError(ValueError):
    """More than a letter has. `args[0]` says of what."""


def read(data: bytes, envelope_sender: str, own_domain: str) -> Letter:
    """Return the letter in a mail. Never raises.

    `own_domain` is where our own Message-IDs end.
    """
    try:
        _bounded(data)
        message = message_from_bytes(data, policy=policy.default)
        return _letter(message, envelope_sender, own_domain)
    except _TooMuchError as bound:
        return _unread(data, envelope_sender, str(bound))
    except (RuntimeError, LookupError, ValueError, TypeError, AttributeError):  # all that `email` raises
        return _unread(data, envelope_sender, "unreadable")


def headers(data: bytes) -> tuple[tuple[str, str], ...]:
    """Return the headers of the mail as name in lower case and value on one line, topmost first; of a head that is too
    long the beginning."""
    head = re.split(rb"\r?\n\r?\n", data[: HEADER_BYTES + 4], maxsplit=1)[0]
    lines = re.sub(rb"\r?\n[ \t]+", b" ", head).decode("utf-8", "replace").splitlines()
    pairs = (line.partition(":") for line in lines)
    return tuple((name.strip().lower(), value.strip()) for name, colon, value in pairs if colon)


def authentication_results(data: bytes) -> tuple[str, ...]:
    """Return the values of `Authentication-Results`, topmost first."""
    return tuple(value for name, value in headers(data) if name == "authentication-results")


def _bounded(data: bytes) -> None:
    head = re.search(rb"\r?\n\r?\n", data[: HEADER_BYTES + 4])
    if head is None and len(data) > HEADER_BYTES:
        raise _TooMuchError("unreadable")
    if len(_BOUNDARY.findall(data)) > MULTIPARTS:
        raise _TooMuchError("nested")


def _letter(message: EmailMessage, envelope_sender: str, own_domain: str) -> Letter:
    parts = list(_leaves(message))
    bodies = [part for part in parts if not _is_piece(part)]
    plains = [decoded(part) for part in bodies if part.get_content_subtype() == "plain"]
    html = "\n".join(decoded(part) for part in bodies if part.get_content_subtype() == "html")
    text = "\n\n".join(each.strip() for each in plains if each.strip()) or markup.words(html)
    pieces = [_piece(part) for part in parts if _is_piece(part)]
    kept = [one for one in pieces if len(one.content) <= LARGEST][:MOST]
    return Letter(
        marks=_marks(message, envelope_sender, own_domain),
        senders=_senders(message),
        subject=_header(message, "Subject")[:300],
        text=text[:TEXT_CHARS],
        html=html[: markup.LARGEST],
        language=_header(message, "Content-Language")[:20],
        message_id=_header(message, "Message-ID")[:300],
        pieces=tuple(kept),
        left_out=tuple(one.name for one in pieces if one not in kept),
        seal=_seal(message, text),
    )


def _unread(data: bytes, envelope_sender: str, problem: str) -> Letter:
    """Return what the head alone tells, where the rest cannot be read: enough to know a bounce or a loop."""
    head = data[:HEADER_BYTES]
    marks = Marks(
        envelope_sender=plain(envelope_sender),
        is_ours=LOOP_HEADER.lower().encode() in head.lower(),
        content_type="multipart/report" if b"multipart/report" in head.lower() else "",
        auto_submitted="auto-unknown" if re.search(rb"(?im)^auto-submitted:\s*auto", head) else "",
    )
    return Letter(marks, problem=problem)


def _leaves(message: EmailMessage, depth: int = 0) -> Iterator[EmailMessage]:
    """Yield the parts that hold something, in their order. A mail within a mail is one part, kept as it came."""
    if depth > DEPTH:
        raise _TooMuchError("nested")
    if any(len(value) > VALUE_CHARS for name, value in message.raw_items() if name.lower() in _PARSED):
        raise _TooMuchError("unreadable")
    if not message.is_multipart() or message.get_content_maintype() == "message":
        yield message
        return
    for number, part in enumerate(message.iter_parts()):
        if number >= PARTS:
            raise _TooMuchError("many_parts")
        yield from _leaves(cast(EmailMessage, part), depth + 1)


def _is_piece(part: EmailMessage) -> bool:
    is_text = part.get_content_type() in ("text/plain", "text/html")
    return not is_text or part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _piece(part: EmailMessage) -> Piece:
    nested = part.get_content_maintype() == "message"
    content = _within(part) if nested else cast(bytes, part.get_payload(decode=True) or b"")
    named = _name(part)
    return Piece(named or ("message.eml" if nested else "attachment"), part.get_content_type()[:100], content)


def _name(part: EmailMessage) -> str:
    """Return a file's name in whatever way it is written; bytes that came raw are lost in the library's own reading."""
    named = unescaped(part.get_filename() or "")
    if "\ufffd" not in named:
        return named
    raw = " ".join(value for name, value in part.raw_items() if name.lower() in _NAMING)
    found = _RAW_NAME.search(raw)
    return unescaped(found[1]) if found else named


def _within(part: EmailMessage) -> bytes:
    """Return a mail within the mail, as it came."""
    held = part.get_payload()
    return (
        b"\n".join(one.as_bytes() for one in cast("list[EmailMessage]", held))
        if isinstance(held, list)
        else b""
    )


def _seal(message: EmailMessage, text: str) -> Seal:
    kind = message.get_content_type()
    if kind == "multipart/encrypted" or _PGP.search(text):
        return Seal.PGP
    return Seal.SMIME if kind in ("application/pkcs7-mime", "application/x-pkcs7-mime") else Seal.NONE


def _senders(message: EmailMessage) -> tuple[str, ...]:
    """Return the addresses of `From`, and of a second `From` that somebody may have added, as written."""
    values = [unescaped(value) for name, value in message.raw_items() if name.lower() == "from"]
    found = [address for _, address in getaddresses(values[:4]) if "@" in address]
    return tuple(dict.fromkeys(found))[:4]


def _header(message: EmailMessage, name: str) -> str:
    """Return a header on one line, empty where there is none or it cannot be read."""
    raw = next((value for found, value in message.raw_items() if found.lower() == name.lower()), "")
    try:
        return " ".join(unescaped(str(message.policy.header_fetch_parse(name, raw))).split())
    except (ValueError, LookupError, TypeError, AttributeError, RuntimeError):
        return ""


def _marks(message: EmailMessage, envelope_sender: str, own_domain: str) -> Marks:
    low = {name: _header(message, name).lower() for name in ("Auto-Submitted", "Precedence", "Message-ID")}
    names = {name.lower() for name in message}
    return Marks(
        envelope_sender=plain(envelope_sender),
        auto_submitted=low["Auto-Submitted"][:80],
        precedence=low["Precedence"][:40],
        is_list=any(name.startswith("list-") for name in names),
        content_type=message.get_content_type(),
        suppress=_header(message, "X-Auto-Response-Suppress").lower()[:80],
        is_ours=LOOP_HEADER.lower() in names or low["Message-ID"].endswith(f"@{own_domain}>".lower()),
        is_echo=any(name.lower() in names for name in ECHO_HEADERS),
    )
