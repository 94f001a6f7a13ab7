"""How answers go back: the gate's own headers, errors in the provider's shape, and the last byte."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from sekisho.base.text import Lang, Text, as_lang, lang_from_header
from sekisho.gateway.disclosure import Evidence
from sekisho.gateway.errors import GateError, Kind, error_body, wire
from sekisho.gateway.exchange import JSON, Exchange, Headers
from sekisho.gateway.measures import headers_of
from sekisho.gateway.screen import InputResult, OutputResult, StreamScreen
from sekisho.gateway.turn import Outcome, Told, Turn
from sekisho.gateway.types import Endpoint, Notice, Request
from sekisho.gateway.upstream import BROKEN, UNREADABLE, Answer, returned
from sekisho.link.journal import DecisionEntry
from sekisho.link.snapshot import Dialect
from sekisho.policy.types import Action

REQUEST_ID = b"request-id"
OUR_ID = b"sekisho-request-id"
GRAVITY = {"modify": 1, "hold": 2, "block": 3}
"""The decisions that a client is told of in headers, from light to grave."""
MAY_WAIT = frozenset({Outcome.COMPLETED, Outcome.MODIFIED, Outcome.HELD})
"""Outcomes of an answer that can be a draft for a reviewer: it was whole, and nothing in it is refused."""
EVENT_STREAM = (b"content-type", b"text/event-stream; charset=utf-8")


def dialect_of(endpoint: Endpoint) -> Dialect:
    is_anthropic = endpoint in (Endpoint.MESSAGES, Endpoint.COUNT_TOKENS)
    return Dialect.ANTHROPIC if is_anthropic else Dialect.OPENAI


def check_headers(exchange: Exchange, endpoint: Endpoint) -> None:
    """Raise `GateError` for headers without which the body cannot be read as the provider would read it."""
    encoding = exchange.header(b"content-encoding").strip().lower()
    if encoding not in ("", "identity"):
        raise GateError(Kind.UNSUPPORTED_MEDIA, "encoded_body", _ENCODED.format(encoding=encoding[:40]))
    kind = exchange.header(b"content-type").partition(";")[0].strip().lower()
    if kind and kind != "application/json":
        raise GateError(Kind.UNSUPPORTED_MEDIA, "not_json", _NOT_JSON.format(kind=kind[:80]))
    if dialect_of(endpoint) is Dialect.ANTHROPIC and not exchange.header(b"anthropic-version"):
        raise GateError(Kind.INVALID_REQUEST, "version_missing", _VERSION)


def last_prompt(request: Request) -> str:
    """Return what the person said last; it tells their language."""
    return next(
        (piece.text for piece in reversed(request.pieces) if piece.speaker == "user" and piece.text), ""
    )


def own_headers(
    request_id: str, upstream: Headers, decisions: Sequence[DecisionEntry] = (), review: str = ""
) -> Headers:
    """Return the gate's headers. The provider's `request-id` stays where there is one; ours stands beside
    it."""
    headers: Headers = [(OUR_ID, request_id.encode())]
    if not any(name == REQUEST_ID for name, _ in upstream):
        headers.append((REQUEST_ID, request_id.encode()))
    decision = max(decisions, key=lambda entry: GRAVITY.get(entry.action, 0), default=None)
    if decision is not None and decision.action in GRAVITY:
        headers.append((b"sekisho-decision", decision.action.encode()))
        headers.append((b"sekisho-decision-id", decision.id.encode()))
        if decision.clause:
            headers.append((b"sekisho-clause", decision.clause.encode()))
    if review:
        headers.append((b"sekisho-review", review.encode()))
    return headers


def is_stream(response: Answer) -> bool:
    """Return whether the provider streams; what it sends decides, not what was asked of it."""
    return is_answer(response) and response.content_type == "text/event-stream"


def is_answer(response: Answer) -> bool:
    """Return whether the provider answers; whatever it calls a success is screened, not 200 alone."""
    return 200 <= response.status < 300


def stream_headers(turn: Turn, screened: InputResult, response: Answer) -> Headers:
    """Return the headers of a stream, which go out before its decisions are known: those of the input
    alone."""
    headers = returned(response.headers)
    return headers + own_headers(turn.id, headers, screened.decisions)


# -- what is told --------------------------------------------------------------------------------------------


def blocked(turn: Turn, screened: InputResult, notice: Notice) -> Told:
    """Return the refusal of a request that never reached a provider, in the shape of an answer (P-050)."""
    adapter, request = turn.adapter, turn.request
    body = adapter.blocked_stream(request, notice) if request.streamed else adapter.blocked(request, notice)
    headers = [EVENT_STREAM if request.streamed else JSON, *own_headers(turn.id, [], screened.decisions)]
    return Told(Outcome.BLOCKED, 200, headers, body, screened.decisions)


def held(turn: Turn, notice: Notice, result: OutputResult, decisions: tuple[DecisionEntry, ...]) -> Told:
    """Return the ticket for an answer that a qualified person sees first (P-020); the draft goes into the
    entry."""
    adapter, request = turn.adapter, turn.request
    body = adapter.ticket_stream(request, notice) if request.streamed else adapter.ticket(request, notice)
    own = own_headers(turn.id, [], decisions, notice.review_id)
    headers = [EVENT_STREAM if request.streamed else JSON, *own]
    return Told(
        Outcome.HELD,
        200,
        headers,
        body,
        decisions,
        usage=result.usage,
        answer=result.answer,
        withheld=result.withheld,
        review=notice.review_id,
    )


def whole(turn: Turn, screened: InputResult, response: Answer, result: OutputResult) -> Told:
    """Return a whole answer as the screen lets it go."""
    decisions = screened.decisions + result.decisions
    if screened.action is Action.HOLD and screened.notice and result.outcome in MAY_WAIT:
        return held(turn, screened.notice, result, decisions)
    headers = returned(response.headers)
    headers += own_headers(turn.id, headers, decisions, result.review)
    return _told(turn, result, decisions, headers, result.body)


def streamed(
    turn: Turn,
    screened: InputResult,
    stream: StreamScreen,
    response: Answer,
    is_started: bool,
) -> Told:
    """Return the end of a stream; when nothing had to be sent yet, its headers know all decisions."""
    tail = stream.finish()
    result = stream.result()
    if result.outcome == Outcome.UPSTREAM_BROKEN and not is_started:
        return broken(turn, screened, stream, GateError(Kind.UPSTREAM, "upstream_broken", BROKEN), False)
    decisions = screened.decisions + result.decisions
    if screened.action is Action.HOLD and screened.notice and result.outcome in MAY_WAIT:
        return held(turn, screened.notice, result, decisions)
    headers = returned(response.headers)
    headers += own_headers(turn.id, headers, decisions, result.review)
    return _told(turn, result, decisions, headers, tail)


def passed_on(turn: Turn, screened: InputResult, response: Answer, body: bytes) -> Told:
    """Return the provider's own words unchanged: its errors, on which clients match, and its token counts."""
    outcome = Outcome.COMPLETED if response.status == 200 else Outcome.UPSTREAM_ERROR
    headers = returned(response.headers)
    headers += own_headers(turn.id, headers, screened.decisions)
    return Told(outcome, response.status, headers, body, screened.decisions)


