"""Streams of what happens in a conversation: server-sent events that cost the database three queries for all of them.

    stream ─┐                    ┌─ looks five times a second, or at once when told of a change in this process:
    stream ─┼─ waits for bytes   ┤  which of the watched conversations have a newer event? reads those together,
    stream ─┘                    └─ and hands each stream what is new in its own

Raw ASGI in front of Django, whose handler keeps a thread for as long as a response lasts; a stream here keeps a task
and a queue (`benchmarks/messenger.py`). Who asks is found out as for any page, by the session. Pieces of an answer that
is being written reach the streams of the process that writes it; all others get the whole answer, and nothing is lost.
Source of the form: the HTML standard, section 9.2.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass, field
from importlib import import_module
from io import BytesIO
from typing import Any, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.core.handlers.asgi import ASGIRequest
from django.db import close_old_connections
from django.utils import translation

from sekisho.base.errors import NotFoundError
from sekisho.base.networks import network_of
from sekisho.base.text import Lang
from sekisho.console.messenger.asking import asker_of
from sekisho.console.messenger.showing import shown
from sekisho.console.peers import peer_of
from sekisho.support.messenger import queries
from sekisho.support.messenger.events import conversation_changed
from sekisho.support.messenger.types import Event

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Found = TypeVar("Found")
log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.2
KEEP_ALIVE_S = 15.0
"""Proxies close what is silent for longer: the HTML standard advises a comment every 15 seconds."""
LONGEST_S = 600.0
"""After this a stream ends, and its client opens another: who may read it is then asked anew."""
MOST_OF_A_TALK, MOST_OF_A_PERSON, MOST_OF_A_NETWORK, MOST = 8, 16, 200, 1_000
"""Streams of one conversation, of one person, of a network where nobody has signed in, and of a process. So nobody
takes the others' by beginning conversations without end; whoever gets none polls."""
AGAIN_MS = 2_000
"""How soon a client that lost its stream should open another."""
AFTER_FAILURE_S = 1.0
PATH = re.compile(r"/help/messenger/talk/(cnv_[0-9a-z]{26})/stream")
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


class Reader(NamedTuple):
    """Who reads a stream, as far as a stream has to know."""

    lang: Lang
    holder: str
    """By whom streams are counted: the person, else the network that asks."""
    most: int
    """Streams that they may have open."""


@dataclass(eq=False)
class Stream:
    """One open stream: what it has shown, and the bytes that wait for it. None ends it."""

    conversation: str
    reader: Reader
    mark: int
    waiting: asyncio.Queue[bytes | None] = field(default_factory=asyncio.Queue)

    def tell(self, events: Iterable[Event], rendered: dict[tuple[int, Lang], bytes]) -> None:
        for one in events:
            if one.number > self.mark:
                self.mark = one.number
                lang = self.reader.lang
                if (one.number, lang) not in rendered:
                    rendered[one.number, lang] = as_bytes(one, lang)
                self.waiting.put_nowait(rendered[one.number, lang])


@dataclass
class Hub:
    """The one who looks, for all streams of an event loop."""

    streams: dict[str, set[Stream]] = field(default_factory=dict)
    told: asyncio.Event = field(default_factory=asyncio.Event)
    looking: asyncio.Task[None] | None = None
    is_ending: bool = False

    @property
    def count(self) -> int:
        return sum(map(len, self.streams.values()))

    def has_room(self, conversation: str, reader: Reader) -> bool:
        held = sum(one.reader.holder == reader.holder for every in self.streams.values() for one in every)
        of_talk = len(self.streams.get(conversation, ()))
        return self.count < MOST and of_talk < MOST_OF_A_TALK and held < reader.most

    def add(self, stream: Stream) -> None:
        self.streams.setdefault(stream.conversation, set()).add(stream)
        if self.looking is None or self.looking.done():
            self.looking = asyncio.create_task(self._look())
        self.told.set()

    def drop(self, stream: Stream) -> None:
        held = self.streams.get(stream.conversation, set())
        held.discard(stream)
        if not held:
            self.streams.pop(stream.conversation, None)

    def piece(self, conversation: str, number: int, text: str) -> None:
        """Show a piece of the answer to the message `number`, to whoever looks on in this process. It has no id: who
        comes back gets the whole answer."""
        data = json.dumps({"to": number, "text": text}, ensure_ascii=False)
        for stream in self.streams.get(conversation, ()):
            stream.waiting.put_nowait(f"event: piece\ndata: {data}\n\n".encode())

    async def _look(self) -> None:
        """Look while anybody waits. A failure wakes nobody, and is tried again."""
        while self.streams:
            self.told.clear()
            rest_s = LOOK_EVERY_S
            try:
                marks = self._marks()
                self._hand_out(await apart(lambda marks=marks: _news(marks)))  # type: ignore[misc]
            except Exception as problem:
                log.error("worker.failed", extra={"problem": type(problem).__name__})
                rest_s = AFTER_FAILURE_S
            await _until(self.told, rest_s)

    def _marks(self) -> dict[str, int]:
        return {each: min(one.mark for one in held) for each, held in self.streams.items() if held}

    def _hand_out(self, found: dict[str, tuple[Event, ...]]) -> None:
        for conversation, events in found.items():
            rendered: dict[tuple[int, Lang], bytes] = {}
            for stream in tuple(self.streams.get(conversation, ())):
                stream.tell(events, rendered)


