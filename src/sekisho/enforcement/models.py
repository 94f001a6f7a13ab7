"""Rows of enforcement. None of them holds content of conversations."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Decision(models.Model):
    """The decision record (P-070): what was decided about one stage of one request, by which policy, and
    why."""

    id = models.CharField(max_length=40, primary_key=True)
    turn = models.CharField(max_length=40, db_index=True)
    """Id of the turn; not a foreign key, as decisions outlive turns."""
    organisation = models.CharField(max_length=40)
    key = models.CharField(max_length=40)
    end_user = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()
    stage = models.CharField(max_length=20)
    action = models.CharField(max_length=20)
    pack = models.CharField(max_length=120)
    clause = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=20)
    input_digest = models.CharField(max_length=80, blank=True)
    grounds = models.JSONField(default=list)
    unscreened = models.JSONField(default=list)
    screened_chars = models.PositiveBigIntegerField(default=0)
    took_us = models.PositiveBigIntegerField(default=0)
    shadow = models.BooleanField(default=False)
    """Whether a draft of the policy would have decided so (P-004). Left out of every ordinary count."""

    class Meta:
        indexes = (
            models.Index(fields=["organisation", "-at", "-id"], name="decision_by_organisation"),
            models.Index(fields=["-at", "-id"], name="decision_by_time"),
            models.Index(fields=["clause", "-at"], name="decision_by_clause"),
        )

    def __str__(self) -> str:
        return self.id


class StatementOfReasons(models.Model):
    """Why a restriction was imposed, in every language (P-061). Written with it, in one transaction."""

    id = models.CharField(max_length=40, primary_key=True)
    facts_en = models.TextField()
    facts_ja = models.TextField()
    redress_en = models.TextField()
    redress_ja = models.TextField()
    is_own_initiative = models.BooleanField()
    was_detected_automatically = models.BooleanField()
    was_decided_automatically = models.BooleanField()
    explanation_en = models.TextField(blank=True, db_default="")
    explanation_ja = models.TextField(blank=True, db_default="")
    law = models.CharField(max_length=200, blank=True, db_default="")
    territory = models.CharField(max_length=200, blank=True, db_default="")
    """Codes of countries, divided by spaces; empty: everywhere."""
    policy = models.CharField(max_length=120, blank=True, db_default="")
    written_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "statements of reasons"

    def __str__(self) -> str:
        return self.id


class Restriction(models.Model):
    """A measure against a key, an end user or an organisation. Lifted ones stay, with the moment of
    lifting."""

    id = models.CharField(max_length=40, primary_key=True)
    unit_kind = models.CharField(max_length=20)
    unit_id = models.CharField(max_length=80)
    organisation = models.CharField(max_length=40, db_index=True)
    measure = models.CharField(max_length=20)
    clause = models.CharField(max_length=80, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    requests_per_minute = models.PositiveIntegerField(null=True)
    models_left = models.JSONField(null=True)
    """Shell patterns of the models that are left; null or empty: all."""
    tools_off = models.BooleanField(default=False, db_default=False)
    strikes = models.JSONField(null=True)
    """Ids of the strikes that it rests on: those that counted when it was imposed. Null or empty: on none."""
    statement = models.OneToOneField(StatementOfReasons, models.PROTECT, related_name="restriction")
    """No restriction without a statement: the database itself insists."""
    imposed_by = models.JSONField(default=list)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=120, blank=True)
    reversed_at = models.DateTimeField(null=True)
    """When it was found that it should never have been (P-062)."""

    class Meta:
        indexes = (
            models.Index(
                fields=["unit_kind", "unit_id"], name="restriction_in_force", condition=Q(lifted_at=None)
            ),
        )

    def __str__(self) -> str:
        return self.id


class ReviewLabel(models.Model):
    """What a person found about the text of a decision. Earlier findings stay; the latest counts."""

    id = models.CharField(max_length=40, primary_key=True)
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="labels")
    desk = models.CharField(max_length=20)
    harmful = models.BooleanField(null=True)
    labels = models.JSONField(default=list)
    advice = models.BooleanField(null=True)
    by = models.CharField(max_length=40)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    """When the decision was overturned that it called right. A withdrawn finding teaches nothing any more."""

    class Meta:
        indexes = (models.Index(fields=["decision", "-at", "-id"], name="label_by_decision"),)

    def __str__(self) -> str:
        return self.id


class Bearer(models.Model):
    """Who bears strikes: an end user, a key or an organisation. One row each, locked while its standing changes.

    What it says of the standing was so at `changed_at`, and is so until `recovers_at`.
    """

    organisation = models.CharField(max_length=40)
    unit_kind = models.CharField(max_length=20)
    unit_id = models.CharField(max_length=80)
    rung = models.PositiveSmallIntegerField(default=0)
    calls_for = models.PositiveSmallIntegerField(default=0)
    points = models.PositiveBigIntegerField(default=0)
    recovers_at = models.DateTimeField(null=True)
    warned_until = models.DateTimeField(null=True)
    """Until when it stands at a warning or worse, if nothing is added; null where it does not."""
    changed_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "unit_kind", "unit_id"], name="one_bearer_a_unit"
            ),
        )
        indexes = (
            models.Index(fields=["organisation", "-points"], name="bearer_by_points"),
            models.Index(fields=["organisation", "-warned_until"], name="bearer_in_bad_standing"),
            models.Index(fields=["recovers_at"], name="bearer_by_recovery"),
        )

    def __str__(self) -> str:
        return f"{self.organisation}:{self.unit_kind}:{self.unit_id}"


class Strike(models.Model):
    """A violation that counts against a unit, and what it came to. No content: codes, scores, a keyed digest."""

    id = models.CharField(max_length=40, primary_key=True)
    decision = models.CharField(max_length=40)
    """Not a foreign key: decisions may be cleared away first."""
    bearer = models.ForeignKey(Bearer, models.PROTECT, related_name="strikes")
    key = models.CharField(max_length=40)
    """Through which key it came, also where an end user bears it."""
    at = models.DateTimeField()
    """From when it counts."""
    clause = models.CharField(max_length=80)
    severity = models.PositiveSmallIntegerField()
    confidence = models.FloatField()
    weight = models.PositiveSmallIntegerField()
    said_intent = models.PositiveSmallIntegerField(default=1)
    """What the person who counted it said of the intent."""
    hard = models.BooleanField(default=False)
    text = models.CharField(max_length=80, blank=True)
    by = models.CharField(max_length=120)
    """Automation, or the person who counted it."""
    exception = models.CharField(max_length=40, blank=True)
    """The contract exception that spares it: counted as such, and worth nothing (P-006)."""
    told = models.BooleanField(default=False)
    """Whether it brings a notice by itself."""
    intent = models.PositiveSmallIntegerField(default=1)
    points = models.PositiveIntegerField(default=0)
    """What it adds; 0 for one that is excepted, or repeats another within the hour."""
    last_at = models.DateTimeField()
    """When the same text last came again within its hour."""
    voided_at = models.DateTimeField(null=True)
    voided_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["decision"], condition=Q(voided_at=None), name="one_strike_a_decision"
            ),
        )
        indexes = (
            models.Index(fields=["bearer", "voided_at", "-last_at", "points"], name="strike_that_counts"),
            models.Index(fields=["bearer", "clause", "at"], name="strike_by_clause"),
            models.Index(fields=["bearer", "-at"], name="strike_by_bearer"),
        )

    def __str__(self) -> str:
        return self.id


class Step(models.Model):
    """A rung that a unit has come to, and what automation did about it. Open until the standing has fallen below."""

    id = models.CharField(max_length=40, primary_key=True)
    bearer = models.ForeignKey(Bearer, models.PROTECT, related_name="steps")
    rung = models.PositiveSmallIntegerField()
    about = models.CharField(max_length=80, blank=True)
    """The clause that a notice is about; empty above, where a rung is come to once."""
    at = models.DateTimeField()
    ladder = models.CharField(max_length=40)
    restriction = models.OneToOneField(Restriction, models.PROTECT, null=True, related_name="step")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["bearer", "rung", "about"], condition=Q(ended_at=None), name="a_rung_is_taken_once"
            ),
        )

    def __str__(self) -> str:
        return self.id


class Call(models.Model):
    """Something about a unit that waits for people, because automation may not do it."""

    id = models.CharField(max_length=40, primary_key=True)
    bearer = models.ForeignKey(Bearer, models.PROTECT, related_name="calls")
    rung = models.PositiveSmallIntegerField()
    why = models.CharField(max_length=20)
    clause = models.CharField(max_length=80, blank=True)
    strike = models.ForeignKey(Strike, models.PROTECT, null=True)
    """The last one that led to it."""
    at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    """When a person must have looked (P-060: within 24 hours of a suspension at once)."""
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=40, blank=True)
    outcome = models.CharField(max_length=20, blank=True)
    ended_at = models.DateTimeField(null=True)
    """When it was no longer called for."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["bearer", "rung", "why"], condition=Q(ended_at=None), name="a_rung_is_called_for_once"
            ),
        )
        indexes = (
            models.Index(
                fields=["due_at", "at"], name="call_that_waits", condition=Q(decided_at=None, ended_at=None)
            ),
        )

    def __str__(self) -> str:
        return self.id


