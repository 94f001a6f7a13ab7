"""Streams of what becomes of a review: server-sent events that cost the database one query for all of them.

    stream ─┐                    ┌─ looks every half second, or when told of a change in this process:
    stream ─┼─ wait for a change ┤  which of the watched reviews have another version now?
    stream ─┘                    └─ wakes those, and each reads its own review

A stream holds no connection to the database; of Django it holds an idle thread, in all about 0.1 MiB
(`benchmarks/webhooks.py`). Source of the form: the HTML standard, section 9.2.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from weakref import WeakKeyDictionary

from django.utils.timezone import now
from ninja.responses import NinjaJSONEncoder

from sekisho.accounts import queries as accounts
from sekisho.accounts.types import KeyView
from sekisho.api.keys import as_viewer, ask
from sekisho.api.review_words import Review, may_arrive, review_of
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.base.text import Text
from sekisho.enforcement.holds.events import hold_changed
from sekisho.enforcement.holds.tickets import versions

log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.5
KEEP_ALIVE_S = 15.0
"""Proxies close what is silent for longer: the HTML standard advises a comment every 15 seconds."""
LONGEST_S = 3600.0
"""After this a stream ends; whoever still wants to know opens another, with `last-event-id`."""
ARRIVAL_S = 10.0
"""How long a stream waits for a ticket that is still on its way from the gateway."""
MOST_OF_A_KEY, MOST = 50, 500
"""Streams of one key, and of a process."""
AGAIN_MS = 2000
"""How soon a client that lost its stream should open another."""
AFTER_FAILURE_S = 1.0


@dataclass
class Watch:
    """The one who looks, for all streams of an event loop."""

    waiting: dict[str, set[asyncio.Event]] = field(default_factory=dict)
    known: dict[str, int] = field(default_factory=dict)
    """The version of each watched review when one last looked; 0 is one that never changed, absent one not there."""
    told: asyncio.Event = field(default_factory=asyncio.Event)
    looking: asyncio.Task[None] | None = None
    streams: Counter[str] = field(default_factory=Counter)
    """By key."""
    is_ending: bool = False
    """The process was told to stop: streams end, and their clients take them up elsewhere."""

    @contextmanager
    def over(self, review_id: str) -> Iterator[asyncio.Event]:
        """Give what is set whenever the review may have changed, until the block ends."""
        changed = asyncio.Event()
        self.waiting.setdefault(review_id, set()).add(changed)
        if self.looking is None or self.looking.done():
            self.looking = asyncio.create_task(self._look())
        try:
            yield changed
        finally:
            self.waiting[review_id].discard(changed)
            if not self.waiting[review_id]:
                del self.waiting[review_id]
                self.known.pop(review_id, None)

    @contextmanager
    def room(self, key: str) -> Iterator[None]:
        """Count a stream of the key while it is open. Raises `SekishoError` when there are too many."""
        if self.streams[key] >= MOST_OF_A_KEY or self.streams.total() >= MOST:
            raise SekishoError("too_many_streams", _TOO_MANY, status=429, retry_after=10)
        self.streams[key] += 1
        try:
            yield
        finally:
            self.streams[key] -= 1
            if not self.streams[key]:
                del self.streams[key]

    async def _look(self) -> None:
        """Look while anybody waits. A failure wakes nobody, and is tried again."""
        while self.waiting:
            self.told.clear()
            rest_s = LOOK_EVERY_S
            try:
                watched = list(self.waiting)
                found = await ask(lambda watched=watched: versions(watched))  # type: ignore[misc]
                self._wake(watched, found)
            except Exception as problem:
                log.error("worker.failed", extra={"problem": type(problem).__name__})
                rest_s = AFTER_FAILURE_S
            await _until(self.told, rest_s)

    def _wake(self, watched: list[str], found: dict[str, int]) -> None:
        for review_id in watched:
            if review_id in found and self.known.get(review_id) != found[review_id]:
                for changed in self.waiting.get(review_id, ()):
                    changed.set()
        self.known = {review_id: version for review_id, version in found.items() if review_id in self.waiting}


_watches: WeakKeyDictionary[asyncio.AbstractEventLoop, Watch] = WeakKeyDictionary()


def watch() -> Watch:
    """Return the one who looks for the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _watches:
        _watches[loop] = Watch()
    return _watches[loop]


