"""The control plane's steady work: take entries in, re-issue the snapshot, clear away what dead gateways
left."""

from __future__ import annotations

import gc
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread

from django.db import close_old_connections

from sekisho.audit.tasks import EVERY_S as PROOFS_EVERY_S
from sekisho.audit.tasks import keep_proofs
from sekisho.base import settings
from sekisho.cases.desk.tasks import TEND_EVERY_S as DESK_EVERY_S
from sekisho.cases.desk.tasks import tend as tend_desk
from sekisho.cases.mail.tasks import FORGET_EVERY_S as FORGET_MAIL_EVERY_S
from sekisho.cases.mail.tasks import forget_mail, run_desk_mail, run_desk_mailbox, run_desk_polling
from sekisho.cases.tasks import APPEALS_EVERY_S
from sekisho.cases.tasks import TEND_EVERY_S as CASES_EVERY_S
from sekisho.cases.tasks import show as show_appeals
from sekisho.cases.tasks import tend as tend_cases
from sekisho.compliance.tasks import WATCH_EVERY_S as COMPLIANCE_EVERY_S
from sekisho.compliance.tasks import watch_clocks
from sekisho.connectors.tasks import watch as watch_connectors
from sekisho.enforcement.conduct.tasks import (
    ACCOUNTS_EVERY_S,
    TRAFFIC_EVERY_S,
    watch_accounts,
    watch_traffic,
)
from sekisho.enforcement.holds.tasks import watch_deadlines, watch_licences
from sekisho.enforcement.review.actions.signals import take_signals
from sekisho.enforcement.review.mailbox import run_mailbox
from sekisho.enforcement.review.tasks import call_staff, keep_house, take_waiting
from sekisho.enforcement.tasks import RECOVER_EVERY_S, recover
from sekisho.link.carriers.local import JournalFolder, journal_folder
from sekisho.link.ingest import Ingest
from sekisho.link.publish import heartbeat_s, publish
from sekisho.link.reminders import remind_of_compliance
from sekisho.link.safety import EVERY_S as SAFETY_EVERY_S
from sekisho.link.safety import follow_outcomes
from sekisho.notices.tasks import run_post
from sekisho.policy.tasks import send_change_notices
from sekisho.records.consent.tasks import end_what_nobody_may_hold, look_after_partners, tell_undecided
from sekisho.records.feedback.tasks import EVERY_S as FEEDBACK_EVERY_S
from sekisho.records.feedback.tasks import run_tracker
from sekisho.records.feedback.tasks import tend as tend_feedback
from sekisho.records.partitions import keep as keep_partitions
from sekisho.records.retention.tasks import KEEP_HOUSE_EVERY_S, run_retention
from sekisho.records.retention.tasks import keep_house as keep_retention
from sekisho.records.rights.tasks import TEND_EVERY_S as COPIES_EVERY_S
from sekisho.records.rights.tasks import WORK_EVERY_S as RIGHTS_EVERY_S
from sekisho.records.rights.tasks import run_callbacks
from sekisho.records.rights.tasks import tend as tend_copies
from sekisho.records.rights.tasks import work as work_on_rights
from sekisho.records.tasks import (
    ANNOUNCE_EVERY_S,
    DRIFT_EVERY_S,
    RESTAMP_EVERY_S,
    announce_calendars,
    restamp_turns,
    watch_drift,
)
from sekisho.records.training.tasks import RECALL_EVERY_S, recall, run_builds
from sekisho.support.bot.tasks import EVERY_S as BOT_EVERY_S
from sekisho.support.bot.tasks import tend as tend_bot
from sekisho.support.help.tasks import EVERY_S as ARTICLES_EVERY_S
from sekisho.support.help.tasks import tend as tend_articles
from sekisho.support.messenger.tasks import EVERY_S as CONVERSATIONS_EVERY_S
from sekisho.support.messenger.tasks import tend as tend_conversations
from sekisho.support.recovery.tasks import TEND_EVERY_S as RECOVERY_EVERY_S
from sekisho.support.recovery.tasks import run_codes
from sekisho.support.recovery.tasks import tend as tend_recovery
from sekisho.support.relay.tasks import EVERY_S as QUESTIONS_EVERY_S
from sekisho.support.relay.tasks import look_after_questions
from sekisho.support.search.tasks import EVERY_S as SEARCH_EVERY_S
from sekisho.support.search.tasks import tend as tend_search
from sekisho.webhooks.tasks import forget_old_messages, run_deliveries

log = logging.getLogger(__name__)

