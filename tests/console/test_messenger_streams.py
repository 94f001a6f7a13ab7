"""Streams tell each event once, go on where they broke off, open for their own reader alone, and leave nothing behind."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from django.test import Client

from sekisho.console.messenger import streams
from sekisho.console.messenger.asking import COOKIE
from sekisho.support.messenger import actions
from tests.cast import Cast
from tests.support.messenger.talks import CLOCK, asker, begun, visitor

against_rows = pytest.mark.django_db(databases="__all__", transaction=True)
SECRET = "a browser"


def in_thread(work: Callable[..., Any]) -> Callable[..., Any]:
    """Let a thread do what asks the database, and leave no connection to it open."""

    def done(*given: Any) -> Any:
        try:
            return work(*given)
        finally:
            connections.close_all()

    return sync_to_async(done)


@pytest.fixture(autouse=True)
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test waits for a look."""
    monkeypatch.setattr(streams, "LOOK_EVERY_S", 0.02)
    monkeypatch.setattr(streams, "close_old_connections", connections.close_all)


class Reader:
    """A client: what it asks for, what it got, and its leaving."""

    def __init__(
        self,
        talk: str,
        secret: str = SECRET,
        last: str = "",
        peer: str = "127.0.0.1",
        session: str = "",
        takes: int = 1_000,
    ) -> None:
        held = f"sessionid={session}" if session else f"{COOKIE}={secret}"
        headers = [(b"host", b"testserver"), (b"cookie", held.encode())]
        headers += [(b"last-event-id", last.encode())] if last else []
        self.scope = {
            "type": "http", "method": "GET", "path": f"/help/messenger/talk/{talk}/stream", "query_string": b"",
            "headers": headers, "scheme": "http", "server": ("testserver", 80), "client": (peer, 1),
        }  # fmt: skip
        self.got: asyncio.Queue[dict[str, Any]] = asyncio.Queue(takes)
        self.gone = asyncio.Event()
        self.task = asyncio.create_task(streams.streamed(_nobody)(self.scope, self._receive, self.got.put))

    async def _receive(self) -> dict[str, str]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def status(self) -> int:
        return int((await self.got.get())["status"])

    async def text(self) -> str:
        return str((await self.got.get())["body"].decode())

    async def event(self) -> dict[str, Any]:
        """Return the data of the next event; comments and `retry` are passed over."""
        while "data:" not in (said := await self.text()):
            pass
        return dict(json.loads(said.partition("data: ")[2]))

    async def leave(self) -> None:
        self.gone.set()
        await self.task


async def _nobody(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 418, "headers": []})


@pytest.fixture
def talk(transactional_db: None, db: None) -> str:
    return begun(visitor(SECRET)).id


def says(talk: str, text: str) -> None:
    actions.say(visitor(SECRET), talk, text, submission=text, clock=CLOCK)


@against_rows
async def test_each_event_is_told_once_and_a_lost_stream_goes_on_where_it_broke_off(talk: str):
    first = Reader(talk)
    begun = await first.got.get()
    assert begun["status"] == 200
    headers = dict(begun["headers"])
    assert (headers[b"x-accel-buffering"], headers[b"cache-control"]) == (b"no", b"no-store")
    assert (await first.event())["kind"] == "agreed"
    await in_thread(says)(talk, "First words of all")
    assert (await first.event())["text"] == "First words of all"
    await first.leave()
    assert streams.hub().count == 0
    await in_thread(says)(talk, "Second words of all")
    second = Reader(talk, last="2")
    assert await second.status() == 200
    found = await second.event()
    assert (found["n"], found["text"]) == (3, "Second words of all")
    await second.leave()
    assert streams.hub().count == 0


@against_rows
async def test_pieces_are_shown_and_a_silent_stream_says_that_it_lives(
    talk: str, monkeypatch: pytest.MonkeyPatch
):
    reader = Reader(talk, last="1")
    assert await reader.status() == 200
    assert (await reader.text()).startswith("retry: ")
    await streams.show_piece(talk, 2, "Open <Keys>")
    assert await reader.text() == 'event: piece\ndata: {"to": 2, "text": "Open <Keys>"}\n\n'
    await reader.leave()
    monkeypatch.setattr(streams, "KEEP_ALIVE_S", 0.01)
    quiet = Reader(talk, last="1")
    await quiet.status()
    await quiet.text()
    assert (await quiet.text()).startswith(": ")
    await quiet.leave()


@against_rows
async def test_nobody_else_hears_it_and_nobody_holds_too_many(talk: str, monkeypatch: pytest.MonkeyPatch):
    for secret in ("another browser", ""):
        assert await Reader(talk, secret).status() == 404
    assert await Reader("cnv_" + "0" * 26).status() == 404
    monkeypatch.setattr(streams, "MOST_OF_A_TALK", 1)
    held = Reader(talk)
    assert await held.status() == 200
    assert await Reader(talk).status() == 429
    streams.end_all()
    await held.task
    assert streams.hub().count == 0


@against_rows
async def test_one_person_or_network_takes_nobody_elses_streams(talk: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(streams, "MOST_OF_A_NETWORK", 2)
    monkeypatch.setattr(streams, "MOST_OF_A_PERSON", 1)
    second = await in_thread(lambda: begun(visitor("another browser")).id)()
    held = [Reader(talk, peer="2001:db8::1"), Reader(second, "another browser", peer="2001:db8::2")]
    assert [await one.status() for one in held] == [200, 200]
    assert await Reader(talk, peer="2001:db8::3").status() == 429, "of one household"
    elsewhere = Reader(talk, peer="2001:db8:1::1")
    assert await elsewhere.status() == 200
    for one in (*held, elsewhere):
        await one.leave()
    assert streams.hub().count == 0


@against_rows
async def test_who_is_signed_in_has_so_many_streams_wherever_they_ask_from(
    talk: str, cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(streams, "MOST_OF_A_PERSON", 1)
    session = await in_thread(lambda: signed_in(cast))()
    mine = [await in_thread(lambda: begun(asker(cast.ben)).id)() for _ in range(2)]
    held = Reader(mine[0], session=session)
    assert await held.status() == 200
    assert await Reader(mine[1], session=session, peer="192.0.2.9").status() == 429
    await held.leave()


def signed_in(cast: Cast) -> str:
    client = Client()
    client.force_login(cast.ben)
    return client.cookies["sessionid"].value


@against_rows
async def test_who_takes_nothing_loses_the_stream(talk: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(streams, "LONGEST_S", 0.05)
    monkeypatch.setattr(streams, "KEEP_ALIVE_S", 0.01)
    stuck = Reader(talk, takes=2)
    assert await stuck.status() == 200
    await stuck.task
    assert streams.hub().count == 0


@pytest.mark.parametrize("last", ["-1", "1e3", "999999999999", "x", "1, 2"])
@against_rows
async def test_a_last_event_that_is_no_number_begins_from_the_first(talk: str, last: str):
    reader = Reader(talk, last=last)
    assert await reader.status() == 200
    assert (await reader.event())["n"] == 1
    await reader.leave()


async def test_every_other_address_is_left_to_the_pages():
    talk = "cnv_" + "0" * 26
    sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    scope = {"type": "http", "method": "POST", "path": f"/help/messenger/talk/{talk}/stream"}
    await streams.streamed(_nobody)(scope, sent.get, sent.put)
    assert (await sent.get())["status"] == 418
