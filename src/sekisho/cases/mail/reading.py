"""A mail as it came, made into words that can be worked with. Nothing that anybody sends makes this fail, or last.

Measured traps (spec, section 4.2) and attacks have bounds each: parts within parts, headers of megabytes, addresses
without end, charsets that do not exist or lie. What cannot be read whole says why in `problem`, and is kept as it came.
No Django.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from typing import Final, NamedTuple, cast

from sekisho.base.mailparts import (
    HEADER_BYTES,
    KIND_BYTES,
    PARTS,
    STATUSES,
    VALUE_CHARS,
    TooMuchError,
    sizes_of_kinds,
    taken_apart,
)
from sekisho.cases.mail import markup
from sekisho.cases.mail.charsets import clean, decoded, unescaped
from sekisho.cases.mail.rules.addresses import plain
from sekisho.cases.mail.rules.files import LARGEST, MOST
from sekisho.cases.mail.rules.loops import ECHO_HEADERS, LOOP_HEADER
from sekisho.cases.mail.types import Letter, Marks, Piece, Seal

DEPTH: Final = 12
TEXT_CHARS: Final = 100_000
REPORT_BYTES: Final = 1024 * 1024
STATUS_BYTES: Final = 64 * 1024
"""Of a report of delivery (RFC 3464): how far its statuses are looked for, and how much of them is read. They are its
second part, and before them stand some lines for people."""
_PARSED: Final = frozenset(
    {
        *("from", "subject", "message-id", "auto-submitted", "precedence", "x-auto-response-suppress"),
        *("content-language", "content-type", "content-disposition", "content-transfer-encoding"),
    }
)
_BEGINS = re.compile(rb"^content-type:\s*message/delivery-status", re.IGNORECASE | re.MULTILINE)
_AS_IT_CAME: Final = policy.default.clone(refold_source="none", utf8=True)
_NAMING: Final = ("content-disposition", "content-type")
_RAW_NAME = re.compile(r'name="([^"]{1,500})"', re.IGNORECASE)
_PGP = re.compile(r"^-----BEGIN PGP MESSAGE-----\s*$", re.MULTILINE)


class _Part(NamedTuple):
    """A part that holds something. The library reads a header anew whenever it is asked, so each is asked once."""

    message: EmailMessage
    kind: str
    disposition: str
    has_name: bool

    @property
    def is_piece(self) -> bool:
        return (
            self.kind not in ("text/plain", "text/html") or self.disposition == "attachment" or self.has_name
        )


def read(data: bytes, envelope_sender: str, own_domain: str) -> Letter:
    """Return the letter in a mail. Never raises.

    `own_domain` is where our own Message-IDs end.
    """
    try:
        data = _told(data)
        return _letter(taken_apart(data), envelope_sender, own_domain)
    except TooMuchError as bound:
        return _unread(data, envelope_sender, str(bound))
    except (RuntimeError, LookupError, ValueError, TypeError, AttributeError):  # all that `email` raises
        return _unread(data, envelope_sender, "unreadable")


def headers(data: bytes) -> tuple[tuple[str, str], ...]:
    """Return the headers of the mail as name in lower case and value on one line, topmost first; of a head that is too
    long the beginning."""
    head = re.split(rb"\r?\n\r?\n", data[: HEADER_BYTES + 4], maxsplit=1)[0]
    lines = re.sub(rb"\r?\n[ \t]+", b" ", head).decode("utf-8", "replace")
    pairs = (line.partition(":") for line in re.split(r"[\r\n]+", lines))
    return tuple((name.strip().lower(), value.strip()) for name, colon, value in pairs if colon)


def authentication_results(data: bytes) -> tuple[str, ...]:
    """Return the values of `Authentication-Results`, topmost first."""
    return tuple(value for name, value in headers(data) if name == "authentication-results")


def _told(data: bytes) -> bytes:
    """Return what is read of the mail: all of it, but of a report only the beginning, to the end of its statuses. The
    mail that it gives back comes after, and says nothing."""
    head = data[: HEADER_BYTES + 4]
    if b"multipart/report" not in head.lower() or not _is_report(head):
        return data
    begins = _BEGINS.search(data, 0, REPORT_BYTES)
    if begins is None:
        return data[:REPORT_BYTES]
    most = begins.end() + STATUS_BYTES
    ends = data.find(b"\n--", begins.end(), most)
    return data[: ends if ends >= 0 else most]


def _is_report(data: bytes) -> bool:
    head = re.split(rb"\r?\n\r?\n", data, maxsplit=1)[0]
    if max(sizes_of_kinds(head), default=0) > KIND_BYTES:
        return False
    return BytesHeaderParser(policy=policy.default).parsebytes(head).get_content_type() == "multipart/report"


def _letter(message: EmailMessage, envelope_sender: str, own_domain: str) -> Letter:
    kind = message.get_content_type()
    parts = list(_leaves(message, kind))
    bodies = [part for part in parts if not part.is_piece]
    plains = [decoded(part.message) for part in bodies if part.kind == "text/plain"]
    html = "\n".join(decoded(part.message) for part in bodies if part.kind == "text/html")
    text = "\n\n".join(each.strip() for each in plains if each.strip()) or (
        markup.words(html) if html else ""
    )
    pieces = [_piece(part) for part in parts if part.is_piece]
    kept = [one for one in pieces if len(one.content) <= LARGEST][:MOST]
    return Letter(
        marks=_marks(message, kind, envelope_sender, own_domain),
        senders=_senders(message),
        subject=_header(message, "Subject")[:300],
        text=text[:TEXT_CHARS],
        html=html[: markup.LARGEST],
        language=_header(message, "Content-Language")[:20],
        message_id=_header(message, "Message-ID")[:300],
        pieces=tuple(kept),
        left_out=tuple(one.name for one in pieces if one not in kept),
        seal=_seal(kind, text),
        report=next((decoded(one.message) for one in parts if one.kind == STATUSES), ""),
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


def _leaves(message: EmailMessage, kind: str, depth: int = 0) -> Iterator[_Part]:
    """Yield the parts that hold something, in their order. A mail within a mail is one part, kept as it came."""
    if depth > DEPTH:
        raise TooMuchError("nested")
    names = {name.lower() for name, _ in message.raw_items()}
    if any(len(value) > VALUE_CHARS for name, value in message.raw_items() if name.lower() in _PARSED):
        raise TooMuchError("unreadable")
    if not message.is_multipart() or kind.startswith("message/"):
        says = "content-disposition" in names
        disposition = message.get_content_disposition() or "" if says else ""
        has_name = bool(message.get_filename()) if says or "content-type" in names else False
        yield _Part(message, kind, disposition, has_name)
        return
    for number, part in enumerate(cast("list[EmailMessage]", message.get_payload())):
        if number >= PARTS:
            raise TooMuchError("many_parts")
        yield from _leaves(part, part.get_content_type(), depth + 1)


def _piece(part: _Part) -> Piece:
    nested = part.kind.startswith("message/")
    content = _within(part.message) if nested else cast(bytes, part.message.get_payload(decode=True) or b"")
    named = _name(part.message)
    return Piece(named or ("message.eml" if nested else "attachment"), part.kind[:100], content)


def _name(part: EmailMessage) -> str:
    """Return a file's name in whatever way it is written; bytes that came raw are lost in the library's own reading."""
    named = unescaped(part.get_filename() or "")
    if "\ufffd" not in named:
        return named
    raw = " ".join(value for name, value in part.raw_items() if name.lower() in _NAMING)
    found = _RAW_NAME.search(raw)
    return unescaped(found[1]) if found else named


def _within(part: EmailMessage) -> bytes:
    """Return a mail within the mail, as it came: its headers are not broken into lines anew, which takes quadratic
    time."""
    held = part.get_payload()
    return (
        b"\n".join(one.as_bytes(policy=_AS_IT_CAME) for one in cast("list[EmailMessage]", held))
        if isinstance(held, list)
        else b""
    )


def _seal(kind: str, text: str) -> Seal:
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
        if raw.isascii() and "=?" not in raw:  # as written: nothing to decode
            return " ".join(unescaped(raw).split())
        return " ".join(unescaped(str(message.policy.header_fetch_parse(name, raw))).split())
    except (ValueError, LookupError, TypeError, AttributeError, RuntimeError):
        return ""


def _marks(message: EmailMessage, kind: str, envelope_sender: str, own_domain: str) -> Marks:
    low = {
        name.lower(): " ".join(value.split()).lower() for name, value in reversed(list(message.raw_items()))
    }
    return Marks(
        envelope_sender=plain(envelope_sender),
        auto_submitted=clean(low.get("auto-submitted", ""))[:80],
        precedence=clean(low.get("precedence", ""))[:40],
        is_list=any(name.startswith("list-") for name in low),
        content_type=kind,
        suppress=clean(low.get("x-auto-response-suppress", ""))[:80],
        is_ours=LOOP_HEADER.lower() in low or low.get("message-id", "").endswith(f"@{own_domain}>".lower()),
        is_echo=any(name.lower() in low for name in ECHO_HEADERS),
    )
