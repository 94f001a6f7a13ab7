"""Rows of recovery. Addresses, codes, networks and payments stand here as keyed digests, or sealed for minutes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sekisho.accounts.fields import IdField
from sekisho.support.recovery.types import ClaimState


class Claim(models.Model):
    """Somebody who cannot sign in asks for something. Written the same way whether or not there is an account."""

    id = IdField("rcl")
    wish = models.CharField(max_length=20, blank=True)
    """Empty where the address itself is to be changed."""
    state = models.CharField(max_length=20, default=ClaimState.ASKED.value)
    language = models.CharField(max_length=5)
    named_digest = models.CharField(max_length=64, db_index=True)
    """Mark of the address that was named."""
    network_digest = models.CharField(max_length=64, db_index=True)
    """Mark of the network that asked."""
    sealed = models.TextField(blank=True)
    """What was typed, sealed until the worker has taken it in: minutes."""
    contact_sealed = models.TextField(blank=True)
    """The new address, sealed; empty once the claim has ended."""
    person = models.CharField(max_length=40, blank=True, db_index=True)
    organisation = models.CharField(max_length=40, blank=True)
    code_digest = models.CharField(max_length=64, blank=True)
    code_until = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    """When the worker has something to do for it; None for nothing."""
    tries = models.PositiveIntegerField(default=0)
    proofs = models.JSONField(default=list)
    done = models.JSONField(default=list)
    """Deeds that were done or asked for."""
    made_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    begins_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    request = models.CharField(max_length=40, blank=True)
    case = models.CharField(max_length=40, blank=True)
    reference = models.CharField(max_length=20, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=["due_at"], name="recovery_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["begins_at"], name="recovery_waits", condition=Q(state="waiting")),
        )

    def __str__(self) -> str:
        return self.id


class Failure(models.Model):
    """Something that somebody showed was wrong. Counted for the account that was named, and for the network."""

    who = models.CharField(max_length=64, db_index=True)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.pk)


class Lock(models.Model):
    """The flow locked for an account that was named; of which the account, if there is one, is told."""

    who = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)
    is_told = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.pk)


class Voice(models.Model):
    """What one of the staff said of a claim. Stays with the decision."""

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="voices")
    person = models.CharField(max_length=40)
    is_yes = models.BooleanField()
    decides = models.BooleanField()
    overrides = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["claim", "person"], name="one_voice_a_person"),)

    def __str__(self) -> str:
        return f"{self.person} {self.claim_id}"


class Evidence(models.Model):
    """What somebody gave to show who they are. Apart from cases, sealed, and gone 30 days after the decision."""

    id = IdField("rev")
    claim = models.ForeignKey(Claim, models.CASCADE, related_name="evidence")
    key = models.CharField(max_length=40)
    media_type = models.CharField(max_length=80)
    ciphertext = models.BinaryField()
    given_at = models.DateTimeField()
    erase_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.id


class Payment(models.Model):
    """A payment as far as recovery needs it: digests to compare, and what a refund hangs on."""

    id = IdField("rpy")
    organisation = models.CharField(max_length=40, db_index=True)
    set_digest = models.CharField(max_length=64, blank=True)
    invoice_digest = models.CharField(max_length=64, blank=True)
    charge_digest = models.CharField(max_length=64)
    plan = models.CharField(max_length=20)
    sold_by = models.CharField(max_length=20)
    paid_at = models.DateTimeField()
    country = models.CharField(max_length=2, blank=True)
    zone = models.CharField(max_length=60, blank=True)
    usage = models.CharField(max_length=10)
    is_renewal = models.BooleanField(default=False)
    refunded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "charge_digest", "invoice_digest", "paid_at"],
                name="one_row_a_payment",
            ),
        )

    def __str__(self) -> str:
        return self.id


class Cancellation(models.Model):
    """Somebody ended a subscription from outside: what the operator's billing has to do (`sekisho billing ended`)."""

    id = IdField("rcn")
    organisation = models.CharField(max_length=40, db_index=True)
    at_once = models.BooleanField()
    """Now, rather than at the end of what was paid."""
    claim = models.CharField(max_length=40)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["claim", "at_once"], name="one_end_a_claim"),)

    def __str__(self) -> str:
        return self.id


class Withdrawal(models.Model):
    """A consumer withdrew from a contract (CRD, Article 11a). It counts from `at`, whoever they are."""

    id = IdField("wdr")
    reference = models.CharField(max_length=20, unique=True)
    key = models.CharField(max_length=40)
    statement = models.BinaryField()
    network = models.CharField(max_length=64, db_index=True)
    contact = models.CharField(max_length=64, db_index=True)
    """Mark of the contact."""
    language = models.CharField(max_length=5)
    at = models.DateTimeField(db_index=True)
    repay_by = models.DateTimeField()
    case = models.CharField(max_length=40, blank=True)
    due_at = models.DateTimeField(null=True)
    """When the acknowledgement is to be mailed; None once it was."""
    tries = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.id
