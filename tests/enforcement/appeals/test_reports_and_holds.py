"""Who reported and was told that nothing is done, and whose held answer was not released, can appeal as well."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sekisho.accounts.models import StaffAppointment
from sekisho.accounts.types import StaffRole
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.enforcement.appeals import actions, queries
from sekisho.enforcement.appeals.types import About, Outcome
from sekisho.enforcement.holds import actions as holds
from sekisho.enforcement.review import actions as review
from sekisho.enforcement.review import queries as cases
from sekisho.enforcement.review.types import Answer, Note, Verdict
from sekisho.enforcement.types import UnitKind
from sekisho.notices.models import Notice
from tests.enforcement.appeals.conftest import REVERSED, SAID, UPHELD
from tests.enforcement.holds.makers import hold, professional
from tests.enforcement.review.conftest import Desk, desk

__all__ = ["desk"]
REFUSED = Answer(Verdict.NO_VIOLATION, note=Note.WITHIN_POLICY)


def refused(desk: Desk) -> str:
    """Let Emi find nothing in a report, and return the path at which that is appealed against."""
    emi, taken = desk.cast.viewer("emi"), desk.report()
    review.decide(emi, desk.taken(emi, taken.case), REFUSED, desk.clock)
    return cases.report_state(taken.link.rpartition("/")[2], desk.at).appeal


def appealed(desk: Desk, path: str) -> str:
    link = path.rpartition("/")[2]
    return actions.make_by_link(link, SAID, submission="a" * 32, clock=desk.clock).id


def test_a_reporter_appeals_by_the_link_of_the_report(desk: Desk) -> None:
    path = refused(desk)
    assert path.startswith("/appeals/new/")
    matter = queries.matter_of_link(path.rpartition("/")[2], desk.at)
    assert (matter.about, matter.unit, matter.people) == (About.REPORT, None, frozenset({desk.cast.emi.id}))


def test_a_report_that_is_open_cannot_be_appealed_against(desk: Desk) -> None:
    link = desk.report().link.rpartition("/")[2]
    with pytest.raises(NotFoundError):
        queries.matter_of_link(link, desk.at)


def test_reversed_it_waits_for_somebody_who_has_not_answered_it(desk: Desk) -> None:
    made = appealed(desk, refused(desk))
    fumi, emi, daiki = (desk.cast.viewer(name) for name in ("fumi", "emi", "daiki"))
    actions.take(fumi, made, desk.clock)
    assert actions.decide(fumi, made, REVERSED, desk.clock) == actions.Decided({"reopened": 1})
    case = queries.case(fumi, made).matter
    with pytest.raises(SekishoError) as answer:
        review.take(emi, case, desk.clock)
    assert answer.value.code == "answered_before"
    review.take(daiki, case, desk.clock)
    later = fixed_clock(desk.at + timedelta(minutes=1))
    review.decide(daiki, case, REFUSED, later)
    assert Notice.objects.filter(about=case, kind="report_decided").count() == 2


def test_only_an_appeal_opens_a_report_again(desk: Desk) -> None:
    made = appealed(desk, refused(desk))
    for who in ("emi", "aiko", "daiki"):
        with pytest.raises(NotFoundError):
            review.look_again(
                desk.cast.viewer(who), queries.case(desk.cast.viewer("fumi"), made).matter, made
            )


def test_who_answered_the_report_does_not_hear_the_appeal(desk: Desk) -> None:
    made = appealed(desk, refused(desk))
    StaffAppointment.objects.create(person=desk.cast.emi, role=StaffRole.APPEALS)
    with pytest.raises(SekishoError) as answer:
        actions.take(desk.cast.viewer("emi"), made, desk.clock)
    assert answer.value.code == "took_part"


def test_a_held_answer_that_was_rejected_is_appealed_against_by_its_ticket(desk: Desk) -> None:
    professional(desk.cast.emi.id)
    ticket = hold(1, desk.cast.atelier.id, review="rev_1", finished_at=desk.at)
    with pytest.raises(NotFoundError):
        queries.matter_of_link(ticket, desk.at)
    emi = desk.cast.viewer("emi")
    holds.claim(emi, ticket, desk.clock)
    holds.reject(emi, ticket, "It would harm the person.", clock=desk.clock)
    matter = queries.matter_of_link(ticket, desk.at)
    assert matter.about is About.HOLD
    assert matter.people == {emi.id}
    assert matter.unit is not None
    assert matter.unit.kind in {UnitKind.END_USER, UnitKind.KEY}
    made = actions.make_by_link(ticket, SAID, submission="b" * 32, clock=desk.clock).id
    fumi = desk.cast.viewer("fumi")
    actions.take(fumi, made, desk.clock)
    actions.decide(fumi, made, UPHELD, desk.clock)
    assert queries.case(fumi, made).outcome is Outcome.UPHELD
