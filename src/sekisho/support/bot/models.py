"""Rows of the bot: how often it was asked, and what came of it. Numbers; nothing that anybody said."""

from __future__ import annotations

from django.db import models


class Use(models.Model):
    """How often the model was asked for somebody in one day: what the budget is counted by."""

    day = models.DateField()
    holder = models.CharField(max_length=40)
    """`usr_…`, for visitors `cnv_…`, and `everybody` for the installation."""
    calls = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["day", "holder"], name="one_use_a_day"),)

    def __str__(self) -> str:
        return f"{self.day} {self.holder}"


class Tally(models.Model):
    """How often something came of a question in one day."""

    day = models.DateField()
    what = models.CharField(max_length=40)
    """A kind of answer, `failed_` and why, or `withheld_` and the doubt."""
    count = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["day", "what"], name="one_tally_a_day"),)

    def __str__(self) -> str:
        return f"{self.day} {self.what}"
