"""What an organisation asks on behalf of its end users, in the shape of OpenDSR 2.0 (github.com/opengdpr/OpenDSR).
Pure."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from sekisho.base.text import Text
from sekisho.records.rights.types import RequestKind, RequestState

API_VERSION = "2.0"
LARGEST_BODY = 65_536
"""Bytes. A request names one person and some addresses: far less."""
MOST_CALLBACKS = 5
LONGEST_NAME = 1_000
AHEAD = timedelta(minutes=5)
"""How far clocks may differ."""


class Identity(msgspec.Struct, frozen=True):
    identity_type: str
    identity_value: str
    identity_format: str


class Body(msgspec.Struct, frozen=True):
    """A request as it is posted (section 7.1.1)."""

    subject_request_id: str
    subject_request_type: Literal["access", "portability", "erasure"]
    submitted_time: datetime
    regulation: str = ""
    subject_identities: tuple[Identity, ...] = ()
    api_version: str = ""
    status_callback_urls: tuple[str, ...] = ()
    extensions: Mapping[str, object] = {}


@dataclass(frozen=True, slots=True)
class Good:
    body: Body
    kind: RequestKind
    name: str
    """By which the organisation calls its end user (`metadata.user_id` or `user`)."""


@dataclass(frozen=True, slots=True)
class Bad:
    code: str
    message: Text
    status: int = 400


IDENTITIES = (("controller_customer_id", "raw"),)
"""What an end user may be known by: the name under which the organisation sends requests. Only its pseudonym is kept
here, so that a digest of the name finds nobody."""

STATUSES: Mapping[RequestState, str] = {
    RequestState.RECEIVED: "pending",
    RequestState.VERIFYING: "pending",
    RequestState.IN_PROGRESS: "in_progress",
    RequestState.COMPLETED: "completed",
    RequestState.CANCELLED: "cancelled",
    RequestState.REFUSED: "cancelled",
}
"""Our states in the words of section 8, which has none for a refusal."""


def read(data: bytes, at: datetime, due_in: timedelta) -> Good | Bad:
    """Return what is asked, or why it cannot be. Nothing of what was sent stands in an error: it may be a name."""
    if len(data) > LARGEST_BODY:
        return Bad("request_too_large", _TOO_LARGE, 413)
    try:
        body = msgspec.json.decode(data, type=Body)
    except msgspec.ValidationError as problem:
        return Bad(
            "not_in_form", _NOT_IN_FORM.format(where=str(problem).rpartition("`$.")[2].strip("`") or "-")
        )
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Bad("unreadable", _UNREADABLE)
    return _id(body) or _time(body, at, due_in) or _callbacks(body) or _identity(body)


def _id(body: Body) -> Bad | None:
    try:
        given = uuid.UUID(body.subject_request_id)
    except ValueError:
        return Bad("id_not_uuid", _ID)
    is_good = given.version == 4 and str(given) == body.subject_request_id
    return None if is_good else Bad("id_not_uuid", _ID)


def _time(body: Body, at: datetime, due_in: timedelta) -> Bad | None:
    """The clock of the law runs from when the person asked the controller: what comes after it has run out is late."""
    if body.submitted_time.tzinfo is None or body.submitted_time > at + AHEAD:
        return Bad("time_ahead", _AHEAD)
    return Bad("expired", _EXPIRED) if body.submitted_time + due_in <= at else None


def _callbacks(body: Body) -> Bad | None:
    return Bad("too_many_callbacks", _CALLBACKS) if len(body.status_callback_urls) > MOST_CALLBACKS else None


def _identity(body: Body) -> Good | Bad:
    if len(body.subject_identities) != 1:
        return Bad("one_identity", _ONE)
    one = body.subject_identities[0]
    if (one.identity_type, one.identity_format) not in IDENTITIES:
        return Bad("identity_unsupported", _UNSUPPORTED)
    if not 1 <= len(one.identity_value) <= LONGEST_NAME:
        return Bad("identity_unsupported", _UNSUPPORTED)
    return Good(body, RequestKind(body.subject_request_type), one.identity_value)


_UNREADABLE = Text(
    "The request cannot be read. Send a JSON object as UTF-8.",
    "リクエストを読み取れません。UTF-8 の JSON オブジェクトを送信してください。",
)
_NOT_IN_FORM = Text(
    "A field is missing or not in form: {where}. See /v1/opendsr/discovery and docs/rules/rights.md.",
    "項目がないか、形式が正しくありません: {where}。/v1/opendsr/discovery と docs/rules/rights.md をご確認ください。",
)
_TOO_LARGE = Text(
    "The request is larger than 64 KiB. Name one person, and at most five addresses.",
    "リクエストが 64 KiB を超えています。対象者は 1 人、通知先は 5 件までにしてください。",
)
_ID = Text(
    "subject_request_id is no UUID of version 4 in lower case. Make a fresh one for each request.",
    "subject_request_id が小文字の UUID v4 ではありません。請求ごとに新しく生成してください。",
)
_AHEAD = Text(
    "submitted_time lies ahead, or names no time zone. Send when the person asked you, as RFC 3339.",
    "submitted_time が未来の時刻か、タイムゾーンがありません。本人から請求を受けた日時を RFC 3339 で送信してください。",
)
_EXPIRED = Text(
    "submitted_time is so long ago that the answer would be late already. Ask the person anew, or write to support.",
    "submitted_time が古く、回答期限を過ぎています。本人にあらためて確認するか、サポートまでご連絡ください。",
)
_CALLBACKS = Text(
    "Name at most five status_callback_urls.", "status_callback_urls は 5 件までにしてください。"
)
_ONE = Text(
    "Name exactly one identity. Send a request for each name by which you call the person.",
    "subject_identities は 1 件だけ指定してください。呼び名が複数ある場合は、それぞれ別に請求してください。",
)
_UNSUPPORTED = Text(
    "Name the person as controller_customer_id in the format raw: the name that you send as metadata.user_id or user.",
    "対象者は controller_customer_id（raw 形式）で指定してください。"
    "metadata.user_id または user として送っている名前です。",
)
