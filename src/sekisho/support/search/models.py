"""Rows of search: the tokens of current articles, and the questions that led nowhere. Nothing of who asked."""

from __future__ import annotations

from django.db import models


class Indexed(models.Model):
    """The shadow of one current version: its words as both databases are to see them, made in Python."""

    number = models.BigAutoField(primary_key=True)
    """What the full-text table of SQLite joins by."""
    version = models.CharField(max_length=40, unique=True)
    title = models.TextField()
    """Tokens of title and keywords, with blanks between them."""
    body = models.TextField()

    def __str__(self) -> str:
        return self.version


class Vector(models.Model):
    """What an endpoint for embeddings made of a version: an optional third look."""

    version = models.CharField(max_length=40)
    model = models.CharField(max_length=200)
    """Of which model: vectors of two models cannot be compared."""
    values = models.BinaryField()
    """Numbers of 32 bits, little end first, of length 1 together."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["version", "model"], name="one_vector_a_model"),)

    def __str__(self) -> str:
        return f"{self.version} {self.model}"


class SearchMiss(models.Model):
    """A question that led nowhere, masked, counted by week."""

    week = models.DateField()
    """Its Monday."""
    lang = models.CharField(max_length=5)
    category = models.CharField(max_length=40, blank=True)
    query = models.CharField(max_length=200)
    count = models.PositiveBigIntegerField(default=1)
    last = models.DateField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["week", "lang", "category", "query"], name="one_miss_a_week"),
        )
        indexes = (models.Index(fields=["last"], name="miss_by_day"),)

    def __str__(self) -> str:
        return f"{self.week} {self.query}"


class WeekTold(models.Model):
    """The weeks of which editors were told: a list is mailed once."""

    week = models.DateField(primary_key=True)
    """Its Monday."""

    def __str__(self) -> str:
        return str(self.week)