REST_S = 0.2
"""Seconds between two looks into an empty journal."""
BREATH_S = 0.02
"""Seconds between two full batches: SQLite has one writer and no queue, and a revocation must get its
turn."""
AFTER_FAILURE_S = 1.0
CLEAR_EVERY_S = 30.0
COLLECT_AFTER = 20_000
"""Objects that are made before garbage is looked for; a batch makes some ten thousand."""
RENEW_EVERY_S = 30.0
"""Seconds for which a connection to the database is used: a new one for each batch would cost PostgreSQL a process,
and the session its tables for what arrives."""


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that a worker does again and again."""

    every_s: float
    """Seconds between two beginnings."""
    do: Callable[[], object]
    """May be called at any time and by several workers; what fails is logged and tried again when next due."""


DUTIES: tuple[Duty, ...] = (
    Duty(300.0, send_change_notices),
    Duty(3600.0, remind_of_compliance),
    Duty(RECOVER_EVERY_S, recover),
    Duty(3600.0, forget_old_messages),
    Duty(15.0, watch_deadlines),
    Duty(3600.0, watch_licences),
    Duty(TRAFFIC_EVERY_S, watch_traffic),
    Duty(ACCOUNTS_EVERY_S, watch_accounts),
    Duty(TRAFFIC_EVERY_S, take_signals),
    Duty(5.0, call_staff),
    Duty(60.0, take_waiting),
    Duty(3600.0, keep_house),
    Duty(60.0, watch_connectors),
    Duty(FEEDBACK_EVERY_S, tend_feedback),
    Duty(SAFETY_EVERY_S, follow_outcomes),
    Duty(60.0, look_after_partners),
    Duty(60.0, end_what_nobody_may_hold),
    Duty(3600.0, tell_undecided),
    Duty(PROOFS_EVERY_S, keep_proofs),
    Duty(QUESTIONS_EVERY_S, look_after_questions),
    Duty(RECALL_EVERY_S, recall),
    Duty(RESTAMP_EVERY_S, restamp_turns),
    Duty(DRIFT_EVERY_S, watch_drift),
    Duty(ANNOUNCE_EVERY_S, announce_calendars),
    Duty(3600.0, keep_partitions),
    Duty(KEEP_HOUSE_EVERY_S, keep_retention),
    Duty(RIGHTS_EVERY_S, work_on_rights),
    Duty(COPIES_EVERY_S, tend_copies),
    Duty(CONVERSATIONS_EVERY_S, tend_conversations),
    Duty(FORGET_MAIL_EVERY_S, forget_mail),
    Duty(ARTICLES_EVERY_S, tend_articles),
    Duty(SEARCH_EVERY_S, tend_search),
    Duty(BOT_EVERY_S, tend_bot),
    Duty(RECOVERY_EVERY_S, tend_recovery),
    Duty(COMPLIANCE_EVERY_S, watch_clocks),
    Duty(CASES_EVERY_S, tend_cases),
    Duty(APPEALS_EVERY_S, show_appeals),
    Duty(DESK_EVERY_S, tend_desk),
)
"""What rooms beneath have to do by the clock, besides taking in and publishing."""

BESIDE: tuple[Callable[[Event], None], ...] = (
    run_deliveries,
    run_post,
    run_codes,
    run_mailbox,
    run_callbacks,
    run_retention,
    run_builds,
    run_tracker,
    run_desk_mail,
    run_desk_mailbox,
    run_desk_polling,
)
"""What waits for machines of others, such as mail servers, or takes long, such as sweeps: each runs in a thread of its
own until it is stopped, so that it keeps nothing else waiting."""
PATIENCE_S = 30.0
"""Seconds that each of them has to come to its end."""


def run_worker(stop: Event) -> None:
    """Work until `stop` is set, then take in what still waits and return. Failures are logged and tried
    again. Webhooks and mails go out beside it."""
    beside = [Thread(target=run, args=(stop,), name=run.__name__, daemon=True) for run in BESIDE]
    for thread in beside:
        thread.start()
    worker = Worker()
    with collecting_less():
        while not stop.is_set():
            stop.wait(worker.turn(time.monotonic()))
        while worker.turn(time.monotonic()) == BREATH_S:
            pass
    for thread in beside:
        thread.join(PATIENCE_S)
    close_old_connections()


@contextmanager
def collecting_less() -> Iterator[None]:
    """Leave what was loaded out of every search for garbage, and search less often: a batch is many objects that all go
    by themselves, and looking through them took an eighth of ingest's time (`benchmarks/link.py`)."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


class Worker:
    """One worker's duties and when each is next due."""

    def __init__(self) -> None:
        self._journal = JournalFolder(journal_folder(settings.folder("data_dir")))
        self._ingest = Ingest(self._journal)
        self._beat_at = self._clear_at = self._renew_at = float("-inf")
        self._due = dict.fromkeys(range(len(DUTIES)), float("-inf"))

    def turn(self, now: float) -> float:
        """Do what is due at `now` (monotonic seconds) and return how many seconds to rest; 0 while entries
        wait."""
        try:
            if now >= self._renew_at:
                close_old_connections()
                self._renew_at = now + RENEW_EVERY_S
            if now >= self._beat_at:
                publish()
                self._beat_at = now + heartbeat_s()
            if now >= self._clear_at:
                self._journal.clear_orphans()
                self._clear_at = now + CLEAR_EVERY_S
            took_in = self._ingest.run_once()
            self._do_duties(now)
            return BREATH_S if took_in else REST_S
        except Exception as problem:
            log.error("worker.failed", extra={"problem": type(problem).__name__})
            self._renew_at = float("-inf")
            return AFTER_FAILURE_S

    def _do_duties(self, now: float) -> None:
        """Do what is due, each by itself: one that fails keeps no other waiting."""
        for number, duty in enumerate(DUTIES):
            if now >= self._due[number]:
                self._due[number] = now + duty.every_s
                try:
                    duty.do()
                except Exception as problem:
                    log.error("worker.failed", extra={"problem": type(problem).__name__})
