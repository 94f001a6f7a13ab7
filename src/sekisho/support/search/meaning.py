"""The third look, which is optional: what a question means, by vectors of any OpenAI-compatible endpoint.

Off when no endpoint is set. Vectors of articles stand in a plain table and are compared one by one, which is quick up
to some thousands. Whatever goes wrong, the other two looks answer: a search never fails because of it, and waits for it
no longer than `endpoint.BUDGET_S`.
"""

from __future__ import annotations

from collections.abc import Sequence

from sekisho.support.help.types import ArticleView
from sekisho.support.search import endpoint
from sekisho.support.search.models import Vector
from sekisho.support.search.rules.vectors import MOST, nearest


def ranked(query: str, among: Sequence[ArticleView], limit: int) -> list[str]:
    """Return the versions that are nearest in meaning, the nearest first; none where it is off or does not answer."""
    model = endpoint.model()
    if not model or not among or len(among) > MOST or endpoint.is_resting():
        return []
    wanted = {view.version for view in among}
    rows = [
        row for row in Vector.objects.filter(model=model).values_list("version", "values") if row[0] in wanted
    ]
    if not rows:
        return []
    try:
        (vector,) = endpoint.embedded([query], budget_s=endpoint.BUDGET_S)
    except endpoint.EndpointError:
        return []
    return nearest(vector, [version for version, _ in rows], [bytes(data) for _, data in rows], limit)
