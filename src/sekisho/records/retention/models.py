"""Rows of retention: what was swept, what is held, what is being erased. No content, and no names."""

from __future__ import annotations

from django.db import models

from sekisho.accounts.fields import IdField
from sekisho.records.retention.types import ErasureState, StepState


class Guard(models.Model):
    """Whether the time is believed, in one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    good_at = models.DateTimeField(null=True)
    """When the last sweep ended that was not skipped."""
    halted_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    """What the clock said then."""
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return "guard"


class Sweep(models.Model):
    """One sweep that did something, or was kept from it."""

    id = IdField("swp")
    began_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=20)
    reason = models.CharField(max_length=40, blank=True)
    conversations = models.PositiveBigIntegerField(default=0)
    turns = models.PositiveBigIntegerField(default=0)
    keys = models.PositiveBigIntegerField(default=0)
    cut = models.PositiveBigIntegerField(default=0)
    rows = models.PositiveBigIntegerField(default=0)
    partitions = models.PositiveIntegerField(default=0)
    past_due = models.PositiveBigIntegerField(default=0)
    pinned = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return self.id


class Fallen(models.Model):
    """A conversation whose keys are destroyed and whose rows go within a day (R-DATA-113)."""

    conversation = models.CharField(max_length=40, primary_key=True)
    organisation = models.CharField(max_length=40)
    through = models.DateTimeField()
    """The receipt of the last turn that fell: what came later has a key of its own."""
    at = models.DateTimeField(db_index=True)
    whole = models.BooleanField(default=True)
    """Whether its key was destroyed; else it was cut, since something might just be arriving, and falls later."""

    def __str__(self) -> str:
        return self.conversation


class LegalHold(models.Model):
    """A demand that something not be destroyed for now. It bites when a second person has approved it (R-DATA-117)."""

    id = IdField("hld")
    organisation = models.CharField(max_length=40, db_index=True)
    member = models.CharField(max_length=40, blank=True)
    end_user = models.CharField(max_length=80, blank=True)
    conversation = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=1000)
    tells_subject = models.BooleanField(default=True)
    why_silent = models.CharField(max_length=500, blank=True)
    proposed_by = models.CharField(max_length=120)
    proposed_at = models.DateTimeField()
    approved_by = models.CharField(max_length=120, blank=True)
    approved_at = models.DateTimeField(null=True)
    refused_by = models.CharField(max_length=120, blank=True)
    refused_at = models.DateTimeField(null=True)
    review_by = models.DateTimeField(null=True)
    reviewed_by = models.CharField(max_length=120, blank=True)
    released_by = models.CharField(max_length=120, blank=True)
    released_at = models.DateTimeField(null=True)
    release_reason = models.CharField(max_length=1000, blank=True)

    def __str__(self) -> str:
        return self.id


class Erasure(models.Model):
    """The erasing of one conversation, end user, member, person or organisation."""

    id = IdField("ers")
    holder = models.CharField(max_length=20)
    organisation = models.CharField(max_length=40, blank=True, db_index=True)
    end_user = models.CharField(max_length=80, blank=True)
    """Emptied once nothing has to be looked for any more; `subject` is what remains."""
    person = models.CharField(max_length=40, blank=True)
    conversation = models.CharField(max_length=40, blank=True)
    subject = models.CharField(max_length=200)
    """As the audit log names them: of an end user a pseudonym whose key falls with the rest."""
    asked_by = models.CharField(max_length=120)
    reason = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=20, default=ErasureState.IN_PROGRESS.value)
    held_by = models.JSONField(default=list)
    keys = models.PositiveIntegerField(default=0)
    key_ids = models.JSONField(default=list)
    tombstone = models.CharField(max_length=40, blank=True)
    """Written before the first key falls."""
    receipt = models.CharField(max_length=40, blank=True)
    done_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    """When rows that stay for now were last looked at."""

    class Meta:
        indexes = (
            models.Index(fields=["asked_at"], name="erasure_not_done", condition=~models.Q(state="done")),
        )

    def __str__(self) -> str:
        return self.id


class ErasureStep(models.Model):
    """What became of one table. A crash loses no step, and repeats at most one."""

    erasure = models.ForeignKey(Erasure, models.CASCADE, related_name="steps")
    number = models.PositiveSmallIntegerField()
    table = models.CharField(max_length=80)
    how = models.CharField(max_length=20)
    state = models.CharField(max_length=20, default=StepState.WAITING.value)
    found = models.PositiveBigIntegerField(default=0)
    kept = models.PositiveBigIntegerField(default=0)
    reason = models.CharField(max_length=300, blank=True)
    problem = models.CharField(max_length=120, blank=True)
    tries = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["erasure", "table"], name="one_step_a_table"),)

    def __str__(self) -> str:
        return f"{self.erasure_id} {self.table}"


class Announcement(models.Model):
    """That an account was told of its first automatic deletion, before it (R-DATA-125)."""

    organisation = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()
    first_due_at = models.DateTimeField()
    turns = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return self.organisation


class Replayed(models.Model):
    """A tombstone of which this database knows. One that it does not know has been restored from before it."""

    tombstone = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.tombstone
