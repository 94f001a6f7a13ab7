"""Strikes: which decisions make one, who bears it, and what is spared."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sekisho.accounts.models import StaffAppointment
from sekisho.accounts.types import StaffRole, system
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.enforcement import queries
from sekisho.enforcement.actions import record_decisions, strike, take_strikes
from sekisho.enforcement.models import Strike
from sekisho.enforcement.types import Arrived, Intent, Measure, Rung, Unit, UnitKind, Why
from sekisho.policy.actions import approve_exception, install_reference, propose_exception, revoke_exception
from sekisho.policy.exceptions import EXCEPTED
from sekisho.policy.queries import exceptions
from sekisho.policy.types import Action, Severity
from tests.enforcement.page import table
from tests.enforcement.violations import T0, arrive, ground, violation

SYSTEM = system("test")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _policy(db: None) -> None:
    install_reference(clock=fixed_clock(T0))


def key_of(organisation) -> Unit:
    return Unit(UnitKind.KEY, "key_1", organisation.id)


DECIDED = {
    "a request was refused under a standard": {},
    "an answer was held under a standard": {"stage": "output", "action": "hold"},
    "the arguments of a tool call were refused under a standard": {"stage": "tool_call"},
    "a card number was masked": {
        "action": "modify",
        "grounds": (ground("privacy_identity", action=Action.MODIFY),),
    },
    "a request was let pass and recorded": {
        "action": "annotate",
        "grounds": (ground(action=Action.ANNOTATE),),
    },
    "an answer was held in a high-risk domain": {"action": "hold", "clause": "hr_legal"},
    "what a tool brought back was refused": {"stage": "tool_result"},
    "a request was refused because the detector was unsure": {"outcome": "unsure:fire"},
    "a request was refused because a detector was missing": {"outcome": "error:fire"},
    "a draft of the policy would have refused it": {"shadow": True},
    "somebody in distress was answered with care": {"clause": "psych_harm"},
    "a contract exception let it pass": {
        "action": "annotate",
        "grounds": (ground(action=Action.ANNOTATE, outcome=EXCEPTED),),
    },
}


@pytest.mark.parametrize("row", table("what was decided", "strike"), ids=" ".join)
def test_what_makes_a_strike_is_what_the_page_says(cast, row) -> None:
    decided, expected = row
    arrive([violation(1, cast.atelier.id, **DECIDED[decided])])
    found = [bool(one.exception) for one in Strike.objects.all()]
    assert found == {"yes": [False], "no": [], "excepted": [True]}[expected]


def test_the_smallest_unit_bears_it(cast):
    arrive([violation(1, cast.atelier.id, end_user="eu_1"), violation(2, cast.atelier.id)])
    end_user = Unit(UnitKind.END_USER, "eu_1", cast.atelier.id)
    whole = Unit(UnitKind.ORGANISATION, cast.atelier.id, cast.atelier.id)
    assert [one.decision for one in queries.strikes(SYSTEM, end_user)] == ["dec_1"]
    assert [one.decision for one in queries.strikes(SYSTEM, key_of(cast.atelier))] == ["dec_2"]
    assert queries.strikes(SYSTEM, whole) == ()


def test_what_arrives_twice_counts_once(cast):
    arrive([violation(1, cast.atelier.id)])
    arrive([violation(1, cast.atelier.id)])
    assert Strike.objects.count() == 1


def test_what_it_weighs_is_the_score_of_what_decided(cast):
    arrive([violation(1, cast.atelier.id, score=0.62)])
    (seen,) = queries.strikes(SYSTEM, key_of(cast.atelier))
    assert (seen.confidence, seen.severity, seen.points) == (0.62, Severity.HIGH, 186)


def test_where_nothing_violated_the_database_is_asked_nothing(cast, django_assert_num_queries):
    quiet = [violation(1, cast.atelier.id, action="allow", grounds=())]
    record_decisions(quiet)
    with django_assert_num_queries(0):
        take_strikes(Arrived((), tuple(quiet)), fixed_clock(T0))


# --- contract exceptions (P-006) ---


@pytest.fixture
def _government(cast) -> None:
    """An exception from fraud for the atelier, in effect from T0 for a month."""
    cast.atelier.plan = "gov"
    cast.atelier.save()
    for person in (cast.daiki, cast.emi):
        StaffAppointment.objects.create(person=person, role=StaffRole.POLICY)
    made = propose_exception(
        cast.viewer("daiki"),
        cast.atelier.id,
        ["fraud_predation"],
        "Trained staff only.",
        T0 + 30 * DAY,
        clock=fixed_clock(T0),
    )
    approve_exception(cast.viewer("emi"), made, fixed_clock(T0))


@pytest.mark.usefixtures("_government")
def test_an_excepted_violation_is_counted_as_such_and_adds_nothing(cast):
    arrive([violation(1, cast.atelier.id, at=T0 + DAY)])
    (seen,) = queries.strikes(SYSTEM, key_of(cast.atelier))
    assert seen.exception.startswith("exc_")
    assert seen.points == 0
    assert queries.standing(SYSTEM, key_of(cast.atelier), T0 + DAY).rung is Rung.GOOD


@pytest.mark.usefixtures("_government")
def test_the_exception_of_the_moment_decides(cast):
    arrive([violation(1, cast.atelier.id, at=T0 - HOUR), violation(2, cast.atelier.id, at=T0 + 30 * DAY)])
    assert [one.exception for one in queries.strikes(SYSTEM, key_of(cast.atelier))] == ["", ""]


@pytest.mark.usefixtures("_government")
def test_an_exception_that_was_revoked_since_spared_what_came_before(cast):
    (exception,) = queries_of_policy(cast)
    revoke_exception(cast.viewer("emi"), exception, fixed_clock(T0 + 2 * DAY))
    arrive([violation(1, cast.atelier.id, at=T0 + DAY), violation(2, cast.atelier.id, at=T0 + 3 * DAY)])
    later, earlier = queries.strikes(SYSTEM, key_of(cast.atelier))
    assert (earlier.exception, later.exception) == (exception, "")


@pytest.mark.usefixtures("_government")
def test_another_clause_is_not_spared(cast):
    arrive([violation(1, cast.atelier.id, at=T0 + DAY, clause="cyber")])
    assert queries.strikes(SYSTEM, key_of(cast.atelier))[0].points == 300


def queries_of_policy(cast) -> list[str]:
    return [one.terms.id for one in exceptions(SYSTEM, cast.atelier.id)]


# --- a reviewer counts what automation did not ---


def confirmed(cast, name: str = "emi", **more):
    wanted = {
        "unit": key_of(cast.atelier),
        "decision_id": "dec_1",
        "clause": "psych_harm",
        "severity": Severity.HIGH,
        "confidence": 1.0,
        "intent": Intent.KNOWING,
        "at": T0 + DAY,
        **more,
    }
    return strike(cast.viewer(name), **wanted)


@pytest.fixture
def _doubtful(cast) -> None:
    arrive([violation(1, cast.atelier.id, clause="psych_harm", outcome="unsure:fire")])


@pytest.mark.usefixtures("_doubtful")
def test_a_reviewer_counts_what_automation_did_not_from_then_on(cast):
    made = confirmed(cast)
    (seen,) = queries.strikes(SYSTEM, key_of(cast.atelier))
    assert (seen.id, seen.by, seen.at, seen.points) == (made, cast.emi.id, T0 + DAY, 600)
    assert queries.strike_of(SYSTEM, "dec_1") == seen


@pytest.mark.usefixtures("_doubtful")
@pytest.mark.parametrize("name", ["aiko", "ben", "chie", "daiki"])
def test_others_count_nothing(cast, name):
    with pytest.raises(NotAllowedError):
        confirmed(cast, name)


@pytest.mark.usefixtures("_doubtful")
def test_automation_confirms_nothing(cast):
    with pytest.raises(NotAllowedError):
        strike(SYSTEM, key_of(cast.atelier), "dec_1", "cyber", Severity.LOW, 1.0, Intent.UNCLEAR, T0)


@pytest.mark.usefixtures("_doubtful")
@pytest.mark.parametrize(
    ("more", "code"),
    [
        pytest.param({"decision_id": "dec_9"}, "decision_not_found", id="no such decision"),
        pytest.param({"clause": "hr_legal"}, "clause_forbids_nothing", id="a high-risk domain"),
        pytest.param({"clause": "nonsense"}, "clause_forbids_nothing", id="no such clause"),
        pytest.param(
            {"unit": Unit(UnitKind.KEY, "key_1", "org_other")}, "another_organisation", id="another's unit"
        ),
    ],
)
def test_what_cannot_be_counted_is_refused(cast, more, code):
    with pytest.raises((NotFoundError, SekishoError), match=code):
        confirmed(cast, **more)
    assert not Strike.objects.exists()


@pytest.mark.usefixtures("_doubtful")
def test_a_decision_is_counted_once(cast):
    confirmed(cast)
    with pytest.raises(SekishoError, match="struck_already"):
        confirmed(cast)


@pytest.mark.usefixtures("_doubtful")
def test_what_a_person_counted_under_a_hard_clause_needs_no_second_look(cast):
    confirmed(cast, clause="weapons", intent=Intent.UNCLEAR)
    (seen,) = queries.restrictions(SYSTEM, cast.atelier.id, T0 + DAY)
    assert seen.measure is Measure.SUSPENDED
    waiting = queries.waiting_for_people(SYSTEM, T0 + DAY)
    assert Why.HARD_CLAUSE not in {one.why for one in waiting}


# --- who sees it ---


@pytest.mark.parametrize(
    ("name", "sees"), [("aiko", True), ("ben", True), ("chie", False), ("daiki", False), ("emi", True)]
)
def test_the_organisation_and_staff_see_strikes_and_nobody_else(cast, name, sees):
    arrive([violation(1, cast.atelier.id)])
    asks, unit = cast.viewer(name), key_of(cast.atelier)
    for ask in (
        lambda: queries.strikes(asks, unit),
        lambda: queries.standing(asks, unit, T0),
        lambda: queries.units_of(asks, cast.atelier.id, T0),
        lambda: queries.credits_of(asks, cast.atelier.id),
    ):
        if sees:
            ask()
        else:
            with pytest.raises(NotFoundError):
                ask()
