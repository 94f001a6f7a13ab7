"""Rows of the link: which revision was published, and what ingest could not read."""

from __future__ import annotations

from django.db import models


class Revision(models.Model):
    """The snapshot's revision, in one row. It only grows."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)


class Quarantined(models.Model):
    """A journal entry, or its content, that could not be opened. Kept as it came: nothing is lost, nothing
    blocked."""

    source = models.CharField(max_length=200)
    position = models.BigIntegerField()
    digest = models.CharField(max_length=64, unique=True)
    """SHA-256 of `data`: a second delivery changes nothing."""
    turn = models.CharField(max_length=40, blank=True)
    why = models.CharField(max_length=80)
    """`entry_unreadable`, `entry_unstorable`, `content_unsealable` or `content_unreadable`."""
    data = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "quarantined"

    def __str__(self) -> str:
        return f"{self.source}:{self.position} {self.why}"
