"""Write turns and their content; destroy content by destroying its key."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Model

from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.records.keystore import actions as keystore
from sekisho.records.keystore.queries import OpenKey, conversation_keys
from sekisho.records.models import Block, Content, Conversation, Turn
from sekisho.records.rules import terms_of
from sekisho.records.types import Part, StoredBlock, TurnRecord
from sekisho.records.vault import place_of, shut, tag_of

ROWS_A_STATEMENT = 400


def store_turn(turn: TurnRecord) -> bool:
    """Store one turn. Return False if it was stored before."""
    return turn.id in store_turns([turn])


def store_turns(turns: Sequence[TurnRecord]) -> frozenset[str]:
    """Store the turns that are not stored yet, with their content encrypted, and return their ids.

    Call it in the transaction that is to hold them: delivered twice, a turn is stored once. Keys are made
    first, in the keystore's own transaction; a key without content, left by a crash in between, harms nobody.
    """
    fresh = _not_stored(turns)
    speaking = [turn for turn in fresh if turn.content and not turn.stamp.zero_retention]
    subjects = {conversation_id(turn): turn.subject for turn in speaking}
    keys = keystore.ensure_conversation_keys(
        subjects, max((t.finished_at for t in fresh), default=system_clock())
    )
    with transaction.atomic():
        _insert(Conversation, [_conversation(turn) for turn in speaking], ignore_conflicts=True)
        _insert(Turn, [_row(turn) for turn in fresh])
        _store_content(speaking, keys)
    return frozenset(turn.id for turn in fresh)


def destroy_conversation(actor: str, conversation: str, reason: str, clock: Clock = system_clock) -> None:
    """Make the conversation's content unreadable for ever, and write down that it was done (R-DATA-113,
    R-DATA-123)."""
    at = clock()
    with transaction.atomic():
        record(actor, "conversation.destroyed", conversation, reason=reason)
        keystore.destroy_conversation_key(conversation, at)


def add_content(turn_id: str, part: Part, blocks: Sequence[StoredBlock]) -> bool:
    """Keep what became of a turn after it had passed, under its conversation's key; it replaces what `part` held.

    Return False, with nothing kept, when the turn has no content that can still be read: under zero retention there
    never was any, and after an erasure there shall be none.
    """
    kept = Content.objects.filter(turn=turn_id).select_related("turn__conversation").first()
    if kept is None or kept.turn.conversation is None:
        return False
    conversation = kept.turn.conversation
    key = conversation_keys([kept.key]).get(kept.key)
    if key is None:
        return False
    place = place_of(conversation.subject, conversation.id, turn_id)
    Content.objects.update_or_create(
        turn_id=turn_id,
        part=part.value,
        defaults={"key": key.id, "ciphertext": shut(key, place, part, blocks)},
    )
    return True


def conversation_id(turn: TurnRecord) -> str:
    """Return the id of the turn's conversation; a turn that belongs to none is one by itself."""
    words = f"{turn.organisation} {turn.end_user} {turn.conversation or turn.id}"
    return f"cnv_{hashlib.sha256(words.encode()).hexdigest()[:32]}"


def _not_stored(turns: Sequence[TurnRecord]) -> list[TurnRecord]:
    """Return the turns that are new, in their order; of two with one id the first."""
    known = set(Turn.objects.filter(id__in=[turn.id for turn in turns]).values_list("id", flat=True))
    fresh: dict[str, TurnRecord] = {}
    for turn in turns:
        if turn.id not in known:
            fresh.setdefault(turn.id, turn)
    return list(fresh.values())


def _store_content(turns: Sequence[TurnRecord], keys: Mapping[str, OpenKey]) -> None:
    known = _Known.of(turns, keys)
    rows = []
    for turn in turns:
        conversation = conversation_id(turn)
        key, place = keys[conversation], place_of(turn.subject, conversation, turn.id)
        for part, blocks in turn.content.items():
            kept = known.without_repetition(turn, key, part, blocks)
            rows.append(
                Content(turn_id=turn.id, part=part.value, key=key.id, ciphertext=shut(key, place, part, kept))
            )
    _insert(Content, rows)
    _insert(Block, known.added, ignore_conflicts=True)


@dataclass(slots=True)
class _Known:
    """Which blocks each conversation has kept, and which were added on the way."""

    first_turn: dict[tuple[str, str], str]
    added: list[Block] = field(default_factory=list)

    @classmethod
    def of(cls, turns: Iterable[TurnRecord], keys: Mapping[str, OpenKey]) -> _Known:
        tags = {
            tag_of(keys[conversation_id(turn)], block.digest)
            for turn in turns
            for blocks in turn.content.values()
            for block in blocks
            if block.digest
        }
        rows = Block.objects.filter(conversation__in=list(keys), tag__in=list(tags))
        found = rows.values_list("conversation_id", "tag", "turn_id")
        return cls({(conversation, tag): turn for conversation, tag, turn in found})

    def without_repetition(
        self, turn: TurnRecord, key: OpenKey, part: Part, blocks: Iterable[StoredBlock]
    ) -> list[StoredBlock]:
        """Return the blocks, with those that an earlier turn holds replaced by a pointer to it."""
        if part is Part.WITHHELD:
            return list(blocks)
        return [self._kept(turn, key, block) if block.digest else block for block in blocks]

    def _kept(self, turn: TurnRecord, key: OpenKey, block: StoredBlock) -> StoredBlock:
        name = (conversation_id(turn), tag_of(key, block.digest))
        first = self.first_turn.setdefault(name, turn.id)
        if first != turn.id:
            return _pointer(block, first)
        self.added.append(Block(conversation_id=name[0], tag=name[1], turn_id=turn.id))
        return block


def _pointer(block: StoredBlock, first_turn: str) -> StoredBlock:
    return StoredBlock(block.role, block.kind, "", block.digest, first_turn)


def _conversation(turn: TurnRecord) -> Conversation:
    return Conversation(
        id=conversation_id(turn),
        organisation=turn.organisation,
        subject=turn.subject,
        started_at=turn.stamp.received_at,
    )


def _row(turn: TurnRecord) -> Turn:
    has_content = bool(turn.content) and not turn.stamp.zero_retention
    return Turn(
        id=turn.id,
        organisation=turn.organisation,
        key=turn.key,
        end_user=turn.end_user,
        conversation_id=conversation_id(turn) if has_content else None,
        received_at=turn.stamp.received_at,
        finished_at=turn.finished_at,
        gateway=turn.gateway,
        dialect=turn.dialect,
        endpoint=turn.endpoint,
        outcome=turn.outcome,
        status=turn.status,
        model=turn.model[:200],
        provider=turn.stamp.provider,
        plan=turn.stamp.plan.value,
        terms=terms_of(turn.stamp.plan).value,
        zero_retention=turn.stamp.zero_retention,
        streamed=turn.streamed,
        disclosure=turn.disclosure,
        review=turn.review,
        stages_us=dict(turn.stages_us),
        has_content=has_content,
        upstream=turn.stamp.upstream.value,
        product=turn.stamp.product.value,
        member=turn.stamp.member,
        incognito=turn.stamp.incognito,
        minors=turn.stamp.minors,
        consent_epoch=turn.stamp.consent_epoch,
        flagged=turn.flagged,
        **turn.usage,
    )


def _insert(model: type[Model], rows: Sequence[Model], ignore_conflicts: bool = False) -> None:
    model._default_manager.bulk_create(rows, batch_size=ROWS_A_STATEMENT, ignore_conflicts=ignore_conflicts)
