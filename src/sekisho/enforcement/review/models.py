"""Rows of the review queue. Words of people stand only in `Deposit`, as ciphertext."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

OPEN = Q(closed_at=None)


class Case(models.Model):
    """One matter that people look at, from whichever door it came in."""

    id = models.CharField(max_length=40, primary_key=True)
    reference = models.CharField(max_length=20, unique=True)
    """What people name it by: `R-7K2QX-94MPB`."""
    source = models.CharField(max_length=20)
    category = models.CharField(max_length=20)
    about_kind = models.CharField(max_length=20)
    about_id = models.CharField(max_length=120, blank=True)
    unit_kind = models.CharField(max_length=20, blank=True)
    unit_id = models.CharField(max_length=80, blank=True)
    organisation = models.CharField(max_length=40, blank=True)
    clause = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=20, default="und")
    pack = models.CharField(max_length=120, blank=True)
    """The policy as of the event; never today's."""
    gravity = models.PositiveSmallIntegerField()
    weight = models.PositiveSmallIntegerField(default=1)
    event_at = models.DateTimeField()
    received_at = models.DateTimeField()
    due = models.DateTimeField()
    state = models.CharField(max_length=20)
    same = models.CharField(max_length=200, null=True)
    """Names what it repeats: while a case of that name is open, the next event is added to it. NULL repeats nothing."""
    count = models.PositiveIntegerField(default=1)
    reporter = models.CharField(max_length=80, blank=True)
    reader = models.CharField(max_length=5, default="en")
    agreed = models.BooleanField(default=False)
    claimed_by = models.CharField(max_length=40, blank=True)
    claimed_until = models.DateTimeField(null=True)
    called_at = models.DateTimeField(null=True)
    """When staff were called to it."""
    golden = models.ForeignKey("GoldenItem", models.PROTECT, null=True, related_name="cases")
    """What its answer is known from. No page shows it."""
    outcome = models.CharField(max_length=20, blank=True)
    note = models.CharField(max_length=20, blank=True)
    duplicate_of = models.CharField(max_length=20, blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        # Conditions hold no values, only NULL: SQLite uses a partial index just where it can see that it may, and it
        # does not look into parameters.
        constraints = (
            models.UniqueConstraint(fields=["same"], condition=OPEN, name="one_open_case_a_matter"),
        )
        indexes = (
            models.Index(fields=["due", "gravity", "received_at", "id"], name="case_next", condition=OPEN),
            models.Index(fields=["claimed_by", "claimed_until"], name="case_claimed", condition=OPEN),
            models.Index(fields=["gravity", "called_at"], name="case_to_call", condition=OPEN),
            models.Index(fields=["source", "due"], name="case_by_source", condition=OPEN),
            models.Index(fields=["clause", "-closed_at"], name="case_precedent", condition=~OPEN),
            models.Index(fields=["reporter", "received_at"], name="case_by_reporter"),
            models.Index(fields=["about_kind", "about_id"], name="case_by_about"),
        )

    def __str__(self) -> str:
        return self.id


class Deposit(models.Model):
    """Something that people wrote or sent, encrypted with the case's own key."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="deposits")
    kind = models.CharField(max_length=20)
    number = models.PositiveSmallIntegerField(default=0)
    key = models.CharField(max_length=40)
    ciphertext = models.BinaryField()
    """Nonce and ciphertext; case, kind and number are bound in."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["case", "kind", "number"], name="one_deposit_a_place"),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind} {self.number}"


class Sitting(models.Model):
    """That a reviewer had a case before them: what the exposure budget counts, and who skipped what."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="sittings")
    reviewer = models.CharField(max_length=40)
    began_at = models.DateTimeField()
    weight = models.PositiveSmallIntegerField()
    revealed = models.CharField(max_length=20, blank=True)
    """Why the masks were lifted; empty while they were not."""
    skipped = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["case", "reviewer"], name="one_sitting_a_reviewer"),)
        indexes = (models.Index(fields=["reviewer", "-began_at"], name="sitting_by_reviewer"),)

    def __str__(self) -> str:
        return f"{self.case_id} {self.reviewer}"


class ReviewOpinion(models.Model):
    """One person's answer to a case. Never changed."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="opinions")
    reviewer = models.CharField(max_length=40)
    at = models.DateTimeField()
    verdict = models.CharField(max_length=20)
    clause = models.CharField(max_length=80, blank=True)
    severity = models.PositiveSmallIntegerField(default=2)
    intent = models.PositiveSmallIntegerField(default=1)
    measure = models.CharField(max_length=20, blank=True)
    days = models.PositiveIntegerField(null=True)
    note = models.CharField(max_length=20, blank=True)
    duplicate_of = models.CharField(max_length=20, blank=True)
    right = models.BooleanField(null=True)
    """Of a golden case: whether it is the known answer."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["case", "reviewer"], name="one_opinion_a_reviewer"),)
        indexes = (models.Index(fields=["reviewer", "-at"], name="opinion_by_reviewer"),)

    def __str__(self) -> str:
        return f"{self.case_id} {self.reviewer}"


class TwoPerson(models.Model):
    """A measure that one person proposed. It bites when a second confirms, and never before (P-060)."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="proposal")
    unit_kind = models.CharField(max_length=20)
    unit_id = models.CharField(max_length=80)
    organisation = models.CharField(max_length=40)
    measure = models.CharField(max_length=20)
    days = models.PositiveIntegerField(null=True)
    clause = models.CharField(max_length=80)
    by = models.CharField(max_length=40)
    at = models.DateTimeField()
    seconded_by = models.CharField(max_length=40, blank=True)
    confirmed = models.BooleanField(null=True)
    restriction = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return self.case_id


class GoldenItem(models.Model):
    """A decision whose right answer is known: from the appeals desk, or from reviewers who agreed."""

    decision = models.CharField(max_length=40, unique=True)
    verdict = models.CharField(max_length=20)
    clause = models.CharField(max_length=80, blank=True)
    origin = models.CharField(max_length=20)
    """`appeal` or `agreement`."""
    added_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.decision


class Reporter(models.Model):
    """Somebody who reported in bad faith, by a mark that means nothing elsewhere."""

    id = models.CharField(max_length=80, primary_key=True)
    warned_at = models.DateTimeField(null=True)
    muted_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.id


class Receipt(models.Model):
    """That an address was sent an automatic answer: what keeps loops short (RFC 3834)."""

    reporter = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["reporter", "at"], name="receipt_by_reporter"),)

    def __str__(self) -> str:
        return self.reporter
