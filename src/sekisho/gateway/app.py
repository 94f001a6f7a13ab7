"""The gateway as an ASGI application: finds the endpoint, answers for itself, hands conversations to the
pipeline.

    POST /v1/messages  /v1/messages/count_tokens      Messages
    POST /v1/chat/completions  /v1/responses          OpenAI
    GET  /v1/models  /v1/models/ID                    both, told apart by `anthropic-version`
    GET, POST  /v1/reviews…  /v1/reports…             handed on to the control plane (`relay.py`)
    GET  /health  /ready  /metrics                    for operators

`make_app(gate)` runs alone (`server.py`) or mounted beneath another application; a path that is not ours
gets the 404 of the provider whose SDK would ask for it.
"""

from __future__ import annotations

import contextlib
import logging

import msgspec

from sekisho.base.ids import new_id
from sekisho.base.text import Text
from sekisho.gateway import auth, pipeline, relay
from sekisho.gateway.control_paths import is_for_control
from sekisho.gateway.errors import ClientGoneError, GateError, Kind
from sekisho.gateway.exchange import JSON, Exchange, Message, Receive, Send
from sekisho.gateway.gate import Gate
from sekisho.gateway.meter import CONTENT_TYPE
from sekisho.gateway.types import Endpoint
from sekisho.link.snapshot import Dialect

CONVERSATIONS = {
    "/v1/messages": Endpoint.MESSAGES,
    "/v1/messages/count_tokens": Endpoint.COUNT_TOKENS,
    "/v1/chat/completions": Endpoint.CHAT_COMPLETIONS,
    "/v1/responses": Endpoint.RESPONSES,
}
MODELS = "/v1/models"
STATEFUL = (
    "/v1/messages/batches",
    "/v1/batches",
    "/v1/files",
    "/v1/responses",
    "/v1/conversations",
    "/v1/containers",
)
"""Where providers keep what they are sent. The gate serves none of it, under zero retention or not (R-DATA-134)."""
OPERATORS = ("/health", "/ready", "/metrics")

log = logging.getLogger(__name__)


class GatewayApp:
    def __init__(self, gate: Gate) -> None:
        self.gate = gate

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._answer(Exchange(scope, receive, send, self.gate.limits.client_idle_s))
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def _answer(self, exchange: Exchange) -> None:
        """Answer in every case: a fault of the gate is told in the provider's shape, and lets nothing
        pass."""
        with contextlib.suppress(ClientGoneError):
            try:
                await self._route(exchange)
            except ClientGoneError:
                raise
            except Exception as problem:
                log.error("exception.uncaught", exc_info=problem)
                if not exchange.ended:
                    await self._refuse(exchange, GateError(Kind.INTERNAL, "internal_error", _FAULT))

    async def _route(self, exchange: Exchange) -> None:
        path, method = exchange.path, exchange.method
        if endpoint := CONVERSATIONS.get(path):
            if method == "POST":
                return await pipeline.converse(self.gate, exchange, endpoint)
            return await self._refuse(exchange, _wrong_method("POST"))
        if path == MODELS or (path.startswith(MODELS + "/") and _is_plain(path)):
            if method == "GET":
                return await pipeline.models(self.gate, exchange, dialect_of(exchange))
            return await self._refuse(exchange, _wrong_method("GET"))
        if is_for_control(path) and _is_plain(path):
            return await self._relay(exchange)
        if path in OPERATORS and method in ("GET", "HEAD"):
            return await self._operator(exchange, path)
        is_kept = any(path == one or path.startswith(f"{one}/") for one in STATEFUL)
        await self._refuse(exchange, _STATEFUL if is_kept else _no_such_path(method, path))

    async def _relay(self, exchange: Exchange) -> None:
        held = self.gate.snapshots.current
        try:
            if held is not None:
                exchange.policy = pipeline.policy_of(self.gate, held, exchange)
            await self.gate.relay.hand_on(exchange, held)
        except GateError as problem:
            self.gate.meter.count("sekisho_refusals_total", code=problem.code)
            home = auth.home_language(held, exchange.headers)
            await relay.refused(exchange, dialect_of(exchange), problem, home)

    async def _operator(self, exchange: Exchange, path: str) -> None:
        match path:
            case "/health":
                await exchange.reply(200, [JSON], b'{"status":"live"}')
            case "/ready":
                missing = self.gate.missing()
                said: dict[str, object] = {
                    "status": "not ready" if missing else "ready",
                    "missing": missing,
                }
                if (
                    judge := self.gate.judge
                ) is not None:  # without its answers each clause's fail mode decides
                    said["judge"] = "answering" if judge.is_answering else "not answering"
                if self.gate.keeps_nothing:
                    said["zero_retention"] = "kernel" if self.gate.is_confined else "policy"
                body = msgspec.json.encode(said)
                await exchange.reply(503 if missing else 200, [JSON], body)
            case _:
                await exchange.reply(200, [(b"content-type", CONTENT_TYPE)], self.gate.meter.exposition())

    async def _refuse(self, exchange: Exchange, problem: GateError) -> None:
        await pipeline.refuse(self.gate, exchange, dialect_of(exchange), new_id("req"), problem)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        await self.gate.open()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.gate.close()
        await send({"type": "lifespan.shutdown.complete"})