class Proposal(models.Model):
    """A measure that one person proposes and a second confirms (P-060)."""

    id = models.CharField(max_length=40, primary_key=True)
    unit_kind = models.CharField(max_length=20)
    unit_id = models.CharField(max_length=80)
    organisation = models.CharField(max_length=40, db_index=True)
    measure = models.CharField(max_length=20)
    clause = models.CharField(max_length=80)
    until = models.DateTimeField(null=True)
    facts_en = models.TextField()
    facts_ja = models.TextField()
    proposed_by = models.CharField(max_length=40)
    proposed_at = models.DateTimeField()
    closed_by = models.CharField(max_length=40, blank=True)
    closed_at = models.DateTimeField(null=True)
    restriction = models.OneToOneField(Restriction, models.PROTECT, null=True)
    """What came of it; null while it waits, and where it was turned down."""

    def __str__(self) -> str:
        return self.id


class Overturn(models.Model):
    """Decisions that were found to be wrong, and what was undone with them (P-062)."""

    id = models.CharField(max_length=40, primary_key=True)
    organisation = models.CharField(max_length=40)
    decisions = models.JSONField(default=list)
    restriction = models.CharField(max_length=40, blank=True)
    because = models.CharField(max_length=200)
    by = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["organisation", "-at"], name="overturn_by_organisation"),)

    def __str__(self) -> str:
        return self.id


