"""Reviews over the API: what became of a held answer, for any key of the organisation that holds the ticket (P-020).

A key that was suspended still reads: what a professional has released belongs to whom it was made for.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.timezone import now
from ninja import Query, Router
from ninja.responses import NinjaJSONEncoder
from ninja.throttling import SimpleRateThrottle

from sekisho.accounts.types import KeyView
from sekisho.api import review_streams
from sekisho.api.keys import KEY_FOR_STREAMS
from sekisho.api.review_words import Facts, Listed, Page, Review, listed, review_of
from sekisho.enforcement.holds import actions
from sekisho.enforcement.holds.tickets import TicketState, tickets_of

MOST_LISTED = 100

Cursor = Annotated[str, Query(max_length=40)]
Limit = Annotated[int, Query(ge=1, le=MOST_LISTED)]

POLLS = "120/min"
POLL_AFTER = ((timedelta(minutes=1), 2), (timedelta(minutes=10), 10))
"""How many seconds to wait before asking again, while a review is younger than this."""
POLL_AT_LAST_S = 60


class PerKey(SimpleRateThrottle):
    """So many requests a minute for each key, counted in each process. Who wants to know at once opens a stream."""

    def get_cache_key(self, request: HttpRequest) -> str:
        return f"reviews.{key_of(request).id}"


router = Router(throttle=PerKey(POLLS))


@router.get("", response=Page, summary="List the reviews of the key's organisation, newest first")
def reviews(
    request: HttpRequest,
    state: TicketState | None = None,
    cursor: Cursor = "",
    limit: Limit = 20,
) -> dict[str, object]:
    found = tickets_of(key_of(request), now(), state=state, before=cursor, limit=limit)
    return {"reviews": [Listed(**listed(hold)) for hold in found.holds], "next": found.next or None}


@router.get("/{review_id}", response=Review, summary="What became of a held answer")
def review(request: HttpRequest, review_id: str, response: HttpResponse) -> HttpResponse:
    """`retry-after` says when to ask again while it is open. Send the `etag` back as `if-none-match`, and 304 says that
    nothing has changed."""
    at = now()
    return as_it_stands(request, review_of(key_of(request), review_id, at), at)


@router.post("/{review_id}/facts", response=Review, summary="Answer the reviewer's question")
def facts(request: HttpRequest, review_id: str, sent: Facts) -> Review:
    """409 when no question is open (`facts_not_asked`), or when it was decided meanwhile."""
    actions.add_facts(key_of(request), review_id, sent.facts, clock=now)
    return review_of(key_of(request), review_id, now())


@router.get(
    "/{review_id}/events",
    auth=KEY_FOR_STREAMS,
    summary="Be told of each change, as server-sent events",
    openapi_extra={
        "responses": {
            200: {
                "description": "Events of type `review`, each with the review as it stands; the last one is final, and "
                "the stream ends with it. Take it up again with `last-event-id`.",
                "content": {"text/event-stream": {"schema": {"type": "string"}}},
            }
        }
    },
)
async def events(request: HttpRequest, review_id: str) -> StreamingHttpResponse:
    """For browsers and programs: RFC-like `text/event-stream` as the HTML standard has it."""
    stream = await review_streams.opened(key_of(request), review_id, request.headers.get("last-event-id", ""))
    return StreamingHttpResponse(
        stream,
        content_type="text/event-stream",
        headers={"cache-control": "no-store", "x-accel-buffering": "no"},
    )


def key_of(request: HttpRequest) -> KeyView:
    key = request.auth  # type: ignore[attr-defined]
    assert isinstance(key, KeyView)
    return key


def as_it_stands(request: HttpRequest, found: Review, at: datetime) -> HttpResponse:
    """Return the review with its tag and a hint when to ask again; 304 when the client knows it."""
    body = NinjaJSONEncoder(ensure_ascii=False).encode(found.model_dump()).encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if tag in known:
        answer = HttpResponse(status=HTTPStatus.NOT_MODIFIED)
    else:
        answer = HttpResponse(body, content_type="application/json; charset=utf-8")
    answer["etag"], answer["cache-control"] = tag, "private, no-cache"
    if found.state.is_open:
        answer["retry-after"] = str(poll_after_s(at - found.created_at))
    return answer


def poll_after_s(age: timedelta) -> int:
    """Return how many seconds to wait before asking again about a review that has waited for so long."""
    return next((seconds for within, seconds in POLL_AFTER if age < within), POLL_AT_LAST_S)
