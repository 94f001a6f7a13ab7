"""Rows of the connector directory. Descriptors are public, and hold nothing of conversations."""

from __future__ import annotations

from django.db import models

from sekisho.accounts.fields import IdField


class Connector(models.Model):
    """A connector that an organisation has registered (P-033)."""

    id = IdField("con")
    organisation = models.CharField(max_length=40, db_index=True)
    name = models.CharField(max_length=60, unique=True)
    url = models.CharField(max_length=500, unique=True)
    title = models.CharField(max_length=120)
    summary = models.TextField(max_length=1_000)
    contact = models.EmailField()
    privacy_url = models.CharField(max_length=500, blank=True)
    listing = models.CharField(max_length=20, default="draft", db_index=True)
    answered = models.JSONField(default=list)
    descriptor = models.JSONField(default=dict)
    """What was last fetched."""
    pinned = models.JSONField(null=True)
    """What was checked when it was listed."""
    digest = models.CharField(max_length=64, blank=True)
    """SHA-256 of what is pinned, for the audit log and for people to compare."""
    findings = models.JSONField(default=list)
    accepted = models.JSONField(default=list)
    reason = models.CharField(max_length=500, blank=True)
    registered_by = models.CharField(max_length=120)
    registered_at = models.DateTimeField()
    listed_by = models.CharField(max_length=120, blank=True)
    listed_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True, db_index=True)
    """When it is next looked at; None for one that is out."""
    problem = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return self.id


class ConnectorRule(models.Model):
    """Which connectors an organisation lets its models call. None: any but those known to have changed."""

    organisation = models.CharField(max_length=40, primary_key=True)
    rule = models.CharField(max_length=20)
    set_by = models.CharField(max_length=120)
    set_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.organisation} {self.rule}"
