"""The journal on disk: durable in groups, read in order, forgotten only when acknowledged."""

from __future__ import annotations

import asyncio
import sqlite3
import stat

import pytest

from sekisho.link.carriers.local import JournalFile, JournalFolder, journal_path
from sekisho.link.carriers.local import journal as module
from sekisho.link.journal import JournalUnavailableError, decode
from tests.link.makers import entry


def ids(deliveries):
    return [decode(delivery.data).id for delivery in deliveries]


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "journal"


async def written(path, *names):
    journal = JournalFile(path)
    for name in names:
        await journal.append(entry(name))
    await journal.close()


async def test_what_append_returned_from_is_in_the_file(folder):
    journal = JournalFile(folder / "a.sqlite3")
    await journal.append(entry("req_1"))
    assert ids(JournalFolder(folder).read(10)) == ["req_1"]
    await journal.close()


async def test_many_appends_share_commits(folder):
    journal = JournalFile(folder / "a.sqlite3")
    commits = []
    journal._commit = lambda batch, commit=journal._commit: (commits.append(len(batch)), commit(batch))[1]
    await asyncio.gather(*(journal.append(entry(f"req_{n}")) for n in range(500)))
    await journal.close()
    assert sum(commits) == 500
    assert len(commits) < 250
    assert len(set(ids(JournalFolder(folder).read(1000)))) == 500


async def test_the_files_are_their_owners_alone(folder):
    journal = JournalFile(folder / "a.sqlite3")
    await journal.append(entry())
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    await journal.close()


async def test_entries_come_again_until_they_are_acknowledged(folder):
    await written(folder / "a.sqlite3", "req_1", "req_2", "req_3")
    reader = JournalFolder(folder)
    assert ids(reader.read(2)) == ids(reader.read(2)) == ["req_1", "req_2"]
    reader.acknowledge(reader.read(2))
    assert ids(JournalFolder(folder).read(2)) == ["req_3"]


async def test_positions_are_not_used_again_after_pruning(folder):
    reader = JournalFolder(folder)
    await written(folder / "a.sqlite3", "req_1")
    first = reader.read(1)
    reader.acknowledge(first)
    await written(folder / "a.sqlite3", "req_2")
    reader.acknowledge(first)  # a late acknowledgement
    assert ids(reader.read(1)) == ["req_2"]


async def test_every_gateway_gets_its_turn(folder):
    await written(folder / "a.sqlite3", "req_a1", "req_a2", "req_a3")
    await written(folder / "b.sqlite3", "req_b1")
    reader = JournalFolder(folder)
    assert {name for _ in range(2) for name in ids(reader.read(1))} == {"req_a1", "req_b1"}


async def test_a_dead_gateways_file_goes_once_it_is_empty(folder):
    await written(folder / "a.sqlite3", "req_1")
    reader = JournalFolder(folder)
    assert reader.clear_orphans() == 0
    reader.acknowledge(reader.read(10))
    assert reader.clear_orphans() == 1
    assert list(folder.iterdir()) == []


async def test_a_living_gateways_file_stays(folder):
    journal = JournalFile(folder / "a.sqlite3")
    assert JournalFolder(folder).clear_orphans() == 0
    await journal.append(entry())
    await journal.close()


async def test_one_damaged_file_does_not_hide_the_others(folder):
    await written(folder / "b.sqlite3", "req_1")
    (folder / "a.sqlite3").write_bytes(b"not a database, but long enough to look at" * 50)
    reader = JournalFolder(folder)
    assert [ids(reader.read(5)) for _ in range(2)] == [["req_1"], ["req_1"]]
    assert reader.clear_orphans() == 0
    assert (folder / "a.sqlite3").exists()


def test_nothing_waits_where_there_is_no_folder(folder):
    assert JournalFolder(folder).read(5) == []


async def test_two_processes_cannot_write_one_journal(folder, monkeypatch):
    monkeypatch.setattr(module, "LOCK_WITHIN_S", 0.0)
    journal = JournalFile(folder / "a.sqlite3")
    with pytest.raises(JournalUnavailableError, match="Another process"):
        JournalFile(folder / "a.sqlite3")
    await journal.close()


async def test_a_disk_that_refuses_is_said_and_recovered_from(folder):
    journal = JournalFile(folder / "a.sqlite3")
    real, journal._database = journal._database, _Full()
    with pytest.raises(JournalUnavailableError, match="full"):
        await journal.append(entry("req_1"))
    journal._database = real
    await journal.append(entry("req_2"))
    await journal.close()
    assert ids(JournalFolder(folder).read(5)) == ["req_2"]


async def test_a_disk_that_hangs_is_a_disk_that_is_gone(folder):
    journal = JournalFile(folder / "a.sqlite3", commit_within=0.01)
    journal._queue, kept = _Nowhere(), journal._queue
    with pytest.raises(JournalUnavailableError, match="longer"):
        await journal.append(entry())
    journal._queue = kept
    await journal.close()


async def test_a_closed_journal_refuses(folder):
    journal = JournalFile(folder / "a.sqlite3")
    await journal.close()
    with pytest.raises(JournalUnavailableError, match="closed"):
        await journal.append(entry())


async def test_what_waits_when_it_closes_is_written(folder):
    journal = JournalFile(folder / "a.sqlite3")
    waiting = [asyncio.create_task(journal.append(entry(f"req_{n}"))) for n in range(20)]
    await asyncio.sleep(0)
    await journal.close()
    await asyncio.gather(*waiting)
    assert len(JournalFolder(folder).read(50)) == 20


@pytest.mark.parametrize("name", ["gate 1/../../x", "..", "", "関所"])
def test_a_gateways_name_cannot_leave_the_folder(folder, name):
    assert journal_path(folder, name).parent == folder
    assert journal_path(folder, name).suffix == ".sqlite3"


class _Full:
    """A database on a full disk."""

    in_transaction = False

    def execute(self, *_):
        raise sqlite3.OperationalError("database or disk is full")


class _Nowhere:
    """A queue that nobody empties."""

    def put(self, waiting):
        pass
