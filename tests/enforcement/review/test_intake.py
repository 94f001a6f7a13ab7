"""What comes in: decisions once, reports encrypted, nobody muted unwarned, staff called to danger."""

from __future__ import annotations

import pytest

from sekisho.accounts.types import system
from sekisho.audit import queries as audit
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.enforcement.review import actions, marks, queries, sealed, tasks
from sekisho.enforcement.review.mailbox import run_mailbox
from sekisho.enforcement.review.models import Case, Deposit, Reporter
from sekisho.enforcement.review.rules.reporters import RECEIPTS_A_DAY, REPORTS_A_DAY
from sekisho.enforcement.review.types import (
    About,
    AboutKind,
    Answer,
    Category,
    Gravity,
    Hidden,
    Note,
    Source,
    State,
    Verdict,
)
from sekisho.enforcement.types import Arrived, Unit, UnitKind
from sekisho.link import arrivals, worker
from sekisho.notices.models import Delivery, Notice
from tests.enforcement.review.conftest import AT, Desk

WORDS = "My neighbour's name is in the answer."


def test_a_block_under_a_hard_clause_becomes_a_case_due_within_a_day(desk: Desk) -> None:
    case = desk.case_of(desk.decided("dec_1", clause="weapons"))
    seen = queries.case(desk.emi, case, desk.at)
    assert (seen.row.source, seen.row.gravity, seen.row.clause) == (Source.HARD, Gravity.GRAVE, "weapons")
    assert (seen.row.due - AT).total_seconds() == 24 * 3600
    assert (seen.pack, seen.decision) == ("reference@2025-09-15", "dec_1")
    assert seen.row.about.unit == Unit(UnitKind.END_USER, "eu_1", desk.cast.atelier.id)


def test_what_repeats_an_open_case_is_added_to_it(desk: Desk) -> None:
    case = desk.case_of(desk.decided("dec_1", clause="weapons"), desk.decided("dec_2", clause="weapons"))
    desk.case_of(desk.decided("dec_3", clause="weapons"))
    assert Case.objects.count() == 1
    assert queries.case(desk.emi, case, desk.at).row.count == 3


def test_another_account_and_another_clause_are_other_matters(desk: Desk) -> None:
    desk.case_of(
        desk.decided("dec_1", clause="weapons"),
        desk.decided("dec_2", clause="weapons", end_user="eu_2"),
        desk.decided("dec_3", clause="critical_infrastructure"),
    )
    assert Case.objects.count() == 2  # the clause that is only high is not looked at for that alone


def test_what_comes_after_a_case_is_closed_is_a_new_one(desk: Desk) -> None:
    first = desk.case_of(desk.decided("dec_1", clause="weapons"))
    Case.objects.update(closed_at=AT)
    assert desk.case_of(desk.decided("dec_2", clause="weapons")) != first


def test_nothing_that_people_need_not_see_opens_a_case(desk: Desk) -> None:
    actions.take_cases(Arrived((), (desk.decided("dec_1", action="allow", clause="", grounds=()),)))
    assert not Case.objects.exists()


def test_what_the_ladder_leaves_to_people_waits_once_and_ends_with_its_reason(desk: Desk) -> None:
    unit = Unit(UnitKind.KEY, "key_1", desk.cast.atelier.id)
    assert actions.take_waiting([(unit, "weapons", AT)], desk.clock) == 1
    assert actions.take_waiting([(unit, "weapons", AT)], desk.clock) == 0
    (row,) = queries.queue(desk.emi).cases
    assert (row.source, row.due) == (Source.LADDER, AT)
    actions.take_waiting([], desk.clock)
    assert not queries.queue(desk.emi).cases


def test_cases_follow_from_arrivals_and_the_worker_tends_them() -> None:
    assert actions.take_cases in arrivals.CONSEQUENCES
    assert {tasks.call_staff, tasks.take_waiting, tasks.keep_house} <= {duty.do for duty in worker.DUTIES}
    assert run_mailbox in worker.BESIDE


