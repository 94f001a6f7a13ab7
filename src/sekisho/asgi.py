"""One port, two planes: the gateway's paths go to the gateway, every other to Django."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from sekisho.gateway.control_paths import is_for_control

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

GATEWAY_PATHS = frozenset({"/health", "/ready", "/metrics"})
GATEWAY_PREFIX = "/v1/"


def is_for_gateway(path: str) -> bool:
    """Return whether the gateway answers `path`: exactly its own, so that a page never shadows it, nor it a
    page.
    """
    if is_for_control(path):  # of the API that needs the database (`api/`)
        return False
    return path in GATEWAY_PATHS or path.startswith(GATEWAY_PREFIX) or path == GATEWAY_PREFIX.rstrip("/")


def combine(gateway: App, pages: App) -> App:
    """Return one ASGI application out of the two planes. Start and stop (`lifespan`) are the gateway's.

    The planes share a port, not state: Django sees nothing of traffic, and the gateway nothing of the
    database.
    """

    async def either(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or (scope["type"] == "http" and is_for_gateway(scope["path"])):
            await gateway(scope, receive, send)
        elif scope["type"] == "http":
            await pages(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    return either


def pages() -> App:
    """Return Django as an ASGI application, set up and ready."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sekisho.settings")
    from django.core.asgi import get_asgi_application

    made = get_asgi_application()
    from sekisho.api.door import guarded  # what it asks needs Django set up
    from sekisho.console.messenger.streams import streamed
    from sekisho.records.retention.gate import Gate

    return Gate(guarded(streamed(made)))  # type: ignore[arg-type]


def __getattr__(name: str) -> App:
    """Make `application`, the pages alone, when a server asks for `sekisho.asgi:application`.

    Made on demand, so that `sekisho gateway` can import `combine` without Django.
    """
    if name == "application":
        return pages()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
