"""Rows of cases. What people write is ciphertext, under a key of each case's own."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models
from django.db.models import Q

from sekisho.accounts.fields import IdField
from sekisho.cases.types import DeliveryStatus, State


class AppendOnlyError(TypeError):
    """The history of a case is neither changed nor shortened."""


class Case(models.Model):
    """One matter, from its opening to its end, whatever its kind: desk, clocks and reports read the same rows."""

    id = models.CharField(max_length=40, primary_key=True)
    reference = models.CharField(max_length=12, unique=True)
    kind = models.CharField(max_length=20)
    queue = models.CharField(max_length=20)
    state = models.CharField(max_length=20, default=State.NEW.value)
    submission = models.CharField(max_length=80, unique=True)
    key = models.CharField(max_length=40)
    """Id of the case's key in the keystore."""
    subject = models.BinaryField()
    details = models.BinaryField()
    """JSON."""
    transcript = models.BinaryField()

    requester = models.CharField(max_length=40, blank=True)
    footing = models.CharField(max_length=20)
    """A `rules.reading.Footing`: as what the requester asked."""
    organisation = models.CharField(max_length=40, blank=True)
    sponsor = models.CharField(max_length=40, blank=True)
    reaches_requester = models.BooleanField(default=True)
    email = models.CharField(max_length=254, blank=True)
    is_proven = models.BooleanField(default=False)
    language = models.CharField(max_length=5)

    surface = models.CharField(max_length=20)
    issue = models.CharField(max_length=40, blank=True)
    about = models.CharField(max_length=120, blank=True)
    region = models.CharField(max_length=5, blank=True)
    plan = models.CharField(max_length=20, blank=True)
    impact = models.CharField(max_length=20)
    entitlements = models.JSONField(default=dict)
    cited = models.JSONField(default=list)

    received_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    """Since when it is solved or closed, whichever came first."""
    keeping = models.CharField(max_length=20)
    """Its retention class (`rules.retention.Keeping`)."""
    words_ended_at = models.DateTimeField(null=True)
    """When its words became unreadable by time."""
    legal_due = models.DateTimeField(null=True)
    target_due = models.DateTimeField(null=True)
    place = models.CharField(max_length=80)
    """Its place in the queue, of all cases (`rules.priority.place`): what is before it is worked before it."""
    held_by = models.CharField(max_length=40, blank=True)
    held_until = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["queue", "place"], name="case_by_place"),
            models.Index(fields=["queue", "state", "place"], name="case_by_state"),
            models.Index(fields=["queue", "language", "place"], name="case_by_language"),
            models.Index(fields=["held_by", "place"], name="case_by_holder"),
            models.Index(fields=["requester", "-opened_at", "-id"], name="case_by_requester"),
            models.Index(fields=["organisation", "-opened_at", "-id"], name="case_by_organisation"),
            models.Index(fields=["kind", "opened_at"], name="case_by_kind"),
            models.Index(fields=["about"], name="case_by_matter"),
            models.Index(fields=["settled_at"], name="case_by_end", condition=Q(settled_at__isnull=False)),
        )

    def __str__(self) -> str:
        return self.id


class Message(models.Model):
    """What somebody said in a case."""

    id = IdField("msg")
    case = models.ForeignKey(Case, models.CASCADE, related_name="messages")
    at = models.DateTimeField()
    voice = models.CharField(max_length=20)
    by = models.CharField(max_length=60, blank=True)
    reach = models.CharField(max_length=20)
    requester_was = models.CharField(max_length=20)
    """A `rules.reading.Footing`: as what the requester stood at this moment (R-SUP-053)."""
    submission = models.CharField(max_length=80)
    text = models.BinaryField()
    cited = models.JSONField(default=list)
    entitlements = models.JSONField(default=dict)
    """Snapshot at this disclosure, for what staff wrote (R-SUP-052)."""
    translated_from = models.CharField(max_length=5, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["case", "submission"], name="one_message_a_submission"),
        )
        indexes = (models.Index(fields=["case", "at", "id"], name="message_in_order"),)

    def __str__(self) -> str:
        return self.id


