"""Rows of compliance: facts about cases that reports count, and what the operator has published. No words of people:
those are sealed in the case."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sekisho.accounts.fields import IdField


class StatedProfile(models.Model):
    """A duty profile as somebody stated it; never changed, only followed by another."""

    number = models.PositiveIntegerField(primary_key=True)
    words = models.JSONField()
    reason = models.CharField(max_length=500)
    stated_by = models.CharField(max_length=120)
    stated_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"profile {self.number}"


class ContactPoint(models.Model):
    """A contact point as it was published; never changed, only followed by another (R-SUP-131)."""

    id = IdField("cpt")
    point = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    ways = models.JSONField()
    languages = models.JSONField()
    note_en = models.TextField(blank=True)
    note_ja = models.TextField(blank=True)
    since = models.DateTimeField()
    by = models.CharField(max_length=120)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["point", "number"], name="one_contact_version_a_number"),
        )

    def __str__(self) -> str:
        return f"{self.point} {self.number}"


class _Fact(models.Model):
    """What every matter has."""

    case = models.CharField(max_length=40, primary_key=True)
    regime = models.CharField(max_length=20)
    by_whom = models.CharField(max_length=200, blank=True)
    """A mark by which the same sender is known again; nothing leads back from it to an address."""
    same = models.CharField(max_length=64, blank=True, db_index=True)
    """A keyed digest of sender and words: the same matter under two regimes is recognised."""
    language = models.CharField(max_length=5)
    region = models.CharField(max_length=5, blank=True)
    received_at = models.DateTimeField()
    """When it first reached us, by whatever form (R-SUP-137)."""
    acknowledged_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField(null=True)
    """When it was found to be something else; then it is counted there."""

    class Meta:
        abstract = True


class Notice(_Fact):
    """A notice of illegal content (spec 3.1), without its words."""

    category = models.CharField(max_length=30)
    is_named = models.BooleanField()
    has_contact = models.BooleanField()
    good_faith = models.BooleanField()
    flagger = models.CharField(max_length=40, blank=True)
    """Number of the trusted flagger, where it stood in the register."""
    rests_until = models.DateTimeField(null=True)
    """Looked at after that, as the sender's notices rest (R-SUP-125)."""
    decision = models.CharField(max_length=20, blank=True)
    basis = models.CharField(max_length=10, blank=True)
    statement = models.CharField(max_length=40, blank=True)
    """`sor_…` of the measure that followed."""
    automation_used = models.BooleanField(default=False)
    redress_shown = models.BooleanField(default=False)
    decided_by = models.CharField(max_length=40, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["received_at"], name="notice_by_receipt"),)

    def __str__(self) -> str:
        return self.case


class Complaint(_Fact):
    """A complaint (spec 3.3), without its words."""

    kind = models.CharField(max_length=40)
    complainant = models.CharField(max_length=20)
    about = models.CharField(max_length=120, blank=True)
    is_minor = models.BooleanField(default=False)
    indicative_at = models.DateTimeField(null=True)
    """By when an outcome was told to be expected."""
    rests_until = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True)
    automation_used = models.BooleanField(default=False)
    reviewer = models.CharField(max_length=40, blank=True)
    remedied_at = models.DateTimeField(null=True)
    informed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["received_at"], name="complaint_by_receipt"),)

    def __str__(self) -> str:
        return self.case


class Order(_Fact):
    """An order of an authority, without its words (R-SUP-140)."""

    kind = models.CharField(max_length=20)
    country = models.CharField(max_length=5)
    effect = models.CharField(max_length=20, blank=True)
    effected_by = models.CharField(max_length=40, blank=True)
    effected_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["received_at"], name="order_by_receipt"),)

    def __str__(self) -> str:
        return self.case


class Flagger(models.Model):
    """A trusted flagger, as its authority awarded it (DSA art. 22)."""

    number = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=200)
    until = models.DateTimeField(null=True)
    """When the status ended; None while it lasts."""
    registered_by = models.CharField(max_length=40)
    registered_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.number


class Authority(models.Model):
    """A domain from which an authority writes: what comes from there to the ordinary mailbox is seen (spec 1.13)."""

    domain = models.CharField(max_length=190, primary_key=True)
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=5)
    registered_by = models.CharField(max_length=40)
    registered_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.domain


class Dispute(models.Model):
    """A dispute before an out-of-court body (DSA art. 21), for the report."""

    id = IdField("dsp")
    about = models.CharField(max_length=120)
    body = models.CharField(max_length=200)
    begun_at = models.DateTimeField()
    outcome = models.CharField(max_length=20, blank=True)
    ended_at = models.DateTimeField(null=True)
    implemented = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | ~Q(outcome=""), name="an_ended_dispute_has_an_outcome"
            ),
        )

    def __str__(self) -> str:
        return self.id


class SenderMeasure(models.Model):
    """A warning for misuse of the forms, or a pause that ends, with what it was judged by (DSA art. 23)."""

    id = IdField("snm")
    by_whom = models.CharField(max_length=200, db_index=True)
    case = models.CharField(max_length=40)
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
