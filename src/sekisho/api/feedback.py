"""Feedback and the survey over the API: `/bug`, thumbs, and how the session is doing (R-DATA-060…091).

Whether feedback is on is asked while the key is looked at, before a byte of the body is read: under zero retention
nothing is buffered (`api/door.py` does the same for bodies that are still on their way).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Field, Header, Router, Schema, Status
from ninja.throttling import SimpleRateThrottle
from pydantic import ConfigDict

from sekisho.accounts import queries as accounts
from sekisho.accounts.types import KeyView
from sekisho.api.keys import Bearer, XApiKey
from sekisho.api.reviews import key_of
from sekisho.base import settings
from sekisho.base.errors import NotAllowedError, SekishoError
from sekisho.base.text import Text
from sekisho.records.feedback import actions, queries, tracker
from sekisho.records.feedback.rules import sending, survey
from sekisho.records.feedback.types import (
    DISMISSED,
    Draft,
    Kind,
    MayNot,
    Prepared,
    ReportView,
    Said,
    Scope,
    Sender,
)
from sekisho.records.queries import calendar_at

SENDINGS, ANSWERS = "60/min", "60/min"
ZERO_RETENTION = "x-sekisho-zero-retention"
ID = r"^[A-Za-z0-9._:/-]*$"
"""Letters, digits and a few marks: nothing else is stored as an id or a version."""


# --- who sends --------------------------------------------------------------------------------------------------
def sender_of(key: KeyView, headers: Mapping[str, str]) -> Sender:
    """Return who sends with this key: the person for whom it speaks, as long as they are a member."""
    speaks = key.created_by if _is_member(key.created_by, key.organisation_id) else ""
    zero = key.zero_retention or headers.get(ZERO_RETENTION, "").strip().lower() in ("1", "true")
    return Sender(key.organisation_id, key=key.id, member=speaks, zero_retention=zero)


def _is_member(person: str, organisation: str) -> bool:
    return person.startswith("usr_") and organisation in accounts.viewer(person).roles


def permit(method: str, path: str, key: KeyView, headers: Mapping[str, str]) -> None:
    """Raise `NotAllowedError` where what comes to this path is refused whatever it says."""
    if method != "POST":
        return
    sender = sender_of(key, headers)
    if path.rstrip("/").endswith("/survey"):
        may = queries.may_answer(sender, do_not_track=_asks_not_to_be_tracked(headers))
        if isinstance(may, MayNot):
            raise NotAllowedError(may.code, may.message)
    else:
        actions.permit(sender)


def _asks_not_to_be_tracked(headers: Mapping[str, str]) -> bool:
    """Whether a client says so: `DNT` (W3C, Tracking Preference Expression) or `Sec-GPC` (Global Privacy Control)."""
    return headers.get("dnt") == "1" or headers.get("sec-gpc") == "1"


class KeyHere(XApiKey):
    def authenticate(self, request: HttpRequest, key: str | None) -> KeyView | None:
        return _permitted(request, super().authenticate(request, key))


class BearerHere(Bearer):
    def authenticate(self, request: HttpRequest, token: str) -> KeyView | None:
        return _permitted(request, super().authenticate(request, token))


def _permitted(request: HttpRequest, key: KeyView | None) -> KeyView | None:
    if key is not None:
        permit(request.method or "", request.path, key, request.headers)
    return key


class PerKey(SimpleRateThrottle):
    """So many a minute for each key, counted in each process's memory."""

    def get_cache_key(self, request: HttpRequest) -> str:
        return f"feedback.{key_of(request).id}"


_KEY = [KeyHere(), BearerHere()]
router = Router(auth=_KEY)
survey_router = Router(auth=_KEY)


# --- feedback ---------------------------------------------------------------------------------------------------
Submission = Annotated[str, Header(min_length=1, max_length=64, pattern=ID)]


class Strict(Schema):
    model_config = ConfigDict(extra="forbid")


class SaidIn(Strict):
    """One message of the transcript, as the client has it."""

    role: str = Field(..., max_length=20, pattern=r"^[a-z_]*$")
    text: str


