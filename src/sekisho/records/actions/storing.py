"""Write turns and their content; destroy content by destroying its key."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from django.db import transaction

from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.records.actions.restamp import stamps_of
from sekisho.records.bulk import adapters, among, insert
from sekisho.records.keystore import actions as keystore
from sekisho.records.keystore.queries import conversation_keys
from sekisho.records.models import Content, Conversation, Turn
from sekisho.records.opening import place_of
from sekisho.records.partitions import class_for
from sekisho.records.repeats import Repeats
from sekisho.records.rules import terms_of
from sekisho.records.types import ContentClass, Deadline, Part, StoredBlock, TurnFacts, TurnRecord
from sekisho.records.vault import FORMAT, Place, Safe, safes

_CONVERSATION = ("id", "organisation", "subject", "started_at", "blocks")
_CONTENT = ("turn_id", "part", "key", "ciphertext", "content_class", "day", "format")
_USAGE = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_creation_tokens")


def store_turn(turn: TurnRecord) -> bool:
    """Store one turn. Return False if it was stored before."""
    return turn.id in store_turns([turn])


def store_turns(turns: Sequence[TurnRecord]) -> frozenset[str]:
    """Store the turns that are not stored yet, with their content encrypted, and return their ids.

    Call it in the transaction that is to hold them: delivered twice, a turn is stored once. Keys are made
    first, in the keystore's own transaction; a key without content, left by a crash in between, harms nobody.
    """
    fresh = _not_stored(turns)
    if not fresh:
        return frozenset()
    speaking = _by_conversation(turn for turn in fresh if turn.content and not turn.stamp.zero_retention)
    subjects = {name: held[0].subject for name, held in speaking.items()}
    keys = safes(keystore.ensure_conversation_keys(subjects, max(turn.finished_at for turn in fresh)))
    with transaction.atomic():
        ends = _ends(fresh)
        kept = _store_content(speaking, keys, ends)
        moment, _ = adapters(Turn)
        insert(Turn, _TURN, [_row(turn, ends[turn.id], kept.get(turn.id), moment) for turn in fresh])
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
    beside = Content.objects.filter(turn=turn_id).select_related("turn__conversation").first()
    key = conversation_keys([beside.key]).get(beside.key) if beside else None
    if beside is None or key is None:
        return False
    ciphertext = Safe(key).shut(place_of(beside), part, blocks)
    if ciphertext is None:
        return False
    Content.objects.update_or_create(
        turn_id=turn_id,
        part=part.value,
        content_class=beside.content_class,
        day=beside.day,
        defaults={"key": key.id, "ciphertext": ciphertext, "format": FORMAT},
    )
    return True


def conversation_id(turn: TurnRecord) -> str:
    """Return the id of the turn's conversation; a turn that belongs to none is one by itself."""
    return _conversation_id(turn.organisation, turn.end_user, turn.conversation or turn.id)


@lru_cache(maxsize=4096)
def _conversation_id(organisation: str, end_user: str, name: str) -> str:
    words = f"{organisation} {end_user} {name}"
    return f"cnv_{hashlib.sha256(words.encode()).hexdigest()[:32]}"


def _not_stored(turns: Sequence[TurnRecord]) -> list[TurnRecord]:
    """Return the turns that are new, in their order; of two with one id the first."""
    known = set(
        Turn.objects.filter(id__in=among(Turn, [turn.id for turn in turns])).values_list("id", flat=True)
    )
    fresh: dict[str, TurnRecord] = {}
    for turn in turns:
        if turn.id not in known:
            fresh.setdefault(turn.id, turn)
    return list(fresh.values())


def _by_conversation(turns: Iterable[TurnRecord]) -> dict[str, list[TurnRecord]]:
    """Return the turns of each conversation. Sorted: two processes that lock several of them never wait in a circle."""
    found: dict[str, list[TurnRecord]] = defaultdict(list)
    for turn in turns:
        found[conversation_id(turn)].append(turn)
    return dict(sorted(found.items()))


