"""Snapshots in a file: whole or not at all, never backwards, and only their owner reads them."""

from __future__ import annotations

import asyncio
import stat
from datetime import timedelta

import pytest

from sekisho.base.clock import fixed_clock
from sekisho.link.carriers.local import SnapshotFile, SnapshotHolder
from tests.link.makers import AT, snapshot


@pytest.fixture
def file(tmp_path):
    return SnapshotFile(tmp_path / "link" / "snapshot.json")


@pytest.fixture
def holder(file):
    return SnapshotHolder(file.path, fixed_clock(AT))


def test_a_gateway_takes_what_was_published(file, holder):
    file.replace(snapshot(1))
    assert holder.poll()
    assert holder.current == snapshot(1)
    assert not holder.poll()


def test_the_file_is_its_owners_alone_and_nothing_is_left_beside_it(file):
    file.replace(snapshot(1))
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert {path.name for path in file.path.parent.iterdir()} == {"snapshot.json", "snapshot.lock"}


def test_a_slow_publisher_cannot_undo_a_quick_one(file):
    assert file.replace(snapshot(2))
    assert not file.replace(snapshot(1))
    assert file.read() == snapshot(2)


def test_the_same_revision_issued_later_takes_its_place(file, holder):
    later = snapshot(1, AT + timedelta(seconds=15))
    file.replace(snapshot(1))
    holder.poll()
    assert file.replace(later)
    assert holder.poll()
    assert holder.current == later


@pytest.mark.parametrize(
    "damage",
    [b"", b"{", b"\xff\xfe", b'{"format":99}', b"[]"],
    ids=["empty", "cut", "not text", "later format", "other shape"],
)
def test_a_damaged_file_leaves_the_held_snapshot_and_is_reported(file, holder, damage):
    file.replace(snapshot(1))
    holder.poll()
    file.path.write_bytes(damage)
    assert not holder.poll()
    assert holder.current == snapshot(1)
    assert holder.problem
    file.path.unlink()
    file.replace(snapshot(2))
    assert holder.poll()
    assert not holder.problem


def test_an_older_file_is_ignored(file, holder):
    file.replace(snapshot(5))
    holder.poll()
    file.path.unlink()
    file.replace(snapshot(4))
    assert not holder.poll()
    assert holder.current == snapshot(5)


def test_without_a_file_there_is_nothing_to_act_on(holder):
    assert not holder.poll()
    assert holder.usable() is None
    assert holder.problem


@pytest.mark.parametrize(
    ("age", "is_usable"),
    [
        pytest.param(timedelta(seconds=60), True, id="the last instant"),
        pytest.param(timedelta(seconds=60, microseconds=1), False, id="an instant later"),
    ],
)
def test_a_stale_snapshot_is_held_but_not_usable(file, age, is_usable):
    file.replace(snapshot(1))
    holder = SnapshotHolder(file.path, fixed_clock(AT + age))
    holder.poll()
    assert (holder.usable() is not None) is is_usable


async def test_watching_brings_a_later_snapshot(file, holder):
    file.replace(snapshot(1))
    watching = asyncio.create_task(holder.watch(every=0.001))
    async with asyncio.timeout(5):
        while holder.current is None:
            await asyncio.sleep(0)
        file.replace(snapshot(2))
        while holder.current.revision < 2:
            await asyncio.sleep(0)
    watching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await watching
