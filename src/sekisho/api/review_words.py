"""What the API says of a review: its schema, and how a hold is told in it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from ninja import Schema
from pydantic import Field

from sekisho.accounts.queries import NOT_FOUND
from sekisho.accounts.types import KeyView
from sekisho.api.answers import as_answered
from sekisho.api.keys import as_viewer
from sekisho.base import settings
from sekisho.base.errors import NotFoundError
from sekisho.enforcement.holds import queries as holds
from sekisho.enforcement.holds.tickets import TOLD, TicketState
from sekisho.enforcement.holds.types import (
    Expired,
    FactsAsked,
    HoldView,
    Rejected,
    Released,
    TicketView,
    Waiting,
)
from sekisho.gateway.dialects.openai_say import made_at
from sekisho.records import queries as records

ARRIVAL = timedelta(seconds=15)
"""For how long a ticket that is not known may be one that is still on its way from the gateway."""


class Question(Schema):
    """What the reviewer has to know first. Answer it with `POST …/facts`."""

    text: str
    asked_at: datetime


class Answer(Schema):
    """The parts of a released answer."""

    disclosure: str = Field(description="That it comes from an AI. Show it before the text.")
    text: str
    note: str = Field(description="That a professional reviewed it. Show it after the text.")
    salt: str = Field(description="With it, the digests in the attestation can be checked against the text.")


class Listed(Schema):
    """A review without its content."""

    id: str = Field(description="The ticket.", examples=["rev_01k9zq3v5m8x2t4w6y8a0c2e4g"])
    type: str = "review"
    state: TicketState
    request_id: str = Field(description="The request whose answer is reviewed.")
    domain: str = Field(description="High-risk domain; empty when a missing check held the answer.")
    created_at: datetime
    expires_at: datetime = Field(description="When it ends, if nobody decides by then.")
    decided_at: datetime | None = None


class Review(Listed):
    """A review as it stands. What comes of it later has its place here, and is null until then."""

    question: Question | None = None
    reason: str | None = Field(None, description="Why it was rejected, in the professional's own words.")
    ended: str | None = Field(None, description="Why it expired: `time`, `no_draft` or `erased`.")
    edited: bool | None = Field(None, description="Whether the professional changed the answer.")
    answer: Answer | None = Field(
        None, description="The released answer in its parts; null again once the conversation was erased."
    )
    message: dict[str, Any] | None = Field(
        None,
        description="The released answer as the provider's own object: a Messages message, a Chat Completion or "
        "a Response, as the request asked. It says disclosure, text and note.",
    )
    attestation: dict[str, Any] | None = Field(
        None, description="What the professional put their name to, with key and Ed25519 signature."
    )


class Page(Schema):
    reviews: list[Listed]
    next: str | None = Field(description="Hand it back as `cursor`; null on the last page.")


class Facts(Schema):
    facts: str = Field(min_length=1, max_length=100_000, description="The answer to the reviewer's question.")


def review_of(key: KeyView, review_id: str, at: datetime) -> Review:
    """Return the review as its organisation is told. Raises `NotFoundError`, with `retry_after` for a ticket that may
    still be on its way."""
    found = holds.hold_and_ticket_for_key(key, review_id, at)
    if found is None:
        raise unknown(review_id, at)
    return told(key, *found)


def unknown(review_id: str, at: datetime) -> NotFoundError:
    """Return the refusal for a ticket that is not known, or not of this organisation."""
    soon = {"retry_after": 1} if may_arrive(review_id, at) else {}
    return NotFoundError("review_not_found", NOT_FOUND, **soon)


def may_arrive(review_id: str, at: datetime) -> bool:
    """Return whether a ticket was made so lately that it may not have arrived yet: its id tells when."""
    return abs(at - datetime.fromtimestamp(made_at(review_id), UTC)) <= ARRIVAL


def listed(hold: HoldView) -> dict[str, Any]:
    return {
        "id": hold.id,
        "state": TOLD[hold.state],
        "request_id": hold.turn,
        "domain": hold.domain,
        "created_at": hold.since,
        "expires_at": hold.expires_at,
        "decided_at": hold.decided_at,
    }


def told(key: KeyView, hold: HoldView, ticket: TicketView) -> Review:
    """Return a hold and what its ticket has become, in the API's words."""
    review = Review(**listed(hold))
    match ticket:
        case Waiting():
            pass
        case FactsAsked(question=question, asked_at=asked_at):
            review.question = Question(text=question, asked_at=asked_at)
        case Rejected(reason=reason):
            review.reason = reason
        case Expired(ended=ended):
            review.ended = ended.value
        case Released():
            _add_answer(key, hold, ticket, review)
    return review


def _add_answer(key: KeyView, hold: HoldView, ticket: Released, review: Review) -> None:
    review.edited, review.attestation = ticket.edited, json.loads(ticket.attestation)
    given = ticket.answer
    if given is None:
        return
    review.answer = Answer(disclosure=given.disclosure, text=given.text, note=given.note, salt=given.salt)
    try:
        review.message = as_answered(records.turn(as_viewer(key), hold.turn), given.whole)
    except NotFoundError:
        review.message = None  # the turn has reached the end of its retention; the parts are still told


def address_of(review_id: str) -> str:
    """Return where a review is fetched."""
    return f"{settings.text('public_url').rstrip('/')}/v1/reviews/{review_id}"