def gone(turn: Turn, screened: InputResult, stream: StreamScreen | None) -> Told:
    """Return the record of an answer that nobody waited for. 499 is nginx's word for it; nobody sees it."""
    if stream is None:
        return Told(Outcome.CLIENT_GONE, 499, decisions=screened.decisions)
    stream.broken()
    result = stream.result()
    told = _told(turn, result, screened.decisions + result.decisions, [], b"")
    return replace(told, outcome=Outcome.CLIENT_GONE, status=499)


def broken(
    turn: Turn, screened: InputResult, stream: StreamScreen | None, problem: GateError, is_started: bool
) -> Told:
    """Return what ended an answer that ran, the trouble of an upstream or of a principal's access: as a whole error
    before the first byte, inside the stream after it."""
    language = turn.case.notices.language
    status, headers, body = trouble(turn.request.dialect, turn.id, problem, language)
    outcome = Outcome.BLOCKED if problem.is_of_access else Outcome.UPSTREAM_BROKEN
    told = Told(outcome, status, headers, body, screened.decisions)
    if stream is None:
        return told
    tail = stream.broken(problem.message, problem.kind)
    result = stream.result()
    told = replace(
        told,
        decisions=screened.decisions + result.decisions,
        usage=result.usage,
        answer=result.answer,
        withheld=result.withheld,
    )
    return replace(told, status=200, body=tail) if is_started else told


