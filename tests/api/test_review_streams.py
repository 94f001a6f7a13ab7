"""Streams tell each change once, cost one query for all of them, and leave nothing behind."""

from __future__ import annotations

import asyncio
import json

import pytest
from asgiref.sync import sync_to_async
from django.db import connections

from sekisho.accounts.actions import revoke_key
from sekisho.accounts.types import system
from sekisho.api import review_streams as module
from sekisho.base.errors import SekishoError
from sekisho.enforcement.holds import actions, tickets
from tests.api.desk import EDITED, FACTS, QUESTION, Desk, new_key

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


class Events:
    """A stream as a client reads it."""

    def __init__(self, answer) -> None:
        self._parts = aiter(answer.streaming_content)

    async def next(self) -> dict[str, str]:
        """Return the fields of the next event; empty at the end of the stream. Comments and `retry` are passed over."""
        async for part in self._parts:
            lines = [line.partition(": ") for line in part.decode().strip().split("\n")]
            fields = {name: value for name, _, value in lines if name}
            if "data" in fields:
                return fields
        return {}

    async def review(self) -> dict:
        return json.loads((await self.next())["data"])


def in_thread(work):
    """Let a thread do what asks the database, and leave no connection to it open."""

    def done(*given):
        try:
            return work(*given)
        finally:
            connections.close_all()

    return sync_to_async(done)


@pytest.fixture(autouse=True)
def eager(monkeypatch):
    """No test waits for a look: a change in this process wakes the one who looks, and so does a short rest."""
    monkeypatch.setattr(module, "LOOK_EVERY_S", 0.02)


async def test_each_change_is_told_and_the_last_ends_the_stream(desk: Desk):
    review = await in_thread(desk.holds)()
    answer = await desk.stream(review)
    assert (answer.status_code, answer["content-type"]) == (200, "text/event-stream")
    assert answer["cache-control"] == "no-store"
    events = Events(answer)
    assert (await events.review())["state"] == "waiting"
    await in_thread(desk.asks)(review)
    assert (await events.review())["question"]["text"] == QUESTION
    await in_thread(actions.add_facts)(desk.key.view, review, FACTS, desk.clock(40))
    assert (await events.review())["state"] == "waiting"
    await in_thread(desk.releases)(review, EDITED)
    last = await events.review()
    assert EDITED in last["message"]["content"][0]["text"]
    assert await events.next() == {}
    assert not module.watch().waiting
    assert not module.watch().streams


async def test_a_stream_is_taken_up_where_it_was_lost(desk: Desk):
    review = await in_thread(desk.holds)()
    seen = await Events(await desk.stream(review)).next()
    again = Events(await desk.stream(review, **{"last-event-id": seen["id"]}))
    waiting = asyncio.ensure_future(again.next())
    await in_thread(desk.asks)(review)
    told = await waiting
    assert told["id"] != seen["id"]
    assert json.loads(told["data"])["state"] == "facts_asked"


async def test_what_ended_while_nobody_listened_is_told_at_once(desk: Desk):
    review = await in_thread(desk.holds)()
    await in_thread(desk.rejects)(review)
    events = Events(await desk.stream(review, **{"last-event-id": "waiting-0"}))
    assert (await events.review())["state"] == "rejected"
    assert await events.next() == {}


async def test_claims_and_reminders_are_no_news(desk: Desk):
    review = await in_thread(desk.holds)()
    events = Events(await desk.stream(review))
    await events.next()
    emi = await in_thread(desk.cast.viewer)("emi")
    await in_thread(actions.claim)(emi, review, desk.clock(10))
    await in_thread(actions.give_back)(emi, review, desk.clock(20))
    await in_thread(desk.rejects)(review)
    assert (await events.review())["state"] == "rejected"


async def test_silence_is_filled_with_comments(desk: Desk, monkeypatch):
    monkeypatch.setattr(module, "KEEP_ALIVE_S", 0.01)
    review = await in_thread(desk.holds)()
    answer = await desk.stream(review)
    parts = aiter(answer.streaming_content)
    assert await anext(parts) == b"retry: 2000\n\n"
    assert (await anext(parts)).startswith(b"id: waiting-")
    assert await anext(parts) == b": still open\n\n"
    assert await anext(parts) == b": still open\n\n"


async def test_a_stream_does_not_last_for_ever(desk: Desk, monkeypatch):
    monkeypatch.setattr(module, "LONGEST_S", 0.05)
    events = Events(await desk.stream(await in_thread(desk.holds)()))
    assert await events.next()
    assert await events.next() == {}


