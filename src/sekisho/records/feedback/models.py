"""Rows of feedback. What a report says is ciphertext, under a key of its own; the survey has no text at all."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sekisho.records.feedback.types import IssueState


class Report(models.Model):
    """One report. Staged until its content is there; what stays staged for an hour is swept (R-DATA-074)."""

    id = models.CharField(max_length=40, primary_key=True)
    kind = models.CharField(max_length=20)
    scope = models.CharField(max_length=20)
    organisation = models.CharField(max_length=40)
    sender = models.CharField(max_length=40)
    """The key with which it came, or the person who had signed in."""
    via_key = models.CharField(max_length=40, blank=True)
    member = models.CharField(max_length=40, blank=True)
    about = models.CharField(max_length=40, blank=True)
    """The turn that it is about."""
    submission = models.CharField(max_length=64)
    """The sender's idempotency key: the same report sent twice is one."""
    digest = models.CharField(max_length=64)
    is_staged = models.BooleanField(default=True)
    received_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    """Years of the calendar after receipt (R-DATA-062)."""
    bytes = models.PositiveIntegerField()
    messages = models.PositiveIntegerField()
    secrets = models.JSONField(default=dict)
    """How many secrets were redacted, by kind."""
    version = models.CharField(max_length=40, blank=True)
    os = models.CharField(max_length=80, blank=True)
    key = models.CharField(max_length=40, blank=True)
    """Id of the report's key in the keystore."""
    content = models.BinaryField(default=b"")
    issue = models.CharField(max_length=20, default=IssueState.NONE.value)
    issue_url = models.CharField(max_length=300, blank=True)
    issue_tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "sender", "submission"], name="one_report_a_submission"
            ),
        )
        indexes = (
            models.Index(fields=["organisation", "-received_at"], name="report_by_organisation"),
            models.Index(fields=["member", "-received_at"], name="report_by_member"),
            models.Index(fields=["expires_at"], name="report_by_end"),
            models.Index(fields=["received_at"], name="report_staged", condition=Q(is_staged=True)),
            models.Index(fields=["received_at"], name="report_with_issue", condition=Q(issue="waiting")),
        )

    def __str__(self) -> str:
        return self.id


class OrganisationChoice(models.Model):
    """What an organisation chose about feedback; without a row, what `types.Choices` says."""

    organisation = models.CharField(max_length=40, primary_key=True)
    product_feedback = models.BooleanField(default=True)
    survey = models.BooleanField(null=True)

    def __str__(self) -> str:
        return self.organisation


class SurveyCount(models.Model):
    """How many answered so. Numbers and a day: no text, no id of anybody, no moment, nothing to join by (R-DATA-084).

    The table is `feedback_surveycount`, and stands for R-DATA-086: the role that exports for training is granted
    nothing on it, nor on any other table of feedback.
    """

    day = models.DateField()
    version = models.PositiveSmallIntegerField()
    rating = models.PositiveSmallIntegerField()
    client = models.PositiveIntegerField()
    count = models.PositiveBigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["day", "version", "rating", "client"], name="one_survey_count"),
        )

    def __str__(self) -> str:
        return f"survey {self.day} {self.version}"
