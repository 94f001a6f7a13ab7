"""The API as a whole: its routers, and how it says no."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from sekisho.api.keys import KEY
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.base.text import lang_from_header

api = NinjaAPI(title="Sekisho", version="1", auth=KEY, docs_url=None, urls_namespace="api")
"""Mounted at `/v1/`. Its OpenAPI document is at `/v1/openapi.json`."""


@api.exception_handler(SekishoError)
def refused(request: HttpRequest, problem: SekishoError) -> HttpResponse:
    """Answer a refusal of the rooms beneath: code, what to do, in the language that was asked for."""
    status = (
        404 if isinstance(problem, NotFoundError) else 403 if isinstance(problem, NotAllowedError) else 409
    )
    lang = lang_from_header(request.headers.get("accept-language")) or "en"
    told = {"type": "error", "error": {"type": problem.code, "message": problem.told(lang)}}
    return api.create_response(request, told, status=status)