async def test_streams_end_when_the_server_is_told_to_stop(desk: Desk):
    events = [Events(await desk.stream(await in_thread(desk.holds)(number))) for number in (1, 2)]
    for each in events:
        assert await each.next()
    module.end_all()
    assert [await each.next() for each in events] == [{}, {}]
    late = Events(await desk.stream("rev_1"))
    assert await late.next() == {}


async def test_a_client_that_leaves_leaves_nothing_behind(desk: Desk):
    answer = await desk.stream(await in_thread(desk.holds)())
    parts = answer.streaming_content
    await anext(parts)
    assert module.watch().streams.total() == 1
    await in_thread(answer.close)()  # as Django does when the client has left
    looking = module.watch().looking
    assert looking is not None
    await looking
    assert not module.watch().streams
    assert not module.watch().waiting


async def test_a_key_that_is_revoked_hears_no_more(desk: Desk):
    review = await in_thread(desk.holds)()
    events = Events(await desk.stream(review))
    await events.next()
    await in_thread(revoke_key)(system("test"), desk.key.view.id)
    await in_thread(desk.releases)(review)
    assert await events.next() == {}


async def test_another_organisation_has_nothing_to_listen_to(desk: Desk):
    review = await in_thread(desk.holds)()
    theirs = await in_thread(new_key)(desk.cast.elsewhere.id)
    answer = await Desk(desk.cast, theirs).stream(review)
    assert answer.status_code == 404
    assert not module.watch().streams


async def test_a_ticket_on_its_way_is_waited_for(desk: Desk, monkeypatch):
    monkeypatch.setattr(module, "may_arrive", lambda *_: True)
    opening = asyncio.ensure_future(desk.stream("rev_1"))
    await in_thread(desk.holds)()
    assert (await Events(await opening).review())["state"] == "waiting"


async def test_a_ticket_that_does_not_come_is_not_waited_for_long(desk: Desk, monkeypatch):
    monkeypatch.setattr(module, "may_arrive", lambda *_: True)
    monkeypatch.setattr(module, "ARRIVAL_S", 0.05)
    assert (await desk.stream("rev_1")).status_code == 404


@pytest.mark.parametrize("bound", ["MOST_OF_A_KEY", "MOST"])
async def test_there_are_only_so_many(desk: Desk, monkeypatch, bound):
    monkeypatch.setattr(module, bound, 1)
    review = await in_thread(desk.holds)()
    first = Events(await desk.stream(review))
    await first.next()
    refused = await desk.stream(review)
    assert (refused.status_code, refused["retry-after"]) == (429, "10")
    await in_thread(desk.rejects)(review)
    await first.next()
    assert await first.next() == {}
    assert (await desk.stream(review)).status_code == 200


async def test_a_look_is_one_query_for_all(desk: Desk, monkeypatch):
    looks: list[int] = []

    def counting(watched):
        looks.append(len(watched))
        return tickets.versions(watched)

    monkeypatch.setattr(module, "versions", counting)
    reviews = [await in_thread(desk.holds)(number) for number in range(10)]
    opened = [Events(await desk.stream(review)) for review in reviews for _ in range(3)]
    for events in opened:
        assert (await events.review())["state"] == "waiting"
    looks.clear()
    await in_thread(desk.rejects)(reviews[0])
    assert [(await events.review())["state"] for events in opened[:3]] == ["rejected"] * 3
    assert set(looks) == {10}


async def test_a_database_that_fails_is_asked_again(desk: Desk, monkeypatch, caplog):
    failures = iter([OSError("gone")])

    def failing(watched):
        for problem in failures:
            raise problem
        return tickets.versions(watched)

    monkeypatch.setattr(module, "AFTER_FAILURE_S", 0.01)
    monkeypatch.setattr(module, "versions", failing)
    review = await in_thread(desk.holds)()
    events = Events(await desk.stream(review))
    await events.next()
    await in_thread(desk.rejects)(review)
    assert (await events.review())["state"] == "rejected"
    assert "worker.failed" in caplog.text


async def test_the_room_is_given_back_when_something_goes_wrong():
    seeing = module.Watch()
    with pytest.raises(OSError, match="gone"), seeing.room("key_1"):
        raise OSError("gone")
    assert not seeing.streams
    seeing.streams["key_1"] = module.MOST_OF_A_KEY
    with pytest.raises(SekishoError), seeing.room("key_1"):
        pass