def hear(sender: object, hold: str, **_: object) -> None:
    """Look at once, when something changed in this very process."""
    for loop, each in list(_watches.items()):
        if each.waiting and not loop.is_closed():
            loop.call_soon_threadsafe(each.told.set)


def end_all() -> None:
    """End every stream of the running event loop: the server is about to stop, and would wait for them."""
    seeing = watch()
    seeing.is_ending = True
    for streams in seeing.waiting.values():
        for changed in streams:
            changed.set()


hold_changed.connect(hear, dispatch_uid="review_streams")


async def opened(key: KeyView, review_id: str, last_id: str) -> Stream:
    """Return the stream of a review, from after the event `last_id`. Raises `NotFoundError` and `too_many_streams`
    before anything is sent. A ticket that may be on its way is waited for."""
    stream = Stream(watch(), key, review_id, last_id.strip())
    try:
        await _arrived(key, review_id)
    except BaseException:
        stream.close()
        raise
    return stream


async def _arrived(key: KeyView, review_id: str) -> None:
    deadline = _clock() + ARRIVAL_S
    while True:
        at = now()
        try:
            await ask(partial(review_of, key, review_id, at))
            return
        except NotFoundError:
            if not may_arrive(review_id, at) or _clock() > deadline:
                raise
        await asyncio.sleep(LOOK_EVERY_S / 2)


class Stream:
    """The bytes of a stream, to be read once. It keeps its place until it has ended or `close` was called."""

    def __init__(self, seeing: Watch, key: KeyView, review_id: str, last_id: str) -> None:
        self._seeing, self._key, self._review_id, self._last_id = seeing, key, review_id, last_id
        self._ends_at = _clock() + LONGEST_S
        self._loop = asyncio.get_running_loop()
        self._place = ExitStack()
        self._place.enter_context(seeing.room(key.id))
        self._changed = self._place.enter_context(seeing.over(review_id))

    def close(self) -> None:
        """Give the place back, from any thread. Django does so when a client has left."""
        self._loop.call_soon_threadsafe(self._place.close)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with self._place:
            yield f"retry: {AGAIN_MS}\n\n".encode()
            while self._rest_s() > 0:
                self._changed.clear()
                found = await ask(partial(_seen, self._key, self._review_id))
                if found is None:
                    return
                if (event_id := id_of(found)) != self._last_id:
                    self._last_id = event_id
                    yield event(event_id, found)
                if not found.state.is_open:
                    return
                while not await _until(self._changed, min(KEEP_ALIVE_S, self._rest_s())):
                    if self._rest_s() <= 0:
                        return
                    yield b": still open\n\n"

    def _rest_s(self) -> float:
        return 0.0 if self._seeing.is_ending else self._ends_at - _clock()


def _clock() -> float:
    return asyncio.get_running_loop().time()


def _seen(key: KeyView, review_id: str) -> Review | None:
    """Return the review, unless the key was revoked or expired since the stream was opened."""
    at = now()
    try:
        if not accounts.key(as_viewer(key), key.id).is_usable(at):
            return None
        return review_of(key, review_id, at)
    except NotFoundError:
        return None


def id_of(review: Review) -> str:
    """Return what a client hands back as `last-event-id`: the state, and since when."""
    since = review.decided_at or (review.question.asked_at if review.question else None) or review.expires_at
    return f"{review.state}-{int(since.timestamp() * 1000)}"


def event(event_id: str, review: Review) -> bytes:
    """Return one event. JSON has no line break of its own, so one `data` line holds it."""
    data = json.dumps(review.model_dump(), cls=NinjaJSONEncoder, ensure_ascii=False)
    return f"id: {event_id}\nevent: review\ndata: {data}\n\n".encode()


async def _until(what: asyncio.Event, seconds: float) -> bool:
    """Wait for an event, for so long at most; return whether it came."""
    try:
        async with asyncio.timeout(max(0.0, seconds)):
            await what.wait()
    except TimeoutError:
        return False
    return True


_TOO_MANY = Text(
    "Too many streams are open. Close some, or poll the review instead.",
    "開いているストリームが多すぎます。いくつか閉じるか、代わりにポーリングをご利用ください。",
)
