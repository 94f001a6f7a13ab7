"""Links that open one thing for whoever holds them, without signing in, until they expire.

A token names what it opens and for what purpose, and carries Django's signature over both (HMAC-SHA256 under
`SECRET_KEY`; earlier keys stay good while they stand in `SECRET_KEY_FALLBACKS`). One made for a purpose opens nothing
else. Nothing is stored.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from django.core import signing

from sekisho.base.errors import SekishoError
from sekisho.base.text import Text


class Purpose(StrEnum):
    """What a link is for. Each has a signature of its own."""

    STATEMENT = "statement"
    """Read a statement of reasons, and appeal from there."""
    DECISION = "decision"
    """Appeal against what was decided about one request."""
    APPEAL = "appeal"
    """Follow an appeal."""
    REPORT = "report"
    """Follow a report that somebody made."""
    RIGHTS = "rights"
    """Follow, stop, or fetch what was asked for by who cannot sign in."""
    RECOVERY = "recovery"
    """Type a code, and follow what one asked who cannot sign in."""
    RECOVERY_STOP = "recovery_stop"
    """Stop what somebody asked in one's name."""
    WITHDRAWAL = "withdrawal"
    """Read the acknowledgement of a withdrawal."""
    WITHDRAWAL_CONTACT = "withdrawal_contact"
    """The same, from the mail: whoever has it reads that address."""
    MAIL = "mail"
    """Say that a mail that waits was written by oneself."""
    ENCLOSURE = "enclosure"
    """Fetch one file of a case."""
    CONTACT = "contact"
    """Say that the address of a case is one's own."""
    MATTER = "matter"
    """Follow a notice of illegal content, or a complaint."""


def token(purpose: Purpose, subject: str, expires_at: datetime) -> str:
    """Return what goes into the link that opens `subject` until `expires_at` (that instant excluded).

    The same three give the same token, whenever it is made: a snapshot does not change because it was made again.
    """
    return _signer(purpose).sign_object([subject, int(expires_at.timestamp())])


def opened(purpose: Purpose, link: str, at: datetime) -> str:
    """Return the subject that the token opens. Raises `SekishoError`: `link_forged` or `link_expired`."""
    try:
        subject, expires = _signer(purpose).unsign_object(link)
    except (signing.BadSignature, TypeError, ValueError):
        raise SekishoError("link_forged", _FORGED) from None
    if at >= datetime.fromtimestamp(expires, UTC):
        raise SekishoError(
            "link_expired", _EXPIRED.format(day=f"{datetime.fromtimestamp(expires, UTC):%Y-%m-%d}")
        )
    return str(subject)


def _signer(purpose: Purpose) -> signing.Signer:
    return signing.Signer(salt=f"sekisho.notices.{purpose.value}")


_FORGED = Text(
    "This link is not complete, or was not made by us. Copy it whole from the message in which you received it.",
    "このリンクは不完全か、当方が発行したものではありません。受け取ったメッセージから全体をコピーしてください。",
)
_EXPIRED = Text(
    "This link expired on {day}. Write to support, and we will look at it together.",
    "このリンクは {day} に期限が切れました。サポートまでご連絡ください。",
)
