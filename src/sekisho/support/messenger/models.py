"""Rows of conversations. What was said is ciphertext, under a key of each conversation's own."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sekisho.accounts.fields import IdField
from sekisho.support.messenger.types import State


class Conversation(models.Model):
    """One conversation with the desk. There is none before somebody has agreed (R-SUP-018)."""

    id = IdField("cnv")
    reference = models.CharField(max_length=12, unique=True)
    surface = models.CharField(max_length=20)
    organisation = models.CharField(max_length=40, blank=True)
    person = models.CharField(max_length=40, blank=True)
    visitor = models.CharField(max_length=64, blank=True)
    """Digest of the browser's secret, where it was begun without signing in."""
    language = models.CharField(max_length=5)
    key = models.CharField(max_length=40)
    """Id of its key in the keystore."""
    state = models.CharField(max_length=20, default=State.OPEN.value)
    issue = models.CharField(max_length=40, blank=True)
    case = models.CharField(max_length=40, blank=True)
    case_reference = models.CharField(max_length=12, blank=True)
    mirrored = models.CharField(max_length=40, blank=True)
    """Id of the last message of the case that was shown here."""
    draft = models.BinaryField(default=bytes)
    """What waits to be sent until its writer has signed in at the new host (R-SUP-087). Encrypted."""
    last_event = models.PositiveIntegerField(default=0)
    asked_for_people = models.PositiveSmallIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0)
    answering = models.PositiveIntegerField(default=0)
    """Number of the message that the bot is at; 0 while it is at none."""
    answering_since = models.DateTimeField(null=True)
    started_at = models.DateTimeField()
    last_at = models.DateTimeField()
    outcome = models.CharField(max_length=20, blank=True)
    outcome_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["person", "surface", "-last_at"], name="talk_by_person", condition=~Q(person="")
            ),
            models.Index(fields=["visitor", "-last_at"], name="talk_by_visitor", condition=~Q(visitor="")),
            models.Index(fields=["last_at"], name="talk_by_age"),
            models.Index(
                fields=["outcome_at"], name="talk_by_outcome", condition=Q(outcome_at__isnull=False)
            ),
            models.Index(fields=["case"], name="talk_by_case", condition=~Q(case="")),
        )

    def __str__(self) -> str:
        return self.id


class Agreement(models.Model):
    """That somebody agreed to what a conversation keeps: a purpose of its own, and never a word about training
    (R-DATA-233)."""

    conversation = models.OneToOneField(
        Conversation, models.PROTECT, primary_key=True, related_name="agreement"
    )
    purpose = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    person = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=5)
    surface = models.CharField(max_length=20)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.version}"


class Entry(models.Model):
    """One event of a conversation. Rows are only added."""

    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    voice = models.CharField(max_length=20)
    answer = models.CharField(max_length=20, blank=True)
    """Of an answer its kind, of a failure its reason, of a rating `yes` or `no`: what is counted."""
    submission = models.CharField(max_length=64, null=True)
    """Drawn by the form: the same form sent twice is one event."""
    content = models.BinaryField()
    """JSON of text and facts, encrypted."""
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["conversation", "number"], name="one_event_a_number"),
            models.UniqueConstraint(fields=["conversation", "submission"], name="one_event_a_submission"),
        )

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.number}"


class Passcode(models.Model):
    """A code by which a sign-in at the new host counts at the old one: once, for that audience, for a minute
    (R-SUP-088)."""

    digest = models.CharField(max_length=64, primary_key=True)
    person = models.CharField(max_length=40)
    audience = models.CharField(max_length=255)
    """The origin at which it counts."""
    state = models.CharField(max_length=64)
    """Digest of what the browser that asked holds: for any other it counts nowhere."""
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["expires_at"], name="passcode_by_end"),)

    def __str__(self) -> str:
        return self.audience
