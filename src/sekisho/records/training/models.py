"""Rows of training."""

from __future__ import annotations

from django.db import models


class DatasetVersion(models.Model):
    """One export. Its files lie where they were written; here is what it holds and whether it may still be used."""

    id = models.CharField(max_length=40, primary_key=True)
    purpose = models.CharField(max_length=40)
    state = models.CharField(max_length=20)
    format = models.CharField(max_length=20)
    folder = models.TextField()
    """Where it was written; it may have been copied elsewhere since."""
    as_of = models.DateTimeField()
    """The moment at which each turn was asked whether it is eligible."""
    built_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    """When the build last gave a sign of life."""
    built_by = models.CharField(max_length=120)
    calendar = models.CharField(max_length=20)
    high_water = models.BigIntegerField(default=0)
    """The last event that the build knew of."""
    followed = models.BigIntegerField(default=0)
    """The last event that was looked at for recalls since."""
    expires_at = models.DateTimeField()
    sums = models.JSONField(default=dict)
    manifest = models.TextField(blank=True)
    """The signed document, byte for byte as it was written."""

    def __str__(self) -> str:
        return self.id


class DatasetItem(models.Model):
    """One turn in one version: what recalls look for, and what a person is told their turns were given to."""

    version = models.ForeignKey(DatasetVersion, models.CASCADE, related_name="items")
    item = models.CharField(max_length=40)
    """What it is called in the files."""
    turn = models.CharField(max_length=40, db_index=True)
    organisation = models.CharField(max_length=40)
    conversation = models.CharField(max_length=40, db_index=True)
    member = models.CharField(max_length=40, blank=True, db_index=True)
    end_user = models.CharField(max_length=80, blank=True)
    received_at = models.DateTimeField()
    recalled_by = models.BigIntegerField(null=True)
    """The event that took it out."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["version", "item"], name="one_item_a_name"),)
        indexes = (models.Index(fields=["organisation", "end_user"], name="item_by_subject"),)

    def __str__(self) -> str:
        return self.item


class Recall(models.Model):
    """That an event takes items out of a version (R-DATA-026)."""

    version = models.ForeignKey(DatasetVersion, models.CASCADE, related_name="recalls")
    event = models.BigIntegerField()
    kind = models.CharField(max_length=30)
    happened_at = models.DateTimeField()
    recalled_at = models.DateTimeField()
    items = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["version", "event"], name="one_recall_an_event"),)

    def __str__(self) -> str:
        return f"{self.version_id} {self.event}"


class TrainingRun(models.Model):
    """A training run that was registered before it began. What it used is written down (R-DATA-026)."""

    id = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=200)
    registered_at = models.DateTimeField()
    registered_by = models.CharField(max_length=120)
    finished_at = models.DateTimeField(null=True)
    versions = models.ManyToManyField(DatasetVersion, related_name="runs")

    def __str__(self) -> str:
        return self.id