def _told(
    turn: Turn, result: OutputResult, decisions: tuple[DecisionEntry, ...], headers: Headers, body: bytes
) -> Told:
    evidence = turn.disclosure.evidence
    if evidence is Evidence.INSERTED and not result.prefix_shown:
        evidence = Evidence.NONE
    return Told(
        Outcome(result.outcome),
        200,
        headers,
        body,
        decisions,
        usage=result.usage,
        answer=result.answer,
        withheld=result.withheld,
        review=result.review,
        disclosure=evidence,
    )


# -- last byte, errors ---------------------------------------------------------------------------------------


async def deliver(exchange: Exchange, told: Told) -> None:
    """Send the last byte; for what has not begun yet, everything."""
    if told.outcome is Outcome.CLIENT_GONE:
        return
    if exchange.started:
        await exchange.finish(told.body)
    else:
        await exchange.reply(told.status, told.headers, told.body)


def trouble(
    dialect: Dialect, request_id: str, problem: GateError, language: Lang
) -> tuple[int, Headers, bytes]:
    """Return status, headers and body of an error by the gate itself."""
    headers = [JSON, *own_headers(request_id, []), *headers_of(problem.restriction)]
    if problem.retry_after_s is not None:
        headers.append((b"retry-after", str(problem.retry_after_s).encode()))
    if problem.kind in (Kind.REQUEST_TOO_LARGE, Kind.CLIENT_TIMEOUT):
        headers.append((b"connection", b"close"))  # what is left of the body shall not be read as a request
    body = error_body(dialect, problem.kind, problem.told(language), request_id)
    return wire(dialect, problem.kind).status, headers, body


def error_event(dialect: Dialect, problem: GateError, request_id: str, language: Lang) -> bytes:
    """Return an error for a stream that has begun: its status is spent."""
    body = error_body(dialect, problem.kind, problem.told(language), request_id)
    lead = b"event: error\n" if dialect is Dialect.ANTHROPIC else b""
    return lead + b"data: " + body + b"\n\n"


def stopping() -> GateError:
    return GateError(Kind.UNAVAILABLE, "gate_stopping", _STOPPING, retry_after_s=1)


def unreadable() -> GateError:
    return GateError(Kind.UPSTREAM, "upstream_unreadable", UNREADABLE)


def language_of(exchange: Exchange, fallback: str) -> Lang:
    return lang_from_header(exchange.header(b"accept-language")) or as_lang(fallback)


_ENCODED = Text(
    "The body is encoded as {encoding}, which this gate does not read. Send it without content-encoding.",
    "本文が {encoding} で圧縮されています。この関所では読み取れないため、"
    "content-encoding なしでお送りください。",
)
_NOT_JSON = Text(
    "The body is {kind}. Send JSON, with content-type: application/json.",
    "本文の形式が {kind} です。content-type: application/json を付けて JSON でお送りください。",
)
_VERSION = Text(
    "anthropic-version: header is required. Send, for example, anthropic-version: 2023-06-01.",
    "anthropic-version ヘッダーが必要です。例: anthropic-version: 2023-06-01。",
)
_STOPPING = Text(
    "The gate is being restarted, and the answer could not be finished. Try again.",
    "関所の再起動のため、回答を最後までお届けできませんでした。もう一度お試しください。",
)
