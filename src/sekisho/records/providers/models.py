"""Rows of providers. Nothing of any conversation, and no secret."""

from __future__ import annotations

from django.db import models

from sekisho.accounts.fields import IdField


class ProviderStatement(models.Model):
    """What somebody stated of a provider. Never changed: the latest counts, and the earlier show what was relied on."""

    id = IdField("pvs")
    route = models.CharField(max_length=60)
    host = models.CharField(max_length=255, blank=True)
    retains = models.BooleanField()
    retention_days = models.PositiveIntegerField(null=True)
    trains = models.BooleanField()
    zero_retention_contract = models.BooleanField()
    requires_retention = models.JSONField(default=list)
    region = models.CharField(max_length=40, blank=True)
    evidence = models.CharField(max_length=500)
    reviewed_at = models.DateTimeField()
    reviewed_by = models.CharField(max_length=120)

    class Meta:
        indexes = (models.Index(fields=["route", "host", "-reviewed_at"], name="providers_latest"),)

    def __str__(self) -> str:
        return f"{self.id} {self.route}"
