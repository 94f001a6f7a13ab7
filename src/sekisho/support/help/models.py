"""Rows of the help centre. Nothing here is of a reader: counts by day, and remarks that are masked and sealed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sekisho.accounts.fields import IdField


class Article(models.Model):
    """What both languages of an article share."""

    slug = models.CharField(max_length=80, primary_key=True)
    category = models.CharField(max_length=40)
    position = models.PositiveIntegerField(default=1_000)
    audience = models.JSONField(default=dict)
    owner = models.CharField(max_length=80)
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.slug


class ArticleVersion(models.Model):
    """An article's text in one language. Never changed once it is there, nor deleted (R-SUP-004); only its review is
    noted on it."""

    id = IdField("arv")
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="versions")
    lang = models.CharField(max_length=5)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    body = models.TextField()
    keywords = models.JSONField(default=list)
    updated_at = models.DateTimeField()
    reviewed_on = models.DateField()
    made_by = models.CharField(max_length=120)
    """`usr_…` for an editor's, `system:articles` for what came with the release."""
    made_at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    """SHA-256 of what it says, to know whether the release brings something new."""
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["article", "lang", "number"], name="one_version_a_number"),
            models.UniqueConstraint(
                fields=["article", "lang"], condition=Q(is_current=True), name="one_current_version"
            ),
        )

    def __str__(self) -> str:
        return f"{self.article_id}.{self.lang} {self.number}"


class Edition(models.Model):
    """One row: a mark that is new whenever anything changes that readers can see, so that what is held in memory is
    known to be old. Drawn by lot, since a number would come again after a transaction that was undone."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    mark = models.CharField(max_length=40)

    def __str__(self) -> str:
        return self.mark


class ArticleCount(models.Model):
    """How often something happened with a version on a day. Nothing of whom."""

    version = models.CharField(max_length=40)
    day = models.DateField()
    what = models.CharField(max_length=10)
    count = models.PositiveBigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["version", "day", "what"], name="one_article_count"),)
        indexes = (models.Index(fields=["day"], name="article_count_by_day"),)

    def __str__(self) -> str:
        return f"{self.version} {self.day} {self.what}"


class ArticleRemark(models.Model):
    """What somebody wrote below an article: masked before it is stored, and encrypted."""

    id = IdField("arr")
    version = models.CharField(max_length=40)
    day = models.DateField()
    """A day and no moment: nothing to join by."""
    was_helpful = models.BooleanField()
    key = models.CharField(max_length=40)
    content = models.BinaryField(default=b"")
    expires_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["expires_at"], name="article_remark_by_end"),)

    def __str__(self) -> str:
        return self.id
