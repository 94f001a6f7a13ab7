"""The fake provider: speaks Messages and Chat Completions over real HTTP on loopback, and needs no key.

It runs the demonstration and the tests. `scripts.py` says what it can be made to do.
"""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from dataclasses import dataclass
from typing import Any

import msgspec
import uvicorn

from sekisho.gateway.fake import responses, wire
from sekisho.gateway.fake.scripts import SCRIPTS, Answer, Ask, Trouble, play

MODELS = ("claude-fake-1", "gpt-fake-1", *(f"fake-{name}" for name in SCRIPTS))
Message = MutableMapping[str, Any]


EVENT_STREAM = b"text/event-stream; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Speech:
    """How answers are written on one wire."""

    whole: Callable[[Ask, Answer], bytes]
    events: Callable[[Ask, Answer], Iterator[bytes]]
    is_openai: bool = True


SPEECHES = {
    "/v1/messages": Speech(wire.message, wire.message_events, is_openai=False),
    "/v1/chat/completions": Speech(wire.completion, wire.completion_events),
    "/v1/responses": Speech(responses.response, responses.response_events),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as the provider got it. Only the last few are kept."""

    method: str
    path: str
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        wanted = name.lower().encode()
        return next((value.decode() for key, value in self.headers if key == wanted), None)


class FakeUpstream:
    """A provider on a free port of loopback: `async with FakeUpstream() as fake: … fake.url …`."""

    def __init__(self, play: Callable[[Ask], Answer | Trouble] = play) -> None:
        """`play` says what is answered; without it, the scripts."""
        self.play = play
        self.url = ""
        self.seen: deque[Seen] = deque(maxlen=64)
        self.left = asyncio.Event()
        """Set as soon as a client leaves before its answer is complete."""
        self._starting = asyncio.Lock()
        self._server: uvicorn.Server | None = None

    async def address(self) -> str:
        """Return where it listens; the first to ask starts it."""
        async with self._starting:
            if not self.url:
                await self.__aenter__()
        return self.url

    async def __aenter__(self) -> FakeUpstream:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        config = uvicorn.Config(self, log_config=None, lifespan="off", ws="none", timeout_graceful_shutdown=1)
        config.access_log = False
        config.load()
        self._server = uvicorn.Server(config)
        self._server.lifespan = config.lifespan_class(config)
        await self._server.startup(sockets=[listener])
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def hang_up(self) -> None:
        """Drop every connection, as a provider does with those that were idle for long."""
        if self._server is not None:
            for connection in list(self._server.server_state.connections):
                connection.transport.abort()

    async def close(self) -> None:
        """Stop at once, dropping every connection."""
        if self._server is None:
            return
        for listener in self._server.servers:
            listener.close()
        self.hang_up()
        for task in list(self._server.server_state.tasks):
            task.cancel()
        await asyncio.gather(*self._server.server_state.tasks, return_exceptions=True)
        self._server, self.url = None, ""

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        body = bytearray()
        while (message := await receive())["type"] == "http.request":
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        seen = Seen(scope["method"], scope["path"], tuple(scope["headers"]), bytes(body))
        self.seen.append(seen)
        await _Line(self, receive, send).answer(seen)


@dataclass(slots=True)
class _Line:
    """One exchange with one client."""

    fake: FakeUpstream
    receive: Callable[[], Awaitable[Message]]
    send: Callable[[Message], Awaitable[None]]

    async def answer(self, seen: Seen) -> None:
        speech = SPEECHES.get(seen.path)
        is_openai = speech is not None and speech.is_openai
        if speech is not None:
            ask = _read(seen.body, is_openai)
            await self._perform(ask, self.fake.play(ask), speech)
        elif seen.path == "/v1/messages/count_tokens":
            await self._whole(200, msgspec.json.encode({"input_tokens": max(1, len(seen.body) // 4)}))
        elif seen.path == "/v1/models":
            await self._whole(200, wire.models(MODELS, is_openai=not seen.header("anthropic-version")))
        else:
            await self._whole(404, wire.trouble(Trouble(404, "not_found_error", "Not found"), is_openai))

    async def _perform(self, ask: Ask, act: Answer | Trouble, speech: Speech) -> None:
        match act:
            case Trouble():
                extra = [(b"retry-after", act.retry_after.encode())] if act.retry_after else []
                await self._whole(act.status, wire.trouble(act, speech.is_openai), extra)
            case Answer(silent=True):
                await self._wait_for_leave()
            case Answer() if ask.streamed:
                await self._stream(act, list(speech.events(ask, act)))
            case Answer(breaks=True) | Answer(stalls=True):
                await self._stream(act, [speech.whole(ask, act)], b"application/json")
            case Answer():
                await self._whole(200, speech.whole(ask, act))

    async def _whole(self, status: int, body: bytes, extra: list[tuple[bytes, bytes]] | None = None) -> None:
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"request-id", b"req_fake01"),
            *(extra or []),
        ]
        await self.send({"type": "http.response.start", "status": status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})

    async def _stream(self, answer: Answer, events: list[bytes], kind: bytes = EVENT_STREAM) -> None:
        headers = [(b"content-type", kind), (b"request-id", b"req_fake01")]
        await self.send({"type": "http.response.start", "status": 200, "headers": headers})
        for event in self._half(events) if answer.breaks or answer.stalls else iter(events):
            await self.send({"type": "http.response.body", "body": event, "more_body": True})
            if answer.pause_s:
                await asyncio.sleep(answer.pause_s)
        if answer.stalls:
            await self._wait_for_leave()
        elif not answer.breaks:
            await self.send({"type": "http.response.body", "body": b""})
        # A broken answer returns without its last chunk, and the server drops the connection.

    def _half(self, events: list[bytes]) -> Iterator[bytes]:
        if len(events) == 1:
            return iter([events[0][: len(events[0]) // 2]])
        return iter(events[: max(3, len(events) // 2)])

    async def _wait_for_leave(self) -> None:
        while (await self.receive())["type"] != "http.disconnect":
            pass
        self.fake.left.set()


def _read(body: bytes, is_openai: bool) -> Ask:
    request = msgspec.json.decode(body)
    messages = request.get("messages") or request.get("input") or [{}]
    if isinstance(messages, str):
        messages = [{"role": "user", "content": messages}]
    users = [message for message in messages if message.get("role") == "user"] or [{}]
    tools = request.get("tools") or []
    usage = bool((request.get("stream_options") or {}).get("include_usage")) if is_openai else True
    return Ask(
        prompt=_text(users[-1].get("content")),
        model=str(request.get("model", "")),
        streamed=bool(request.get("stream")),
        tools=tuple(str(tool.get("name") or tool.get("function", {}).get("name", "")) for tool in tools),
        tool_answered=_is_tool_result(messages[-1]),
        wants_usage=usage,
    )


def _is_tool_result(last: dict[str, Any]) -> bool:
    if last.get("role") == "tool" or last.get("type") == "function_call_output":
        return True
    parts = last.get("content") or []
    return any(part.get("type") == "tool_result" for part in parts if isinstance(part, dict))


def _text(content: object) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "\n".join(str(part.get("text", "")) for part in parts if isinstance(part, dict))
