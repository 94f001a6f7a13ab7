"""The control plane's steady work: take entries in, re-issue the snapshot, clear away what dead gateways
left."""

from __future__ import annotations

import logging
import time
from threading import Event

from django.db import close_old_connections

from sekisho.base import settings
from sekisho.link.carriers.local import JournalFolder, journal_folder
from sekisho.link.ingest import Ingest
from sekisho.link.publish import heartbeat_s, publish
from sekisho.policy.tasks import send_change_notices

log = logging.getLogger(__name__)

REST_S = 0.2
"""Seconds between two looks into an empty journal."""
BREATH_S = 0.02
"""Seconds between two full batches: SQLite has one writer and no queue, and a revocation must get its
turn."""
AFTER_FAILURE_S = 1.0
CLEAR_EVERY_S = 30.0
NOTICE_EVERY_S = 300.0
"""Seconds between two looks for a version of the policy of which account holders were not told yet."""


def run_worker(stop: Event) -> None:
    """Work until `stop` is set, then take in what still waits and return. Failures are logged and tried
    again."""
    worker = Worker()
    while not stop.is_set():
        stop.wait(worker.turn(time.monotonic()))
    while worker.turn(time.monotonic()) == BREATH_S:
        pass
    close_old_connections()


class Worker:
    """One worker's duties and when each is next due."""

    def __init__(self) -> None:
        self._journal = JournalFolder(journal_folder(settings.folder("data_dir")))
        self._ingest = Ingest(self._journal)
        self._beat_at = self._clear_at = self._notice_at = float("-inf")

    def turn(self, now: float) -> float:
        """Do what is due at `now` (monotonic seconds) and return how many seconds to rest; 0 while entries
        wait."""
        try:
            close_old_connections()
            if now >= self._beat_at:
                publish()
                self._beat_at = now + heartbeat_s()
            if now >= self._clear_at:
                self._journal.clear_orphans()
                self._clear_at = now + CLEAR_EVERY_S
            if now >= self._notice_at:
                self._notice_at = now + NOTICE_EVERY_S
                send_change_notices()
            return BREATH_S if self._ingest.run_once() else REST_S
        except Exception as problem:
            log.error("worker.failed", extra={"problem": type(problem).__name__})
            return AFTER_FAILURE_S