class Enclosure(models.Model):
    """A file that came with a message."""

    id = IdField("enc")
    case = models.ForeignKey(Case, models.CASCADE, related_name="enclosures")
    message = models.ForeignKey(Message, models.CASCADE, related_name="enclosures")
    name = models.BinaryField()
    """Encrypted too: a file's name tells of its content."""
    media_type = models.CharField(max_length=100)
    bytes = models.PositiveIntegerField()
    content = models.BinaryField()

    def __str__(self) -> str:
        return self.id


class Clock(models.Model):
    """A duty with its term."""

    id = IdField("clk")
    case = models.ForeignKey(Case, models.CASCADE, related_name="clocks")
    duty = models.CharField(max_length=60)
    regime = models.CharField(max_length=40, blank=True)
    """Empty for our own target: only clocks of law go first."""
    starts = models.DateTimeField()
    due = models.DateTimeField()
    met_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    """When staff were told that it soon runs out, or has (R-SUP-136)."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["case", "duty"], condition=Q(met_at__isnull=True), name="one_running_clock_a_duty"
            ),
        )
        indexes = (
            models.Index(fields=["due"], name="clock_running", condition=Q(met_at__isnull=True)),
            models.Index(fields=["duty", "starts"], name="clock_by_duty"),
        )

    def __str__(self) -> str:
        return f"{self.duty} of {self.case_id}"


class _Lines(models.QuerySet["Change"]):
    def update(self, **values: object) -> int:
        if set(values) - {"reason", "by"}:
            raise AppendOnlyError("The history of a case is not changed. Add a line that corrects the old.")
        return super().update(**values)

    def delete(self) -> NoReturn:
        raise AppendOnlyError("The history of a case is not shortened. It goes with its case.")


class Change(models.Model):
    """A line of a case's history (R-SUP-071). Lines are only added; erasing takes words and names out of them, and
    they go with their case."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="changes")
    at = models.DateTimeField()
    by = models.CharField(max_length=60, blank=True)
    what = models.CharField(max_length=20)
    old = models.CharField(max_length=80, blank=True)
    new = models.CharField(max_length=80, blank=True)
    reason = models.BinaryField()
    """Encrypted: staff write what they know of people."""

    objects = _Lines.as_manager()

    class Meta:
        indexes = (models.Index(fields=["case", "at", "id"], name="change_in_order"),)

    def __str__(self) -> str:
        return f"{self.what} of {self.case_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError("The history of a case is not changed. Add a line that corrects the old.")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *_: object, **__: object) -> NoReturn:
        raise AppendOnlyError("The history of a case is not shortened. It goes with its case.")


class Link(models.Model):
    """That two cases belong together, or that one is about several accounts. Cases are never merged (R-SUP-063)."""

    one = models.ForeignKey(Case, models.CASCADE, related_name="links")
    other = models.ForeignKey(Case, models.CASCADE, related_name="linked_from")
    at = models.DateTimeField()
    by = models.CharField(max_length=60)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["one", "other"], name="one_link_a_pair"),)

    def __str__(self) -> str:
        return f"{self.one_id} – {self.other_id}"


class Delivery(models.Model):
    """One mail to one address: an outbox in the writer's own transaction. `cases.mail` sends what is created, and marks
    how far it has come (R-SUP-083)."""

    id = IdField("dlv")
    case = models.ForeignKey(Case, models.CASCADE, related_name="deliveries")
    message = models.ForeignKey(Message, models.CASCADE, related_name="deliveries", null=True)
    kind = models.CharField(max_length=20)
    person = models.CharField(max_length=40, blank=True)
    """Whom it goes to, where that is known."""
    email = models.CharField(max_length=254)
    language = models.CharField(max_length=5)
    status = models.CharField(max_length=20, default=DeliveryStatus.CREATED.value)
    created_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    """Not to be tried before; None: at once."""
    claimed_until = models.DateTimeField(null=True)
    """Lease of the worker that is sending it."""
    mail_id = models.CharField(max_length=200, blank=True)
    """Our Message-ID, fixed before the first attempt."""
    code = models.CharField(max_length=40, blank=True)
    status_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["message", "email"],
                condition=Q(message__isnull=False),
                name="one_case_mail_an_address",
            ),
        )
        indexes = (
            models.Index(fields=["status", "id"], name="delivery_to_send"),
            models.Index(fields=["mail_id"], name="delivery_by_mail_id"),
            models.Index(fields=["email", "created_at"], name="delivery_by_address"),
        )

    def __str__(self) -> str:
        return self.id
