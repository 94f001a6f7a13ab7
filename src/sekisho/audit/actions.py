"""Write to the audit log, in the transaction of what is being recorded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum

from django.db import transaction

from sekisho.audit.chain import Leaf
from sekisho.audit.models import AuditEntry, AuditHead
from sekisho.base.clock import system_clock

MAX_FACT_CHARS = 500
"""Longest text in a fact. A fact is an id, a word or a number; anything longer is content and has no place
here."""


def record(actor: str, action: str, subject: str, **facts: object) -> Leaf:
    """Add one entry to the audit log and return it.

    `actor` is an id (`usr_…`) or a process (`system:ingest`, `cli`); `action` reads `noun.happened`, such as
    `key.revoked`; `subject` is the id or pseudonym that it was done to. Facts are ids, words, numbers,
    moments, or lists of them: no content, no secrets. Raises `ValueError` for a text longer than
    `MAX_FACT_CHARS`.

    Call it inside the transaction of the action: the entry then exists exactly when the deed does.
    """
    kept = plain(facts)
    with transaction.atomic(savepoint=False):  # a deed that cannot be recorded must not stay
        head = _locked_head()
        at = system_clock().astimezone(UTC).isoformat(timespec="microseconds")
        leaf = Leaf(head.seq + 1, at, actor, action, subject, kept, prev=head.digest)
        _write(leaf)
        AuditHead.objects.filter(id=head.id).update(seq=leaf.seq, digest=leaf.digest)
    return leaf


def _locked_head() -> AuditHead:
    """Return the head: the number and the digest of the last entry. Created on first use, by whoever is first.

    It stays locked until the transaction ends, its row on PostgreSQL and the file on SQLite (whose transactions begin
    as writers, `base.databases`): concurrent writers line up instead of reading the same head.
    """
    heads = AuditHead.objects.select_for_update().filter(id=1)
    if (head := heads.first()) is None:
        AuditHead.objects.bulk_create([AuditHead(id=1)], ignore_conflicts=True)
        head = heads.get()
    return head


def _write(leaf: Leaf) -> None:
    AuditEntry.objects.create(
        seq=leaf.seq,
        at=datetime.fromisoformat(leaf.at),
        actor=leaf.actor,
        action=leaf.action,
        subject=leaf.subject,
        facts=json.dumps(leaf.facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False),
        prev=leaf.prev,
        digest=leaf.digest,
    )


def plain(value: Mapping[str, object]) -> dict[str, object]:
    """Return facts as JSON writes them the same way everywhere. Raises `ValueError` for a text longer than
    `MAX_FACT_CHARS`."""
    return {str(name): _fact(str(name), item) for name, item in value.items()}


def _fact(name: str, value: object) -> object:
    """Return `value` as what JSON writes the same way everywhere. Fractions become text, as languages differ
    on them."""
    match value:
        case Enum():
            return _fact(name, value.value)
        case None | bool() | int():
            return value
        case float():
            return repr(value)
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case Mapping():
            return plain(value)
        case list() | tuple():
            return [_fact(name, item) for item in value]
        case set() | frozenset():
            return sorted(str(_fact(name, item)) for item in value)
    text = str(value)
    if len(text) > MAX_FACT_CHARS:
        raise ValueError(
            f"The fact {name!r} has {len(text)} characters. Record an id in place of the text itself."
        )
    return text
