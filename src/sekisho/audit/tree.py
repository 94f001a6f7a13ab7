"""The Merkle tree over the entries in the database: how it grows, its proofs (R-DATA-251).

Writing an entry does not touch the tree: a duty lets it grow by what was written since, hour by hour and whenever a
receipt waits for its proof. So whoever writes the log pays nothing for it, and an installation whose log is older than
the tree gets one like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from django.db import transaction
from django.db.models import F

from sekisho.audit import merkle
from sekisho.audit.chain import Head, canonical, follows
from sekisho.audit.models import AuditEntry, AuditHead, AuditTile, AuditTree
from sekisho.base.errors import SekishoError
from sekisho.base.text import Text

TILE_LEVELS = 8
TILE = 1 << TILE_LEVELS
"""Hashes in a tile: a proof over a million entries reads three of them a step at most."""
BATCH = 2048
"""Entries by which the tree grows in one transaction."""
_ALTERED = Text(
    "The audit log was altered: {why} Compare it with the last export and the last checkpoint that were kept.",
    "監査ログが改ざんされています。{why}控えてある書き出しファイルとチェックポイントに照らして確認してください。",
)


def grow() -> int:
    """Add every entry that is not in the tree yet, and return the tree's size.

    Several workers may do it at once: they take turns. Raises `SekishoError` (`audit_altered`) where an entry does not
    follow the one before it.
    """
    while True:
        with transaction.atomic():
            tree = _take_turn()
            added = _grow_by_one_batch(tree)
            if added < BATCH:
                return tree.size


def _take_turn() -> AuditTree:
    """Return the tree, locked until the transaction ends."""
    if not AuditTree.objects.filter(id=1).update(size=F("size")):
        AuditTree.objects.bulk_create([AuditTree(id=1)], ignore_conflicts=True)
        AuditTree.objects.filter(id=1).update(size=F("size"))
    return AuditTree.objects.get(id=1)


def _grow_by_one_batch(tree: AuditTree) -> int:
    head = AuditHead.objects.filter(id=1).first()
    until = min(head.seq if head else 0, tree.size + BATCH)
    rows = AuditEntry.objects.filter(seq__gt=tree.size, seq__lte=until).order_by("seq")
    reached, hashes = Head(tree.size, tree.digest), []
    for row in rows:
        leaf = row.leaf
        step = follows(leaf, row.digest, reached)
        if isinstance(step, Text):
            raise SekishoError("audit_altered", _because(step))
        reached = step
        hashes.append(merkle.leaf_hash(canonical(leaf)))
    if hashes:
        _add(0, tree.size, hashes)
        tree.size, tree.digest = reached.seq, reached.digest
        tree.save(update_fields=["size", "digest"])
    return len(hashes)


def _add(level: int, begin: int, hashes: Sequence[bytes]) -> None:
    """Add hashes to the tiles of one level, from position `begin`, and what they complete to the level above."""
    first, completed = begin // TILE, []
    held = AuditTile.objects.filter(level=level, index=first).values_list("hashes", flat=True).first()
    row = [*_split(bytes(held or b"")), *hashes]
    tiles = []
    for at in range(0, len(row), TILE):
        tile, index = row[at : at + TILE], first + at // TILE
        tiles.append(AuditTile(level=level, index=index, hashes=b"".join(tile)))
        if len(tile) == TILE:
            completed.append(merkle.fold(tile))
    AuditTile.objects.bulk_create(
        tiles,
        update_conflicts=True,
        unique_fields=["level", "index"],
        update_fields=["hashes"],
        batch_size=100,
    )
    if completed:
        _add(level + 1, first, completed)


def _split(hashes: bytes) -> list[bytes]:
    return [hashes[at : at + merkle.HASH_BYTES] for at in range(0, len(hashes), merkle.HASH_BYTES)]


class _Nodes:
    """The tree's hashes, read tile by tile."""

    def __init__(self) -> None:
        self._tile = lru_cache(maxsize=64)(self._read)

    def __call__(self, level: int, index: int) -> bytes:
        tile_level, beneath = divmod(level, TILE_LEVELS)
        begin = index << beneath
        tile = self._tile(tile_level, begin // TILE)
        return merkle.fold(tile[begin % TILE : begin % TILE + (1 << beneath)])

    @staticmethod
    def _read(level: int, index: int) -> list[bytes]:
        return _split(bytes(AuditTile.objects.get(level=level, index=index).hashes))


def root(size: int) -> bytes:
    """Return the root of the first `size` entries, which the tree must hold."""
    return merkle.root(size, _Nodes())


def inclusion(seq: int, size: int) -> tuple[bytes, ...]:
    """Return the proof that entry `seq` is among the first `size`."""
    return merkle.inclusion(seq - 1, size, _Nodes())


def consistency(first: int, second: int) -> tuple[bytes, ...]:
    """Return the proof that the log of `first` entries is the beginning of that of `second`."""
    return merkle.consistency(first, second, _Nodes())


def _because(why: Text) -> Text:
    return Text(_ALTERED.en.format(why=why.en), _ALTERED.ja.format(why=why.ja))
