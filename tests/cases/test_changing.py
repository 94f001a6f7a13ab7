"""What becomes of a case: states, queues, clocks, contacts, links, replies by mail, and its end."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from sekisho.accounts.models import StaffAppointment
from sekisho.accounts.types import StaffRole, system
from sekisho.audit.models import AuditEntry
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.base.inventory import Holder, Subject
from sekisho.cases import actions, queries
from sekisho.cases.actions.ending import end_due
from sekisho.cases.models import AppendOnlyError, Case, Change, Delivery, Message
from sekisho.cases.queries.ending import ending
from sekisho.cases.types import CaseView, Contact, Kind, Queue, State, Voice
from sekisho.records.retention.actions import erase, proceed
from tests.cases.conftest import AT, CLOCK, opening
from tests.cast import Cast

DAY = timedelta(days=1)


def at(moment: timedelta) -> object:
    return fixed_clock(AT + moment)


def settle(cast: Cast, case: CaseView) -> None:
    actions.change_state(cast.viewer("daiki"), case.id, State.SOLVED, "answered", clock=CLOCK)


# --- states -----------------------------------------------------------------------------------------------------
def test_every_step_has_who_when_and_why(asked: CaseView, cast: Cast) -> None:
    settle(cast, asked)
    (line,) = queries.changes(cast.viewer("daiki"), asked.id)
    assert (line.at, line.by, line.old, line.new, line.reason) == (
        AT,
        cast.daiki.id,
        "new",
        "solved",
        "answered",
    )
    (told,) = queries.changes(cast.viewer("aiko"), asked.id)
    assert (told.new, told.by, told.reason) == ("solved", "", "")


def test_a_reason_is_needed_and_the_log_does_not_have_it(asked: CaseView, cast: Cast) -> None:
    with pytest.raises(SekishoError, match="reason_missing"):
        actions.change_state(cast.viewer("daiki"), asked.id, State.OPEN, "  ", clock=CLOCK)
    actions.change_state(cast.viewer("daiki"), asked.id, State.OPEN, "電話番号あり", clock=CLOCK)
    entry = AuditEntry.objects.get(action="case.state_changed")
    assert json.loads(entry.facts)["new"] == "open"
    assert "電話" not in entry.facts


def test_the_history_is_only_added_to(asked: CaseView, cast: Cast) -> None:
    settle(cast, asked)
    line = Change.objects.get()
    for change in (
        line.save,
        line.delete,
        Change.objects.all().delete,
        lambda: Change.objects.update(new="x"),
    ):
        with pytest.raises(AppendOnlyError):
            change()


def test_only_staff_of_its_queue_change_a_case(asked: CaseView, cast: Cast) -> None:
    for who in ("aiko", "ben", "emi"):
        with pytest.raises(NotFoundError):
            actions.change_state(cast.viewer(who), asked.id, State.SOLVED, "x", clock=CLOCK)


def test_while_a_clock_of_law_runs_nobody_settles(asked: CaseView, cast: Cast) -> None:
    actions.start_clock(asked.id, "decide", AT, AT + 7 * DAY, regime="dsa")
    with pytest.raises(SekishoError, match="legal_clock_runs"):
        settle(cast, asked)
    assert actions.meet_clock(asked.id, "decide", AT + DAY)
    assert not actions.meet_clock(asked.id, "decide", AT + DAY)
    settle(cast, asked)
    assert [one.is_late(AT + 9 * DAY) for one in queries.clocks(asked.id) if one.regime] == [False]


def test_a_duty_has_one_running_clock(asked: CaseView) -> None:
    first, again = (actions.start_clock(asked.id, "ack", AT, AT + DAY, regime="dsa") for _ in range(2))
    assert first.id == again.id
    with pytest.raises(SekishoError, match="clock_runs_already"):
        actions.start_clock(asked.id, "ack", AT, AT + 2 * DAY, regime="dsa")


# --- queues -----------------------------------------------------------------------------------------------------
def test_a_moved_case_keeps_its_receipt_and_its_clocks(asked: CaseView, cast: Cast) -> None:
    StaffAppointment.objects.create(person=cast.emi, role=StaffRole.LEGAL)
    legal = cast.viewer("emi")
    actions.move(
        cast.viewer("daiki"),
        asked.id,
        queue=Queue.LEGAL,
        kind=Kind.COMPLAINT,
        reason="wrong form",
        clock=at(DAY),  # type: ignore[arg-type]
    )
    moved = queries.case(legal, asked.id)
    assert (moved.received_at, moved.kind, moved.queue) == (AT, Kind.COMPLAINT, Queue.LEGAL)
    assert queries.clocks(asked.id)[0].starts == AT
    with pytest.raises(NotFoundError):
        queries.case(cast.viewer("daiki"), asked.id)
    with pytest.raises(SekishoError, match="cannot_be_moved"):
        actions.move(legal, asked.id, queue=Queue.AUTHORITY, reason="x", clock=CLOCK)


def test_the_queue_is_in_order_and_pages_do_not_overlap(db: None, cast: Cast) -> None:
    made = [
        actions.open_case(opening(f"s-{number}"), clock=fixed_clock(AT + number * timedelta(minutes=1)))
        for number in range(5)
    ]
    actions.start_clock(made[3].id, "ack", AT, AT + 30 * DAY, regime="dsa")
    expected = [made[number].id for number in (3, 0, 1, 2, 4)]
    daiki, seen, after = cast.viewer("daiki"), [], ""
    while True:
        page = queries.queue(daiki, after=after, limit=2)
        seen += [one.id for one in page.cases]
        if not (after := page.next):
            break
    assert seen == expected
    found = queries.counts(daiki, AT + 31 * DAY)
    assert (found.waiting, found.legal, found.late) == (5, 1, 1)
    late = queries.QueueFilter(late_at=AT + 31 * DAY)
    assert [one.id for one in queries.queue(daiki, late).cases] == [made[3].id]


def test_who_works_no_queue_sees_none(cast: Cast) -> None:
    for who in ("aiko", "chie"):
        with pytest.raises(NotFoundError):
            queries.queue(cast.viewer(who))
    with pytest.raises(NotFoundError):
        queries.queue(cast.viewer("daiki"), queries.QueueFilter(queue=Queue.LEGAL))


# --- links ------------------------------------------------------------------------------------------------------
def test_linked_cases_stay_two(asked: CaseView, asked_by_ben: CaseView, cast: Cast) -> None:
    daiki = cast.viewer("daiki")
    assert actions.link_cases(daiki, asked.id, asked_by_ben.id, clock=CLOCK).is_new
    assert not actions.link_cases(daiki, asked_by_ben.id, asked.id, clock=CLOCK).is_new
    assert queries.linked(daiki, asked.id) == (asked_by_ben.id,)
    with pytest.raises(NotFoundError):
        queries.case(cast.viewer("ben"), asked.id)
    with pytest.raises(SekishoError, match="not_related"):
        actions.link_cases(daiki, asked.id, asked.id, clock=CLOCK)


# --- contacts ---------------------------------------------------------------------------------------------------
def test_a_confirmed_address_gets_what_had_waited_for_it(db: None, cast: Cast) -> None:
    made = actions.open_case(opening(contact=Contact("someone@example.test"), requester=""), clock=CLOCK)
    actions.write(cast.viewer("daiki"), made.id, Voice.STAFF, "お答えします。", submission="1", clock=CLOCK)
    token = queries.contact_path(made.id).rpartition("/")[2]
    for _ in range(2):
        shown = actions.confirm_contact(token, clock=at(DAY))  # type: ignore[arg-type]
    assert (shown.subject, shown.contact.email) == ("", "s•••@ex•••.test")
    assert sorted(Delivery.objects.values_list("kind", flat=True)) == [
        "confirm_contact", "confirmation", "reply",
    ]  # fmt: skip
    with pytest.raises(SekishoError, match="link_expired"):
        actions.confirm_contact(token, clock=at(7 * DAY))  # type: ignore[arg-type]


def test_a_link_for_an_earlier_address_confirms_nothing(db: None) -> None:
    made = actions.open_case(opening(contact=Contact("old@example.test"), requester=""), clock=CLOCK)
    token = queries.contact_path(made.id).rpartition("/")[2]
    actions.set_contact(system("mail"), made.id, Contact("new@example.test"), clock=CLOCK)
    for wrong in (token, f"{token}x"):
        with pytest.raises(SekishoError):
            actions.confirm_contact(wrong, clock=CLOCK)
    assert not Case.objects.get().is_proven


# --- mail -------------------------------------------------------------------------------------------------------
def test_a_reply_reopens_to_the_last_instant_and_then_begins_anew(asked: CaseView, cast: Cast) -> None:
    settle(cast, asked)
    actions.take_inbound(asked.id, "まだです", submission="m-1", by=cast.aiko.id, clock=at(14 * DAY))  # type: ignore[arg-type]
    assert Case.objects.get().state == "open"
    actions.change_state(cast.viewer("daiki"), asked.id, State.CLOSED, "done", clock=at(15 * DAY))  # type: ignore[arg-type]
    late = at(29 * DAY + timedelta(seconds=1))
    for _ in range(2):
        made = actions.take_inbound(asked.id, "やはり", submission="m-2", by=cast.aiko.id, clock=late)  # type: ignore[arg-type]
    assert made.case != asked.id
    assert queries.linked(cast.viewer("daiki"), asked.id) == (made.case,)
    assert (Case.objects.count(), Message.objects.filter(submission__contains="m-").count()) == (2, 1)


# --- the end ----------------------------------------------------------------------------------------------------
def test_words_end_first_and_rows_later(asked: CaseView, cast: Cast) -> None:
    settle(cast, asked)
    assert end_due(AT + 15 * DAY).closed == 1
    assert ending(AT + 180 * DAY - timedelta(seconds=1)).words == 0
    assert (ending(AT + 180 * DAY).words, end_due(AT + 180 * DAY).words) == (1, 1)
    shown = queries.case(cast.viewer("aiko"), asked.id)
    assert (shown.is_readable, shown.subject, shown.contact.email) == (False, "", "")
    assert queries.messages(cast.viewer("aiko"), asked.id)[0].text == ""
    assert AuditEntry.objects.filter(action="receipt.issued").exists()
    assert end_due(AT + 729 * DAY).rows == 0
    assert end_due(AT + 730 * DAY).rows == 1
    assert not Case.objects.exists()
    assert not Change.objects.exists()


def test_what_law_may_ask_about_stays_six_years(asked: CaseView, cast: Cast) -> None:
    actions.start_clock(asked.id, "decide", AT, AT + DAY, regime="dsa")
    actions.meet_clock(asked.id, "decide", AT)
    settle(cast, asked)
    assert end_due(AT + 5 * 366 * DAY).words == 0
    assert end_due(AT + 6 * 366 * DAY).words == 1


def test_who_is_erased_takes_their_words_along(asked: CaseView, asked_by_ben: CaseView, cast: Cast) -> None:
    subject = Subject(Holder.MEMBER, organisation=cast.atelier.id, person=cast.ben.id)
    proceed(erase("test", subject, at=AT), CLOCK)
    daiki = cast.viewer("daiki")
    assert not queries.case(daiki, asked_by_ben.id).is_readable
    assert queries.messages(daiki, asked_by_ben.id)[0].text == ""
    assert Case.objects.get(id=asked_by_ben.id).email == ""
    assert queries.case(daiki, asked.id).subject == "請求書について"
