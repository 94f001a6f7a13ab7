"""Rows of the desk: who looks, who asked to see more, drafts, and texts that are used again."""

from __future__ import annotations

from django.db import models

from sekisho.accounts.fields import IdField
from sekisho.cases.models import Case


class Look(models.Model):
    """That somebody has a case open: two do not answer at once without knowing."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="looks")
    person = models.CharField(max_length=40)
    at = models.DateTimeField()
    is_answering = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["case", "person"], name="one_look_a_person"),)
        indexes = (models.Index(fields=["at"], name="look_by_time"),)

    def __str__(self) -> str:
        return f"{self.person} at {self.case_id}"


class Unmasking(models.Model):
    """That somebody of the staff asked to see what is masked, and why (R-SUP-082)."""

    id = IdField("unm")
    case = models.ForeignKey(Case, models.CASCADE, related_name="unmaskings")
    by = models.CharField(max_length=40)
    at = models.DateTimeField()
    until = models.DateTimeField()
    reason = models.BinaryField()
    """Encrypted with the case's key."""

    class Meta:
        indexes = (models.Index(fields=["case", "by", "until"], name="unmasking_in_force"),)

    def __str__(self) -> str:
        return self.id


class Draft(models.Model):
    """A text that nobody has sent."""

    id = IdField("drf")
    case = models.ForeignKey(Case, models.CASCADE, related_name="drafts")
    by = models.CharField(max_length=40)
    origin = models.CharField(max_length=20)
    made_at = models.DateTimeField()
    text = models.BinaryField()
    language = models.CharField(max_length=5)
    translated_from = models.CharField(max_length=5, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["case", "by", "origin"], name="one_draft_a_person_and_origin"),
        )

    def __str__(self) -> str:
        return self.id


class Macro(models.Model):
    """A text that is used again. What it said when, its versions keep."""

    id = IdField("mac")
    name = models.CharField(max_length=60, unique=True)
    is_retired = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class MacroVersion(models.Model):
    """One version of a text; never edited."""

    macro = models.ForeignKey(Macro, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    en = models.TextField()
    ja = models.TextField()
    made_by = models.CharField(max_length=40)
    made_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["macro", "number"], name="one_macro_version"),)

    def __str__(self) -> str:
        return f"{self.macro_id} v{self.number}"
