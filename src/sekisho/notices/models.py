"""Rows of notices. They tell people of decisions about them; content of conversations is in none of them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sekisho.accounts.fields import IdField
from sekisho.notices.types import Stage


class Notice(models.Model):
    """What somebody was told, in every language: each recipient reads their own."""

    id = IdField("ntc")
    key = models.CharField(max_length=200, unique=True)
    """Whoever tells the same thing again under the same key has told it once."""
    kind = models.CharField(max_length=40)
    about = models.CharField(max_length=120)
    organisation = models.CharField(max_length=40, blank=True)
    """Whose people read it in the product; for an end user, where they belong."""
    person = models.CharField(max_length=40, blank=True)
    """The person it was written to; empty when it went to an organisation, an address or an end user."""
    end_user = models.CharField(max_length=80, blank=True)
    subject_en = models.CharField(max_length=300)
    subject_ja = models.CharField(max_length=300)
    body_en = models.TextField()
    body_ja = models.TextField()
    link = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=["organisation", "-at", "-id"], name="notice_by_organisation"),
            models.Index(fields=["person", "-at", "-id"], name="notice_by_person", condition=~Q(person="")),
        )

    def __str__(self) -> str:
        return self.id


class Delivery(models.Model):
    """One mail to one address: the outbox. Written with its notice, sent once that is durable."""

    id = IdField("dlv")
    """Also the local part of its Message-ID, so that a mail sent twice is known as one."""
    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries")
    address = models.CharField(max_length=254)
    language = models.CharField(max_length=5)
    stage = models.CharField(max_length=20, default=Stage.WAITING.value)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    """When it may be taken next. Whoever takes it moves this ahead by the lease: a worker that dies gives it back."""
    problem = models.CharField(max_length=80, blank=True)
    """The class of the last failure, and the server's reply code where it gave one; never its words."""
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "deliveries"
        indexes = (
            models.Index(fields=["due_at"], name="mail_due", condition=Q(stage="waiting")),
            models.Index(fields=["-done_at"], name="mail_given_up", condition=Q(stage="given_up")),
        )
        constraints = (models.UniqueConstraint(fields=["notice", "address"], name="one_mail_an_address"),)

    def __str__(self) -> str:
        return self.id


class Reading(models.Model):
    """That a person has read a notice."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="readings")
    person = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["notice", "person"], name="one_reading_a_person"),)

    def __str__(self) -> str:
        return f"{self.person} {self.notice_id}"
