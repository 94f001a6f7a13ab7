"""Writes of search: the shadow of words, vectors, questions that led nowhere, and the weekly list for editors."""

from __future__ import annotations

from sekisho.support.search.actions.embedding import embed
from sekisho.support.search.actions.indexing import reindex
from sekisho.support.search.actions.misses import note_miss
from sekisho.support.search.actions.telling import tell_editors

__all__ = ["embed", "note_miss", "reindex", "tell_editors"]
