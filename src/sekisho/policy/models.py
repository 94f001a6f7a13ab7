"""Rows of policy versions. A version is its YAML: everything else is read from it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from sekisho.accounts.models import IdField


class PolicyVersion(models.Model):
    """One version of a policy, never changed once it was proposed."""

    id = IdField("pol")
    name = models.CharField(max_length=40)
    version = models.CharField(max_length=40)
    source = models.TextField()
    """The YAML as it was handed in, byte for byte; `digest` is its SHA-256."""
    digest = models.CharField(max_length=64)
    announced_at = models.DateTimeField()
    effective_at = models.DateTimeField(db_index=True)
    proposed_by = models.CharField(max_length=120)
    proposed_at = models.DateTimeField(default=now, editable=False)
    approved_by = models.CharField(max_length=120, blank=True)
    activated_at = models.DateTimeField(null=True, blank=True)
    """When it was approved. From then on it is or will be in force, by `effective_at`."""
    withdrawn_by = models.CharField(max_length=120, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    notice_sent_at = models.DateTimeField(null=True, blank=True)
    """When account holders were told of it."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["name", "version"], name="a_version_exists_once"),
            models.CheckConstraint(
                condition=Q(activated_at=None) | ~Q(approved_by=""), name="an_active_version_was_approved"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}@{self.version}"
