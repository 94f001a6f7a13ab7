"""When a connection is kept, when it is hung up, and how long anybody waits."""

from __future__ import annotations

import asyncio
import os
import socket

import pytest

from sekisho.gateway.errors import GateError
from sekisho.gateway.upstream import pool as pools
from sekisho.gateway.upstream import read_bounded
from sekisho.link.snapshot import Dialect, Route
from tests.gateway.provider import CHUNKED, OK, Sayer, ask, client, http, raw_provider, read, read_request


async def test_a_connection_serves_one_request_after_the_other():
    sayer = Sayer(OK, hangs_up=False)
    async with raw_provider(sayer) as route, client() as upstream:
        for _ in range(3):
            assert await read(upstream, route) == (200, b'"well"')
    assert (len(sayer.heads), sayer.connections) == (3, {1})


async def test_requests_at_a_time_have_a_connection_each():
    together = asyncio.Barrier(3)

    async def answer(reader, writer, number):
        while True:
            await read_request(reader)
            await together.wait()
            writer.write(OK)

    async with raw_provider(answer) as route, client() as upstream:
        async with asyncio.timeout(5):
            assert len(await asyncio.gather(*(read(upstream, route) for _ in range(3)))) == 3


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(http("200 OK", b"", "connection: close"), id="it says so"),
        pytest.param(OK.replace(b"1.1", b"1.0"), id="HTTP/1.0"),
        pytest.param(
            http("200 OK", b"", "connection: keep-alive").replace(b"1.1", b"1.0"),
            id="HTTP/1.0 that would be kept",
        ),
        pytest.param(OK + b"rubbish", id="more than an answer"),
        pytest.param(OK + OK, id="an answer to nothing"),
    ],
)
async def test_such_a_connection_is_not_kept(said):
    sayer = Sayer(said, hangs_up=False)
    async with raw_provider(sayer) as route, client() as upstream:
        await read(upstream, route)
        await read(upstream, route)
    assert sayer.connections == {1, 2}


async def test_an_answer_to_nobody_is_not_taken_for_the_next():
    """A provider, or who stands in its place, that speaks unasked is hung up on."""
    speak, hung_up = asyncio.Event(), asyncio.Event()

    async def answer(reader, writer, number):
        await read_request(reader)
        writer.write(OK)
        if number == 1:
            await speak.wait()
            writer.write(http("200 OK", b'"poison"'))
            await reader.read()
            hung_up.set()

    async with raw_provider(answer) as route, client() as upstream:
        await read(upstream, route)
        speak.set()
        await asyncio.wait_for(hung_up.wait(), 5)
        assert await read(upstream, route) == (200, b'"well"')


async def test_a_kept_connection_that_was_closed_is_not_used():
    sayer = Sayer(OK)  # hangs up without having said that it would
    async with raw_provider(sayer) as route, client() as upstream:
        for _ in range(3):
            assert await read(upstream, route) == (200, b'"well"')
    assert (len(sayer.heads), len(sayer.connections)) == (3, 3)


async def test_a_request_that_was_answered_in_part_is_not_repeated():
    heads = []

    async def answer(reader, writer, number):
        heads.append(await read_request(reader))
        writer.write(OK)
        heads.append(await read_request(reader))
        writer.write(b"HTTP/1.1 200 OK\r\n")

    async with raw_provider(answer) as route, client() as upstream:
        await read(upstream, route)
        with pytest.raises(GateError):
            await read(upstream, route)
    assert len(heads) == 2


@pytest.mark.parametrize(
    ("method", "sent"),
    [pytest.param("POST", 2, id="a POST never"), pytest.param("GET", 3, id="a GET once and no more")],
)
async def test_a_request_that_may_have_been_acted_on_is_not_repeated(method, sent):
    """The provider has it, and then hangs up without a word: that it was not billed, nobody knows."""
    heads = []

    async def answer(reader, writer, number):
        heads.append(await read_request(reader))
        if number == 1:
            writer.write(OK)
            heads.append(await read_request(reader))

    async with raw_provider(answer) as route, client() as upstream:
        await (await upstream.send(route, method, "/v1/models", [], b"")).chunk()
        with pytest.raises(GateError):
            await upstream.send(route, method, "/v1/models", [], b"")
    assert len(heads) == sent


@pytest.mark.parametrize(
    "beyond",
    [
        pytest.param(http("200 OK", b'"poison"'), id="a further answer"),
        pytest.param(b"", id="the end"),
    ],
)
async def test_what_waits_unread_is_not_taken_for_the_next_answer(beyond):
    """An answer whose length is told too small, as by who counts characters for bytes: the rest comes a moment later,
    and may be anything that a model can be made to say."""
    speak, said = asyncio.Event(), asyncio.Event()

    async def answer(reader, writer, number):
        await read_request(reader)
        writer.write(OK)
        if number > 1:
            await reader.read()
        await speak.wait()
        if beyond:
            os.write(writer.get_extra_info("socket").fileno(), beyond)
        else:
            writer.write_eof()
            await asyncio.sleep(0)  # uvloop writes, and ends, at the end of a turn
        said.set()
        await asyncio.Event().wait()

    async with raw_provider(answer) as route, client() as upstream:
        await read(upstream, route)
        [kept] = upstream._pool._origins
        kept._transport.pause_reading()  # so that the loop does not see it before the next request is sent
        speak.set()
        await said.wait()
        assert await read(upstream, route) == (200, b'"well"')
        assert kept.is_lost or not kept.is_quiet


