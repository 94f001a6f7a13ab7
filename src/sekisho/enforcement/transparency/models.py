"""Rows of the transparency report: frozen copies of what was published."""

from __future__ import annotations

from django.db import models


class PublishedReport(models.Model):
    """A report as it was published, and nothing else: it is never made again from other rows."""

    id = models.CharField(max_length=40, primary_key=True)
    since = models.DateField()
    until = models.DateField()
    """Excluded."""
    document = models.TextField()
    """The JSON that everybody may fetch."""
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=120)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["since", "until"], name="one_report_a_period"),
            models.CheckConstraint(condition=models.Q(since__lt=models.F("until")), name="a_report_has_days"),
        )

    def __str__(self) -> str:
        return self.id