def _news(marks: dict[str, int]) -> dict[str, tuple[Event, ...]]:
    newest = queries.versions(marks)
    return queries.since({each: mark for each, mark in marks.items() if newest.get(each, 0) > mark})


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """Return the one who looks for the running event loop."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())


def hear(sender: object, conversation: str, **_: object) -> None:
    """Look at once, when something happened in this very process."""
    for loop, each in list(_hubs.items()):
        if conversation in each.streams and not loop.is_closed():
            loop.call_soon_threadsafe(each.told.set)


conversation_changed.connect(hear, dispatch_uid="messenger_streams")


async def show_piece(conversation: str, number: int, text: str) -> None:
    """Show a piece of an answer to the streams of this process, in whichever loop they are."""
    for loop, each in list(_hubs.items()):
        if conversation in each.streams and not loop.is_closed():
            loop.call_soon_threadsafe(each.piece, conversation, number, text)


def end_all() -> None:
    """End every stream of the running event loop: the server is about to stop, and would wait for them."""
    seeing = hub()
    seeing.is_ending = True
    for held in seeing.streams.values():
        for stream in held:
            stream.waiting.put_nowait(None)


# --- the application ----------------------------------------------------------------------------------------------
def streamed(app: App) -> App:
    """Return the application with the streams of conversations in front of it."""

    async def door(scope: Scope, receive: Receive, send: Send) -> None:
        match = (
            PATH.fullmatch(scope["path"]) if scope["type"] == "http" and scope["method"] == "GET" else None
        )
        if match is None:
            await app(scope, receive, send)
        else:
            await _serve(scope, receive, send, match[1])

    return door


async def _serve(scope: Scope, receive: Receive, send: Send, conversation: str) -> None:
    reader = await apart(lambda: _reader(scope, conversation))
    seeing = hub()
    if reader is None or not seeing.has_room(conversation, reader) or seeing.is_ending:
        await _refuse(send, 404 if reader is None else 429)
        return
    stream = Stream(conversation, reader, _last_id(scope))
    seeing.add(stream)
    gone = asyncio.create_task(_until_gone(receive, stream))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await _send(send, f"retry: {AGAIN_MS}\n\n".encode())
        if await _pour(send, stream):
            await send({"type": "http.response.body", "body": b""})
    finally:
        gone.cancel()
        seeing.drop(stream)


async def _pour(send: Send, stream: Stream) -> bool:
    """Send what comes, and a comment when nothing does, until the client has left or the stream's time is over. Return
    whether they took it all: of one that reads too slowly, the server closes the connection."""
    ends_at = asyncio.get_running_loop().time() + LONGEST_S
    try:
        async with asyncio.timeout_at(ends_at + KEEP_ALIVE_S):
            while (piece := await _next(stream, ends_at)) is not None:
                await _send(send, piece)
    except TimeoutError:
        return False
    return True


async def _next(stream: Stream, ends_at: float) -> bytes | None:
    """Return what is to be sent next; None once nothing is."""
    rest_s = ends_at - asyncio.get_running_loop().time()
    if rest_s <= 0:
        return None
    try:
        async with asyncio.timeout(min(KEEP_ALIVE_S, rest_s)):
            return await stream.waiting.get()
    except TimeoutError:
        return b": still open\n\n"


async def _send(send: Send, piece: bytes) -> None:
    await send({"type": "http.response.body", "body": piece, "more_body": True})


async def _until_gone(receive: Receive, stream: Stream) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.waiting.put_nowait(None)


async def _refuse(send: Send, status: int) -> None:
    """Say no without a word of whether there is such a conversation: a client then polls, and is told the same."""
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


def _reader(scope: Scope, conversation: str) -> Reader | None:
    """Return who asks; None for whom the conversation is not."""
    request = ASGIRequest(dict(scope), BytesIO())
    engine = import_module(settings.SESSION_ENGINE)
    request.session = engine.SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    request.user = get_user(request)
    with translation.override(translation.get_language_from_request(request)):
        asker = asker_of(request)
        try:
            queries.conversation(asker, conversation)
        except NotFoundError:
            return None
    if asker.viewer.id:
        return Reader(asker.language, asker.viewer.id, MOST_OF_A_PERSON)
    return Reader(asker.language, network_of(peer_of(request)), MOST_OF_A_NETWORK)


def _last_id(scope: Scope) -> int:
    """Return the number of the last event that the client has: what its browser says first, else what the page said."""
    headers = dict(scope["headers"])
    found = re.fullmatch(rb"\d{1,8}", headers.get(b"last-event-id", b""))
    said = re.search(rb"(?:^|&)after=(\d{1,8})(?:&|$)", scope.get("query_string", b""))
    return int(found[0]) if found else int(said[1]) if said else 0


def as_bytes(event: Event, lang: Lang) -> bytes:
    """Return one event. JSON has no line break of its own, so one `data` line holds it."""
    with translation.override(lang):
        (data,) = shown([event], lang)
    return f"id: {event.number}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


async def apart(question: Callable[[], Found]) -> Found:
    """Return what the database says, without keeping a thread or a connection while a stream is open."""

    def asked() -> Found:
        try:
            return question()
        finally:
            close_old_connections()

    return await sync_to_async(asked, thread_sensitive=False)()


async def _until(what: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(max(0.0, seconds)):
            await what.wait()
    except TimeoutError:
        return
