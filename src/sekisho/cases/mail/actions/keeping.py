"""A mail, stored as it came and sealed; read again by who may. The one place where mails and keys meet."""

from __future__ import annotations

from datetime import datetime, timedelta

from sekisho.base.ids import new_id
from sekisho.cases.mail import house, reading
from sekisho.cases.mail.identity import known_by
from sekisho.cases.mail.models import Inbound
from sekisho.cases.mail.rules.addresses import domain_of, plain
from sekisho.cases.mail.types import Fate, Letter, Proof, Road
from sekisho.cases.models import Case
from sekisho.cases.vault import key_of, new_key, open_, shut

QUARANTINE = timedelta(days=30)
"""How long a mail waits for somebody to look. What nobody wanted to see in a month is not wanted."""
SHORT = timedelta(days=7)
"""How long machines' echoes, and what was dismissed or never confirmed, are kept."""
ECHO_BYTES = 16 * 1024
"""Of a machine's echo the beginning is kept: enough to see what it was, and no way to fill the disk."""
_ENDS = {
    Fate.QUARANTINED: QUARANTINE,
    Fate.HELD: SHORT,
    Fate.BOUNCED: SHORT,
    Fate.PASSED_OVER: SHORT,
    Fate.DISMISSED: SHORT,
}


def row_of(raw: bytes, letter: Letter, recipient: str, road: Road, proof: Proof, at: datetime) -> Inbound:
    """Return the row of a mail, with neither fate nor content yet."""
    sender = plain(letter.sender) or plain(letter.marks.envelope_sender)
    return Inbound(
        id=new_id("eml"),
        digest=known_by(raw, letter, recipient, proof),
        received_at=at,
        road=road.value,
        sender=sender,
        mark=house.mark_of(sender) if sender else "",
        site=house.mark_of(f"@{domain_of(sender)}") if sender else "",
        proof=proof.value,
        bytes=len(raw),
    )


def keep_apart(row: Inbound, raw: bytes, fate: Fate, because: str, queue: str) -> None:
    """Store the mail under a key of its own, as part of no case."""
    row.fate, row.because, row.queue = fate.value, because, queue
    row.ends_at = row.received_at + _ENDS[fate]
    key = new_key(row.id, row.received_at)
    row.key = key.id
    row.raw = shut(key, row.id, "mail", raw if fate in (Fate.QUARANTINED, Fate.HELD) else raw[:ECHO_BYTES])
    row.save(force_insert=row._state.adding)


def keep_with(row: Inbound, raw: bytes, case: Case, message: str, fate: Fate, because: str = "") -> None:
    """Store the mail under the case's key: what ends the case's words ends it too."""
    key = key_of(case.key)
    row.fate, row.because, row.queue, row.case, row.message = fate.value, because, case.queue, case, message
    row.sender, row.ends_at, row.key = "", None, case.key
    row.raw = shut(key, row.id, "mail", raw) if key else b""
    row.save(force_insert=row._state.adding)


def opened(row: Inbound) -> bytes | None:
    """Return the mail as it was kept; None once its key was destroyed."""
    key = key_of(row.key)
    stored = bytes(row.raw)
    return open_(key, row.id, "mail", stored) if key and stored else None


def letter_of(row: Inbound) -> Letter:
    """Return what it says; an empty letter once it cannot be read."""
    return reading.read(opened(row) or b"", row.sender, house.own_domain())
