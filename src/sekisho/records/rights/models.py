"""Rows of rights. None holds content that can be read: bundles are ciphertext, under a key that lives apart."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sekisho.accounts.fields import IdField
from sekisho.records.rights.types import BundleState, RequestState

OPEN_STATES = ("received", "verifying", "in_progress")


class Request(models.Model):
    """Somebody asks for their data, or for its erasure."""

    id = IdField("dsr")
    kind = models.CharField(max_length=20)
    holder = models.CharField(max_length=20)
    organisation = models.CharField(max_length=40, db_index=True)
    end_user = models.CharField(max_length=80, blank=True)
    person = models.CharField(max_length=40, blank=True, db_index=True)
    """For a member's request, the member; for an account's, who asked for it and gets the profile."""
    state = models.CharField(max_length=20, default=RequestState.RECEIVED.value)
    channel = models.CharField(max_length=20)
    language = models.CharField(max_length=5)
    asked_by = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    begins_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    refusal = models.CharField(max_length=20, blank=True)
    waits_for_owner = models.BooleanField(default=False)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    left = models.PositiveBigIntegerField(default=0)
    receipt = models.CharField(max_length=40, blank=True)
    erasures = models.JSONField(default=list)
    """Ids of the erasures that it led to (`records.retention`), in their order."""
    external = models.CharField(max_length=40, blank=True)
    """The controller's own id of it (`subject_request_id` of OpenDSR)."""
    body_digest = models.CharField(max_length=64, blank=True)
    """SHA-256 of what the controller sent: the same id with other words is refused."""
    callbacks = models.JSONField(default=list)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "external"], name="one_request_an_id", condition=~Q(external="")
            ),
        )
        indexes = (models.Index(fields=["due_at"], name="request_open", condition=Q(state__in=OPEN_STATES)),)

    def __str__(self) -> str:
        return self.id


class Bundle(models.Model):
    """A copy of somebody's data on its way to them."""

    request = models.OneToOneField(Request, models.CASCADE, primary_key=True, related_name="bundle")
    state = models.CharField(max_length=20, default=BundleState.BUILDING.value)
    as_of = models.DateTimeField()
    """The moment whose state the bundle shows: rows that came later are not in it."""
    key = models.CharField(max_length=40)
    """Id of the purpose key in the keystore; it goes with the bundle."""
    wrapped = models.BinaryField()
    """The bundle's own key, encrypted by the purpose key, and by the link's secret once there is a link."""
    section = models.PositiveIntegerField(default=0)
    cursor = models.CharField(max_length=300, blank=True)
    """Where the section goes on. Moved in the transaction that writes the chunk."""
    chunks = models.PositiveIntegerField(default=0)
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True, db_index=True)
    link_digest = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return self.request_id


class Chunk(models.Model):
    """A piece of one file of a bundle, compressed and encrypted."""

    bundle = models.ForeignKey(Bundle, models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField()
    file = models.CharField(max_length=200)
    records = models.PositiveIntegerField(default=0)
    ciphertext = models.BinaryField()
    """Nonce and ciphertext; request, number and file are bound in."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["bundle", "number"], name="one_chunk_a_number"),)

    def __str__(self) -> str:
        return f"{self.bundle_id} {self.number}"


class Grant(models.Model):
    """The subject lets those who answer one ticket read some of their conversations (R-DATA-238)."""

    id = IdField("grt")
    ticket = models.CharField(max_length=40, db_index=True)
    organisation = models.CharField(max_length=40, db_index=True)
    end_user = models.CharField(max_length=80, blank=True)
    granted_by = models.CharField(max_length=40)
    to = models.CharField(max_length=40)
    conversations = models.JSONField(default=list)
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    readings = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.id


class Callback(models.Model):
    """A change of state on its way to a controller (OpenDSR, section 8.5)."""

    id = IdField("dsc")
    request = models.ForeignKey(Request, models.CASCADE, related_name="+")
    organisation = models.CharField(max_length=40)
    url = models.CharField(max_length=2000)
    state = models.CharField(max_length=20)
    """The request's state that is told of."""
    sent = models.CharField(max_length=20, default="waiting")
    """`waiting`, `delivered` or `given_up`."""
    due_at = models.DateTimeField()
    sendings = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["request", "url", "state"], name="one_callback_a_state"),
        )
        indexes = (models.Index(fields=["due_at"], name="callback_due", condition=Q(sent="waiting")),)

    def __str__(self) -> str:
        return self.id


class MemberChoice(models.Model):
    """Whether an organisation's members take their own data along (R-DATA-230). No row: they may."""

    organisation = models.CharField(max_length=40, primary_key=True)
    forbidden = models.BooleanField(default=False)
    chosen_by = models.CharField(max_length=40)
    chosen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.organisation
