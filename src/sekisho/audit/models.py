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
