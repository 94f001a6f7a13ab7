"""A mail as it came, made into words that can be worked with. Nothing that anybody sends makes this fail.

Charsets that do not exist, headers that cannot be read, parts within parts within parts: what can be read is read,
and what cannot, or has more than a letter has, is kept as it came, so that nothing is lost. No Django.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import parseaddr
from html.parser import HTMLParser
from typing import Final, cast

from sekisho.base.mailparts import PARTS, VALUE_CHARS, TooMuchError, taken_apart
from sekisho.enforcement.review.rules.reporters import Envelope
from sekisho.enforcement.review.types import Enclosure

DEPTH: Final = 20
"""Multiparts within multiparts that are opened."""
TEXT_CHARS: Final = 10_000
NAME_CHARS: Final = 200
LOOP_HEADER: Final = "X-Sekisho-Loop"
UNREAD: Final = "message.eml"
"""What a mail is called that could not be read, and is kept whole."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says."""

    envelope: Envelope
    subject: str = field(repr=False)
    text: str = field(repr=False)
    language: str = ""
    """From `Content-Language` or `Accept-Language`, as the sender's program gave it."""
    enclosures: tuple[Enclosure, ...] = ()


def read(data: bytes, sender: str, own_domain: str, most: int, largest: int) -> Letter:
    """Return the letter in a mail that came with the envelope sender `sender`.

    `own_domain` is where our own Message-IDs end; `most` and `largest` bound the attachments that are kept, by number
    and by bytes each. Never raises: what cannot be read whole is an attachment named `UNREAD`.
    """
    try:
        message = taken_apart(data)
        parts = list(_leaves(message))
        enclosures = _kept([_enclosure(part) for part in parts if _is_enclosure(part)], most, largest)
        text = _text([part for part in parts if not _is_enclosure(part)])
        envelope = _envelope(message, sender, own_domain)
        language = _header(message, "Content-Language") or _header(message, "Accept-Language")
        return Letter(envelope, _header(message, "Subject")[:300], text, language[:20], enclosures)
    except (RuntimeError, LookupError, ValueError, TypeError, AttributeError):  # all that `email` raises
        whole = Enclosure(UNREAD, "message/rfc822", len(data), data)
        return Letter(Envelope(sender.casefold()), "", "", "", _kept([whole], 1, largest))


def _leaves(message: EmailMessage, depth: int = 0) -> Iterator[EmailMessage]:
    """Yield the parts that hold something, in their order. A mail within a mail is one part, kept as it came."""
    if depth > DEPTH:
        raise TooMuchError("nested")
    if any(len(value) > VALUE_CHARS for _, value in message.raw_items()):
        raise TooMuchError("unreadable")
    if not message.is_multipart() or message.get_content_maintype() == "message":
        yield message
        return
    for number, part in enumerate(message.iter_parts()):
        if number >= PARTS:
            raise TooMuchError("many_parts")
        yield from _leaves(cast(EmailMessage, part), depth + 1)


def _is_enclosure(part: EmailMessage) -> bool:
    is_text = part.get_content_maintype() == "text"
    return not is_text or part.get_content_disposition() == "attachment"


def _enclosure(part: EmailMessage) -> Enclosure:
    data = part.as_bytes() if part.is_multipart() else cast(bytes, part.get_payload(decode=True) or b"")
    name = _clean(part.get_filename() or "")[:NAME_CHARS] or "attachment"
    return Enclosure(name, part.get_content_type()[:100], len(data), data)


def _kept(found: list[Enclosure], most: int, largest: int) -> tuple[Enclosure, ...]:
    """Return what came with it; of what is beyond the limits, its name and size alone."""
    kept: list[Enclosure] = []
    for each in found[:PARTS]:
        why = "too_large" if each.size > largest else "too_many" if _count(kept) >= most else ""
        kept.append(Enclosure(each.name, each.type, each.size, b"", why) if why else each)
    return tuple(kept)


def _count(kept: list[Enclosure]) -> int:
    return sum(not each.refused for each in kept)


def _text(parts: list[EmailMessage]) -> str:
    """Return the plain parts; without any, the words of the HTML ones."""
    plain = [_decoded(part) for part in parts if part.get_content_subtype() == "plain"]
    said = plain or [_words_of(_decoded(part)) for part in parts]
    return "\n\n".join(each.strip() for each in said if each.strip())[:TEXT_CHARS]


def _decoded(part: EmailMessage) -> str:
    """Return a part's text, in whatever charset it claims: one that does not exist, or lies, costs some letters."""
    data = cast(bytes, part.get_payload(decode=True) or b"")
    for charset in (part.get_content_charset() or "utf-8", "utf-8"):
        try:
            return _clean(data.decode(charset))
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return _clean(data.decode("utf-8", "replace"))


def _clean(text: str) -> str:
    """Return text that every database takes: no NUL, no half of a surrogate pair."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")


def _header(message: EmailMessage, name: str) -> str:
    """Return a header on one line, empty where there is none or it cannot be read."""
    try:
        return " ".join(_clean(str(message.get(name, ""))).split())
    except (ValueError, LookupError, TypeError, AttributeError, IndexError):
        return ""


def _envelope(message: EmailMessage, sender: str, own_domain: str) -> Envelope:
    ours = f"@{own_domain}>".casefold()
    low = {name: _header(message, name).casefold() for name in ("Auto-Submitted", "Precedence", "Message-ID")}
    return Envelope(
        sender=parseaddr(sender)[1].casefold(),
        auto_submitted=low["Auto-Submitted"],
        precedence=low["Precedence"],
        is_list=any(name.casefold().startswith("list-") for name in message),
        content_type=message.get_content_type(),
        suppress=_header(message, "X-Auto-Response-Suppress").casefold(),
        is_ours=LOOP_HEADER in message or low["Message-ID"].endswith(ours),
        is_reply_to_us=ours
        in f"{_header(message, 'In-Reply-To')} {_header(message, 'References')}".casefold(),
    )


class _Words(HTMLParser):
    """Collects what a reader of the HTML would see."""

    _SILENT = frozenset({"script", "style", "head", "title"})
    _BREAKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3"})

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in self._SILENT
        self.pieces += ["\n"] * (tag in self._BREAKS)

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in self._SILENT and self._silent > 0

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(data)


def _words_of(html: str) -> str:
    reader = _Words()
    reader.feed(html[: 10 * TEXT_CHARS])
    return "".join(reader.pieces)
