"""Tombstones: written first and in two places, read after every kind of loss (R-DATA-254)."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from sekisho.base.clock import fixed_clock
from sekisho.base.errors import SekishoError
from sekisho.base.inventory import Holder, Subject
from sekisho.cli.doctor_retention import check_destruction
from sekisho.cli.health import State
from sekisho.records.keystore.models import ConversationKey, Tombstone
from sekisho.records.models import Turn
from sekisho.records.retention import actions, gate, tombstones
from sekisho.records.retention.models import Erasure, Guard, Replayed
from sekisho.records.retention.tombstones import Kind
from sekisho.records.retention.types import Result
from tests.records.retention.makers import AT, DAY, DUE, opens, store, sweep, turn

pytestmark = pytest.mark.django_db(databases="__all__")


def test_after_a_deed_all_three_places_know_it(second_place: Path):
    store(turn())
    sweep(DUE)
    (line,) = second_place.read_text().splitlines()
    name = json.loads(line)["id"]
    assert Tombstone.objects.get().id == name
    assert Replayed.objects.get().tombstone == name
    assert not tombstones.behind()
    assert second_place.stat().st_mode & 0o077 == 0


def test_where_the_second_place_cannot_be_written_nothing_is_destroyed(second_place: Path):
    store(turn())
    second_place.parent.write_text("a file stands where the folder belongs")
    with pytest.raises(FileExistsError):
        sweep(DUE)
    assert opens("req_1") == (True,)


def test_a_keystore_from_before_has_its_keys_destroyed_again():
    store(turn("req_1"), turn("req_2", at=AT + DAY, conversation="c2"))
    keys = list(ConversationKey.objects.all())
    sweep(DUE)
    Tombstone.objects.all().delete()
    for key in keys:
        key.save()
    assert len(tombstones.behind().keystore) == 1
    assert gate.require_whole(fixed_clock(DUE + DAY / 2)) == 1
    living = ConversationKey.objects.filter(destroyed_at=None).values_list("conversation", flat=True)
    assert len(living) == 1
    assert gate.is_open()


def test_a_cut_is_made_again():
    store(turn("req_1"), turn("req_2", at=AT + 10 * DAY))
    (key,) = ConversationKey.objects.all()
    sweep(DUE)
    cut = bytes(ConversationKey.objects.get().wrapped)
    Tombstone.objects.all().delete()
    key.save()
    assert bytes(ConversationKey.objects.get().wrapped) != cut
    gate.require_whole(fixed_clock(DUE))
    assert opens("req_2") == (True,)
    assert len(bytes(ConversationKey.objects.get().wrapped)) == len(cut)


def test_an_end_user_who_comes_back_with_a_backup_is_erased_again_by_a_digest_alone(second_place: Path):
    said, subject = turn(end_user="somebody"), Subject(Holder.END_USER, "org_1", "somebody")
    store(said)
    erasure = actions.erase("usr_aiko", subject, at=AT)
    actions.proceed(erasure, fixed_clock(AT))
    assert "somebody" not in second_place.read_text()
    Erasure.objects.all().delete()
    Replayed.objects.all().delete()
    store(said)
    assert opens("req_1") == (True,)
    assert gate.require_whole(fixed_clock(AT + timedelta(hours=1))) == 1
    assert not Turn.objects.filter(end_user="somebody").exists()
    assert Erasure.objects.get().id == erasure


def test_a_sweep_replays_before_it_sweeps():
    store(turn())
    sweep(DUE)
    Replayed.objects.all().delete()
    assert sweep(DUE + timedelta(minutes=5)).result == Result.COMPLETE
    assert not tombstones.behind()


def test_the_gate_is_shut_where_a_replay_fails(second_place: Path, monkeypatch: pytest.MonkeyPatch):
    store(turn())
    sweep(DUE)
    Replayed.objects.all().delete()

    def broken(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(actions, "replay", broken)
    with pytest.raises(SekishoError, match="restored"):
        gate.require_whole(fixed_clock(DUE))
    assert check_destruction(DUE).state is State.FAILED


def test_a_line_that_a_power_cut_tore_swallows_no_other(second_place: Path):
    first = tombstones.bury(Kind.KEYS, {"keys": ["ck_1"]}, AT)
    with second_place.open("ab") as file:
        file.write(b'{"id":"tmb_torn","at":"20')
    second = tombstones.bury(Kind.KEYS, {"keys": ["ck_2"]}, AT)
    Tombstone.objects.all().delete()
    assert {one.id for one in tombstones.behind().keystore} == {first, second}


def test_what_is_older_than_any_backup_is_let_go(second_place: Path):
    tombstones.bury(Kind.KEYS, {"keys": []}, AT)
    young = tombstones.bury(Kind.KEYS, {"keys": []}, AT + 31 * DAY)
    assert tombstones.forget(AT + 30 * DAY) == 1
    assert [json.loads(line)["id"] for line in second_place.read_text().splitlines()] == [young]


class TestTheDoor:
    """Pages and API."""

    @staticmethod
    async def asked(door: gate.Gate, **headers: str) -> list[dict[str, object]]:
        sent: list[dict[str, object]] = []

        async def send(message) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
        await door(scope, None, send)  # type: ignore[arg-type]
        return sent

    @staticmethod
    async def page(scope, receive, send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    @pytest.mark.parametrize(
        ("headers", "begins"),
        [
            pytest.param({}, b'{"error": {"code": "restored"', id="a program"),
            pytest.param({"accept": "text/html"}, b"<!doctype html>", id="a person"),
        ],
    )
    async def test_it_answers_503_with_the_reason(self, headers: dict[str, str], begins: bytes):
        start, body = await self.asked(gate.Gate(self.page, asks=lambda: False), **headers)
        assert start["status"] == 503
        assert body["body"].startswith(begins)  # type: ignore[union-attr]

    async def test_in_the_readers_language(self):
        door = gate.Gate(self.page, asks=lambda: False)
        _, body = await self.asked(door, **{"accept-language": "ja"})
        assert "破棄" in body["body"].decode()  # type: ignore[union-attr]

    async def test_it_opens_when_all_is_known_and_asks_no_more(self):
        answers, moments = iter([False, True]), iter([0.0, 0.0, 1.0, 9.0, 9.0])
        door = gate.Gate(self.page, asks=lambda: next(answers), now=lambda: next(moments))
        found = [(await self.asked(door))[0]["status"] for _ in range(4)]
        assert found == [503, 503, 200, 200]


def test_the_doctor_says_what_stands_in_the_way():
    assert check_destruction(DUE).state is State.OK
    store(turn())
    assert "sekisho retention sweep" in check_destruction(DUE).remedy.en
    Guard.objects.create(id=1, good_at=AT, halted_at=DUE)
    assert "confirm-clock" in check_destruction(DUE).remedy.en
    Tombstone.objects.create(id="tmb_1", at=AT, kind="keys", data={})
    assert tombstones.behind()