# --- reports ---
def test_a_report_has_a_reference_a_page_and_a_receipt_without_its_words(desk: Desk) -> None:
    taken = desk.report(WORDS, reader="ja")
    found = queries.report_state(taken.link.removeprefix("/reports/"), desk.at)
    assert (found.reference, found.step) == (taken.reference, "received")
    (mail,) = Delivery.objects.filter(address="chie@example.test")
    notice = Notice.objects.get(id=mail.notice_id)
    assert (mail.language, notice.link) == ("ja", taken.link)
    assert taken.reference in notice.subject_ja
    assert WORDS not in notice.body_en


def test_no_word_and_no_address_stands_in_a_plain_column_or_the_audit_log(desk: Desk) -> None:
    taken = desk.report(WORDS)
    rows = [*Case.objects.values_list(), *Deposit.objects.values_list(), *Reporter.objects.values_list()]
    plain = "".join(
        str(bytes(cell) if isinstance(cell, memoryview) else cell) for row in rows for cell in row
    )
    logged = "".join(str(entry) for entry in audit.entries(system("test")))
    for secret in ("neighbour", "chie@example.test"):
        assert secret not in plain
        assert secret not in logged
    words = sealed.words_of(taken.case)
    assert words is not None
    assert words.text == WORDS
    assert sealed.address_of(taken.case) == "chie@example.test"


def test_each_report_has_a_key_of_its_own_that_can_be_destroyed(desk: Desk) -> None:
    one, two = desk.report(WORDS), desk.report(WORDS)
    assert len(set(Deposit.objects.values_list("key", flat=True))) == 2
    sealed.destroy(one.case, desk.at)
    assert sealed.words_of(one.case) is None
    assert sealed.words_of(two.case) is not None


def test_words_cannot_be_moved_to_another_case(desk: Desk) -> None:
    one, two = desk.report("first"), desk.report("second")
    other = Deposit.objects.get(case=two.case, kind=Hidden.WORDS)
    Deposit.objects.filter(case=one.case, kind=Hidden.WORDS).update(
        ciphertext=other.ciphertext, key=other.key
    )
    with pytest.raises(ValueError, match="does not open"):
        sealed.words_of(one.case)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("  ", "report_empty", id="nothing"),
        pytest.param("a" * 10_001, "report_too_long", id="a book"),
    ],
)
def test_what_is_no_report_is_told_so(text: str, code: str, desk: Desk) -> None:
    with pytest.raises(SekishoError, match=code):
        desk.report(text)
    assert not Case.objects.exists()


def test_one_mark_cannot_fill_the_queue_but_danger_is_still_heard(desk: Desk) -> None:
    for _ in range(REPORTS_A_DAY):
        desk.report()
    with pytest.raises(SekishoError, match="too_many_reports"):
        desk.report()
    assert desk.report(category=Category.CHILD_SAFETY)
    desk.later(days=1, seconds=1)
    assert desk.report()


def test_staff_are_told_of_danger_once_and_at_once(desk: Desk) -> None:
    taken = desk.report("児童虐待の疑いがあります")
    assert queries.case(desk.emi, taken.case, desk.at).row.due == desk.at
    assert actions.call_staff(desk.clock) == 1
    assert actions.call_staff(desk.clock) == 0
    told = Notice.objects.filter(kind="case_at_once").values_list("person", flat=True)
    assert set(told) == {desk.cast.emi.id, desk.cast.daiki.id}


def test_an_ordinary_report_calls_nobody(desk: Desk) -> None:
    desk.report()
    assert actions.call_staff(desk.clock) == 0


def test_no_form_fills_somebody_elses_mailbox(desk: Desk) -> None:
    taken = [desk.report() for _ in range(RECEIPTS_A_DAY + 2)]
    assert Delivery.objects.filter(address="chie@example.test").count() == RECEIPTS_A_DAY
    assert [bool(sealed.address_of(each.case)) for each in taken[-3:]] == [True, False, False]


