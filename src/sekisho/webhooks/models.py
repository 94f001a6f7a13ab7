"""Rows of webhooks. None of them holds content of conversations, nor a secret that can be read."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sekisho.accounts.fields import IdField
from sekisho.webhooks.types import DeliveryState, EndpointState


class Endpoint(models.Model):
    """An address that an organisation registered."""

    id = IdField("whe")
    organisation = models.CharField(max_length=40, db_index=True)
    url = models.CharField(max_length=2000)
    description = models.CharField(max_length=200, blank=True)
    kinds = models.JSONField(default=list)
    state = models.CharField(max_length=20, default=EndpointState.ACTIVE.value)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)
    failing_since = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.id


class Secret(models.Model):
    """What signs an endpoint's messages: the newest, and for a time the one before."""

    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="secrets")
    sealed = models.TextField(editable=False)
    made_at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    """When it ceases to sign; null for the newest."""

    def __str__(self) -> str:
        return self.endpoint_id


class Message(models.Model):
    """Something that happened, as endpoints are told of it. Ids and states only."""

    id = IdField("msg")
    organisation = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    key = models.CharField(max_length=200)
    """Names the happening, so that it is announced once."""
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organisation", "key"], name="webhook_announced_once"),
        )

    def __str__(self) -> str:
        return self.id


class Delivery(models.Model):
    """A message on its way to one endpoint."""

    id = IdField("whd")
    message = models.ForeignKey(Message, models.CASCADE, related_name="deliveries")
    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="deliveries")
    organisation = models.CharField(max_length=40)
    state = models.CharField(max_length=20, default=DeliveryState.WAITING.value)
    due_at = models.DateTimeField()
    """When it is next sent. Who sends it moves this on first: should they fall, it is due again."""
    sendings = models.PositiveIntegerField(default=0)
    attempts = models.JSONField(default=list)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["message", "endpoint"], name="webhook_once_an_endpoint"),
        )
        indexes = (
            models.Index(
                fields=["due_at"], name="webhook_due", condition=Q(state=DeliveryState.WAITING.value)
            ),
            models.Index(fields=["endpoint", "-id"], name="webhook_by_endpoint"),
        )

    def __str__(self) -> str:
        return self.id
