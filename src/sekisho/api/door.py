"""At the door: what need not be read is refused before it is read. Plain ASGI around the pages.

Django's own ASGI handler takes a whole body in before any view is asked, and writes a large one to disk. For feedback
that would be too late: under zero retention not a byte of it may be kept anywhere (R-DATA-070, R-DATA-142).
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from django.utils.timezone import now

from sekisho.accounts.queries import key_presented
from sekisho.api.feedback import permit
from sekisho.api.keys import ask
from sekisho.api.problems import TOO_LARGE, UNKNOWN_KEY
from sekisho.base.errors import SekishoError
from sekisho.base.text import Text, lang_from_header
from sekisho.records.feedback.rules.sending import LARGEST_BYTES

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

GUARDED = ("/v1/feedback", "/v1/survey")


class Bounded:
    """A `receive` that ends as if the client had left, once more than the largest request came: also where no length
    was stated."""

    def __init__(self, receive: Receive) -> None:
        self._receive, self._taken, self.is_too_large = receive, 0, False

    async def __call__(self) -> Message:
        message = await self._receive()
        self._taken += len(message.get("body", b""))
        self.is_too_large = self._taken > LARGEST_BYTES
        return {"type": "http.disconnect"} if self.is_too_large else message


def guarded(app: App) -> App:
    """Return the application behind a door that knows feedback's rules."""

    async def door(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST" or not _is_guarded(scope["path"]):
            await app(scope, receive, send)
            return
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        if refusal := await _refusal(scope["path"], headers):
            await _refuse(send, *refusal, headers)
            return
        bounded = Bounded(receive)
        await app(scope, bounded, send)
        if bounded.is_too_large:  # the application believes that the client left, and has said nothing
            await _refuse(send, 413, "request_too_large", TOO_LARGE, headers)

    return door


def _is_guarded(path: str) -> bool:
    return any(path == one or path.startswith(f"{one}/") for one in GUARDED)


async def _refusal(path: str, headers: Mapping[str, str]) -> tuple[int, str, Text] | None:
    """Return status, code and message for what is refused whatever its body says."""
    length = headers.get("content-length", "0")
    if not length.isascii() or not length.isdigit() or int(length[:12]) > LARGEST_BYTES:
        return 413, "request_too_large", TOO_LARGE
    return await ask(lambda: _told(path, headers))


def _told(path: str, headers: Mapping[str, str]) -> tuple[int, str, Text] | None:
    plain = headers.get("x-api-key") or headers.get("authorization", "").partition(" ")[2]
    key = key_presented(plain, now()) if plain else None
    if key is None:
        return 401, "authentication_error", UNKNOWN_KEY
    try:
        permit("POST", path, key, headers)
    except SekishoError as refusal:
        return 403, refusal.code, refusal.message
    return None


async def _refuse(send: Send, status: int, code: str, message: Text, headers: Mapping[str, str]) -> None:
    said = message.in_(lang_from_header(headers.get("accept-language")) or "en")
    body = json.dumps(
        {"type": "error", "error": {"type": code, "message": said}}, ensure_ascii=False
    ).encode()
    told = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    # what is still on its way is not read: the connection ends here
    await send(
        {"type": "http.response.start", "status": status, "headers": [*told, (b"connection", b"close")]}
    )
    await send({"type": "http.response.body", "body": body})
