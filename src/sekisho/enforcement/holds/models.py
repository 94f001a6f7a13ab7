"""Rows of held answers. None holds content: draft, answer and dialogue lie encrypted in records."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sekisho.enforcement.holds.types import HoldState

OPEN = Q(decided_at=None)
"""Holds on which nothing was decided. Said without a value, so that SQLite sees that the indexes below fit."""


class Hold(models.Model):
    """An answer that waits, or waited, for a person."""

    id = models.CharField(max_length=40, primary_key=True)
    """The ticket that the client was given."""
    turn = models.CharField(max_length=40, unique=True)
    """Id of the turn; not a foreign key, as what was decided outlives turns."""
    organisation = models.CharField(max_length=40)
    key = models.CharField(max_length=40)
    end_user = models.CharField(max_length=80, blank=True)
    domain = models.CharField(max_length=80, blank=True)
    queue = models.CharField(max_length=40, blank=True)
    """The domain where it is a high-risk one, which needs a licence; empty for the reviewers' own queue."""
    language = models.CharField(max_length=20)
    jurisdiction = models.CharField(max_length=10, blank=True)
    policy = models.CharField(max_length=120)
    since = models.DateTimeField()
    state = models.CharField(max_length=20, default=HoldState.WAITING.value)
    counts_from = models.DateTimeField()
    due_at = models.DateTimeField()
    """The order of the queue, and when the clock has something to do."""
    expires_at = models.DateTimeField()
    by = models.CharField(max_length=40, blank=True)
    lease_until = models.DateTimeField(null=True)
    rounds = models.PositiveSmallIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    ended = models.CharField(max_length=20, blank=True)
    version = models.PositiveIntegerField(default=0)
    """Grows with each change: of two at once, one finds another number than it read."""

    class Meta:
        indexes = (
            models.Index(
                fields=["queue", "due_at", "id", "jurisdiction", "organisation"],
                name="hold_queue",
                condition=OPEN,
            ),
            models.Index(fields=["due_at"], name="hold_due", condition=OPEN),
            models.Index(fields=["state"], name="hold_open_by_state", condition=OPEN),
            models.Index(fields=["organisation", "-id"], name="hold_by_organisation"),
            models.Index(fields=["state", "decided_at"], name="hold_decided"),
        )

    def __str__(self) -> str:
        return self.id


class Attestation(models.Model):
    """What a professional put their name to, signed. One a decision; written once."""

    hold = models.OneToOneField(Hold, models.PROTECT, related_name="attestation")
    document = models.TextField()
    """The signed document as JSON: ids and digests, no content."""
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.hold_id


class Professional(models.Model):
    """A person's registration as qualified. Renewed ones are changed; ended ones stay."""

    id = models.CharField(max_length=40, primary_key=True)
    person = models.CharField(max_length=40, db_index=True)
    name = models.CharField(max_length=120)
    """As it stands on the licence."""
    domains = models.JSONField(default=list)
    jurisdictions = models.JSONField(default=list)
    licence = models.CharField(max_length=120)
    """The number as the issuing body writes it; whole for who registers, masked for others."""
    salt = models.CharField(max_length=32)
    """Without it, the digest of the licence in an attestation tells nothing: numbers are short enough to be tried."""
    valid_until = models.DateField()
    evidence = models.CharField(max_length=500)
    """How the licence was checked: which register, when, by whom."""
    organisation = models.CharField(max_length=40, blank=True)
    """The one organisation whose answers they may decide on; empty for all."""
    registered_by = models.CharField(max_length=40)
    registered_at = models.DateTimeField()
    reminded_for = models.DateField(null=True)
    """The end of validity of which the person was last reminded."""
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.id


class Demand(models.Model):
    """What an organisation demands of who decides on its answers."""

    organisation = models.CharField(max_length=40, primary_key=True)
    jurisdiction = models.CharField(max_length=10, blank=True)

    def __str__(self) -> str:
        return self.organisation
