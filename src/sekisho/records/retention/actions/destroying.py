"""Destroy what is due: keys at once, in one statement for many conversations; rows after them (R-DATA-113).

    due ──▶ tombstone ──▶ keys destroyed or cut ──▶ Fallen, receipt        one small transaction for some conversations
                                                        └──▶ rows removed, within a day (`tidying`)

A crash at any point leaves the rest due: what was destroyed is found again, destroyed again without effect, and its
receipt is written then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.apps import apps
from django.db import transaction

from sekisho.records import registry
from sekisho.records.keystore import actions as keystore
from sekisho.records.keystore.timetree import Span, second_of, spans
from sekisho.records.models import Content, Conversation, Turn
from sekisho.records.queries import calendar_at
from sekisho.records.retention import due, tombstones
from sekisho.records.retention.actions.announcing import announce_late
from sekisho.records.retention.due import Partly, Whole
from sekisho.records.retention.facts import KEYS_A_RECEIPT, receipt
from sekisho.records.retention.models import Fallen

AT_ONCE = 1_000
"""Conversations a transaction: a fraction of a second, so that whoever waits for a row does not wait long."""


@dataclass(slots=True)
class Tally:
    """What was destroyed."""

    conversations: int = 0
    turns: int = 0
    keys: int = 0
    cut: int = 0
    rows: int = 0
    partitions: int = 0
    receipts: list[str] = field(default_factory=list)
    key_ids: list[str] = field(default_factory=list)
    """Keys that were destroyed or cut."""

    def add(self, other: Tally) -> None:
        for name in ("conversations", "turns", "keys", "cut", "rows", "partitions"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.receipts += other.receipts
        self.key_ids += other.key_ids


@dataclass(frozen=True, slots=True)
class _Doomed:
    """Keys that are about to go, by the conversation that they open."""

    whole: dict[str, list[str]]
    cut: dict[str, dict[str, list[Span]]]

    def of(self, conversations: Iterable[str]) -> list[str]:
        return [key for name in conversations for key in (*self.whole.get(name, ()), *self.cut.get(name, {}))]

    @property
    def spans(self) -> dict[str, list[Span]]:
        return {key: found for keys in self.cut.values() for key, found in keys.items()}


@transaction.atomic
def destroy_due(names: Collection[str], at: datetime, *, asked: bool = False) -> Tally:
    """Destroy what is due at `at` in these conversations, with a receipt for each organisation.

    Conversations with which another worker is busy are left to it. What a legal hold needs stays. `asked` says that
    somebody asked for it: then it needs no announcement, and its receipt is theirs to write.
    """
    mine = Conversation.objects.filter(id__in=list(names)).order_by("id").select_for_update(skip_locked=True)
    whole, partly = due.fates(list(mine.values_list("id", flat=True)), at)
    if not whole and not partly:
        return Tally()
    if not asked:
        announce_late({one.organisation for one in whole} | {one.organisation for one in partly}, at)
    doomed = _doomed(whole, partly)
    tombstone = _bury(doomed, at)
    keystore.destroy_conversation_keys([one.conversation for one in whole if one.quiet], at)
    if doomed.cut:
        keystore.destroy_spans(doomed.spans)
    _note(whole, at)
    rows = remove_rows([name for one in partly for name, _ in one.dead], at)
    if tombstone:
        tombstones.known(tombstone, at)
    return _told(whole, partly, doomed, rows, at, asked)


def remove_rows(turns: Sequence[str], at: datetime) -> int:
    """Remove the ciphertext of these turns and all that was made out of it, and return how many rows that were. What
    says that they were there, when, and how many tokens they took, stays as long as metadata do (R-DATA-122)."""
    removed = 0
    if turns:
        days = [one.date() for one in Turn.objects.filter(id__in=turns).values_list("received_at", flat=True)]
        rows = Content.objects.filter(turn__in=turns)
        if days:  # names the partitions, so that no other is looked into
            rows = rows.filter(day__gte=min(days), day__lte=max(days))
        removed = rows.delete()[0]
        for entry in registry.walk():
            if entry.data.dies_with_turn:
                removed += registry.of_turns(entry, turns).delete()[0]
        Turn.objects.filter(id__in=turns).update(has_content=False)
    return removed


def _doomed(whole: Sequence[Whole], partly: Sequence[Partly]) -> _Doomed:
    """Return which keys are to be destroyed, and what is to be cut from which."""
    living = _living([*(one.conversation for one in whole), *(one.conversation for one in partly)])
    cuts = {one.conversation: [(0, second_of(one.through))] for one in whole if not one.quiet}
    cuts |= {
        one.conversation: spans([second_of(at) for _, at in one.dead], [second_of(at) for at in one.living])
        for one in partly
    }
    return _Doomed(
        {one.conversation: living.get(one.conversation, []) for one in whole if one.quiet},
        {name: dict.fromkeys(living.get(name, []), found) for name, found in cuts.items() if found},
    )


def _living(conversations: Collection[str]) -> dict[str, list[str]]:
    """Return the ids of the conversations' living keys."""
    rows = apps.get_model("keystore", "ConversationKey")._default_manager
    found: dict[str, list[str]] = {}
    for name, key in rows.filter(conversation__in=list(conversations), destroyed_at=None).values_list(
        "conversation", "id"
    ):
        found.setdefault(name, []).append(key)
    return found


def _bury(doomed: _Doomed, at: datetime) -> str:
    keys = [key for found in doomed.whole.values() for key in found]
    if not keys and not doomed.cut:
        return ""
    return tombstones.bury(tombstones.Kind.KEYS, {"keys": keys, "cut": doomed.spans}, at)


def _note(whole: Sequence[Whole], at: datetime) -> None:
    rows = [
        Fallen(
            conversation=one.conversation,
            organisation=one.organisation,
            through=one.through,
            at=at,
            whole=one.quiet,
        )
        for one in whole
    ]
    Fallen.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["conversation"],
        update_fields=["through", "at", "whole"],
        batch_size=400,
    )


def _told(
    whole: Sequence[Whole], partly: Sequence[Partly], doomed: _Doomed, rows: int, at: datetime, asked: bool
) -> Tally:
    """Write a receipt for each organisation unless it was asked for, and return what was destroyed."""
    fell: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for one in whole:
        fell[one.organisation].append((one.conversation, one.turns))
    for part in partly:
        fell[part.organisation].append((part.conversation, len(part.dead)))
    tally = Tally(rows=rows)
    for organisation, conversations in fell.items():
        names = [name for name, _ in conversations]
        done = Tally(
            conversations=len(names),
            turns=sum(turns for _, turns in conversations),
            keys=sum(len(doomed.whole.get(name, ())) for name in names),
            cut=sum(len(doomed.cut.get(name, ())) for name in names),
        )
        done.key_ids += doomed.of(names)
        if not asked:
            done.receipts += _receipts(organisation, done, at)
        tally.add(done)
    return tally


def _receipts(organisation: str, done: Tally, at: datetime) -> list[str]:
    calendar, keys = calendar_at(at), done.key_ids
    counts = {"conversations": done.conversations, "turns": done.turns, "keys_destroyed": done.keys}
    counts |= {"keys_cut": done.cut}
    pages = [keys[start : start + KEYS_A_RECEIPT] for start in range(0, len(keys), KEYS_A_RECEIPT)] or [[]]
    return [
        receipt("retention", organisation, "retention", counts=counts, keys=page, calendar=calendar, at=at)
        for page in pages
    ]
