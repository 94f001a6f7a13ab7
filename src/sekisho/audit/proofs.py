"""Whether a receipt proves what it says, asked of the document alone. No Django, no database, no network.

Four questions, in this order: did a trusted key sign the receipt; is the entry of the log that came along the one that
holds its digest; does the path lead from that entry to the root; did a trusted key sign the checkpoint with that root.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import cast

from sekisho.audit import merkle, notes
from sekisho.audit.chain import Leaf, canonical, canonical_json
from sekisho.audit.notes import NoteError, VerifierKey
from sekisho.base.text import Text

FORMAT = "sekisho receipt v1"
ACTION = "receipt.issued"
PENDING = "pending"
PROVEN = "proven"


class Flaw(StrEnum):
    """Why a document proves nothing."""

    UNREADABLE = "unreadable"
    OTHER_KEY = "other_key"
    RECEIPT_ALTERED = "receipt_altered"
    OTHER_ENTRY = "other_entry"
    MISPLACED = "misplaced"
    NOT_IN_LOG = "not_in_log"
    CHECKPOINT_ALTERED = "checkpoint_altered"


TOLD: Mapping[Flaw, Text] = {
    Flaw.UNREADABLE: Text("This is not a receipt.", "受領証として読み取れません。"),
    Flaw.OTHER_KEY: Text(
        "It was signed by another key than the trusted ones.", "信頼する鍵とは別の鍵で署名されています。"
    ),
    Flaw.RECEIPT_ALTERED: Text(
        "The receipt was changed after it was signed.", "受領証は署名された後に変更されています。"
    ),
    Flaw.OTHER_ENTRY: Text(
        "The entry of the log that came along is not this receipt's.",
        "添付された監査ログの記録が、この受領証のものではありません。",
    ),
    Flaw.MISPLACED: Text(
        "The proof is of another place in the log, or of another checkpoint.",
        "証明が、ログの別の位置か、別のチェックポイントのものです。",
    ),
    Flaw.NOT_IN_LOG: Text(
        "The proof does not lead from the entry to the root: the log does not hold it.",
        "証明が記録から根までつながりません。ログにこの記録はありません。",
    ),
    Flaw.CHECKPOINT_ALTERED: Text(
        "The checkpoint was changed after it was signed.",
        "チェックポイントは署名された後に変更されています。",
    ),
}


@dataclass(frozen=True, slots=True)
class Sound:
    """The document proves what it says."""

    receipt: Mapping[str, object]
    proven_at: datetime | None
    """When the log that holds it was signed; None while it is pending: signed, but not in a checkpoint yet."""
    key: VerifierKey
    """Who signed. Where no key was named as trusted, compare it with the one that the operator publishes."""


@dataclass(frozen=True, slots=True)
class Unsound:
    flaw: Flaw

    @property
    def why(self) -> Text:
        return TOLD[self.flaw]


class _FlawError(ValueError):
    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.value)
        self.flaw = flaw


def check(document: Mapping[str, object], trusted: Collection[VerifierKey] = ()) -> Sound | Unsound:
    """Return whether the receipt proves what it says.

    Without `trusted` keys those in the document are believed, and the caller has to compare `key`.
    """
    try:
        return _checked(document, trusted)
    except _FlawError as problem:
        return Unsound(problem.flaw)
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError):
        return Unsound(Flaw.UNREADABLE)


def _checked(document: Mapping[str, object], trusted: Collection[VerifierKey]) -> Sound:
    receipt = _table(document, "receipt")
    keys = trusted or [notes.parse_key(str(words)) for words in cast("list[object]", document["keys"])]
    key = _signer(document, receipt, keys)
    leaf = _entry_of(document, receipt)
    _require(document["state"] == (PROVEN if "checkpoint" in document else PENDING), Flaw.UNREADABLE)
    at = _proof(document, leaf, keys) if "checkpoint" in document else None
    return Sound(receipt, at, key)


def _signer(
    document: Mapping[str, object], receipt: Mapping[str, object], keys: Collection[VerifierKey]
) -> VerifierKey:
    signature, text = _base64(document["signature"]), canonical_json(receipt).encode()
    named = {notes.parse_key(str(words)).raw for words in cast("list[object]", document["keys"])}
    ours = [key for key in keys if key.raw in named]
    _require(bool(ours), Flaw.OTHER_KEY)
    found = next((key for key in ours if notes.holds(key.raw, signature, text)), None)
    _require(found is not None and receipt["format"] == FORMAT, Flaw.RECEIPT_ALTERED)
    return cast("VerifierKey", found)


def _entry_of(document: Mapping[str, object], receipt: Mapping[str, object]) -> Leaf:
    leaf = Leaf(**_table(document, "leaf"))  # type: ignore[arg-type]
    digest = hashlib.sha256(canonical_json(receipt).encode()).hexdigest()
    named = {"receipt": receipt["id"], "kind": receipt["kind"], "digest": digest}
    same = (leaf.action, leaf.subject, leaf.facts) == (ACTION, receipt["subject"], named)
    _require(same, Flaw.OTHER_ENTRY)
    return leaf


def _proof(document: Mapping[str, object], leaf: Leaf, keys: Collection[VerifierKey]) -> datetime:
    """Return the moment of the checkpoint whose log holds the entry."""
    try:
        stated = notes.opened(str(document["checkpoint"]), keys)
    except NoteError as problem:
        raise _FlawError(_OF_NOTE[problem.code]) from problem
    inclusion = _table(document, "inclusion")
    index, size = inclusion["index"], inclusion["size"]
    _require(index == leaf.seq - 1 and size == stated.size, Flaw.MISPLACED)
    path = [bytes.fromhex(str(step)) for step in cast("list[object]", inclusion["path"])]
    root = merkle.root_by_inclusion(merkle.leaf_hash(canonical(leaf)), leaf.seq - 1, stated.size, path)
    _require(root == stated.root, Flaw.NOT_IN_LOG)
    return stated.at


_OF_NOTE = {
    "unreadable": Flaw.CHECKPOINT_ALTERED,
    "other_key": Flaw.OTHER_KEY,
    "altered": Flaw.CHECKPOINT_ALTERED,
}


def _require(holds: bool, flaw: Flaw) -> None:
    if not holds:
        raise _FlawError(flaw)


def _table(document: Mapping[str, object], name: str) -> dict[str, object]:
    found = document[name]
    if not isinstance(found, dict):
        raise _FlawError(Flaw.UNREADABLE)
    return found


def _base64(words: object) -> bytes:
    try:
        return base64.b64decode(str(words), validate=True)
    except binascii.Error:
        return b""