async def test_an_answer_that_is_let_go_takes_its_connection_with_it():
    hung_up = asyncio.Event()

    async def answer(reader, writer, number):
        await read_request(reader)
        writer.write(CHUNKED + b"3\r\nabc\r\n")
        await reader.read()
        hung_up.set()

    async with raw_provider(answer) as route, client() as upstream:
        answered = await ask(upstream, route)
        answered.close()
        await asyncio.wait_for(hung_up.wait(), 5)


@pytest.mark.parametrize("begun", [b"", CHUNKED + b"1\r\na\r\n"], ids=["before the head", "in the body"])
async def test_who_is_cancelled_hangs_up(begun):
    asked, hung_up = asyncio.Event(), asyncio.Event()

    async def answer(reader, writer, number):
        await read_request(reader)
        writer.write(begun)
        asked.set()
        await reader.read()
        hung_up.set()

    async with raw_provider(answer) as route, client() as upstream:
        task = asyncio.create_task(read(upstream, route))
        await asked.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(hung_up.wait(), 5)


async def test_an_idle_connection_is_given_up_in_time(monkeypatch):
    hung_up = asyncio.Event()

    async def answer(reader, writer, number):
        await read_request(reader)
        writer.write(OK)
        await reader.read()
        hung_up.set()

    monkeypatch.setattr(pools, "KEEP_S", 0.01)
    async with raw_provider(answer) as route, client() as upstream:
        await read(upstream, route)
        await asyncio.wait_for(hung_up.wait(), 5)


async def test_who_does_not_read_makes_the_provider_wait_and_gets_everything():
    size, written = 16 << 20, 0
    stalled = asyncio.Event()

    async def answer(reader, writer, number):
        nonlocal written
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % size)
        while written < size:
            writer.write(b"a" * 65536)
            written += 65536
            try:
                async with asyncio.timeout(0.2):
                    await writer.drain()
            except TimeoutError:
                stalled.set()
                await writer.drain()

    async with raw_provider(answer) as route, client() as upstream:
        answered = await ask(upstream, route)
        await asyncio.wait_for(stalled.wait(), 5)
        assert written < size
        assert len(await read_bounded(answered, size)) == size


@pytest.mark.parametrize(
    "begun", [b"", b"HTTP/1.1 200 OK\r\n", CHUNKED + b"1\r\na\r\n"], ids=["all", "head", "body"]
)
async def test_silence_ends(begun):
    async def answer(reader, writer, number):
        await read_request(reader)
        writer.write(begun)
        await reader.read()

    async with raw_provider(answer) as route, client(idle_s=0.1) as upstream:
        with pytest.raises(GateError) as refused:
            await read(upstream, route)
        assert refused.value.code == "upstream_timeout"


async def test_who_goes_on_speaking_is_not_silent():
    """Longer in all than the time of silence, and never as long."""

    async def answer(reader, writer, number):
        await read_request(reader)
        writer.write(CHUNKED)
        for _ in range(12):
            writer.write(b"1\r\na\r\n")
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await reader.read(1)
        writer.write(b"0\r\n\r\n")

    async with raw_provider(answer) as route, client(idle_s=1.0) as upstream:
        assert await read(upstream, route) == (200, b"a" * 12)


async def test_a_handshake_that_never_comes_ends():
    async def silent(reader, writer, number):
        await reader.read(1)
        await reader.read()

    async with raw_provider(silent) as route, client(connect_s=0.1) as upstream:
        with pytest.raises(GateError) as refused:
            await ask(upstream, Route("r", Dialect.ANTHROPIC, route.base_url.replace("http:", "https:")))
        assert refused.value.code == "upstream_timeout"


@pytest.mark.parametrize("is_found", [True, False])
async def test_a_name_is_looked_up_once_for_all_who_wait(monkeypatch, is_found):
    """A lookup takes a thread, and there are few: a name server that is silent must not take all of them."""
    asked, may_answer = [], asyncio.Event()

    async def getaddrinfo(host, port, **more):
        asked.append(host)
        await may_answer.wait()
        if not is_found:
            raise socket.gaierror(socket.EAI_NONAME, "Nobody has this name.")
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
    async with raw_provider(Sayer(OK)) as route, client() as upstream:
        named = Route("r", Dialect.ANTHROPIC, route.base_url.replace("127.0.0.1", "named.test"))
        tasks = [asyncio.create_task(read(upstream, named)) for _ in range(9)]
        while not asked:
            await asyncio.sleep(0)
        tasks[0].cancel()  # who asked first need not wait for the others, nor they for it
        may_answer.set()
        first, *others = await asyncio.gather(*tasks, return_exceptions=True)
        assert isinstance(first, asyncio.CancelledError)
        assert asked.count("named.test") == 1  # a loop may also ask what the address itself stands for
        assert all((one == (200, b'"well"')) is is_found for one in others)


async def test_requests_that_are_given_up_leave_nothing_behind():
    """At whatever moment: before a connection is made, while it is, before the answer, within it."""

    async def answer(reader, writer, number):
        while True:
            await read_request(reader)
            writer.write(CHUNKED + b"1\r\na\r\n")
            if number % 2:
                await reader.read()
                return
            writer.write(b"0\r\n\r\n")

    async with raw_provider(answer) as route, client() as upstream:
        before = asyncio.all_tasks()
        for turns in range(200):
            task = asyncio.create_task(read(upstream, route))
            for _ in range(turns % 20):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        async with asyncio.timeout(5):
            while [one for one in upstream._pool._origins if one.incoming] or upstream._pool._lookups:
                await asyncio.sleep(0)
        mine = {task for task in asyncio.all_tasks() - before if "connected" not in repr(task.get_coro())}
        assert not mine
        assert len(upstream._pool._origins) == sum(map(len, upstream._pool._idle.values()))
