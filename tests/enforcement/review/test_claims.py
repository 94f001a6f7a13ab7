"""Who holds a case: one at a time, for a while, never one's own; and how much one person looks at."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client

from sekisho.accounts.types import system
from sekisho.audit import queries as audit
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.enforcement.review import actions, marks, queries
from sekisho.enforcement.review.actions import NothingWaits, Took
from sekisho.enforcement.review.models import Case, Sitting
from sekisho.enforcement.review.rules.exposure import OnBreak, Spent
from sekisho.enforcement.review.rules.queue import LEASE
from sekisho.enforcement.review.types import Answer, Category, Reason, Verdict
from sekisho.enforcement.types import Unit, UnitKind
from tests.enforcement.review.conftest import SAID, Desk


def test_the_next_case_is_the_one_that_is_due_first_then_the_graver_then_the_older(desk: Desk) -> None:
    ordinary, older = desk.report(), desk.report()
    harmful, danger = desk.report(category=Category.HARMFUL), desk.report(category=Category.IMMINENT_HARM)
    Case.objects.filter(id=older.case).update(received_at=desk.at - timedelta(hours=1))
    wanted = [danger.case, harmful.case, older.case, ordinary.case]
    assert [row.id for row in queries.queue(desk.emi).cases] == wanted
    for expected in wanted:
        assert actions.take_next(desk.emi, desk.clock) == Took(expected)
        actions.decide(desk.emi, expected, Answer(Verdict.SPAM), desk.clock)
    assert actions.take_next(desk.emi, desk.clock) == NothingWaits()


def test_whoever_holds_a_case_is_given_it_again(desk: Desk) -> None:
    desk.report()
    first = actions.take_next(desk.emi, desk.clock)
    desk.report(category=Category.IMMINENT_HARM)
    assert actions.take_next(desk.emi, desk.clock) == first


def test_a_claim_keeps_others_out_until_it_ends(desk: Desk) -> None:
    case = desk.taken(desk.emi, desk.report().case)
    with pytest.raises(SekishoError, match="case_taken"):
        actions.take(desk.daiki, case, desk.clock)
    assert actions.take_next(desk.daiki, desk.clock) == NothingWaits()
    desk.at += LEASE - timedelta(seconds=1)
    assert actions.take_next(desk.daiki, desk.clock) == NothingWaits()
    desk.later(seconds=1)
    assert actions.take_next(desk.daiki, desk.clock) == Took(case)
    with pytest.raises(SekishoError, match="claim_lost"):
        actions.decide(desk.emi, case, Answer(Verdict.SPAM), desk.clock)


def test_a_claim_can_be_renewed_until_it_is_lost(desk: Desk) -> None:
    case = desk.taken(desk.emi, desk.report().case)
    desk.later(minutes=15)
    assert actions.renew(desk.emi, case, desk.clock) == desk.at + LEASE
    desk.at += LEASE
    with pytest.raises(SekishoError, match="claim_lost"):
        actions.renew(desk.emi, case, desk.clock)


def test_a_case_given_back_goes_to_others_first(desk: Desk) -> None:
    case = desk.taken(desk.emi, desk.report().case)
    actions.release(desk.emi, case, desk.clock)
    assert actions.take_next(desk.emi, desk.clock) == NothingWaits()
    assert actions.take_next(desk.daiki, desk.clock) == Took(case)
    assert queries.exposure(desk.emi, desk.at).skipped == 1


def test_signing_out_gives_back_what_one_holds(desk: Desk) -> None:
    case = desk.taken(desk.emi, desk.report().case)
    client = Client()
    client.force_login(desk.cast.emi)
    client.logout()
    assert actions.take_next(desk.daiki, desk.clock) == Took(case)


def test_nobody_is_given_their_own_report(desk: Desk) -> None:
    case = desk.report(reporter=marks.of_address("Emi@Example.test")).case
    assert actions.take_next(desk.emi, desk.clock) == NothingWaits()
    with pytest.raises(SekishoError, match="own_report"):
        actions.take(desk.emi, case, desk.clock)
    assert actions.take_next(desk.daiki, desk.clock) == Took(case)


def test_nobody_is_given_a_case_about_their_own_organisation(desk: Desk) -> None:
    from tests import factories

    factories.member(desk.cast.atelier, desk.cast.emi)
    case = desk.case_of(desk.decided("dec_1", clause="weapons"))
    assert actions.take_next(desk.emi, desk.clock) == NothingWaits()
    with pytest.raises(SekishoError, match="own_organisation"):
        actions.take(desk.emi, case, desk.clock)


@pytest.mark.parametrize("who", ["aiko", "ben", "chie", "fumi"])
def test_others_take_and_see_nothing(who: str, desk: Desk) -> None:
    case, viewer = desk.report().case, desk.cast.viewer(who)
    with pytest.raises(NotAllowedError):
        actions.take_next(viewer, desk.clock)
    with pytest.raises(NotAllowedError):
        actions.take(viewer, case, desk.clock)
    for ask in (
        lambda: queries.queue(viewer),
        lambda: queries.case(viewer, case, desk.at),
        lambda: queries.texts(viewer, case, desk.at),
        lambda: queries.quality(viewer, desk.at),
    ):
        with pytest.raises(NotFoundError):
            ask()


# --- two at once ---
@pytest.mark.django_db(transaction=True, databases="__all__")
def test_of_two_who_take_the_next_at_once_each_gets_another(desk: Desk) -> None:
    cases = {desk.report().case for _ in range(2)}
    assert set(_at_once(desk, lambda who: actions.take_next(who, desk.clock))) == {
        Took(case) for case in cases
    }


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_of_two_who_take_one_case_at_once_one_wins_and_the_other_is_told(desk: Desk) -> None:
    case = desk.report().case
    told = _at_once(desk, lambda who: actions.take(who, case, desk.clock))
    assert sorted(map(str, told)) == sorted(["None", "case_taken"])
    assert Case.objects.get(id=case).claimed_by in (desk.cast.emi.id, desk.cast.daiki.id)


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_of_two_answers_of_one_person_at_once_one_stands(desk: Desk) -> None:
    case = desk.taken(desk.emi, desk.report().case)
    answers = [Answer(Verdict.SPAM), Answer(Verdict.DUPLICATE, duplicate_of=desk.report().reference)]
    told = _at_once(desk, lambda _: actions.decide(desk.emi, case, answers.pop(), desk.clock))
    assert sorted(map(str, told)) == ["claim_lost", "closed"]


def _at_once(desk: Desk, do) -> list[object]:  # type: ignore[no-untyped-def]
    """Let Emi and Daiki do the same in two threads that begin together; return what each got, or the refusal's code."""
    barrier, told = threading.Barrier(2), []
    people = [desk.emi, desk.daiki]

    def act(who: object) -> None:
        barrier.wait(20)
        try:
            told.append(do(who))
        except SekishoError as refusal:
            told.append(refusal.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act, args=[who]) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return told


