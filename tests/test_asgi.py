"""One port, two planes."""

from __future__ import annotations

from typing import Any

import pytest

from sekisho.asgi import App, combine


def plane(name: str, seen: list[tuple[str, str]]) -> App:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append((name, scope["type"]))

    return app


async def ask(scope: dict[str, Any]) -> tuple[list[tuple[str, str]], list[Any]]:
    seen: list[tuple[str, str]] = []
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {}

    async def send(message: Any) -> None:
        sent.append(message)

    await combine(plane("gateway", seen), plane("pages", seen))(scope, receive, send)
    return seen, sent


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("/v1/messages", "gateway", id="traffic"),
        pytest.param("/v1", "gateway", id="the root of traffic"),
        pytest.param("/health", "gateway", id="health"),
        pytest.param("/metrics", "gateway", id="metrics"),
        pytest.param("/", "pages", id="home"),
        pytest.param("/v1/reviews/rev_1", "pages", id="what the control plane answers"),
        pytest.param("/v1/openapi.json", "pages", id="the description of it"),
        pytest.param("/v1/reviewsx", "gateway", id="what only begins like it"),
        pytest.param("/policy", "pages", id="policy"),
        pytest.param("/v10/messages", "pages", id="not quite traffic"),
        pytest.param("/health/secret", "pages", id="not quite health"),
        pytest.param("/V1/messages", "pages", id="paths have a case"),
    ],
)
async def test_each_path_has_its_plane(path: str, expected: str) -> None:
    seen, _ = await ask({"type": "http", "path": path})
    assert seen == [(expected, "http")]


async def test_start_and_stop_are_the_gateways() -> None:
    assert (await ask({"type": "lifespan"}))[0] == [("gateway", "lifespan")]


async def test_websockets_are_closed() -> None:
    seen, sent = await ask({"type": "websocket", "path": "/v1/realtime"})
    assert seen == []
    assert sent == [{"type": "websocket.close", "code": 1000}]


async def test_django_stands_behind_the_pages(db: None) -> None:
    from sekisho import asgi

    assert callable(asgi.application)
    with pytest.raises(AttributeError):
        asgi.nothing  # noqa: B018
