"""Rows of enforcement. None of them holds content of conversations."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Decision(models.Model):
    """The decision record (P-070): what was decided about one stage of one request, by which policy, and
    why."""

    id = models.CharField(max_length=40, primary_key=True)
    turn = models.CharField(max_length=40, db_index=True)
    """Id of the turn; not a foreign key, as decisions outlive turns."""
    organisation = models.CharField(max_length=40)
    key = models.CharField(max_length=40)
    end_user = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()
    stage = models.CharField(max_length=20)
    action = models.CharField(max_length=20)
    pack = models.CharField(max_length=120)
    clause = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=20)
    input_digest = models.CharField(max_length=80, blank=True)
    grounds = models.JSONField(default=list)
    unscreened = models.JSONField(default=list)
    screened_chars = models.PositiveBigIntegerField(default=0)
    took_us = models.PositiveBigIntegerField(default=0)
    shadow = models.BooleanField(default=False)
    """Whether a draft of the policy would have decided so (P-004). Left out of every ordinary count."""

    class Meta:
        indexes = (
            models.Index(fields=["organisation", "-at", "-id"], name="decision_by_organisation"),
            models.Index(fields=["-at", "-id"], name="decision_by_time"),
            models.Index(fields=["clause", "-at"], name="decision_by_clause"),
        )

    def __str__(self) -> str:
        return self.id


class StatementOfReasons(models.Model):
    """Why a restriction was imposed, in every language (P-061). Written with it, in one transaction."""

    id = models.CharField(max_length=40, primary_key=True)
    facts_en = models.TextField()
    facts_ja = models.TextField()
    redress_en = models.TextField()
    redress_ja = models.TextField()
    is_own_initiative = models.BooleanField()
    was_detected_automatically = models.BooleanField()
    was_decided_automatically = models.BooleanField()
    explanation_en = models.TextField(blank=True, db_default="")
    explanation_ja = models.TextField(blank=True, db_default="")
    law = models.CharField(max_length=200, blank=True, db_default="")
    territory = models.CharField(max_length=200, blank=True, db_default="")
    """Codes of countries, divided by spaces; empty: everywhere."""
    policy = models.CharField(max_length=120, blank=True, db_default="")
    written_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "statements of reasons"

    def __str__(self) -> str:
        return self.id


class Restriction(models.Model):
    """A measure against a key, an end user or an organisation. Lifted ones stay, with the moment of
    lifting."""

    id = models.CharField(max_length=40, primary_key=True)
    unit_kind = models.CharField(max_length=20)
    unit_id = models.CharField(max_length=80)
    organisation = models.CharField(max_length=40, db_index=True)
    measure = models.CharField(max_length=20)
    clause = models.CharField(max_length=80, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    requests_per_minute = models.PositiveIntegerField(null=True)
    statement = models.OneToOneField(StatementOfReasons, models.PROTECT, related_name="restriction")
    """No restriction without a statement: the database itself insists."""
    imposed_by = models.JSONField(default=list)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["unit_kind", "unit_id"], name="restriction_in_force", condition=Q(lifted_at=None)
            ),
        )

    def __str__(self) -> str:
        return self.id


class ReviewLabel(models.Model):
    """What a person found about the text of a decision. Earlier findings stay; the latest counts."""

    id = models.CharField(max_length=40, primary_key=True)
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="labels")
    desk = models.CharField(max_length=20)
    harmful = models.BooleanField(null=True)
    labels = models.JSONField(default=list)
    advice = models.BooleanField(null=True)
    by = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["decision", "-at", "-id"], name="label_by_decision"),)

    def __str__(self) -> str:
        return self.id