# --- how much ---
def test_after_several_hard_cases_there_is_a_break_and_it_ends(desk: Desk) -> None:
    for _ in range(5):
        case = desk.report(category=Category.IMMINENT_HARM, reporter="").case
        assert actions.take_next(desk.emi, desk.clock) == Took(case)
        actions.decide(desk.emi, case, Answer(Verdict.SPAM), desk.clock)
        desk.later(minutes=3)
    waiting = desk.report().case
    until = desk.at - timedelta(minutes=3) + timedelta(minutes=15)
    assert actions.take_next(desk.emi, desk.clock) == OnBreak(until)
    with pytest.raises(SekishoError, match="on_break"):
        actions.take(desk.emi, waiting, desk.clock)
    assert actions.take_next(desk.daiki, desk.clock) == Took(waiting)
    assert queries.exposure(desk.emi, desk.at).answer == OnBreak(until)
    desk.at = until
    desk.report()
    assert isinstance(actions.take_next(desk.emi, desk.clock), Took)


def test_the_budget_lets_light_cases_through_and_then_none(desk: Desk) -> None:
    old = desk.report(reporter="").case
    for hour in range(11):
        sitting = {
            "reviewer": desk.cast.emi.id,
            "weight": 10,
            "began_at": desk.at - timedelta(hours=hour + 1),
        }
        Sitting.objects.create(case_id=desk.report(reporter="").case, **sitting)
    Sitting.objects.create(
        case_id=desk.report(reporter="").case, reviewer=desk.cast.emi.id, weight=5, began_at=desk.at
    )
    heavy = desk.report(category=Category.CHILD_SAFETY).case
    taken = actions.take_next(desk.emi, desk.clock)  # 5 are left, and a child's safety weighs 10
    assert isinstance(taken, Took)
    assert taken.case == old != heavy
    actions.decide(desk.emi, taken.case, Answer(Verdict.SPAM), desk.clock)
    Sitting.objects.filter(case_id=old).update(weight=5)
    assert actions.take_next(desk.emi, desk.clock) == Spent(desk.at - timedelta(hours=11) + timedelta(days=1))


