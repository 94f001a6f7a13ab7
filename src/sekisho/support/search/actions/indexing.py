"""The shadow of words follows what is current, in the transaction that changes it."""

from __future__ import annotations

from django.db import transaction

from sekisho.support.help.shelf import shelf
from sekisho.support.search.index import words_of
from sekisho.support.search.models import Indexed, Vector


@transaction.atomic
def reindex(**_: object) -> int:
    """Write the words of current versions that have none, and delete those of versions that are no longer current.
    Return how many rows changed: none when all is as it should be."""
    current = {view.version: view for view in shelf().versions}
    known = set(Indexed.objects.values_list("version", flat=True))
    gone, new = known - current.keys(), [view for version, view in current.items() if version not in known]
    Indexed.objects.filter(version__in=gone).delete()
    Vector.objects.filter(version__in=gone).delete()
    rows = []
    for view in new:
        title, body = words_of(view)
        rows.append(Indexed(version=view.version, title=" ".join(title), body=" ".join(body)))
    Indexed.objects.bulk_create(rows)
    return len(gone) + len(rows)