def make_app(gate: Gate) -> GatewayApp:
    """Return the gateway as an ASGI application. Its lifespan opens and closes `gate`; an application that
    mounts it without lifespan events awaits `gate.open()` and `gate.close()` itself."""
    return GatewayApp(gate)


def dialect_of(exchange: Exchange) -> Dialect:
    """Return whose SDK asks, where the path does not say it."""
    if exchange.path in ("/v1/chat/completions", "/v1/responses"):
        return Dialect.OPENAI
    if exchange.path.startswith("/v1/messages") or exchange.header(b"anthropic-version"):
        return Dialect.ANTHROPIC
    return Dialect.OPENAI if exchange.header(b"authorization") else Dialect.ANTHROPIC


def _is_plain(path: str) -> bool:
    """Whether a path means the same to every server: `/v1/models/../files` would reach, with the gate's own
    credential, what the gate does not serve."""
    parts = path.split("/")[1:]
    return not {"", ".", ".."}.intersection(parts) and "%" not in path and "\\" not in path


def _wrong_method(right: str) -> GateError:
    message = Text(
        "This address takes {right}. Send the request again with that method.",
        "このアドレスは {right} だけを受け付けます。メソッドを変えてお送りください。",
    )
    return GateError(Kind.METHOD_NOT_ALLOWED, "method_not_allowed", message.format(right=right))


def _no_such_path(method: str, path: str) -> GateError:
    message = Text(
        "There is nothing at {method} {path}. The gate serves "
        "/v1/messages, /v1/chat/completions and /v1/models.",
        "{method} {path} はありません。/v1/messages、/v1/chat/completions、/v1/models をご利用ください。",
    )
    return GateError(Kind.NOT_FOUND, "path_unknown", message.format(method=method[:16], path=path[:200]))


_STATEFUL = GateError(
    Kind.NOT_FOUND,
    "stateful_endpoint",
    Text(
        "The gate does not serve endpoints at which a provider keeps what it is sent: batches, files, stored "
        "answers. "
        "Send the content itself to /v1/messages, /v1/chat/completions or /v1/responses.",
        "提供元が内容を保存するエンドポイント（バッチ、ファイル、保存済みの応答）は、この関所では利用できません。"
        "内容そのものを /v1/messages、/v1/chat/completions、/v1/responses にお送りください。",
    ),
)
_FAULT = Text(
    "Something went wrong in the gate, so nothing was passed on. Try again; if it stays, tell the operator.",
    "関所で問題が起きたため、お通しできませんでした。"
    "もう一度お試しいただき、続く場合は管理者にお知らせください。",
)
