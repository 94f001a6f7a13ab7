"""Rows of safety records. The text is ciphertext, under a key of each record's own."""

from __future__ import annotations

from django.db import models

from sekisho.accounts.fields import IdField


class SafetyRecord(models.Model):
    """The least of a text that was blocked, one for each decision."""

    id = models.CharField(max_length=40, primary_key=True)
    turn = models.CharField(max_length=40, db_index=True)
    decision = models.CharField(max_length=40, unique=True)
    organisation = models.CharField(max_length=40)
    end_user = models.CharField(max_length=80, blank=True)
    member = models.CharField(max_length=40, blank=True)
    clause = models.CharField(max_length=80)
    stage = models.CharField(max_length=20)
    state = models.CharField(max_length=20)
    received_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    """From the calendar of data use: 90 days unconfirmed, 730 confirmed (R-DATA-241)."""
    settled_at = models.DateTimeField(null=True)
    key = models.CharField(max_length=40)
    """Id of the record's key in the keystore."""
    content = models.BinaryField()

    class Meta:
        indexes = (
            models.Index(fields=["expires_at"], name="safety_by_end"),
            models.Index(fields=["organisation", "end_user"], name="safety_by_end_user"),
        )

    def __str__(self) -> str:
        return self.id


class AccessRequest(models.Model):
    """That somebody wants to read a record, and who let them (R-DATA-243). Goes with the record; the log stays."""

    id = IdField("sar")
    record = models.ForeignKey(SafetyRecord, models.CASCADE, related_name="requests")
    asked_by = models.CharField(max_length=40)
    reason = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    approved_by = models.CharField(max_length=40, blank=True)
    open_until = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["-asked_at"], name="access_by_moment"),)

    def __str__(self) -> str:
        return self.id


class Followed(models.Model):
    """Up to which moment outcomes of reviews and appeals were followed. One row."""

    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"followed {self.pk}"
