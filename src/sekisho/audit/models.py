"""Rows of the audit log. They are added through `actions.record` and never changed."""

from __future__ import annotations

import json
from datetime import UTC
from typing import Any, NoReturn

from django.db import models

from sekisho.audit.chain import GENESIS, Leaf


class AppendOnlyError(TypeError):
    """Audit entries are neither changed nor removed."""


class _Entries(models.QuerySet["AuditEntry"]):
    def update(self, **_: object) -> NoReturn:
        raise AppendOnlyError("Audit entries cannot be changed. Record a new one that corrects the old.")

    def delete(self) -> NoReturn:
        raise AppendOnlyError("Audit entries cannot be removed.")


class AuditEntry(models.Model):
    """One thing that was done. Subjects are ids or pseudonyms; facts hold no content of conversations."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    actor = models.CharField(max_length=120, db_index=True)
    action = models.CharField(max_length=80, db_index=True)
    subject = models.CharField(max_length=200, db_index=True)
    facts = models.TextField()
    """Canonical JSON. Text, because a JSON column may rewrite numbers, and the digest is over these very
    bytes."""
    prev = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    objects = _Entries.as_manager()

    class Meta:
        verbose_name_plural = "audit entries"

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError("Audit entries cannot be changed. Record a new one that corrects the old.")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *_: object, **__: object) -> NoReturn:
        raise AppendOnlyError("Audit entries cannot be removed.")

    @property
    def leaf(self) -> Leaf:
        at = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        return Leaf(self.seq, at, self.actor, self.action, self.subject, json.loads(self.facts), self.prev)


class AuditHead(models.Model):
    """The last entry's number and digest, in one row. Writers take their turn by updating it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default=GENESIS)

    def __str__(self) -> str:
        return f"{self.seq}:{self.digest}"


class AuditTree(models.Model):
    """How far the Merkle tree over the entries has grown, in one row. Those who make it grow take turns by it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    size = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default=GENESIS)
    """Digest of the last entry in it: the next must name it as the one before."""

    def __str__(self) -> str:
        return str(self.size)


class AuditTile(models.Model):
    """Up to 256 neighbouring hashes of the tree, 32 bytes each: of leaves (level 0), of complete subtrees of 256 leaves
    (level 1), of 256² leaves (level 2), … What lies between is hashed again when a proof asks for it."""

    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["level", "index"], name="one_tile_a_place"),)

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class AuditCheckpoint(models.Model):
    """What the log was at one moment, signed."""

    size = models.BigIntegerField(primary_key=True)
    root = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)
    note = models.TextField()
    """The signed text (`notes`)."""

    def __str__(self) -> str:
        return str(self.size)


class AuditReceipt(models.Model):
    """A proof of something done that people take home, such as a deletion."""

    id = models.CharField(max_length=40, primary_key=True)
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=200, db_index=True)
    """As the log names it (`pseudonyms`)."""
    at = models.DateTimeField()
    body = models.TextField()
    """Canonical JSON of what is received for: the log holds its digest."""
    signature = models.BinaryField()
    seq = models.BigIntegerField(db_index=True)
    """The entry of the log that holds the digest."""

    def __str__(self) -> str:
        return self.id
