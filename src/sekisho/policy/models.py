"""Rows of policy versions, of organisations' overlays, and of contract exceptions.

A version is its YAML, and so is an overlay: everything else is read from it.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now

from sekisho.accounts.fields import IdField


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
    shadow_since = models.DateTimeField(null=True, blank=True)
    """Since when gateways judge by the draft too, without acting on it; None when they do not."""
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


class PolicyBacktest(models.Model):
    """Stored turns judged by a version that was not in force, as far as it has got (P-004). Counts and ids only."""

    id = IdField("bkt")
    version = models.ForeignKey(PolicyVersion, models.CASCADE, related_name="backtests")
    begun_by = models.CharField(max_length=120)
    begun_at = models.DateTimeField()
    since = models.DateTimeField(null=True)
    most = models.PositiveIntegerField()
    """So many turns at most, newest first."""
    after = models.CharField(max_length=40, blank=True)
    """Id of the last turn that was judged: the next slice goes on with older ones."""
    report = models.JSONField(default=dict)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.id


class PolicyOverlay(models.Model):
    """What an organisation lays over the policy, so that it is held to more (P-007). Earlier ones stay."""

    id = IdField("ovl")
    organisation = models.CharField(max_length=40)
    version = models.CharField(max_length=40)
    """As decisions cite it: the first characters of the SHA-256 of `source`."""
    source = models.TextField()
    """The YAML as it was handed in."""
    content = models.JSONField()
    """The overlay as it was read against the version then in force."""
    set_by = models.CharField(max_length=120)
    set_at = models.DateTimeField(default=now, editable=False)
    ended_by = models.CharField(max_length=120, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(ended_at=None), name="one_overlay_an_organisation"
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation} {self.version}"


class PolicyException(models.Model):
    """A contract exception (P-006). In effect once a second person approved it, until it ends or is revoked."""

    id = IdField("exc")
    organisation = models.CharField(max_length=40, db_index=True)
    clauses = models.JSONField()
    keys = models.JSONField(default=list)
    uses = models.JSONField(default=list)
    safeguards = models.TextField()
    """What takes the clauses' place, in the words of those who agreed on it."""
    expires_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=120)
    proposed_at = models.DateTimeField(default=now, editable=False)
    approved_by = models.CharField(max_length=120, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=120, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(approved_at=None) | ~Q(approved_by=""), name="an_exception_in_effect_was_approved"
            ),
            models.CheckConstraint(
                condition=~Q(approved_by=F("proposed_by")), name="an_exception_has_two_approvers"
            ),
        )

    def __str__(self) -> str:
        return self.id
