"""Reports over the API: thumbs down and "report an issue", for products that put a button beside each answer (P-064).

The conversation is read by a reviewer only where `attach_conversation` says so; without it the reviewer has the words
of the report alone.
"""

from __future__ import annotations

import re
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Field, Router, Schema, Status
from ninja.throttling import SimpleRateThrottle
from pydantic import model_validator

from sekisho.accounts.types import KeyView
from sekisho.api.reviews import key_of
from sekisho.base import settings
from sekisho.base.text import Text, as_lang
from sekisho.detection.language import language_of
from sekisho.enforcement.review import actions, marks, queries, words
from sekisho.enforcement.review.types import About, AboutKind, Category, Report, ReportState, Source
from sekisho.enforcement.types import Unit, UnitKind

REPORTS = "60/min"
GATES_OWN = re.compile(r"msg_([0-9a-hjkmnp-tv-z]{26})")
"""Ids that the gate gives to messages of its own: they name the request."""

Id = Annotated[str, Field(max_length=120, pattern=r"^[A-Za-z0-9._:/-]*$")]
"""Letters, digits and a few marks: nothing else is stored as an id."""


class PerKey(SimpleRateThrottle):
    """So many reports a minute for each key, counted in each process."""

    def get_cache_key(self, request: HttpRequest) -> str:
        return f"reports.{key_of(request).id}"


router = Router()


class NewReport(Schema):
    """A report about one answer."""

    request_id: Id = Field("", description="`sekisho-request-id` of the answer.")
    message_id: Id = Field("", description="Id of the message, where the request's is not at hand.")
    category: Category = Field(..., description="What is wrong with it.")
    text: str = Field("", max_length=10_000, description="In the person's own words.")
    attach_conversation: bool = Field(
        False, description="Whether the person agreed that a reviewer reads the conversation."
    )
    language: Literal["en", "ja"] | None = Field(None, description="Language in which the outcome is told.")

    @model_validator(mode="after")
    def names_an_answer(self) -> NewReport:
        if not (self.request_id or self.message_id):
            raise ValueError("Give request_id or message_id.")
        return self


class Followed(Schema):
    """How a report is followed."""

    id: str
    reference: str
    state: Literal["received"] = "received"
    link: str = Field(
        ..., description="A page that tells its state to whoever holds the address; no sign-in."
    )


class Told(Schema):
    """A bilingual text."""

    en: str
    ja: str


class Seen(Schema):
    """How far a report has come."""

    id: str
    reference: str
    state: Literal["received", "in_review", "decided"]
    category: Category
    received_at: datetime
    decided_at: datetime | None
    outcome: str | None = Field(None, description="`violation`, `no_violation`, `duplicate` or `spam`.")
    message: Told | None = None
    appeal: str | None = Field(None, description="Where a refusal to act is appealed, free of charge.")


@router.post("", response={201: Followed}, throttle=PerKey(REPORTS), summary="Report an answer")
def report(request: HttpRequest, sent: NewReport) -> Status[Followed]:
    """An id that the gate does not know is taken in too: what is not this organisation's shows a reviewer nothing."""
    key = key_of(request)
    taken = actions.take_report(
        Report(
            source=Source.PRODUCT,
            category=sent.category,
            text=sent.text.replace("\x00", "\ufffd") or sent.category.value,
            reporter=marks.of_key(key.id),
            language=language_of(sent.text),
            about=_about(sent, key),
            agreed=sent.attach_conversation,
            reader=as_lang(sent.language or request.headers.get("accept-language")),
        ),
        now,
    )
    return Status(
        HTTPStatus.CREATED, Followed(id=taken.case, reference=taken.reference, link=_address(taken.link))
    )


@router.get("/{report_id}", response=Seen, summary="How far a report has come")
def state(request: HttpRequest, report_id: str) -> Seen:
    return _seen(report_id, queries.report_of_key(key_of(request), report_id))


def _about(sent: NewReport, key: KeyView) -> About:
    organisation = Unit(UnitKind.ORGANISATION, key.organisation_id, key.organisation_id)
    own = GATES_OWN.fullmatch(sent.message_id)
    turn = sent.request_id or (f"req_{own[1]}" if own else "")
    return (
        About(AboutKind.TURN, turn, organisation)
        if turn
        else About(AboutKind.MESSAGE, sent.message_id, organisation)
    )


def _seen(report_id: str, found: ReportState) -> Seen:
    told = [words.OUTCOMES[found.outcome]] if found.outcome else []
    told += [words.NOTES[found.note]] if found.note else []
    return Seen(
        id=report_id,
        reference=found.reference,
        state=found.step,
        category=found.category,
        received_at=found.received_at,
        decided_at=found.closed_at,
        outcome=found.outcome,
        message=_joined(told) if told else None,
        appeal=_address(found.appeal) if found.appeal else None,
    )


def _joined(texts: list[Text]) -> Told:
    return Told(en=" ".join(each.en for each in texts), ja="".join(each.ja for each in texts))


def _address(path: str) -> str:
    return settings.text("public_url").rstrip("/") + path
