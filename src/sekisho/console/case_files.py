"""Files of cases, given out so that no browser shows or runs them here (`attachments`)."""

from __future__ import annotations

from django.http import HttpResponse

from sekisho.accounts.queries import not_found
from sekisho.accounts.types import Viewer
from sekisho.cases import queries
from sekisho.console.attachments import hand_out


def download(viewer: Viewer, case: str, enclosure: str) -> HttpResponse:
    """Return the way to one file, as a download (R-SUP-080). Raises `NotFoundError` for who may not read it, and for
    one of another case."""
    file, content = queries.enclosure(viewer, enclosure)
    if file.case != case:
        raise not_found("enclosure_not_found")
    return hand_out(file.id, file.name, content)
