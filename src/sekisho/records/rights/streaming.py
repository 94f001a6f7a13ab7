"""A download as Django hands it out: under ASGI without loading it whole, under WSGI as it comes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse

from sekisho.records.rights.actions.links import Download


def streamed(request: HttpRequest, found: Download) -> StreamingHttpResponse:
    """Return the answer that hands out the copy, piece by piece; no cache keeps it."""
    parts = _threaded(found.parts) if isinstance(request, ASGIRequest) else found.parts
    answer = StreamingHttpResponse(parts, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{found.name}"'
    answer["Cache-Control"] = "no-store"
    return answer


async def _threaded(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Read each piece in the thread in which the database may be asked."""
    more = sync_to_async(lambda: next(parts, None))
    while (part := await more()) is not None:
        yield part
