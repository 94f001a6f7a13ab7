"""Vectors of current articles are fetched beside the pages' work, and kept as long as the version is current."""

from __future__ import annotations

import logging

from sekisho.support.help.rules.plain import plain
from sekisho.support.help.shelf import shelf
from sekisho.support.help.types import ArticleView
from sekisho.support.search import endpoint
from sekisho.support.search.models import Vector

log = logging.getLogger(__name__)
AT_ONCE = 16
TEXT_CHARS = 6_000
"""So much of an article is made a vector of: what endpoints commonly take."""


def embed() -> int:
    """Fetch the vectors that are missing, and return how many; none where no endpoint is set, or it does not answer."""
    model = endpoint.model()
    if not model:
        return 0
    known = set(Vector.objects.filter(model=model).values_list("version", flat=True))
    missing = [view for view in shelf().versions if view.version not in known]
    for start in range(0, len(missing), AT_ONCE):
        some = missing[start : start + AT_ONCE]
        try:
            vectors = endpoint.embedded([_text(view) for view in some])
        except endpoint.EndpointError as problem:
            log.error("worker.failed", extra={"problem": str(problem)})
            return start
        rows = [
            Vector(version=view.version, model=model, values=data)
            for view, data in zip(some, vectors, strict=True)
        ]
        Vector.objects.bulk_create(rows, ignore_conflicts=True)
    return len(missing)


def _text(view: ArticleView) -> str:
    return f"{view.title}\n{', '.join(view.keywords)}\n{plain(view.body)}"[:TEXT_CHARS]
