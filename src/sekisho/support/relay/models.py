"""Rows of questions to owners. What people write is ciphertext, under a key of each question's own."""

from __future__ import annotations

from django.db import models

from sekisho.accounts.fields import IdField
from sekisho.support.relay.types import State


class Question(models.Model):
    """What a member asked of who speaks for the organisation, and what became of it."""

    id = IdField("ask")
    submission = models.CharField(max_length=80, unique=True)
    organisation = models.CharField(max_length=40)
    asker = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=20, default=State.WAITING.value)
    surface = models.CharField(max_length=20)
    entitlements = models.JSONField(default=dict)
    """Snapshot of who might ask whom when it was asked (R-SUP-052)."""
    key = models.CharField(max_length=40)
    text = models.BinaryField()
    transcript = models.BinaryField()
    answer = models.BinaryField(default=b"")
    reaches_asker = models.BooleanField(default=True)
    case = models.CharField(max_length=40, blank=True)
    asked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["organisation", "-asked_at", "-id"], name="question_by_organisation"),
            models.Index(
                fields=["asked_at"], name="question_waiting", condition=models.Q(state=State.WAITING.value)
            ),
        )

    def __str__(self) -> str:
        return self.id
