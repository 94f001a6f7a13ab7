"""Who asks: whoever presents an API key, as at the gate."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import TypeVar

from asgiref.sync import sync_to_async
from django.db import close_old_connections
from django.http import HttpRequest
from django.utils.timezone import now
from ninja.security import APIKeyHeader, HttpBearer

from sekisho.accounts.queries import key_presented
from sekisho.accounts.types import KeyView, Role, Viewer

Asked = TypeVar("Asked")


class XApiKey(APIKeyHeader):
    """`x-api-key: sk-sekisho-…`, as Anthropic's SDK sends it."""

    param_name = "x-api-key"

    def authenticate(self, request: HttpRequest, key: str | None) -> KeyView | None:
        return key_presented(key, now()) if key else None


class Bearer(HttpBearer):
    """`Authorization: Bearer sk-sekisho-…`, as OpenAI's SDK sends it."""

    def authenticate(self, request: HttpRequest, token: str) -> KeyView | None:
        return key_presented(token, now())


class AsyncXApiKey(XApiKey):
    """The same for what is served by the event loop, and goes on for long."""

    async def authenticate(  # type: ignore[override]
        self, request: HttpRequest, key: str | None
    ) -> KeyView | None:
        return await ask(lambda: key_presented(key, now())) if key else None


class AsyncBearer(Bearer):
    async def authenticate(  # type: ignore[override]
        self, request: HttpRequest, token: str
    ) -> KeyView | None:
        return await ask(lambda: key_presented(token, now()))


KEY = [XApiKey(), Bearer()]
"""Either header will do."""
KEY_FOR_STREAMS = [AsyncXApiKey(), AsyncBearer()]


def as_viewer(key: KeyView) -> Viewer:
    """Return what a key may see: what a member of its organisation sees."""
    return Viewer(key.id, MappingProxyType({key.organisation_id: Role.MEMBER}))


async def ask(question: Callable[[], Asked]) -> Asked:
    """Return what the database says, without keeping a thread or a connection of one's own while a stream is open."""

    def asked() -> Asked:
        try:
            return question()
        finally:
            close_old_connections()

    return await sync_to_async(asked, thread_sensitive=False)()
