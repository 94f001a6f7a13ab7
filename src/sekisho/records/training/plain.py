"""A record as what files hold, and digests of it. No Django."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from sekisho.records.training.types import Gap, Item, Message, Record


def record_of(record: Record) -> dict[str, object]:
    """Return the record as JSON takes it. A turn that was left out is a reason and nothing else: not even when it
    was."""
    return {
        "record": record.record,
        "product": record.product,
        "terms": record.terms,
        "turns": [_gap(turn) if isinstance(turn, Gap) else item_of(turn) for turn in record.turns],
    }


def item_of(item: Item) -> dict[str, object]:
    return {
        "item": item.item,
        "model": item.model,
        "prompt": list(map(_message, item.prompt)),
        "answer": list(map(_message, item.answer)),
    }


def item_digest(item: Item) -> str:
    return hashlib.sha256(canonical(item_of(item))).hexdigest()


def canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode(
        "utf-8", "surrogatepass"
    )


def _gap(gap: Gap) -> Mapping[str, object]:
    return {"withheld": gap.reason}


def _message(message: Message) -> Mapping[str, object]:
    if message.text is not None:
        return {"role": message.role, "kind": message.kind, "text": message.text}
    marker: dict[str, object] = {"withheld": message.withheld} if message.withheld else {"repeats": True}
    return marker | {"blocks": message.blocks}
