"""Reads of the review queue, viewer first. Words of people only through `texts` and `enclosure`."""

from __future__ import annotations

from sekisho.enforcement.review.queries.cases import (
    case,
    enclosure,
    enclosures,
    memos,
    open_about,
    precedents,
    texts,
    took_part,
)
from sekisho.enforcement.review.queries.exposure import ExposureView, exposure
from sekisho.enforcement.review.queries.quality import Agreement, Quality, ReviewerQuality, quality
from sekisho.enforcement.review.queries.queue import (
    MOST,
    QueueCounts,
    QueueFilter,
    QueuePage,
    counts,
    held,
    queue,
)
from sekisho.enforcement.review.queries.reports import report_of_key, report_state

__all__ = [
    "MOST",
    "Agreement",
    "ExposureView",
    "Quality",
    "QueueCounts",
    "QueueFilter",
    "QueuePage",
    "ReviewerQuality",
    "case",
    "counts",
    "enclosure",
    "enclosures",
    "exposure",
    "held",
    "memos",
    "open_about",
    "precedents",
    "quality",
    "queue",
    "report_of_key",
    "report_state",
    "texts",
    "took_part",
]