class Shown(Strict):
    """What would be sent. The server adds nothing to it."""

    kind: Kind = Field(Kind.BUG, description="`bug`, `thumbs_up` or `thumbs_down`.")
    text: str = Field("", max_length=sending.TEXT_CHARS, description="In the person's own words.")
    scope: Scope = Field(Scope.TEXT, description="What the person chose to attach.")
    transcript: list[SaidIn] = Field(default_factory=list, max_length=sending.MESSAGES)
    request_id: str = Field(
        "", max_length=40, pattern=ID, description="`sekisho-request-id` of the answer that it is about."
    )
    client_version: str = Field("", max_length=40, pattern=ID)
    client_os: str = Field("", max_length=80, pattern=r"^[A-Za-z0-9 ._:()-]*$")
    provider: str = Field("", max_length=20, pattern=ID, description="Who serves the client's model.")
    tracker_issue: bool = Field(
        False, description="Whether the person asks for a public issue too, for this report."
    )

    def draft(self, kind: Kind | None = None) -> Draft:
        return Draft(
            kind or self.kind,
            _plain(self.text),
            self.scope,
            tuple(Said(one.role, _plain(one.text)) for one in self.transcript),
            self.request_id,
            self.client_version,
            self.client_os,
            self.provider,
            self.tracker_issue,
        )


class Sent(Shown):
    """What is sent, after the person has seen its preview and has said yes."""

    digest: str = Field(..., max_length=64, description="Of the preview.")


class Thumb(Sent):
    rating: Literal["up", "down"]


class Words(Schema):
    """A bilingual text."""

    en: str
    ja: str


class IssueOut(Schema):
    title: str
    body: str
    notice: Words


class Preview(Schema):
    """Every character that would be kept, and what becomes of it."""

    text: str
    transcript: list[SaidIn]
    bytes: int
    messages: int
    secrets: dict[str, int] = Field(..., description="Redacted secrets by kind; best effort.")
    secrets_notice: Words
    scopes: list[Scope]
    destination: Words
    kept_years: int
    issue: IssueOut | None = Field(None, description="What would stand in the public tracker.")
    digest: str = Field(..., description="Send it back with exactly this draft.")


class Listed(Schema):
    id: str
    kind: Kind
    scope: Scope
    request_id: str
    received_at: datetime
    expires_at: datetime
    bytes: int
    messages: int
    secrets: dict[str, int]
    issue: str
    issue_url: str


class Reports(Schema):
    reports: list[Listed]


@router.post("/preview", response=Preview, throttle=PerKey(SENDINGS), summary="See what would be sent")
def preview(request: HttpRequest, sent: Shown) -> Preview:
    """Nothing is kept of it."""
    return _preview(actions.preview(_sender(request), _offered(sent.draft())))


@router.post("", response={201: Listed}, throttle=PerKey(SENDINGS), summary="Send feedback")
def send(request: HttpRequest, sent: Sent, idempotency_key: Submission) -> Status[Listed]:
    """The same idempotency key again gives the same report. 409 `not_as_previewed` when it is not what was shown."""
    return _sent(request, sent.draft(), sent.digest, idempotency_key)


@router.post("/thumbs", response={201: Listed}, throttle=PerKey(SENDINGS), summary="Send a thumb up or down")
def thumbs(request: HttpRequest, sent: Thumb, idempotency_key: Submission) -> Status[Listed]:
    """Feedback like any other, with what it attaches: preview it with `kind` `thumbs_up` or `thumbs_down`."""
    kind = Kind.THUMBS_UP if sent.rating == "up" else Kind.THUMBS_DOWN
    return _sent(request, sent.draft(kind), sent.digest, idempotency_key)


@router.get("", response=Reports, summary="List the key's own feedback, newest first")
def listed(request: HttpRequest) -> dict[str, object]:
    return {"reports": [_listed(one) for one in queries.own_reports(_sender(request))]}


@router.delete("/{report_id}", response={204: None}, summary="Destroy a report of one's own")
def delete(request: HttpRequest, report_id: str) -> Status[None]:
    actions.delete(_sender(request), report_id, now())
    return Status(HTTPStatus.NO_CONTENT, None)


def _sent(request: HttpRequest, draft: Draft, digest: str, submission: str) -> Status[Listed]:
    made = actions.send(_sender(request), _offered(draft), digest=digest, submission=submission, at=now())
    return Status(HTTPStatus.CREATED, _listed(made))


