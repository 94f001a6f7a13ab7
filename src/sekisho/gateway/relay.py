"""The control plane's own paths, handed on by a gateway that runs apart from it.

    client ── GET /v1/reviews/rev_… ──▶ gateway ── the same, with the client's credential ──▶ control plane

So a client has one address for everything. The control plane knows the key and decides; the gateway only keeps out
who has no key at all, and takes care that waiting for a person never takes the place of traffic: relays have places of
their own, every wait a deadline, every body a bound. Events come through as they are said.
"""

from __future__ import annotations

import logging

from sekisho.base.ids import new_id
from sekisho.base.text import Text
from sekisho.gateway import auth, replies
from sekisho.gateway.admit import Capacity
from sekisho.gateway.errors import ClientGoneError, GateError, Kind
from sekisho.gateway.exchange import Exchange, Headers
from sekisho.gateway.upstream import Answer, chunks, returned
from sekisho.gateway.upstream.address import address_of
from sekisho.gateway.upstream.client import head_of
from sekisho.gateway.upstream.pool import Pool
from sekisho.link.snapshot import Dialect, Snapshot

BODY_BYTES = 1024 * 1024
"""Of a request that is handed on: an answer to a reviewer, or a report."""
ANSWER_BYTES = 32 * 1024 * 1024
AT_A_TIME = 256
"""Relays of one process, most of them clients that wait for events."""
CONNECT_S = 5.0
SILENT_S = 120.0
"""Seconds of silence after which the control plane is given up. Its event streams say something far more often."""
METHODS = ("GET", "POST")
HANDED_ON = frozenset(
    {
        b"authorization", b"x-api-key", b"accept", b"accept-language", b"content-type", b"user-agent",
        b"last-event-id", b"if-none-match", b"idempotency-key", } )  # fmt: skip
"""Headers of the client that the control plane has a use for."""
RELAYED = (b"sekisho-relayed", b"1")
"""Marks what was handed on once: an address that leads back to a gateway is told, and not followed for ever."""

log = logging.getLogger(__name__)


class Relay:
    """The way to the control plane. Without an address there is none, and whoever asks is told what to set."""

    def __init__(self, control_url: str, connect_s: float = CONNECT_S, silent_s: float = SILENT_S) -> None:
        self._address = address_of(control_url) if control_url else None
        self._pool = Pool(connect_s, silent_s)
        self._places = Capacity(AT_A_TIME)

    async def close(self) -> None:
        await self._pool.close()

    async def hand_on(self, exchange: Exchange, snapshot: Snapshot | None) -> None:
        """Answer with what the control plane says. Raises `GateError` when it cannot be asked."""
        with self._places:
            self._check(exchange, snapshot)
            body = await exchange.body(BODY_BYTES)
            with exchange.watched():
                answer = await self._ask(exchange, body)
                try:
                    await _pass_on(exchange, answer)
                finally:
                    answer.close()

    def _check(self, exchange: Exchange, snapshot: Snapshot | None) -> None:
        if self._address is None:
            raise GateError(Kind.NOT_FOUND, "control_url_unset", _UNSET)
        if any(name == RELAYED[0] for name, _ in exchange.headers):
            raise GateError(Kind.NOT_FOUND, "relayed_twice", _TWICE)
        if exchange.method not in METHODS:
            raise GateError(Kind.METHOD_NOT_ALLOWED, "method_not_allowed", _METHOD)
        if snapshot is not None and not auth.is_known(snapshot, exchange.headers):
            raise GateError(Kind.AUTHENTICATION, "key_unknown", auth.UNKNOWN)

    async def _ask(self, exchange: Exchange, body: bytes) -> Answer:
        assert self._address is not None
        try:
            # a base path is kept, and `/v1` is not doubled, as with any provider
            target = self._address.target(exchange.target)
            sent = _handed_on(exchange.headers)
            head = head_of(exchange.method, target, self._address, sent, len(body))
            return Answer(
                await self._pool.ask(self._address.origin, head, body, is_safe=exchange.method == "GET")
            )
        except TimeoutError as problem:
            raise GateError(Kind.UPSTREAM_TIMEOUT, "control_silent", _SILENT, retry_after_s=5) from problem
        except (OSError, ValueError) as problem:
            log.warning("control.unreachable", extra={"problem": type(problem).__name__})
            raise GateError(Kind.UPSTREAM, "control_unreachable", _UNREACHABLE, retry_after_s=5) from problem


def _handed_on(headers: Headers) -> Headers:
    return [*((name, value) for name, value in headers if name in HANDED_ON), RELAYED]


async def _pass_on(exchange: Exchange, answer: Answer) -> None:
    """Give the client what comes, as it comes."""
    headers = returned(answer.headers)
    await exchange.start(answer.status, [*headers, *replies.own_headers(new_id("req"), headers)])
    async for chunk in chunks(answer, ANSWER_BYTES):
        await exchange.write(chunk)
    await exchange.finish()


async def refused(exchange: Exchange, dialect: Dialect, problem: GateError, language: str) -> None:
    """Tell of a relay that failed: as a whole error, or, where the answer has begun, by breaking it off."""
    if exchange.started:
        raise ClientGoneError
    status, headers, body = replies.trouble(
        dialect, new_id("req"), problem, replies.language_of(exchange, language)
    )
    await exchange.reply(status, headers, body)


_UNSET = Text(
    "This gateway runs apart from the control plane and does not know where that is. The operator has to set "
    "SEKISHO_CONTROL_URL to its address; until then, ask the control plane itself.",
    "このゲートウェイは管理系と別に動いており、その所在を知りません。管理者が SEKISHO_CONTROL_URL に管理系の"
    "アドレスを設定する必要があります。それまでは管理系に直接お問い合わせください。",
)
_TWICE = Text(
    "SEKISHO_CONTROL_URL leads to a gateway. The operator has to set it to the address of the control plane.",
    "SEKISHO_CONTROL_URL がゲートウェイを指しています。管理者が管理系のアドレスを設定する必要があります。",
)
_METHOD = Text(
    "This address takes GET and POST. Send the request again with one of them.",
    "このアドレスは GET と POST だけを受け付けます。メソッドを変えてお送りください。",
)
_SILENT = Text(
    "The control plane did not answer in time. Try again shortly.",
    "管理系から時間内に応答がありませんでした。少し待ってからもう一度お試しください。",
)
_UNREACHABLE = Text(
    "The control plane cannot be reached. Try again shortly.",
    "管理系に接続できません。少し待ってからもう一度お試しください。",
)
