"""Rows of conduct: the state of its rules. None of them holds content; sketches are keyed, and go within weeks."""

from __future__ import annotations

from django.db import models


class Counter(models.Model):
    """How often something happened to a unit on a day (UTC).

    Written with every request, so it has the one index that it cannot do without.
    """

    organisation = models.CharField(max_length=40)
    unit_kind = models.CharField(max_length=20)
    unit_id = models.CharField(max_length=80)
    kind = models.CharField(max_length=20)
    about = models.CharField(max_length=80, blank=True)
    day = models.DateField()
    count = models.PositiveBigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "unit_kind", "unit_id", "kind", "about", "day"],
                name="one_counter_a_day",
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit_id} {self.kind} {self.about} {self.day}"


class Concern(models.Model):
    """A standard that a prompt came near to, or violated: codes and numbers of its decision."""

    decision = models.CharField(max_length=40)
    clause = models.CharField(max_length=80)
    organisation = models.CharField(max_length=40)
    unit_kind = models.CharField(max_length=20)
    unit_id = models.CharField(max_length=80)
    conversation = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField(db_index=True)
    milli = models.PositiveSmallIntegerField()
    acted = models.BooleanField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["decision", "clause"], name="one_concern_a_decision"),)
        indexes = (models.Index(fields=["organisation", "unit_id", "clause", "at"], name="concern_by_unit"),)

    def __str__(self) -> str:
        return f"{self.decision} {self.clause}"


class Trace(models.Model):
    """Who asked when, and a keyed sketch of what was new. None of it for a turn under zero retention.

    Written with every request: the number is the order of arrival, and spares an index by time.
    """

    turn = models.CharField(max_length=40)
    organisation = models.CharField(max_length=40)
    key = models.CharField(max_length=40)
    end_user = models.CharField(max_length=80, blank=True)
    conversation = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()
    until = models.DateTimeField()
    pattern = models.CharField(max_length=300)
    sketch = models.BinaryField()
    clause = models.CharField(max_length=80, blank=True)
    decision = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = (models.Index(fields=["organisation", "key", "at"], name="trace_by_key"),)

    def __str__(self) -> str:
        return self.turn


class Campaign(models.Model):
    """Near-identical prompts, as they were last seen. Found again, it is brought up to date."""

    id = models.CharField(max_length=40, primary_key=True)
    kind = models.CharField(max_length=20)
    clause = models.CharField(max_length=80, blank=True)
    sketch = models.BinaryField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField(db_index=True)
    turns = models.PositiveBigIntegerField()
    units = models.JSONField(default=list)
    decisions = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.id


class ConductLabel(models.Model):
    """What a rule or a person says of a unit, with its reason and its end."""

    id = models.CharField(max_length=40, primary_key=True)
    organisation = models.CharField(max_length=40, db_index=True)
    unit_kind = models.CharField(max_length=20)
    unit_id = models.CharField(max_length=80)
    name = models.CharField(max_length=20)
    about = models.CharField(max_length=80, blank=True)
    present = models.BooleanField(default=True)
    set_by = models.CharField(max_length=120)
    since = models.DateTimeField()
    until = models.DateTimeField(db_index=True)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = (models.Index(fields=["unit_kind", "unit_id", "name"], name="conduct_label_by_unit"),)

    def __str__(self) -> str:
        return self.id