def _offered(draft: Draft) -> Draft:
    """Return the draft, unless it asks for an issue where there is no tracker."""
    if draft.tracker and not tracker.is_there():
        raise SekishoError("no_tracker", NO_TRACKER, status=422)
    return draft


def _sender(request: HttpRequest) -> Sender:
    return sender_of(key_of(request), request.headers)


def _preview(shown: Prepared) -> Preview:
    issue = shown.issue
    return Preview(
        text=shown.draft.text,
        transcript=[SaidIn(role=one.role, text=one.text) for one in shown.draft.transcript],
        bytes=shown.bytes,
        messages=len(shown.draft.transcript),
        secrets={kind.value: count for kind, count in shown.secrets.items()},
        secrets_notice=_words(sending.BEST_EFFORT),
        scopes=list(Scope),
        destination=_words(sending.DESTINATION),
        kept_years=calendar_at(now()).feedback_years,
        issue=IssueOut(title=issue.title, body=issue.body, notice=_words(sending.IRREVOCABLE))
        if issue
        else None,
        digest=shown.digest,
    )


def _listed(one: ReportView) -> Listed:
    return Listed(
        id=one.id,
        kind=one.kind,
        scope=one.scope,
        request_id=one.about,
        received_at=one.received_at,
        expires_at=one.expires_at,
        bytes=one.bytes,
        messages=one.messages,
        secrets=dict(one.secrets),
        issue=one.issue.value,
        issue_url=one.issue_url,
    )


def _words(text: Text) -> Words:
    return Words(en=text.en, ja=text.ja)


def _plain(text: str) -> str:
    return text.replace("\x00", "\ufffd")


# --- the survey -------------------------------------------------------------------------------------------------
class SurveyAnswer(Strict):
    """An answer, whole. There is no other field, and none of these takes free text."""

    model_config = ConfigDict(extra="forbid", strict=True)

    rating: Annotated[int, Field(ge=1, le=3)] | Literal["dismissed"]
    survey_version: int = Field(..., ge=1, le=1000)
    day: str = Field(..., pattern=r"^\d{4}-\d{2}-\d{2}$", description="The client's day, such as 2026-02-01.")
    client_major_minor: str = Field(..., pattern=r"^\d{1,2}\.\d{1,3}$")


class Survey(Schema):
    """Whether to ask, how often, and what."""

    enabled: bool
    rate: float
    survey_version: int
    question: Words
    answers: list[int | str]


@survey_router.get("", response=Survey, summary="Whether and how often clients ask")
def asked(request: HttpRequest) -> Survey:
    may = queries.may_answer(_sender(request), do_not_track=_asks_not_to_be_tracked(request.headers))
    is_on = not isinstance(may, MayNot)
    return Survey(
        enabled=is_on,
        rate=min(1.0, settings.number("feedback_survey_rate")) if is_on else 0.0,
        survey_version=survey.VERSION,
        question=_words(survey.QUESTION),
        answers=[1, 2, 3, "dismissed"],
    )


@survey_router.post("", response={204: None}, throttle=PerKey(ANSWERS), summary="Count an answer")
def answered(request: HttpRequest, sent: SurveyAnswer) -> Status[None]:
    """One number grows by one, and nothing else is kept: not which key asked, nor when."""
    rating = DISMISSED if sent.rating == "dismissed" else sent.rating
    found = survey.answer(_day(sent.day), sent.survey_version, rating, sent.client_major_minor, now().date())
    if found is None:
        raise SekishoError("answer_unknown", ANSWER_UNKNOWN, status=422)
    actions.count(found)
    return Status(HTTPStatus.NO_CONTENT, None)


def _day(word: str) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise SekishoError("answer_unknown", ANSWER_UNKNOWN, status=422) from None


NO_TRACKER = Text(
    "This server has no public tracker. Send the report without an issue.",
    "このサーバーには公開の課題管理がありません。課題の登録なしで送信してください。",
)
ANSWER_UNKNOWN = Text(
    "This is no answer to the survey that is asked now, or its day is not today's.",
    "現在のアンケートへの回答ではないか、日付が本日ではありません。",
)
