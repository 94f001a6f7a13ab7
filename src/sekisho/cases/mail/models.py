"""Rows of mail: what came in, which addresses are none, and when nothing goes out. What goes out are `cases`' own
deliveries. Mails are ciphertext, under a key of the mail's own or of the case that it belongs to."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sekisho.accounts.fields import IdField
from sekisho.cases.mail.types import Fate
from sekisho.cases.models import Case


class Inbound(models.Model):
    """A mail that came in, whatever became of it."""

    id = IdField("eml")
    digest = models.CharField(max_length=64, unique=True)
    """Keyed digest of what it says and where it came to (`identity`): a mail that is handed over twice is one."""
    received_at = models.DateTimeField()
    road = models.CharField(max_length=20)
    queue = models.CharField(max_length=20)
    """Whose staff may look at it while it is part of no case: a `cases.types.Queue`."""
    sender = models.CharField(max_length=254, blank=True)
    """As it says itself who it is from; proven only as far as `proof` says. Empty once it is part of a case."""
    mark = models.CharField(max_length=64, blank=True)
    """Keyed digest of the sender, by which their mails are counted."""
    site = models.CharField(max_length=64, blank=True)
    """The same of the sender's domain."""
    is_answered = models.BooleanField(default=False)
    """Of what waits for its sender: whether they were sent the fixed words with a link."""
    proof = models.CharField(max_length=20)
    bytes = models.PositiveIntegerField()
    key = models.CharField(max_length=40)
    """Id of the key that opens it: that of the case which it is part of, else one of its own."""
    raw = models.BinaryField()
    """As it came; of machines' echoes the beginning."""
    fate = models.CharField(max_length=20)
    because = models.CharField(max_length=40, blank=True)
    claimed = models.CharField(max_length=40, blank=True)
    """Id of the case that its address names, without proof: what staff are offered when they look."""
    case = models.ForeignKey(Case, models.CASCADE, related_name="inbound", null=True)
    message = models.CharField(max_length=40, blank=True)
    """Id of what it became in the case."""
    delivery = models.CharField(max_length=40, blank=True)
    """Of a bounce: the delivery that it tells of."""
    decided_by = models.CharField(max_length=40, blank=True)
    decided_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    """When it goes by itself; None while it waits, and where it goes with its case."""

    class Meta:
        indexes = (
            models.Index(
                fields=["received_at", "id"],
                name="mail_in_quarantine",
                condition=Q(fate=Fate.QUARANTINED.value),
            ),
            models.Index(fields=["mark", "received_at"], name="mail_by_sender"),
            models.Index(fields=["received_at"], name="mail_bounced", condition=Q(fate=Fate.BOUNCED.value)),
            models.Index(fields=["ends_at"], name="mail_by_end", condition=Q(ends_at__isnull=False)),
        )

    def __str__(self) -> str:
        return self.id


class Undeliverable(models.Model):
    """An address that is none, as a bounce has shown: nothing is sent there until it was proven anew (R-SUP-076)."""

    email = models.CharField(max_length=254, primary_key=True)
    """ASCII letters in lower case."""
    since = models.DateTimeField()
    code = models.CharField(max_length=20, blank=True)
    """Enhanced status, such as `5.1.1`."""
    delivery = models.CharField(max_length=40)
    """The mail that came back."""

    def __str__(self) -> str:
        return self.delivery


class Pause(models.Model):
    """A time in which nothing goes out, as too much came back (R-SUP-076)."""

    id = IdField("pau")
    at = models.DateTimeField()
    bounces = models.PositiveIntegerField()
    """Within the minute before."""
    is_on = models.BooleanField(default=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["is_on"], condition=Q(is_on=True), name="one_pause_at_a_time"),
        )

    def __str__(self) -> str:
        return self.id
