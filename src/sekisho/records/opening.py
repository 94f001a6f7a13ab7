"""From rows of content to what was said: two queries for the rows, one for their keys, one for what is repeated."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sekisho.records.bodies import Body, Repeated
from sekisho.records.keystore.queries import conversation_keys
from sekisho.records.models import Block, Content
from sekisho.records.types import ContentClass, Part, StoredBlock
from sekisho.records.vault import Place, Safe, safes

Parts = dict[Part, tuple[StoredBlock, ...]]


def opened(turns: Collection[str]) -> dict[str, Parts | None]:
    """Return what can be decrypted of each turn that has content; None where its key is gone.

    A block that an earlier turn holds has that turn's id and its number, and no text.
    """
    if not turns:
        return {}
    rows = list(Content.objects.filter(turn__in=turns).select_related("turn__conversation").order_by("id"))
    keys = safes(conversation_keys({row.key for row in rows}))
    found: dict[str, dict[Part, Body] | None] = {}
    for row in rows:
        parts, body = found.setdefault(row.turn_id, {}), _body(row, keys)
        if body is None:
            found[row.turn_id] = None
        elif parts is not None:
            parts[Part(row.part)] = body
    return _with_holders(found, {row.turn_id: row.turn.conversation_id or "" for row in rows})


def _body(row: Content, keys: Mapping[str, Safe]) -> Body | None:
    safe = keys.get(row.key)
    if safe is None:
        return None
    return safe.open_(place_of(row), Part(row.part), bytes(row.ciphertext), row.format)


def place_of(row: Content) -> Place:
    """Return where the row's content belongs. Its turn and conversation are at hand."""
    turn = row.turn
    assert turn.conversation is not None  # a turn with content has one
    return Place(
        turn.organisation,
        turn.conversation.subject,
        turn.conversation.id,
        turn.id,
        ContentClass(row.content_class),
        turn.received_at,
    )


def _with_holders(
    found: Mapping[str, Mapping[Part, Body] | None], conversations: Mapping[str, str]
) -> dict[str, Parts | None]:
    holders = _holders({conversations[turn] for turn, parts in found.items() if _repeats(parts)})
    return {
        turn: None
        if parts is None
        else {
            part: tuple(_named(block, holders.get(conversations[turn], {})) for block in body)
            for part, body in parts.items()
        }
        for turn, parts in found.items()
    }


def _holders(conversations: Collection[str]) -> dict[str, dict[int, str]]:
    """Return which turn holds each block, by conversation and number."""
    found: dict[str, dict[int, str]] = {}
    if conversations:
        rows = Block.objects.filter(conversation__in=conversations)
        for conversation, number, turn in rows.values_list("conversation_id", "number", "turn_id"):
            found.setdefault(conversation, {})[number] = turn
    return found


def _repeats(parts: Mapping[Part, Body] | None) -> bool:
    return any(isinstance(block, Repeated) for body in (parts or {}).values() for block in body)


def _named(block: StoredBlock | Repeated, holders: Mapping[int, str]) -> StoredBlock:
    if isinstance(block, StoredBlock):
        return block
    return StoredBlock(block.role, block.kind, "", "", holders.get(block.number, GONE), block.number)


GONE = "gone"
"""Stands for the holder of a block of which no row is left."""


def texts_of(parts: Iterable[tuple[str, Parts | None]]) -> dict[tuple[str, str | int], StoredBlock]:
    """Return the blocks that turns hold themselves, by turn and by what those who repeat them call them."""
    return {
        (turn, block.number or block.digest): block
        for turn, each in parts
        for blocks in (each or {}).values()
        for block in blocks
        if not block.first_turn
    }


def repeated(block: StoredBlock, texts: Mapping[tuple[str, str | int], StoredBlock]) -> StoredBlock:
    """Return the block with the text that its first turn holds; as it is, without one, where that is gone."""
    held = texts.get((block.first_turn, block.number or block.digest)) if block.first_turn else None
    if held is None:
        return block
    return StoredBlock(block.role, block.kind, held.text, held.digest, number=held.number)