def _ends(turns: Sequence[TurnRecord]) -> dict[str, Deadline]:
    """Return the deadline of each turn, after all that has happened so far."""
    return stamps_of([_facts(turn) for turn in turns])


def _facts(turn: TurnRecord) -> TurnFacts:
    return TurnFacts(
        turn.id,
        turn.organisation,
        turn.stamp,
        turn.finished_at,
        turn.end_user,
        conversation_id(turn),
        turn.flagged,
    )


def _store_content(
    speaking: Mapping[str, Sequence[TurnRecord]], keys: Mapping[str, Safe], ends: Mapping[str, Deadline]
) -> dict[str, str]:
    """Store what was said, and return the conversation of each turn of which anything is kept."""
    if not speaking:
        return {}
    moment, date_of = adapters(Conversation)
    rows = [
        (name, held[0].organisation, held[0].subject, moment(held[0].stamp.received_at), 0)
        for name, held in speaking.items()
    ]
    insert(Conversation, _CONVERSATION, rows, conflict="DO NOTHING")
    repeats = Repeats.of(speaking, keys)
    kept: dict[str, str] = {}
    content: list[tuple[Any, ...]] = []
    for name, held in speaking.items():
        for turn in held:
            if shut := _shut(turn, name, keys[name], repeats, ends[turn.id], date_of):
                content += shut
                kept[turn.id] = name
    insert(Content, _CONTENT, content)
    repeats.save()
    return kept


def _shut(
    turn: TurnRecord,
    conversation: str,
    safe: Safe,
    repeats: Repeats,
    end: Deadline,
    date_of: Callable[[date], Any],
) -> list[tuple[Any, ...]]:
    """Return the turn's rows of content; none when the key of its second was destroyed already."""
    received = turn.stamp.received_at
    day = received.astimezone(UTC).date()
    placed = class_for(ContentClass.ALLOWED if end.rule == "R-DATA-100" else ContentClass.STANDARD, day)
    place = Place(turn.organisation, turn.subject, conversation, turn.id, placed, received)
    if not safe.opens(received):
        return []
    kept_day = date_of(day)
    return [
        (
            turn.id,
            part.value,
            safe.id,
            safe.shut(place, part, repeats.body(conversation, turn, part, safe)),
            placed.value,
            kept_day,
            FORMAT,
        )
        for part in turn.content
    ]


def _row(
    turn: TurnRecord, end: Deadline, conversation: str | None, moment: Callable[[datetime | None], Any]
) -> tuple[Any, ...]:
    """The values of `_TURN`."""
    stamp = turn.stamp
    return (
        turn.id,
        turn.organisation,
        turn.key,
        turn.end_user,
        conversation,
        moment(stamp.received_at),
        moment(turn.finished_at),
        turn.gateway,
        turn.dialect,
        turn.endpoint,
        turn.outcome,
        turn.status,
        turn.model[:200],
        stamp.provider,
        stamp.plan.value,
        terms_of(stamp.plan).value,
        stamp.zero_retention,
        turn.streamed,
        turn.disclosure,
        turn.review,
        json.dumps(dict(turn.stages_us)) if turn.stages_us else "{}",
        conversation is not None,
        stamp.upstream.value,
        stamp.product.value,
        stamp.member,
        stamp.incognito,
        stamp.minors,
        stamp.consent_epoch,
        turn.flagged,
        moment(end.at) if conversation is not None else None,
        moment(end.sealed_at) if conversation is not None else None,
        *[turn.usage.get(name, 0) for name in _USAGE],
    )


_TURN = (
    "id", "organisation", "key", "end_user", "conversation_id", "received_at", "finished_at", "gateway", "dialect",
    "endpoint", "outcome", "status", "model", "provider", "plan", "terms", "zero_retention", "streamed", "disclosure",
    "review", "stages_us", "has_content", "upstream", "product", "member", "incognito", "minors", "consent_epoch",
    "flagged", "deadline_at", "sealed_at", *_USAGE,
)  # fmt: skip
