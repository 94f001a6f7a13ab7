"""The gate after a restore: nothing is served from a database that is older than what was destroyed (R-DATA-254).

A worker that starts destroys it again and goes on (`require_whole`). Pages and API answer 503 with the reason until
that has happened.
"""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from asgiref.sync import sync_to_async

from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import SekishoError
from sekisho.base.text import Text, lang_from_header
from sekisho.records.retention import actions, tombstones
from sekisho.records.retention.words import REFUSALS

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOK_EVERY_S = 5.0
RETRY_AFTER_S = 60


def is_open() -> bool:
    """Return whether both databases know all that was destroyed."""
    return not tombstones.behind()


def require_whole(clock: Clock = system_clock) -> int:
    """Destroy again what a restored database does not know, and return how many tombstones that were. Raises
    `SekishoError` (`restored`) where that cannot be done: then nothing may be served."""
    try:
        replayed = actions.replay(clock())
    except OSError as problem:
        raise SekishoError("restored", REFUSALS["restored"]) from problem
    if not is_open():
        raise SekishoError("restored", REFUSALS["restored"])
    return replayed


class Gate:
    """An application that answers 503 as long as a database was restored and not told. Once open it stays open: whoever
    restores a database stops the processes first."""

    def __init__(
        self, app: App, asks: Callable[[], bool] = is_open, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._app, self._asks, self._now = app, asks, now
        self._open, self._looked_at = False, float("-inf")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._open or await self._look():
            await self._app(scope, receive, send)
            return
        await _refuse(scope["headers"], send)

    async def _look(self) -> bool:
        if self._now() - self._looked_at >= LOOK_EVERY_S:
            self._looked_at = self._now()
            self._open = bool(await sync_to_async(self._asks)())
        return self._open


async def _refuse(headers: Iterable[tuple[bytes, bytes]], send: Send) -> None:
    asked = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}
    words: Text = REFUSALS["restored"]
    message = words.in_(lang_from_header(asked.get("accept-language", "")) or "en")
    if "text/html" in asked.get("accept", ""):
        body, media = f"<!doctype html><meta charset=utf-8><title>503</title><p>{message}</p>", "text/html"
    else:
        body = json.dumps({"error": {"code": "restored", "message": message}}, ensure_ascii=False)
        media = "application/json"
    fields = [
        (b"content-type", f"{media}; charset=utf-8".encode()),
        (b"retry-after", str(RETRY_AFTER_S).encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": 503, "headers": fields})
    await send({"type": "http.response.body", "body": body.encode()})
