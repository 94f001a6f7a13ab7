"""Rows of appeals. What people write and attach is ciphertext, under a key of each appeal's own."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sekisho.accounts.fields import IdField
from sekisho.enforcement.appeals.types import State


class Appeal(models.Model):
    """One appeal, from its receipt to its outcome."""

    id = models.CharField(max_length=40, primary_key=True)
    about = models.CharField(max_length=20)
    matter = models.CharField(max_length=120)
    """Id of what is appealed against: of a restriction the statement's."""
    unit_kind = models.CharField(max_length=20, blank=True)
    unit_id = models.CharField(max_length=80, blank=True)
    organisation = models.CharField(max_length=40, blank=True)
    measure = models.CharField(max_length=20, blank=True)
    clause = models.CharField(max_length=80, blank=True)
    pack = models.CharField(max_length=120, blank=True)
    facts_en = models.TextField()
    facts_ja = models.TextField()
    """What the person had been told, as it read when they appealed."""
    was_automatic = models.BooleanField()
    took_part = models.JSONField(default=list)
    """Who took part in the first decision, as known when it arrived; asked anew before anybody decides."""

    appellant = models.CharField(max_length=200)
    """Who writes: a person's id, or whom the link was for."""
    by_person = models.CharField(max_length=40, blank=True)
    """Of somebody who had signed in."""
    speaker = models.CharField(max_length=20)
    for_minors = models.BooleanField(default=False)
    email = models.CharField(max_length=254, blank=True)
    language = models.CharField(max_length=5)
    submission = models.CharField(max_length=64)
    """Drawn by the form: the same form sent twice is one appeal."""
    key = models.CharField(max_length=40)
    """Id of the appeal's key in the keystore."""
    text = models.BinaryField()

    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    rests_until = models.DateTimeField(null=True)
    state = models.CharField(max_length=20, default=State.OPEN.value)
    held_by = models.CharField(max_length=40, blank=True)
    held_until = models.DateTimeField(null=True)
    proposed_by = models.CharField(max_length=40, blank=True)

    outcome = models.CharField(max_length=20, blank=True)
    reasons_en = models.TextField(blank=True)
    reasons_ja = models.TextField(blank=True)
    unfounded = models.BooleanField(default=False)
    restored = models.JSONField(default=dict)
    decided_by = models.JSONField(default=list)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["matter", "submission"], name="one_appeal_a_form"),
            models.UniqueConstraint(
                fields=["matter", "appellant"], condition=~Q(state="decided"), name="one_open_appeal_a_person"
            ),
        )
        indexes = (
            models.Index(fields=["due_at", "id"], name="appeal_by_deadline", condition=~Q(state="decided")),
            models.Index(fields=["matter", "-made_at"], name="appeal_by_matter"),
            models.Index(fields=["appellant", "-made_at"], name="appeal_by_appellant"),
            models.Index(fields=["organisation", "-made_at", "-id"], name="appeal_by_organisation"),
            models.Index(
                fields=["clause", "-decided_at"], name="appeal_precedents", condition=Q(state="decided")
            ),
            models.Index(fields=["decided_at"], name="appeal_by_decision", condition=Q(state="decided")),
        )

    def __str__(self) -> str:
        return self.id


class Attachment(models.Model):
    """A file that came with an appeal."""

    id = IdField("att")
    appeal = models.ForeignKey(Appeal, models.PROTECT, related_name="attachments")
    name = models.BinaryField()
    """Encrypted too: a file's name tells of its content."""
    media_type = models.CharField(max_length=40)
    bytes = models.PositiveIntegerField()
    content = models.BinaryField()

    def __str__(self) -> str:
        return self.id


class ChannelMeasure(models.Model):
    """A warning for misuse of the channel, or a pause that ends, with what it was judged by (DSA art. 23)."""

    id = IdField("chm")
    appellant = models.CharField(max_length=200, db_index=True)
    appeal = models.ForeignKey(Appeal, models.PROTECT, related_name="channel_measures")
    """The one that led to it."""
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    """Of a pause its end; None for a warning."""
    unfounded = models.PositiveIntegerField()
    decided = models.PositiveIntegerField()
    gravity = models.CharField(max_length=20)
    intent = models.CharField(max_length=20)
    by = models.CharField(max_length=40)

    def __str__(self) -> str:
        return self.id


class Training(models.Model):
    """That a person has been trained to hear appeals of minors, and until when that counts (R-SUP-127)."""

    person = models.CharField(max_length=40, primary_key=True)
    valid_until = models.DateTimeField()
    registered_by = models.CharField(max_length=40)

    def __str__(self) -> str:
        return self.person