# --- what is shown ---
def test_words_are_shown_to_who_holds_the_case_masked_until_revealed(desk: Desk) -> None:
    case = desk.case_of(desk.decided("dec_1", clause="weapons"))
    assert queries.texts(desk.emi, case, desk.at) == ()
    desk.taken(desk.emi, case)
    (shown,) = queries.texts(desk.emi, case, desk.at)
    assert "ben@example.test" not in shown.text
    assert "1234" not in shown.text
    assert "phishing" in shown.text
    assert queries.texts(desk.daiki, case, desk.at) == ()
    actions.reveal(desk.emi, case, Reason.DATA, desk.clock)
    (revealed,) = queries.texts(desk.emi, case, desk.at)
    assert revealed.text == SAID
    logged = [
        (entry.action, entry.facts)
        for entry in audit.entries(system("test"), audit.EntryFilter(subject=case))
    ]
    assert ("case.revealed", {"reason": "data"}) in logged
    reads = audit.entries(system("test"), audit.EntryFilter(action="content.read"))
    assert all(case in str(entry.facts["reason"]) for entry in reads)
    assert len(list(reads)) >= 1


def test_who_does_not_hold_a_case_cannot_reveal_it(desk: Desk) -> None:
    case = desk.taken(desk.emi, desk.report().case)
    with pytest.raises(SekishoError, match="claim_lost"):
        actions.reveal(desk.daiki, case, Reason.DATA, desk.clock)


@pytest.mark.parametrize(("agreed", "parts"), [(False, ["report"]), (True, ["report", "prompt"])])
def test_the_conversation_behind_a_report_is_shown_only_if_it_was_agreed(
    agreed: bool, parts: list[str], desk: Desk
) -> None:
    decided = desk.decided("dec_1")
    case = desk.taken(desk.emi, _reported(desk, decided.turn, desk.cast.atelier.id, agreed=agreed))
    assert [each.part for each in queries.texts(desk.emi, case, desk.at)] == parts


def test_a_report_shows_nothing_of_another_organisations_conversation(desk: Desk) -> None:
    decided = desk.decided("dec_1")
    case = desk.taken(desk.emi, _reported(desk, decided.turn, desk.cast.elsewhere.id, agreed=True))
    assert [each.part for each in queries.texts(desk.emi, case, desk.at)] == ["report"]


def _reported(desk: Desk, turn: str, organisation: str, *, agreed: bool) -> str:
    from sekisho.enforcement.review.types import About, AboutKind

    about = About(AboutKind.TURN, turn, Unit(UnitKind.ORGANISATION, organisation, organisation))
    return desk.report(about=about, agreed=agreed).case
