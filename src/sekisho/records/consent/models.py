"""Rows of consent. What was chosen when stands in the events of records; these rows say what is so now, and keep the
receipts."""

from __future__ import annotations

from django.db import models

from sekisho.accounts.fields import IdField


class ChoiceRow(models.Model):
    """What a person chose last for an account and a purpose."""

    account = models.CharField(max_length=40)
    person = models.CharField(max_length=40)
    purpose = models.CharField(max_length=40)
    answer = models.CharField(max_length=20)
    epoch = models.PositiveBigIntegerField(default=0)
    """`seq` of the event that began the consent epoch; 0 while training is not allowed."""
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["account", "person", "purpose"], name="one_choice_a_purpose"),
        )
        indexes = (
            models.Index(fields=["purpose"], name="choices_in_force", condition=models.Q(epoch__gt=0)),
        )

    def __str__(self) -> str:
        return f"{self.account} {self.purpose}"


class ReceiptRow(models.Model):
    """The receipt of one choice. Never changed."""

    id = models.CharField(max_length=40, primary_key=True)
    """That of the audit log's receipt (`rcp_…`), which holds the signed document."""
    account = models.CharField(max_length=40)
    person = models.CharField(max_length=40, db_index=True)
    purpose = models.CharField(max_length=40)
    answer = models.CharField(max_length=20)
    previous = models.CharField(max_length=20)
    surface = models.CharField(max_length=40)
    notice = models.CharField(max_length=40)
    language = models.CharField(max_length=5)
    event = models.PositiveBigIntegerField()
    """`seq` of the event that it is about."""
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.id


class Participation(models.Model):
    """One time in which an organisation takes part in the partner program, from joining to leaving or lapsing."""

    id = IdField("ptn")
    organisation = models.CharField(max_length=40)
    joined_at = models.DateTimeField()
    joined_by = models.CharField(max_length=40)
    event = models.PositiveBigIntegerField(default=0)
    """`seq` of the event with which it began."""
    attested = models.CharField(max_length=300)
    """What the administrator typed about being entitled to decide for the organisation (R-DATA-043)."""
    confirmed_at = models.DateTimeField()
    lapses_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=20, blank=True)
    """`left`, `lapsed` or `zero_retention`."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organisation"], condition=models.Q(ended_at=None), name="one_open_participation"
            ),
        )

    def __str__(self) -> str:
        return self.id


class Telling(models.Model):
    """That a member is told, or was, of their organisation's participation (R-DATA-046)."""

    participation = models.ForeignKey(Participation, models.CASCADE, related_name="tellings")
    member = models.CharField(max_length=40)
    mails = models.JSONField(default=list)
    """Ids of the mails; a mail server has taken one of them once `told_at` is set."""
    begun_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["participation", "member"], name="one_telling_a_member"),
        )

    def __str__(self) -> str:
        return f"{self.participation_id} {self.member}"


class Objection(models.Model):
    """That a member objects to their own turns being given, whatever the organisation says (R-DATA-047). Kept over
    several participations: whoever said no need not say it again."""

    organisation = models.CharField(max_length=40)
    member = models.CharField(max_length=40)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "member"], condition=models.Q(until=None), name="one_open_objection"
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation} {self.member}"
