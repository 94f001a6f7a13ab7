"""Wrapped keys. A destroyed one leaves a tombstone: an id and a moment, no key."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class SubjectKey(models.Model):
    """The key of one data subject: an end user of an organisation, or the organisation itself."""

    id = models.CharField(max_length=40, primary_key=True)
    subject = models.CharField(max_length=160)
    wrapped = models.BinaryField()
    """Nonce and ciphertext; empty once destroyed."""
    root = models.CharField(max_length=120, blank=True, db_index=True)
    """Name and version of the root that wrapped it; empty for rows from before roots had names."""
    created_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["subject"], condition=Q(destroyed_at=None), name="one_living_subject_key"
            ),
        )

    def __str__(self) -> str:
        return self.id


class ConversationKey(models.Model):
    """The key of one conversation's content, wrapped by its subject's (`rings`)."""

    id = models.CharField(max_length=40, primary_key=True)
    conversation = models.CharField(max_length=40)
    subject_key = models.ForeignKey(SubjectKey, models.PROTECT, related_name="conversations")
    wrapped = models.BinaryField()
    format = models.PositiveSmallIntegerField(default=2)
    """1: made when content was encrypted by the key itself. Such a key is never cut, as that content would go with it:
    it falls as a whole, once nothing under it lives."""
    created_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["conversation"], condition=Q(destroyed_at=None), name="one_living_conversation_key"
            ),
        )

    def __str__(self) -> str:
        return self.id


class PurposeKey(models.Model):
    """The key of something that is no conversation, such as one report, wrapped by its subject's."""

    id = models.CharField(max_length=40, primary_key=True)
    purpose = models.CharField(max_length=20)
    owner = models.CharField(max_length=160)
    """Id of the row whose content it opens."""
    subject_key = models.ForeignKey(SubjectKey, models.PROTECT, related_name="purposes")
    wrapped = models.BinaryField()
    created_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["purpose", "owner"], condition=Q(destroyed_at=None), name="one_living_purpose_key"
            ),
        )

    def __str__(self) -> str:
        return self.id


class RootVersion(models.Model):
    """A root that has wrapped something here. Once retired nothing is wrapped by it any more, by any process."""

    name = models.CharField(max_length=120, primary_key=True)
    since = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class SealingKey(models.Model):
    """An X25519 key pair to which gateways seal. The newest is published; older ones open what is still on
    its way."""

    public = models.BinaryField(unique=True)
    wrapped = models.BinaryField()
    root = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"sealing key {self.pk}"


class SigningKey(models.Model):
    """An Ed25519 key pair with which this installation signs what it attests to. The newest signs."""

    public = models.BinaryField(unique=True)
    wrapped = models.BinaryField()
    root = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"signing key {self.pk}"


class PseudonymKey(models.Model):
    """The key of the HMAC that turns end users' names into pseudonyms (P-001). One row."""

    wrapped = models.BinaryField()
    root = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"pseudonym key {self.pk}"


class Tombstone(models.Model):
    """What was destroyed, and when: kept here and in a second place, so that a database that was restored from before
    it can be told (R-DATA-254). `records.retention` writes and reads it."""

    id = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=20)
    data = models.JSONField(default=dict)
    """Ids of keys, conversations, organisations and people; of an end user a keyed digest."""

    def __str__(self) -> str:
        return self.id
