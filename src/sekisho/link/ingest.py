"""Ingest: journal entries become turns and decisions, exactly once.

    read a batch ─▶ open each ─▶ one transaction: turns, content, decisions, quarantine ─▶ commit ─▶
    acknowledge

The journal forgets only what was committed here. A crash in between means that entries come again, and an id
that is stored already is passed over: so nothing is lost and nothing is doubled. What cannot be opened goes
to quarantine as it came, and the rest goes on.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import msgspec
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction

from sekisho.accounts.queries import organisations_for_gateway
from sekisho.accounts.types import Plan
from sekisho.base.clock import Clock, system_clock
from sekisho.enforcement.actions import record_decisions
from sekisho.enforcement.types import Arrived, DecisionRecord
from sekisho.link.arrivals import follow
from sekisho.link.journal import Delivery, Entry, JournalReader, TurnContent, decode, decode_content
from sekisho.link.models import Quarantined
from sekisho.link.sealing import Opener, UnsealError
from sekisho.link.translate import NO_CONTENT, decisions_of, turn_of
from sekisho.records import partitions
from sekisho.records.actions import store_turns
from sekisho.records.keystore.queries import sealing_private_keys
from sekisho.records.types import TurnRecord

log = logging.getLogger(__name__)

BATCHES = {"sqlite": 300, "postgresql": 1_000}
"""Entries a transaction at most: many share its fsync and its questions. On SQLite, which has one writer, few enough
that a revocation never waits long for the lock (`benchmarks/link.py`).
"""

_UNSTORABLE = (DatabaseError, ValueError, LookupError, TypeError, OverflowError)
"""What an entry of a faulty or later gateway may raise: a value too long, too large, or a word not known
here."""


@dataclass(slots=True)
class _Batch:
    turns: list[TurnRecord] = field(default_factory=list)
    decisions: list[DecisionRecord] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)


class Ingest:
    """Takes entries from one reader. Run by one thread; several processes may run one each."""

    def __init__(self, reader: JournalReader, clock: Clock = system_clock) -> None:
        self._reader = reader
        self._clock = clock
        self._private_keys: list[bytes] = []
        self._opener = Opener(())

    def run_once(self, limit: int = 0) -> int:
        """Take in up to `limit` entries, 0 for as many as go into one transaction of this database, and return how many
        were delivered; 0 when nothing waits."""
        deliveries = self._reader.read(limit or BATCHES[connection.vendor])
        if deliveries:
            self._renew_opener()
            self._take_in(deliveries)
            self._reader.acknowledge(deliveries)
        return len(deliveries)

    def run_all(self) -> int:
        """Take in everything that waits, and return how many entries that were."""
        total = 0
        while count := self.run_once():
            total += count
        return total

    def _take_in(self, deliveries: Sequence[Delivery]) -> None:
        """Store the batch whole; if the database refuses it, one by one, so that one bad entry stops no
        other.

        `OperationalError` means that the database cannot write at all: nothing is acknowledged, all come
        again.
        """
        try:
            self._store_again(deliveries)
        except OperationalError:
            raise
        except _UNSTORABLE:
            for delivery in deliveries:
                self._take_in_alone(delivery)

    def _take_in_alone(self, delivery: Delivery) -> None:
        try:
            self._store_again([delivery])
        except OperationalError:
            raise
        except _UNSTORABLE:
            _keep([self._quarantined(delivery, "entry_unstorable")])

    def _store_again(self, deliveries: Sequence[Delivery]) -> None:
        """Store them; once more where another process was quicker: this time its rows are seen, and which partitions
        there are is asked anew."""
        try:
            self._store(deliveries)
        except IntegrityError:
            partitions.forget()
            self._store(deliveries)

    def _store(self, deliveries: Sequence[Delivery]) -> None:
        batch = self._opened(deliveries)
        with transaction.atomic():
            stored = store_turns(batch.turns)
            record_decisions(batch.decisions)
            _keep(batch.quarantined)
            follow(_arrived(batch, stored))

    def _opened(self, deliveries: Sequence[Delivery]) -> _Batch:
        batch, plan_of = _Batch(), _plans()
        for delivery in deliveries:
            try:
                entry = decode(delivery.data)
            except (msgspec.DecodeError, UnicodeDecodeError):
                batch.quarantined.append(self._quarantined(delivery, "entry_unreadable"))
                continue
            batch.turns.append(turn_of(entry, plan_of, self._content(entry, delivery, batch)))
            batch.decisions += decisions_of(entry)
        return batch

    def _content(self, entry: Entry, delivery: Delivery, batch: _Batch) -> TurnContent:
        """Return the entry's content; none, and the entry in quarantine, when it cannot be opened.

        Content that comes with a zero-retention entry is a gateway's fault, and is dropped here (R-DATA-133).
        """
        if not entry.content or entry.zero_retention:
            return NO_CONTENT
        try:
            plain = self._opener.open(
                entry.content, entry=entry.id, organisation=entry.organisation, key=entry.key
            )
            return decode_content(plain)
        except UnsealError:
            batch.quarantined.append(self._quarantined(delivery, "content_unsealable", entry.id))
        except (msgspec.DecodeError, UnicodeDecodeError):
            batch.quarantined.append(self._quarantined(delivery, "content_unreadable", entry.id))
        return NO_CONTENT

    def _quarantined(self, delivery: Delivery, why: str, turn: str = "") -> Quarantined:
        log.warning("entry.quarantined", extra={"file": delivery.source, "problem": why})
        return Quarantined(
            source=delivery.source[:200],
            position=delivery.position,
            digest=hashlib.sha256(delivery.data).hexdigest(),
            turn=turn[:40],
            why=why,
            data=delivery.data,
            at=self._clock(),
        )

    def _renew_opener(self) -> None:
        private_keys = sealing_private_keys()
        if private_keys != self._private_keys:
            self._private_keys, self._opener = private_keys, Opener(private_keys)


def _arrived(batch: _Batch, stored: frozenset[str]) -> Arrived:
    turns = {turn.id: turn for turn in batch.turns if turn.id in stored}
    decisions = (one for one in batch.decisions if one.turn in turns and not one.shadow)
    return Arrived(tuple(turns.values()), tuple(decisions))


def _keep(rows: Sequence[Quarantined]) -> None:
    Quarantined.objects.bulk_create(rows, ignore_conflicts=True)


def _plans() -> Callable[[str], Plan]:
    """Return what tells an organisation's plan today, for entries that do not say: asked once a batch, if at
    all."""
    known: dict[str, Plan] = {}

    def plan_of(organisation: str) -> Plan:
        if not known:
            known.update({one.id: one.plan for one in organisations_for_gateway()})
        return known.get(organisation, Plan.API)

    return plan_of
