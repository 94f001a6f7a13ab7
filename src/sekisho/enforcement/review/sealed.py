"""What people wrote, to ciphertext and back, under a key of the case's own.

The key lives in the keystore, apart from the rows: destroying it makes the words of that case unreadable wherever
copies lie. It hangs below the reporter's, so that all of one reporter's words can be destroyed at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from sekisho.enforcement.review.models import Case, Deposit
from sekisho.enforcement.review.types import Hidden
from sekisho.records.keystore.actions import destroy_conversation_key, ensure_conversation_keys
from sekisho.records.keystore.queries import conversation_keys
from sekisho.records.keystore.wrapping import decrypt, encrypt

FORMAT = 1


class Kept(msgspec.Struct, frozen=True):
    """What is known of an enclosure. Names are content too."""

    name: str
    type: str
    size: int
    refused: str = ""


class Words(msgspec.Struct, frozen=True):
    """A report's text, where shared content stands, and what came with it."""

    text: str
    place: str = ""
    enclosures: tuple[Kept, ...] = ()


_encoder = msgspec.msgpack.Encoder()
_words = msgspec.msgpack.Decoder(Words)


def shut(case: Case, pieces: Mapping[tuple[Hidden, int], bytes], at: datetime) -> list[Deposit]:
    """Return the pieces, by kind and number, encrypted, to be stored. The key is made in the keystore's own
    transaction; one that is left over by a crash harms nobody."""
    subject = f"report/{case.reporter or case.id}"
    key = ensure_conversation_keys({case.id: subject}, at)[case.id]
    return [
        Deposit(
            case=case,
            kind=kind.value,
            number=number,
            key=key.id,
            ciphertext=encrypt(key.secret, data, _purpose(case.id, kind, number)),
        )
        for (kind, number), data in pieces.items()
    ]


def opened(case_id: str, kind: Hidden, number: int = 0) -> bytes | None:
    """Return what was deposited, None where nothing was, or where its key was destroyed."""
    row = Deposit.objects.filter(case_id=case_id, kind=kind.value, number=number).first()
    key = conversation_keys([row.key]).get(row.key) if row else None
    if row is None or key is None:
        return None
    return decrypt(key.secret, bytes(row.ciphertext), _purpose(case_id, kind, number))


def destroy(case_id: str, at: datetime) -> None:
    """Make the words of a case unreadable for ever, and let go of the rows."""
    destroy_conversation_key(case_id, at)
    Deposit.objects.filter(case_id=case_id).delete()


def packed(words: Words) -> bytes:
    return _encoder.encode(words)


def words_of(case_id: str) -> Words | None:
    """Return what the reporter wrote, None where nobody did or it was destroyed."""
    data = opened(case_id, Hidden.WORDS)
    return _words.decode(data) if data is not None else None


def address_of(case_id: str) -> str:
    """Return where the outcome goes; empty for nowhere."""
    data = opened(case_id, Hidden.CONTACT)
    return data.decode() if data else ""


def _purpose(case_id: str, kind: Hidden, number: int) -> str:
    return f"deposit v{FORMAT} {case_id} {kind.value} {number}"