# --- bad faith ---
def unfounded(desk: Desk, count: int) -> None:
    for _ in range(count):
        taken = desk.report()
        actions.decide(
            desk.emi, desk.taken(desk.emi, taken.case), Answer(Verdict.SPAM, note=Note.UNFOUNDED), desk.clock
        )
        desk.later(hours=2)


def test_who_reports_in_bad_faith_is_warned_then_muted_and_still_heard_in_danger(desk: Desk) -> None:
    unfounded(desk, 5)
    assert Notice.objects.filter(kind="report_warning").count() == 1
    assert desk.report()  # warned, not muted
    desk.later(hours=1)
    unfounded(desk, 3)
    assert Notice.objects.filter(kind="report_muted").count() == 1
    with pytest.raises(SekishoError, match="reports_paused"):
        desk.report()
    assert desk.report(category=Category.IMMINENT_HARM)
    desk.later(days=30)
    assert desk.report()


def test_who_cannot_be_told_is_neither_warned_nor_muted(desk: Desk) -> None:
    for _ in range(12):
        case = desk.report(address="").case
        actions.decide(desk.emi, desk.taken(desk.emi, case), Answer(Verdict.SPAM), desk.clock)
        desk.later(hours=3)
    assert not Reporter.objects.filter(warned_at__isnull=False).exists()
    assert desk.report(address="")


def test_a_product_that_sends_noise_is_warned_through_its_organisation(desk: Desk) -> None:
    unit = Unit(UnitKind.ORGANISATION, desk.cast.atelier.id, desk.cast.atelier.id)
    about = About(AboutKind.TURN, "req_1", unit)
    for _ in range(5):
        case = desk.report(reporter=marks.of_key("key_1"), about=about, address="").case
        actions.decide(desk.emi, desk.taken(desk.emi, case), Answer(Verdict.SPAM), desk.clock)
        desk.later(hours=2)
    assert Notice.objects.get(kind="report_warning").organisation == desk.cast.atelier.id


# --- who follows a report ---
def test_a_report_is_followed_by_its_link_and_by_its_key_only(desk: Desk) -> None:
    from sekisho.accounts import actions as accounts

    key = accounts.create_key(desk.cast.viewer("aiko"), desk.cast.atelier.id, "Shop").view
    other = accounts.create_key(desk.cast.viewer("chie"), desk.cast.elsewhere.id, "Other").view
    taken = desk.report(source=Source.PRODUCT, reporter=marks.of_key(key.id), address="")
    assert queries.report_of_key(key, taken.case).step == "received"
    with pytest.raises(NotFoundError):
        queries.report_of_key(other, taken.case)
    with pytest.raises(SekishoError, match="link_forged"):
        queries.report_state(taken.link.removeprefix("/reports/") + "x", desk.at)
    desk.later(days=730)
    with pytest.raises(SekishoError, match="link_expired"):
        queries.report_state(taken.link.removeprefix("/reports/"), desk.at)


def test_a_case_that_is_no_report_has_no_page(desk: Desk) -> None:
    case = desk.case_of(desk.decided("dec_1", clause="weapons"))
    with pytest.raises(NotFoundError):
        queries.report_state(marks.page_of(case, AT).removeprefix("/reports/"), desk.at)


def test_words_are_destroyed_five_years_after_the_decision(desk: Desk) -> None:
    taken = desk.report(WORDS)
    actions.decide(desk.emi, desk.taken(desk.emi, taken.case), Answer(Verdict.SPAM), desk.clock)
    desk.later(days=5 * 365)
    assert actions.forget(desk.clock) == 0
    desk.later(seconds=1)
    assert actions.forget(desk.clock) == 1
    assert not Deposit.objects.exists()
    assert queries.case(desk.emi, taken.case, desk.at).row.state is State.CLOSED
