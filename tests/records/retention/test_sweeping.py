"""What is due is destroyed at its deadline, by its key; what is not, is not (R-DATA-113, R-DATA-119, R-DATA-120)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from sekisho.accounts.types import StaffRole, Viewer, system
from sekisho.audit import queries as audit
from sekisho.audit.models import AuditReceipt
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotAllowedError, SekishoError
from sekisho.notices.models import Notice
from sekisho.records.models import Block, Content, Conversation, Mark, Turn
from sekisho.records.retention import actions, queries
from sekisho.records.retention.actions import Limits
from sekisho.records.retention.models import Announcement, Fallen, Guard, Sweep
from sekisho.records.retention.types import Result, Skipped
from sekisho.records.types import Kind
from tests import factories
from tests.records.retention.makers import (
    AT,
    DAY,
    DUE,
    backup,
    happened,
    living_keys,
    opens,
    restore,
    store,
    sweep,
    turn,
)

pytestmark = pytest.mark.django_db(databases="__all__")


def test_a_sweep_before_the_deadline_destroys_nothing_and_says_complete():
    store(turn())
    done = sweep(DUE - timedelta(seconds=1))
    assert (done.result, done.turns, done.past_due) == (Result.COMPLETE, 0, 0)
    assert opens("req_1") == (True,)


def test_at_the_deadline_the_key_falls_and_ciphertext_in_backups_means_nothing():
    conversation = store(turn())
    kept = backup()
    done = sweep(DUE)
    assert (done.result, done.keys, done.turns, done.past_due) == (Result.COMPLETE, 1, 1, 0)
    assert living_keys(conversation) == 0
    restore(kept)
    assert opens("req_1") == (False,)


def test_rows_go_within_a_day_and_metadata_stay():
    conversation = store(turn())
    sweep(DUE)
    sweep(DUE + 23 * timedelta(hours=1))
    assert not Content.objects.exists()
    assert not Block.objects.exists()
    assert not Fallen.objects.exists()
    assert Turn.objects.get(id="req_1").has_content is False
    assert Conversation.objects.filter(id=conversation).exists()


def test_a_turn_of_a_living_conversation_dies_by_itself_and_the_rest_lives():
    conversation = store(turn("req_1"), turn("req_2", at=AT + 10 * DAY))
    kept = backup()
    done = sweep(DUE)
    assert (done.cut, done.keys, done.turns) == (1, 0, 1)
    assert [row.turn_id for row in Content.objects.all()] == ["req_2"]
    assert living_keys(conversation) == 1
    restore(kept)
    assert opens("req_1", "req_2") == (False, True)
    assert sweep(AT + 40 * DAY).keys == 1
    assert opens("req_1", "req_2") == (False, False)


def test_resent_history_does_not_begin_anew_when_its_turn_has_died():
    said = turn("req_1").content
    store(turn("req_1"), turn("req_2", at=AT + 10 * DAY))
    sweep(DUE)
    store(turn("req_3", at=DUE + DAY, content=said))
    assert opens("req_3") == (True,)
    marks = Block.objects.filter(turn="req_1").count()
    assert marks == 1, "the first block is known again, and is not kept anew (R-DATA-108)"


def test_what_was_destroyed_is_not_destroyed_again():
    store(turn())
    sweep(DUE)
    before = AuditReceipt.objects.count()
    again = sweep(DUE + timedelta(minutes=5))
    assert (again.result, again.turns, again.keys) == (Result.COMPLETE, 0, 0)
    assert AuditReceipt.objects.count() == before


def test_a_conversation_that_goes_on_later_lives_under_a_new_key():
    conversation = store(turn("req_1"))
    sweep(DUE)
    store(turn("req_2", at=DUE + DAY))
    sweep(DUE + 2 * DAY)
    assert opens("req_2") == (True,)
    assert living_keys(conversation) == 1
    assert sweep(DUE + 31 * DAY).turns == 1
    assert opens("req_2") == (False,)


def test_one_receipt_an_organisation_names_the_keys_and_the_backup_horizon():
    store(turn("req_1"), turn("req_2", conversation="c2"), turn("req_3", organisation="org_2"))
    sweep(DUE)
    mine = AuditReceipt.objects.get(subject="org_1")
    facts = json.loads(mine.body)["facts"]
    assert facts["counts"] == {"conversations": 2, "turns": 2, "keys_destroyed": 2, "keys_cut": 0}
    assert len(facts["keys"]) == 2
    assert set(facts["backups"]) == {"content_until", "keys_until"}
    assert AuditReceipt.objects.filter(subject="org_2").count() == 1


def test_never_complete_while_anything_is_past_due():
    store(turn("req_1"), turn("req_2", conversation="c2"))
    done = sweep(DUE, limits=Limits(conversations=1))
    assert (done.result, done.past_due) == (Result.IN_PROGRESS, 1)
    assert sweep(DUE + timedelta(minutes=5)).result == Result.COMPLETE


def test_a_dry_run_counts_and_changes_nothing():
    store(turn())
    seen = sweep(DUE, dry_run=True)
    assert (seen.reason, seen.turns, seen.conversations) == (Skipped.DRY_RUN, 1, 1)
    assert opens("req_1") == (True,)
    assert not Sweep.objects.exists()


def test_shortening_destroys_what_is_older_at_once():
    store(turn())
    happened(Kind.RETENTION_SET, AT + 10 * DAY, days=7)
    Turn.objects.filter(id="req_1").update(deadline_at=AT + 10 * DAY)  # as re-stamping leaves it
    assert sweep(AT + 10 * DAY).turns == 1


class TestTheClock:
    """R-DATA-119."""

    def test_forward_by_more_than_two_days_halts_destruction_until_a_person_confirms(self, db: None):
        daiki = factories.staff("Daiki", StaffRole.PRIVACY)
        store(turn())
        sweep(DUE - 3 * DAY)
        jumped = actions.sweep(fixed_clock(DUE + DAY))
        assert (jumped.result, jumped.reason) == (Result.SKIPPED, Skipped.CLOCK_JUMPED)
        assert opens("req_1") == (True,)
        assert Mark.objects.get(name="time").at == DUE - 3 * DAY, "what is not believed leaves no trace"
        assert Notice.objects.filter(person=daiki.id, kind="retention.clock_jumped").count() == 1
        actions.sweep(fixed_clock(DUE + DAY + timedelta(minutes=5)))
        assert Notice.objects.filter(person=daiki.id, kind="retention.clock_jumped").count() == 1
        actions.confirm_clock(system("test"), fixed_clock(DUE + DAY))
        assert actions.sweep(fixed_clock(DUE + DAY + timedelta(minutes=5))).turns == 1
        assert audit.entries(system("test"), audit.EntryFilter(action="retention.clock_confirmed"))

    def test_two_days_are_no_jump(self, db: None):
        store(turn())
        sweep(DUE - 2 * DAY)
        assert actions.sweep(fixed_clock(DUE - timedelta(minutes=5))).result == Result.COMPLETE

    def test_a_clock_that_is_set_right_again_needs_nobody(self, db: None):
        sweep(AT)
        actions.sweep(fixed_clock(AT + 9 * DAY))
        assert Guard.objects.get().halted_at is not None
        assert actions.sweep(fixed_clock(AT + timedelta(minutes=10))).result == Result.COMPLETE
        assert Guard.objects.get().halted_at is None

    def test_back_in_time_what_was_expired_stays_expired(self, db: None):
        store(turn())
        sweep(DUE + timedelta(hours=1), limits=Limits(conversations=0))
        back = actions.sweep(fixed_clock(DUE - 9 * DAY))
        assert (back.result, back.turns) == (Result.COMPLETE, 1)

    def test_nobody_confirms_without_the_permission_or_without_need(self, ben):
        with pytest.raises(NotAllowedError):
            actions.confirm_clock(Viewer(ben.id))
        with pytest.raises(SekishoError, match="clock_not_halted"):
            actions.confirm_clock(system("test"))


class TestTheFirstDeletion:
    """R-DATA-125: told before, and the deadline stands."""

    @pytest.mark.parametrize(
        ("days_before", "told"),
        [
            pytest.param(8, 0, id="eight days before: not yet"),
            pytest.param(7, 1, id="a week before: now"),
            pytest.param(1, 1, id="a day before: now, as no worker ran earlier"),
        ],
    )
    def test_an_account_is_told_a_week_before(self, days_before: int, told: int):
        store(turn())
        assert actions.announce(DUE - days_before * DAY) == told
        assert Announcement.objects.count() == told

    def test_it_is_told_once(self, db: None):
        store(turn(), turn("req_2", at=AT + DAY))
        assert [actions.announce(DUE - hours * timedelta(hours=1)) for hours in (48, 24, 1)] == [1, 0, 0]
        assert Notice.objects.filter(kind="data.first_deletion").count() == 1

    def test_where_nobody_was_told_the_notice_is_written_with_the_destruction(self, db: None):
        store(turn())
        assert sweep(DUE).turns == 1
        assert Notice.objects.get(kind="data.first_deletion").at == DUE

    def test_a_mail_that_failed_keeps_no_content(self, db: None):
        store(turn())
        actions.announce(DUE - DAY)
        Notice.objects.all().delete()
        assert sweep(DUE).turns == 1


def test_the_gauge_and_the_pages_say_what_is_past_due():
    store(turn())
    assert queries.past_due(DUE - timedelta(seconds=1)) == 0
    assert queries.past_due(DUE) == 1
    health = queries.health(system("test"), DUE + DAY)
    assert (health.past_due, health.oldest_due) == (1, DUE)
    sweep(DUE + DAY)
    assert queries.health(system("test"), DUE + DAY).past_due == 0
    assert queries.sweeps(system("test"))[0].turns == 1


def test_metadata_go_after_thirteen_months_with_their_conversation():
    store(turn())
    sweep(DUE)
    sweep(DUE + DAY)
    sweep(AT.replace(year=2027, month=1))
    assert Turn.objects.count() == 1
    sweep(AT.replace(year=2027, month=2))
    assert Turn.objects.count() == Conversation.objects.count() == 0
