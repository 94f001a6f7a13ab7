"""The life of a request, from its first byte to its last.

    authenticate ▶ admit ▶ read ▶ screen input ▶ forward ▶ screen output ▶ record ▶ last byte

Three laws hold on every road through this file:

1. **What is not recorded does not pass.** The last byte of an answer (for a stream, its terminal event) is
   sent after its journal entry is durable. If the journal cannot take it, the answer becomes an error.
2. **The wire is never rewritten on the way in** (R-DATA-260): the body goes to the provider byte for byte,
   or not at all. The one exception is a word: zero retention makes `store` false (R-DATA-264).
3. **Nothing hangs, and nothing runs for nobody.** Every wait has a deadline, and a client that leaves takes
   its upstream request with it.

Refusals before a conversation could be read (a wrong key, a malformed body, no room) are answered and
counted; from `Turn` on, every request ends in exactly one entry.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import datetime

from sekisho.accounts.types import Scope
from sekisho.base.ids import new_id
from sekisho.base.text import Text
from sekisho.gateway import admit, auth, data_policy, measures, replies
from sekisho.gateway.cases import case_of, history_of, in_force, notices_for, reader_of
from sekisho.gateway.dialects import MalformedAnswerError, adapter_for
from sekisho.gateway.directory import directory_of, keep_directory
from sekisho.gateway.disclosure import Evidence, conversation_key, disclosure_for
from sekisho.gateway.errors import ClientGoneError, GateError, Kind
from sekisho.gateway.exchange import Exchange
from sekisho.gateway.gate import Gate
from sekisho.gateway.record import entry_of
from sekisho.gateway.retention import listed, without_storing
from sekisho.gateway.screen import InputResult, StreamScreen
from sekisho.gateway.screen.input import asked
from sekisho.gateway.turn import Laps, Outcome, Told, Turn
from sekisho.gateway.types import Endpoint, Principal
from sekisho.gateway.upstream import Answer, chunks, read_bounded, returned
from sekisho.link.journal import JournalUnavailableError
from sekisho.link.snapshot import Dialect, Snapshot
from sekisho.policy.types import Action

log = logging.getLogger(__name__)


async def converse(gate: Gate, exchange: Exchange, endpoint: Endpoint) -> None:
    """Take one request of a conversation through the gate, and answer it in every case."""
    request_id, dialect = new_id("req"), replies.dialect_of(endpoint)
    try:
        with gate.capacity:
            turn = await read_turn(gate, exchange, endpoint, request_id)
            screened, told = await answer(gate, exchange, turn)
            await record(gate, turn, screened, told)
            await replies.deliver(exchange, told)
    except GateError as problem:
        await refuse(gate, exchange, dialect, request_id, problem)
    except ClientGoneError:
        gate.meter.count("sekisho_refusals_total", code="client_gone")


# -- authenticate, admit, read -------------------------------------------------------------------------------


async def read_turn(gate: Gate, exchange: Exchange, endpoint: Endpoint, request_id: str) -> Turn:
    """Return the request, read, with all that is known about it. Raises `GateError` when it may not go on."""
    laps, at = Laps(), gate.clock()
    snapshot = auth.fresh(gate.snapshots.current, at)
    principal = authenticate(gate, snapshot, exchange, Scope.MESSAGES, at)
    replies.check_headers(exchange, endpoint)
    floor = in_force(gate.terms, snapshot, at)
    pack = gate.terms.pack(snapshot, principal.organisation.id, floor)
    laps.lap("admit")
    body = await exchange.body(gate.limits.body_bytes)
    laps.lap("receive")
    adapter = adapter_for(endpoint)
    history = history_of(gate.screen, adapter, endpoint, body, principal, pack)
    request = history.read() if history is not None else adapter.read(endpoint, body)
    exchange.language = reader_of(exchange, request, principal)
    principal = auth.identify(principal, request.end_user_name, snapshot, at)
    admit.keep_end_user_pace(gate.paces, principal, snapshot, at, gate.monotonic())
    measures.keep_throttles(principal, snapshot, request, at)
    keep_directory(snapshot, principal, request)
    route = admit.choose_route(snapshot, request.dialect, request.model, principal)
    request = without_storing(request, principal)
    exchange.policy = data_policy.line(principal, snapshot, gate.is_confined, route)
    session = exchange.header(data_policy.SESSION)
    conversation = conversation_key(request, principal, session, snapshot.pseudonym_key)
    hearing = gate.judge.hearing(principal, route) if gate.judge is not None else None
    notices = notices_for(snapshot, principal, request_id, floor, exchange.language)
    case = case_of(gate.terms, snapshot, principal, pack, notices, at, hearing, history)
    if directory := directory_of(snapshot, principal, request):
        case = replace(case, directory=directory)
    is_known = (request.has_history or bool(session)) and conversation in gate.disclosed
    disclosure = disclosure_for(request, principal, case.pack, is_known, case.notices.language)
    laps.lap("read")
    product = "coding" if session else "api"
    return Turn(
        request_id, at, snapshot, principal, adapter, request, route, conversation, disclosure, case, laps,
        product,
    )  # fmt: skip


def authenticate(gate: Gate, snapshot: Snapshot, exchange: Exchange, scope: Scope, at: datetime) -> Principal:
    """Return who asks, once they may pass, keep their pace, and have tokens left."""
    principal = auth.authenticate(snapshot, exchange.headers, scope, at)
    principal = data_policy.as_demanded(principal, exchange.headers, gate.quiet, gate.keeps_nothing)
    exchange.policy = data_policy.line(principal, snapshot, gate.is_confined)
    admit.keep_declaration(principal)
    admit.keep_pace(gate.paces, principal, snapshot, at, gate.monotonic())
    admit.keep_budget(gate.spending, principal, at)
    return principal


def policy_of(gate: Gate, snapshot: Snapshot, exchange: Exchange) -> bytes:
    """Return what an answer of the control plane says of the data of whoever asks."""
    principal = auth.known(snapshot, exchange.headers)
    if principal is None:
        return exchange.policy
    principal = data_policy.as_demanded(principal, exchange.headers, gate.quiet, gate.keeps_nothing)
    return data_policy.line(principal, snapshot, gate.is_confined)


# -- screen input, forward, screen output --------------------------------------------------------------------


async def answer(gate: Gate, exchange: Exchange, turn: Turn) -> tuple[InputResult, Told]:
    """Return what was decided about the request, and what the client is told, its last byte still unsent."""
    if turn.request.endpoint is Endpoint.COUNT_TOKENS:  # nothing is generated, so there is nothing to judge
        screened = InputResult(Action.ALLOW)
    else:
        screened = await gate.screen.input(turn.request, turn.case)
    turn.laps.lap("screen_input")
    if screened.notice and screened.notice.action == Action.BLOCK.word:
        return screened, replies.blocked(turn, screened, screened.notice)
    return screened, await forward(gate, exchange, turn, screened)


async def forward(gate: Gate, exchange: Exchange, turn: Turn, screened: InputResult) -> Told:
    """Send the request to its provider and screen what comes back, while the client is there to hear it."""
    stream: StreamScreen | None = None
    response: Answer | None = None
    request, case = turn.request, turn.case
    if screened.asked_if_human:
        case = replace(case, asked_if_human=True)
    try:
        with exchange.watched():
            response = await gate.upstream.send(
                turn.route, "POST", exchange.target, exchange.headers, request.body
            )
            turn.laps.lap("upstream_headers")
            if replies.is_stream(response):
                is_held = screened.action is Action.HOLD
                stream = gate.screen.stream(request, case, turn.disclosure.sentence, is_draft=is_held)
                await relay(gate, exchange, turn, screened, response, stream)
                await gate.screen.close(stream, case)
                return replies.streamed(turn, screened, stream, response, exchange.started)
            body = await read_bounded(response, gate.limits.answer_bytes)
            turn.laps.lap("upstream_body")
            if not replies.is_answer(response) or request.endpoint is Endpoint.COUNT_TOKENS:
                return replies.passed_on(turn, screened, response, body)
            result = await gate.screen.answer(request, case, body, turn.disclosure.sentence)
            return replies.whole(turn, screened, response, result)
    except ClientGoneError:
        await gate.screen.break_off(stream)
        return replies.gone(turn, screened, stream)
    except GateError as problem:
        facts = {"request_id": turn.id, "route": turn.route.id, "code": problem.code}
        if problem.is_of_access:
            log.info("request.refused", extra=facts)
        else:
            log.warning("upstream.failed", extra=facts)
        await gate.screen.break_off(stream)
        return replies.broken(turn, screened, stream, problem, exchange.started)
    except MalformedAnswerError:
        await gate.screen.break_off(stream)
        return replies.broken(turn, screened, stream, replies.unreadable(), exchange.started)
    except asyncio.CancelledError:  # the process stops, and this answer's time to finish is over
        _carry_on()
        await gate.screen.break_off(stream)
        return replies.broken(turn, screened, stream, replies.stopping(), exchange.started)
    finally:
        if response is not None:
            response.close()


async def relay(
    gate: Gate,
    exchange: Exchange,
    turn: Turn,
    screened: InputResult,
    response: Answer,
    stream: StreamScreen,
) -> None:
    """Pass on what the screen releases, as it comes; of a draft that is nothing."""
    seen = turn.snapshot
    async for chunk in chunks(response):
        released = await gate.screen.feed(stream, chunk)
        if released:
            if not exchange.started:
                turn.laps.lap("first_byte")
                await exchange.start(200, replies.stream_headers(turn, screened, response))
            await exchange.write(released)
        if stream.stopped:
            return
        if gate.snapshots.current is not seen:
            seen = still_welcome(gate, exchange, turn)


def still_welcome(gate: Gate, exchange: Exchange, turn: Turn) -> Snapshot:
    """Return the new snapshot if the principal may go on: a revocation or suspension also ends an answer that
    is running."""
    at = gate.clock()
    snapshot = auth.fresh(gate.snapshots.current, at)
    principal = auth.authenticate(snapshot, exchange.headers, Scope.MESSAGES, at)
    auth.identify(principal, turn.request.end_user_name, snapshot, at)
    return snapshot


# -- record, last byte ---------------------------------------------------------------------------------------


async def record(gate: Gate, turn: Turn, screened: InputResult, told: Told) -> None:
    """Return once the entry is durable. Raises `GateError` when the journal cannot take it."""
    turn.laps.lap("answer")
    is_late = not turn.zero_retention and not data_policy.still_kept(turn.principal, gate.snapshots.current)
    is_lost = is_late and told.outcome is Outcome.HELD
    if is_late:  # zero retention was switched on while the answer ran: of start and end the stricter holds
        turn, told = turn.silenced(), told.silenced()
    said = asked(turn.request, turn.case) if told.outcome is Outcome.HELD else screened.new
    entry = entry_of(gate.name, gate.sealer(turn.snapshot), turn, told, said, gate.clock())
    try:
        await gate.journal.append(entry)
    except JournalUnavailableError as problem:
        gate.journal_failed()
        log.error("journal.unavailable", extra={"request_id": turn.id})
        raise GateError(Kind.UNAVAILABLE, "journal_unavailable", _NO_JOURNAL, retry_after_s=5) from problem
    turn.laps.lap("record")
    if told.disclosure is Evidence.INSERTED:
        gate.disclosed.add(turn.conversation)
    gate.count(turn, told)
    if is_lost:
        raise GateError(Kind.UNAVAILABLE, "held_under_zero_retention", _UNHELD, retry_after_s=1)


async def refuse(
    gate: Gate, exchange: Exchange, dialect: Dialect, request_id: str, problem: GateError
) -> None:
    """Tell the client of a refusal by the gate: as a whole answer, or inside the stream that has begun."""
    gate.meter.count("sekisho_refusals_total", code=problem.code)
    log.info("request.refused", extra={"request_id": request_id, "code": problem.code})
    home = auth.home_language(gate.snapshots.current, exchange.headers)
    language = exchange.language or replies.language_of(exchange, home)
    if exchange.started:
        await exchange.finish(replies.error_event(dialect, problem, request_id, language))
    else:
        status, headers, body = replies.trouble(dialect, request_id, problem, language)
        await exchange.reply(status, headers, body)


async def models(gate: Gate, exchange: Exchange, dialect: Dialect) -> None:
    """Pass on the provider's list of models. No turn of a conversation, so no entry."""
    request_id = new_id("req")
    try:
        with gate.capacity:
            at = gate.clock()
            snapshot = auth.fresh(gate.snapshots.current, at)
            principal = authenticate(gate, snapshot, exchange, Scope.MODELS, at)
            named = exchange.path.removeprefix("/v1/models").removeprefix("/")
            route = admit.choose_route(snapshot, dialect, named, principal)
            with exchange.watched():
                response = await gate.upstream.send(route, "GET", exchange.target, exchange.headers, b"")
                body = await read_bounded(response, gate.limits.answer_bytes)
            if principal.zero_retention:
                body = listed(body, route)
            headers = returned(response.headers)
            await exchange.reply(response.status, [*headers, *replies.own_headers(request_id, headers)], body)
    except GateError as problem:
        await refuse(gate, exchange, dialect, request_id, problem)
    except ClientGoneError:
        gate.meter.count("sekisho_refusals_total", code="client_gone")


def _carry_on() -> None:
    if task := asyncio.current_task():
        task.uncancel()


_UNHELD = Text(
    "Zero data retention was switched on while this answer waited for a person, so there is nothing left that they "
    "could look at. Send the request again.",
    "確認待ちの間にゼロデータ保持が有効になったため、担当者が確認できる内容は残っていません。"
    "もう一度お送りください。",
)
_NO_JOURNAL = Text(
    "The gate cannot record what happens, and lets nothing pass unrecorded. Try again shortly.",
    "関所で記録を残せない状態のため、お通しできません。少し待ってからもう一度お試しください。",
)
