"""Other numbers for the ladder: read, tried over what was recorded, approved by two people, brought to every unit."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sekisho.accounts.models import StaffAppointment
from sekisho.accounts.types import StaffRole, system
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.cli.ladder_page import page
from sekisho.enforcement import queries
from sekisho.enforcement.actions import approve_ladder, note_simulation, propose_ladder, unwind
from sekisho.enforcement.models import LadderVersion, Restriction
from sekisho.enforcement.rules.ladder import DEFAULT_LADDER
from sekisho.enforcement.rules.ladders import as_yaml, read_ladder, version_of
from sekisho.enforcement.simulation import how_many, simulate, summary
from sekisho.enforcement.tasks import recover
from sekisho.enforcement.types import Rung, Unit, UnitKind
from sekisho.policy.actions import install_reference
from sekisho.policy.problems import PackError
from sekisho.policy.types import Severity
from tests.enforcement.violations import T0, arrive, violation

SYSTEM = system("test")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MILDER = replace(DEFAULT_LADDER, throttle=700, suspension=1400)
STRICTER = replace(DEFAULT_LADDER, weights={"psych_harm": 0, "fraud_predation": 2})


@pytest.fixture
def _policy(db: None) -> None:
    install_reference(clock=fixed_clock(T0))


@pytest.fixture
def _keepers(cast, _policy) -> None:
    """Daiki and Emi change the ladder."""
    for person in (cast.daiki, cast.emi):
        StaffAppointment.objects.create(person=person, role=StaffRole.POLICY)


def key_of(organisation) -> Unit:
    return Unit(UnitKind.KEY, "key_1", organisation.id)


# --- the file ---


def test_a_file_names_what_differs_and_comes_back_as_it_was():
    assert read_ladder("throttle: 700\nsuspension: 1400\n", "ladder.yaml") == MILDER
    assert read_ladder(as_yaml(STRICTER), "ladder.yaml") == STRICTER
    assert version_of(MILDER) == version_of(replace(MILDER)) != version_of(STRICTER)


@pytest.mark.parametrize(
    ("text", "code", "line", "says"),
    [
        pytest.param("warnings: 3", "unknown_field", 1, "warning", id="a wrong word"),
        pytest.param("notice: 50\nwarning: 40", "does_not_fit", 2, "more than", id="rungs that fall"),
        pytest.param("window_days: 0", "does_not_fit", 1, "between 1 and 366", id="no window"),
        pytest.param("automatic_suspension_hours: 25", "does_not_fit", 1, "24", id="longer than a day"),
        pytest.param("weights: {cyber: -1}", "does_not_fit", 1, "between 0 and", id="a weight below nothing"),
        pytest.param("notice: many", "not_a_number", 1, "whole number", id="no number"),
        pytest.param("throttled_tools_off: 3", "not_a_switch", 1, "true", id="no switch"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_at_its_place(text, code, line, says):
    with pytest.raises(PackError) as refusal:
        read_ladder(text, "ladder.yaml")
    problem = refusal.value.problems[0]
    assert (problem.code, problem.line) == (code, line)
    assert says in problem.message.en
    assert problem.message.ja


# --- trying it ---


def history(cast) -> None:
    arrive([violation(1, cast.atelier.id), violation(2, cast.atelier.id)])
    arrive([violation(3, cast.atelier.id, end_user="eu_1", severity=Severity.LOW)])
    arrive([violation(4, cast.atelier.id, end_user="eu_2", clause="weapons", severity=Severity.CRITICAL)])
    arrive([violation(5, cast.atelier.id, action="allow", grounds=())])


def tried(ladder, **more):
    return simulate(SYSTEM, ladder, T0 + DAY, **more)


@pytest.mark.usefixtures("_policy")
def test_a_simulation_tells_how_far_each_unit_would_have_come(cast):
    history(cast)
    found = tried(STRICTER)
    far = {hit.unit.id: (hit.before.rung, hit.after.rung) for hit in found.hits}
    assert far == {
        cast.atelier.id: (Rung.GOOD, Rung.NOTICE),
        "key_1": (Rung.THROTTLE, Rung.SUSPENSION),
        "eu_1": (Rung.NOTICE, Rung.WARNING),
        "eu_2": (Rung.SUSPENSION, Rung.SUSPENSION),
    }
    assert {hit.unit.id for hit in found.harder()} == {"key_1", "eu_1", cast.atelier.id}
    assert found.at_once() == (1, 1)
    assert {rung: after for rung, _, after in found.by_rung()}[Rung.SUSPENSION] == 2
    assert found.decisions == 4


@pytest.mark.usefixtures("_policy")
def test_what_it_says_of_the_ladder_in_force_is_what_was(cast):
    history(cast)
    for hit in tried(DEFAULT_LADDER).hits:
        now = queries.standing(SYSTEM, hit.unit, T0)
        assert (hit.before, hit.before.rung, hit.before.points) == (hit.after, now.calls_for, now.points)


@pytest.mark.usefixtures("_policy")
def test_milder_numbers_take_nobody_further(cast):
    history(cast)
    found = tried(MILDER)
    assert found.harder() == ()
    assert [hit.after.rung for hit in found.hits if hit.unit.id == "key_1"] == [Rung.WARNING]


@pytest.mark.usefixtures("_policy")
def test_what_was_overturned_and_what_was_earlier_is_left_out(cast):
    history(cast)
    unwind(cast.viewer("fumi"), decisions=["dec_1"], because="apl_1", at=T0)
    assert [hit.before.points for hit in tried(DEFAULT_LADDER).hits if hit.unit.id == "key_1"] == [300]
    assert tried(DEFAULT_LADDER, since=T0 + HOUR).hits == ()
    assert (how_many(T0 + DAY), how_many(T0 + DAY, T0 + HOUR)) == (4, 0)


@pytest.mark.usefixtures("_policy")
def test_an_organisation_is_tried_by_how_many_stood_badly_at_once(cast):
    for number in range(8):
        arrive([violation(number, cast.atelier.id, end_user=f"eu_{number}")])
    whole = next(hit for hit in tried(DEFAULT_LADDER).hits if hit.unit.kind is UnitKind.ORGANISATION)
    assert (whole.after.rung, whole.after.points) == (Rung.THROTTLE, 600)


@pytest.mark.usefixtures("_policy")
def test_it_changes_nothing_and_is_for_staff(cast):
    history(cast)
    before = Restriction.objects.count()
    tried(STRICTER)
    assert Restriction.objects.count() == before
    with pytest.raises(NotFoundError):
        simulate(cast.viewer("aiko"), STRICTER, T0)


@pytest.mark.usefixtures("_policy")
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_page_draws_it_without_script(cast, lang):
    history(cast)
    drawn = page(summary(tried(STRICTER)), lang)
    assert "<svg" in drawn
    assert "<script" not in drawn
    assert f'lang="{lang}"' in drawn


# --- switching it on ---


def proposed(cast, numbers=MILDER) -> str:
    made = propose_ladder(cast.viewer("daiki"), numbers, fixed_clock(T0))
    note_simulation(cast.viewer("daiki"), made, summary(tried(numbers)), fixed_clock(T0))
    return made


@pytest.mark.usefixtures("_keepers")
def test_until_another_is_approved_the_shipped_one_is_in_force(cast):
    assert queries.ladder_in_force().ladder == DEFAULT_LADDER
    proposed(cast)
    assert queries.ladder_in_force().ladder == DEFAULT_LADDER


@pytest.mark.usefixtures("_keepers")
def test_a_second_person_puts_simulated_numbers_in_force(cast):
    made = proposed(cast)
    with pytest.raises(NotAllowedError, match="second_person_needed"):
        approve_ladder(cast.viewer("daiki"), made)
    approve_ladder(cast.viewer("emi"), made, fixed_clock(T0 + HOUR))
    assert queries.ladder_in_force().ladder == MILDER
    with pytest.raises(SekishoError, match="ladder_not_waiting"):
        approve_ladder(cast.viewer("emi"), made)
    shown = queries.ladders(cast.viewer("emi"))
    assert [(one.id, one.is_in_force) for one in shown] == [(made, True), ("", False)]


@pytest.mark.usefixtures("_keepers")
def test_what_was_not_tried_is_not_approved(cast):
    made = propose_ladder(cast.viewer("daiki"), MILDER, fixed_clock(T0))
    with pytest.raises(SekishoError, match="not_simulated"):
        approve_ladder(cast.viewer("emi"), made)


@pytest.mark.usefixtures("_keepers")
def test_numbers_that_make_no_sense_are_not_proposed(cast):
    with pytest.raises(SekishoError, match="ladder_unfit"):
        propose_ladder(cast.viewer("daiki"), replace(DEFAULT_LADDER, notice=900))


@pytest.mark.parametrize("name", ["aiko", "chie", "daiki", "emi", "fumi"])
def test_who_does_not_keep_the_policy_proposes_nothing(cast, name):
    with pytest.raises(NotAllowedError):
        propose_ladder(cast.viewer(name), MILDER)
    with pytest.raises(NotAllowedError):
        propose_ladder(SYSTEM, MILDER)


@pytest.mark.usefixtures("_keepers")
def test_milder_numbers_let_standings_fall_and_stricter_ones_wait_for_the_next_strike(cast):
    arrive([violation(1, cast.atelier.id), violation(2, cast.atelier.id)])
    approve_ladder(cast.viewer("emi"), proposed(cast), fixed_clock(T0 + HOUR))
    recover(fixed_clock(T0 + HOUR))
    assert queries.restrictions(SYSTEM, cast.atelier.id, T0 + HOUR) == ()
    assert LadderVersion.objects.get().applied_at == T0 + HOUR
    low = replace(DEFAULT_LADDER, throttle=400)
    approve_ladder(cast.viewer("emi"), proposed(cast, low), fixed_clock(T0 + 2 * HOUR))
    recover(fixed_clock(T0 + 2 * HOUR))
    assert queries.restrictions(SYSTEM, cast.atelier.id, T0 + 2 * HOUR) == ()
    arrive([violation(3, cast.atelier.id, at=T0 + 3 * HOUR)])
    assert len(queries.restrictions(SYSTEM, cast.atelier.id, T0 + 3 * HOUR)) == 1
