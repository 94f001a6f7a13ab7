"""Writes of search: the shadow of words, questions that led nowhere, and the weekly list for editors."""

from __future__ import annotations

from sekisho.support.search.actions.indexing import reindex
from sekisho.support.search.actions.misses import note_miss

__all__ = ["note_miss", "reindex"]
