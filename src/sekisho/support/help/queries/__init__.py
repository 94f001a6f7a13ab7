"""Reads of the help centre. Each takes the reader first and hides what is not for them as if it were not there."""

from __future__ import annotations

from sekisho.support.help.queries.articles import (
    ABOUT,
    ARTICLE_NOT_FOUND,
    article,
    articles,
    categories,
    category,
    cited,
    every,
    history,
    public,
    readable,
    related,
    require_editor,
    version,
)
from sekisho.support.help.queries.usage import due_for_review, remarks, usage

__all__ = [
    "ABOUT", "ARTICLE_NOT_FOUND", "article", "articles", "categories", "category", "cited", "due_for_review", "every",
    "history", "public", "readable", "related", "remarks", "require_editor", "usage", "version",
]  # fmt: skip
