"""Who asks: whoever presents an API key, as at the gate."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.timezone import now
from ninja.security import APIKeyHeader, HttpBearer

from sekisho.accounts.queries import key_presented
from sekisho.accounts.types import KeyView


class XApiKey(APIKeyHeader):
    """`x-api-key: sk-sekisho-…`, as Anthropic's SDK sends it."""

    param_name = "x-api-key"

    def authenticate(self, request: HttpRequest, key: str | None) -> KeyView | None:
        return key_presented(key, now()) if key else None


class Bearer(HttpBearer):
    """`Authorization: Bearer sk-sekisho-…`, as OpenAI's SDK sends it."""

    def authenticate(self, request: HttpRequest, token: str) -> KeyView | None:
        return key_presented(token, now())


KEY = [XApiKey(), Bearer()]
"""Either header will do."""
