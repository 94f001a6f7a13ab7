"""The first look: words, ranked by the database's own full-text index. The one place that knows which database it is.

Both take the same words, made in Python (`rules/tokens.py`), and the same rows to look among, so that who may not read
an article never has it ranked. SQLite ranks by BM25; PostgreSQL by how many of the words stand there and where, which
knows nothing of how rare they are: `index.py` leaves out the common ones before asking.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.db import connection

_SQLITE = """
SELECT search_indexed.version FROM search_words JOIN search_indexed ON search_indexed.number = search_words.rowid
WHERE search_words MATCH %s AND +search_words.rowid IN (SELECT value FROM json_each(%s))
ORDER BY bm25(search_words, %s, 1.0), search_indexed.number LIMIT %s
"""
_POSTGRESQL = """
SELECT version FROM search_indexed, to_tsquery('simple', %s) AS query
WHERE words @@ query AND number = ANY(%s)
ORDER BY ts_rank(%s::real[], words, query) DESC, number LIMIT %s
"""
# The plus keeps SQLite from asking the full-text index once for each row that may be read: 40 ms instead of 1.
TITLE = 8.0
"""How much more a word counts in a title, or among the words by which editors want an article found."""


def ranked(words: Sequence[str], among: Sequence[int], limit: int) -> list[str]:
    """Return the versions that have any of the words, the best first; only of the rows in `among`."""
    if not words or not among:
        return []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            query = " | ".join(f"{word[:-1]}:*" if word.endswith("*") else word for word in words)
            cursor.execute(_POSTGRESQL, [query, list(among), [1 / TITLE, 1 / TITLE, 1 / TITLE, 1.0], limit])
        else:
            query = " OR ".join(f'"{word[:-1]}"*' if word.endswith("*") else f'"{word}"' for word in words)
            cursor.execute(_SQLITE, [query, json.dumps(among), TITLE, limit])
        return [version for (version,) in cursor.fetchall()]
