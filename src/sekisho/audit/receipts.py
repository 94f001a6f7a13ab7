"""Receipts that people take home and check without us (R-DATA-252).

    {"receipt": {id, kind, subject, at, facts, salt}, "signature", "keys",
     "leaf": the entry of the log that holds the receipt's digest,
     "inclusion": {index, size, path}, "checkpoint": "signed note"}

A receipt is signed at once; the proof that the log holds it comes with the next checkpoint, and until then its state is
`pending`. The salt keeps the digest in the log from being guessed once the receipt itself is gone.
`docs/examples/verify_receipt.py` checks one without this package.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from django.db import transaction

from sekisho.audit import checkpoints, signing, tree
from sekisho.audit.actions import plain, record
from sekisho.audit.chain import canonical_json
from sekisho.audit.models import AuditEntry, AuditReceipt
from sekisho.audit.proofs import ACTION, FORMAT, PENDING, PROVEN
from sekisho.audit.pseudonyms import pseudonym
from sekisho.base.errors import NotFoundError
from sekisho.base.ids import new_id
from sekisho.base.text import Text

_NO_RECEIPT = Text("There is no such receipt.", "該当する受領証はありません。")


def issue(
    kind: str, subject: str, facts: Mapping[str, object], *, at: datetime, actor: str = "system"
) -> str:
    """Write a receipt, with its entry in the log, and return its id (`rcp_…`).

    `kind` says for what, such as `deletion`; `subject` is an id or a data subject (`organisation/name`), of which the
    receipt names only the pseudonym. `facts` hold ids, words, counts and moments, or lists of them, and no content.
    Call it inside the transaction of what it attests to.
    """
    receipt, named = new_id("rcp"), pseudonym(subject)
    body = canonical_json(
        {
            "format": FORMAT,
            "id": receipt,
            "kind": kind,
            "subject": named,
            "at": at.astimezone(UTC).isoformat(timespec="seconds"),
            "facts": plain(facts),
            "salt": os.urandom(16).hex(),
        }
    )
    signature = signing.signer().sign(body.encode())
    with transaction.atomic():
        leaf = record(actor, ACTION, named, receipt=receipt, kind=kind, digest=_digest(body))
        AuditReceipt.objects.create(
            id=receipt, kind=kind, subject=named, at=at, body=body, signature=signature, seq=leaf.seq
        )
    return receipt


def deletion(
    scope: str,
    *,
    counts: Mapping[str, int],
    keys: Sequence[str],
    partitions: Sequence[str] = (),
    content_backups_until: datetime,
    key_backups_until: datetime,
) -> dict[str, object]:
    """Return the facts of a receipt for a deletion, as R-DATA-252 lists them.

    `scope` says what was deleted (`conversation`, `end_user`, `account`, `retention`, …), `counts` how much of each,
    `keys` the ids of the keys that were destroyed. Backups of the content, unreadable without the keys, and of the keys
    are gone by the two moments.
    """
    return {
        "scope": scope,
        "counts": dict(counts),
        "keys": list(keys),
        "partitions": list(partitions),
        "backups": {"content_until": content_backups_until, "keys_until": key_backups_until},
    }


def document(receipt: str) -> dict[str, object]:
    """Return the receipt as a document that anybody can check. Who may have it is the caller's to say.

    Raises `NotFoundError` for an unknown one.
    """
    row = AuditReceipt.objects.filter(id=receipt).first()
    if row is None:
        raise NotFoundError("receipt_not_found", _NO_RECEIPT)
    found: dict[str, object] = {
        "state": PENDING,
        "receipt": json.loads(row.body),
        "signature": base64.b64encode(bytes(row.signature)).decode(),
        "leaf": asdict(AuditEntry.objects.get(seq=row.seq).leaf),
    }
    return found | _proof(row.seq)


def _proof(seq: int) -> dict[str, object]:
    """What shows that the entry is in the log: from the latest checkpoint, where that one already knows it."""
    last = checkpoints.latest()
    if last is None or last.size < seq:
        return {"keys": _keys(checkpoints.origin())}
    path = [step.hex() for step in tree.inclusion(seq, last.size)]
    return {
        "state": PROVEN,
        "inclusion": {"index": seq - 1, "size": last.size, "path": path},
        "checkpoint": last.note,
        "keys": _keys(last.note.partition("\n")[0]),
    }


def _keys(name: str) -> list[str]:
    return list(map(str, checkpoints.keys(name)))


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()
