"""The worker publishes, takes entries in, clears up, and survives what fails."""

from __future__ import annotations

import threading

import pytest

from sekisho.base import settings
from sekisho.link import worker as module
from sekisho.link.carriers.local import JournalFile, SnapshotFile, journal_folder, snapshot_path
from sekisho.link.publish import heartbeat_s
from sekisho.link.worker import AFTER_FAILURE_S, BREATH_S, REST_S, Worker, run_worker
from sekisho.records.models import Turn
from tests.link.makers import entry

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])


@pytest.fixture
def data_dir(tmp_path, monkeypatch):
    monkeypatch.setenv("SEKISHO_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(module, "close_old_connections", lambda: None)  # the test's transaction lives in one
    return settings.folder("data_dir")


async def _written(data_dir):
    journal = JournalFile(journal_folder(data_dir) / "gate-1.sqlite3")
    await journal.append(entry())
    await journal.close()


@pytest.fixture
async def waiting(data_dir):
    await _written(data_dir)


def test_a_turn_of_work_publishes_and_takes_in(data_dir, waiting):
    worker = Worker()
    assert worker.turn(0.0) == BREATH_S
    assert worker.turn(0.1) == REST_S
    assert Turn.objects.count() == 1
    assert SnapshotFile(snapshot_path(data_dir)).read() is not None
    assert worker.turn(60.0) == REST_S
    assert list(journal_folder(data_dir).iterdir()) == []


def test_the_snapshot_is_issued_again_long_before_it_is_stale(data_dir):
    worker, file = Worker(), SnapshotFile(snapshot_path(data_dir))
    worker.turn(0.0)
    first = file.read().revision
    worker.turn(heartbeat_s() - 0.01)
    assert file.read().revision == first
    worker.turn(heartbeat_s())
    assert file.read().revision == first + 1
    assert heartbeat_s() * 4 == settings.number("snapshot_stale_s")


def test_a_failure_is_logged_and_tried_again(data_dir, monkeypatch, caplog):
    def fail():
        raise OSError("disk full")

    worker = Worker()
    with monkeypatch.context() as broken:
        broken.setattr(module, "publish", fail)
        assert worker.turn(0.0) == AFTER_FAILURE_S
    assert "worker.failed" in caplog.text
    assert worker.turn(1.0) == REST_S


def test_when_stopped_it_takes_in_what_still_waits(data_dir, waiting):
    stop = threading.Event()
    stop.set()
    run_worker(stop)
    assert Turn.objects.count() == 1
