"""Requests of organisations on behalf of their end users, in the shape of OpenDSR 2.0 (R-DATA-230).

Bodies and answers are those of the specification, answers and callbacks signed by the installation's own key (Ed25519).
Two words of it are not kept: there is no certificate of an authority, as an installation that hosts itself has none to
show, so `processor_certificate` leads to the public keys; and one request names one identity. See docs/decisions/0018.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from ninja import Router
from ninja.throttling import SimpleRateThrottle

from sekisho.api.reviews import key_of
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.base.text import lang_from_header
from sekisho.records.rights import actions
from sekisho.records.rights.actions.signing import public_keys_pem, signed_headers
from sekisho.records.rights.rules.controllers import API_VERSION, IDENTITIES
from sekisho.records.rights.statuses import moment, public_url, status_of
from sekisho.records.rights.streaming import streamed
from sekisho.records.rights.types import RequestKind

REQUESTS = "120/min"
"""A key's requests. Source: our policy; OpenDSR asks not to throttle what is usual, and a day's requests of an
organisation with a million users are a few hundred."""


class PerKey(SimpleRateThrottle):
    """So many a minute for each key, counted in each process."""

    def get_cache_key(self, request: HttpRequest) -> str:
        return f"opendsr.{key_of(request).id}"


router = Router()
View = Callable[..., HttpResponse]


def answering(view: View) -> View:
    """Let a view's refusals be answered in the specification's own shape (section 7.6)."""

    @wraps(view)
    def answered(request: HttpRequest, **more: str) -> HttpResponse:
        try:
            return view(request, **more)
        except SekishoError as refusal:
            return refused(request, refusal)

    return answered


@router.get("/discovery", summary="What is supported (OpenDSR, section 6)", auth=None)
def discovery(request: HttpRequest) -> HttpResponse:
    pairs = [{"identity_type": kind, "identity_format": form} for kind, form in IDENTITIES]
    return signed(
        {
            "api_version": API_VERSION,
            "supported_identities": pairs,
            "supported_subject_request_types": [kind.value for kind in RequestKind],
            "processor_certificate": f"{public_url()}/v1/opendsr/keys",
        }
    )


@router.get("/keys", summary="The public keys that sign answers and callbacks, as PEM", auth=None)
def keys(request: HttpRequest) -> HttpResponse:
    return HttpResponse(public_keys_pem(), content_type="application/x-pem-file")


@router.post("/requests", summary="Ask for an end user (section 7)", throttle=PerKey(REQUESTS))
@answering
def create(request: HttpRequest) -> HttpResponse:
    data = request.body  # no more than 2 MiB reach a view (`settings.DATA_UPLOAD_MAX_MEMORY_SIZE`)
    made = actions.ask_for_end_user(key_of(request), data, clock=now)
    told = {
        "controller_id": made.subject.organisation,
        "expected_completion_time": moment(made.due_at),
        "received_time": moment(made.asked_at),
        "encoded_request": base64.b64encode(data).decode(),
        "subject_request_id": made.external,
    }
    return signed(told, HTTPStatus.CREATED)


@router.get("/requests/{request_id}", summary="How far it has come (section 8)", throttle=PerKey(REQUESTS))
@answering
def state(request: HttpRequest, request_id: str) -> HttpResponse:
    return signed(status_of(actions.asked_by_key(key_of(request), request_id)))


@router.delete("/requests/{request_id}", summary="Take it back (section 9)", throttle=PerKey(REQUESTS))
@answering
def cancel(request: HttpRequest, request_id: str) -> HttpResponse:
    made = actions.cancel_for_end_user(key_of(request), request_id, clock=now)
    told = {
        "controller_id": made.subject.organisation,
        "received_time": moment(now()),
        "subject_request_id": made.external,
        "api_version": API_VERSION,
    }
    return signed(told, HTTPStatus.ACCEPTED)


@router.get(
    "/requests/{request_id}/results", summary="Fetch the copy, once (section 8.3)", throttle=PerKey(REQUESTS)
)
@answering
def results(request: HttpRequest, request_id: str) -> HttpResponse:
    actions.asked_by_key(key_of(request), request_id)  # the scope first: a use is a use
    found = actions.take_for_controller(key_of(request), request_id, clock=now)
    return streamed(request, found)  # type: ignore[return-value]


def signed(told: Mapping[str, object], status: int = HTTPStatus.OK) -> HttpResponse:
    """Return an answer with the signature of its very bytes."""
    body = json.dumps(told, sort_keys=True, separators=(",", ":")).encode()
    headers = signed_headers(body) | {"Cache-Control": "no-store"}
    return HttpResponse(body, status=status, content_type="application/json", headers=headers)


def refused(request: HttpRequest, refusal: SekishoError) -> HttpResponse:
    """Return an error of section 7.6. Nothing that was sent stands in it."""
    status = int(str(refusal.data.get("status", HTTPStatus.CONFLICT)))
    if isinstance(refusal, NotFoundError):
        status = HTTPStatus.NOT_FOUND
    elif isinstance(refusal, NotAllowedError):
        status = HTTPStatus.FORBIDDEN
    message = refusal.told(lang_from_header(request.headers.get("accept-language")) or "en")
    detail = {"domain": "rights", "reason": refusal.code, "message": message}
    error = {"error": {"code": int(status), "message": message, "errors": [detail]}}
    return signed(error, status)