class Credit(models.Model):
    """Paid time that is given back for a suspension that should never have been (R-SUP-126)."""

    id = models.CharField(max_length=40, primary_key=True)
    organisation = models.CharField(max_length=40, db_index=True)
    restriction = models.OneToOneField(Restriction, models.PROTECT, related_name="credit")
    days = models.PositiveIntegerField()
    """Days begun."""
    since = models.DateTimeField()
    until = models.DateTimeField()
    written_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.id


class LadderVersion(models.Model):
    """The numbers of the ladder at a time. Proposed, simulated, approved by a second person; earlier ones stay."""

    id = models.CharField(max_length=40, primary_key=True)
    version = models.CharField(max_length=40)
    """First characters of the SHA-256 of its numbers; the same again where earlier numbers come back."""
    numbers = models.JSONField()
    proposed_by = models.CharField(max_length=120)
    proposed_at = models.DateTimeField()
    simulated_at = models.DateTimeField(null=True)
    simulation = models.JSONField(null=True)
    """What it would have done, as the people saw who decided on it."""
    approved_by = models.CharField(max_length=120, blank=True)
    in_force_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)
    """When every unit had been reckoned anew by it."""

    class Meta:
        indexes = (models.Index(fields=["-in_force_at"], name="ladder_in_force"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(in_force_at=None) | (~Q(approved_by="") & ~Q(approved_by=F("proposed_by"))),
                name="a_ladder_has_two_people",
            ),
        )

    def __str__(self) -> str:
        return self.version
