"""Content of many turns at once: two queries for the rows, one for their keys, however many they are.

Who may read, and the audit entry, are the caller's: see `queries`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sekisho.records.keystore.queries import conversation_keys
from sekisho.records.models import Content
from sekisho.records.types import Destroyed, Part, Readable, StoredBlock
from sekisho.records.vault import open_, place_of

Parts = dict[Part, tuple[StoredBlock, ...]]


def contents(turns: Collection[str]) -> dict[str, Readable | Destroyed]:
    """Return what was said in each of these turns, by its id; nothing at all in one that has no content.

    A text that an earlier turn holds is taken from there; it is empty where that turn is gone.
    """
    opened = _opened(turns)
    earlier = {block.first_turn for block in _blocks(opened.values()) if block.first_turn}
    texts = _texts({**_opened(earlier - opened.keys()), **opened})
    return {turn: _whole(opened.get(turn, {}), texts) for turn in turns}


def _opened(turns: Collection[str]) -> dict[str, Parts | None]:
    """Return what can be decrypted of each turn that has content; None where a key is gone."""
    rows = Content.objects.filter(turn__in=turns).select_related("turn__conversation").order_by("id")
    held = list(rows) if turns else []
    keys = conversation_keys(row.key for row in held)
    found: dict[str, Parts | None] = {}
    for row in held:
        parts, key, conversation = found.setdefault(row.turn_id, {}), keys.get(row.key), row.turn.conversation
        if key is None:
            found[row.turn_id] = None
        elif parts is not None:
            assert conversation is not None  # a turn with content has one
            place, part = place_of(conversation.subject, conversation.id, row.turn_id), Part(row.part)
            parts[part] = open_(key, place, part, bytes(row.ciphertext))
    return found


def _texts(opened: Mapping[str, Parts | None]) -> dict[tuple[str, str], StoredBlock]:
    """Return the blocks that turns hold themselves, by turn and digest."""
    return {
        (turn, block.digest): block
        for turn, parts in opened.items()
        for block in _blocks([parts])
        if not block.first_turn
    }


def _whole(parts: Parts | None, texts: Mapping[tuple[str, str], StoredBlock]) -> Readable | Destroyed:
    if parts is None:
        return Destroyed()
    return Readable(
        {
            part: tuple(texts.get((block.first_turn, block.digest), block) for block in blocks)
            for part, blocks in parts.items()
        }
    )


def _blocks(opened: Iterable[Parts | None]) -> Iterable[StoredBlock]:
    return (block for parts in opened if parts for blocks in parts.values() for block in blocks)
