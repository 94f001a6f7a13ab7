"""Complaints: by anybody, under the regime that they chose, decided by somebody who took no part."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sekisho.accounts.types import Viewer, system
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.cases import queries as cases
from sekisho.cases.types import Kind
from sekisho.compliance import queries
from sekisho.compliance.actions import (
    decide_complaint,
    decide_notice,
    move,
    parts,
    pause,
    take_complaint,
    take_notice,
    warn,
)
from sekisho.compliance.tasks import watch_clocks
from sekisho.compliance.types import (
    Basis,
    Category,
    Complainant,
    Decision,
    Matter,
    Outcome,
    Regime,
)
from sekisho.enforcement.appeals.types import Gravity, Purposeful
from sekisho.notices.models import Notice as Told
from tests.cast import Cast
from tests.compliance.conftest import AT
from tests.compliance.makers import complaint, notice

CLOCK = fixed_clock(AT)
DAY = timedelta(days=1)
REASONS = "The button was hidden on phones. It is there again."


def test_an_affected_person_without_an_account_sees_the_clock(everywhere: None) -> None:
    (taken,) = take_complaint(complaint(email=""), clock=CLOCK)
    seen = queries.followed(taken.link.rpartition("/")[2], AT)
    assert seen.view.complainant == Complainant.AFFECTED_PERSON
    assert {one.duty: one.met_at is not None for one in seen.clocks} == {
        "complaint_acknowledgement": True,
        "complaint_outcome": False,
    }
    assert seen.clocks[-1].due.date().isoformat() == "2026-01-19"
    assert [one.text for one in seen.said] == ["I could not report a picture of me."]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        pytest.param({"text": " "}, "explanation_missing", id="no words"),
        pytest.param({"kind": "weather"}, "kind_unknown", id="no such kind"),
        pytest.param({"kind": "illegal_content"}, "goes_elsewhere", id="a notice"),
        pytest.param({"text": "x" * 10_001}, "too_long", id="a flood"),
    ],
)
def test_what_is_no_complaint_is_refused(everywhere: None, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(SekishoError) as raised:
        take_complaint(complaint(**changes), clock=CLOCK)
    assert raised.value.code == code


def test_a_form_of_a_law_that_does_not_apply_is_not_in_use(db: None) -> None:
    with pytest.raises(SekishoError) as raised:
        take_complaint(complaint(), clock=CLOCK)
    assert raised.value.code == "regime_not_in_force"
    (taken,) = take_complaint(complaint(regime=Regime.OWN, kind="other"), clock=CLOCK)
    assert cases.case(system("test"), taken.case).kind is Kind.COMPLAINT


def test_the_same_complaint_to_two_regimes_is_two_linked_cases_with_clocks_of_their_own(
    everywhere: None, legal: Viewer
) -> None:
    given = complaint(regime=Regime.UK_DP, kind="data_use", also=(Regime.GDPR,))
    first, second = take_complaint(given, clock=CLOCK)
    assert first.case != second.case
    assert cases.linked(system("test"), first.case) == (second.case,)
    ends = [
        [one.due for one in queries.clocks_of(queries.matter(legal, each.case))] for each in (first, second)
    ]
    assert ends[0] != ends[1]


def test_one_that_comes_again_under_another_regime_is_recognised(everywhere: None) -> None:
    (first,) = take_complaint(complaint(), clock=CLOCK)
    given = complaint(submission="later", regime=Regime.AU_DIS, kind="dis_noncompliance")
    (second,) = take_complaint(given, clock=fixed_clock(AT + DAY))
    assert cases.linked(system("test"), second.case) == (first.case,)


def test_the_outcome_says_why_and_names_the_regulator(everywhere: None, legal: Viewer) -> None:
    (taken,) = take_complaint(complaint(), clock=CLOCK)
    decide_complaint(legal, taken.case, Outcome.UPHELD, REASONS, clock=fixed_clock(AT + DAY))
    told = queries.followed(taken.link.rpartition("/")[2], AT + DAY).said[-1].text
    assert REASONS in told
    assert "Ofcom" in told
    assert queries.matter(legal, taken.case).outcome == "upheld"
    assert queries.running_clocks(legal) == ()


def test_whoever_decided_on_a_notice_does_not_hear_the_complaint_about_it(
    everywhere: None, legal: Viewer, second: Viewer
) -> None:
    noticed = take_notice(notice(), clock=CLOCK)
    decide_notice(legal, noticed.case, Decision.NO_ACTION, Basis.NONE, REASONS, clock=CLOCK)
    given = complaint(regime=Regime.DSA, kind="notice_decision", about=noticed.case)
    (taken,) = take_complaint(given, clock=CLOCK)
    assert cases.linked(system("test"), taken.case) == (noticed.case,)
    with pytest.raises(SekishoError) as raised:
        decide_complaint(legal, taken.case, Outcome.REVERSED, REASONS, clock=CLOCK)
    assert raised.value.code == "took_part"
    decide_complaint(second, taken.case, Outcome.REVERSED, REASONS, clock=CLOCK)


def test_a_wrong_form_costs_nobody_a_day(everywhere: None, legal: Viewer) -> None:
    (taken,) = take_complaint(complaint(), clock=CLOCK)
    late = fixed_clock(AT + 3 * DAY)
    move(legal, taken.case, Matter.COMPLAINT, Regime.UK_DP, "data_use", "About their data", clock=late)
    view = queries.matter(legal, taken.case)
    assert (view.regime, view.what, view.received_at) == (Regime.UK_DP, "data_use", AT)
    assert {one.starts for one in queries.clocks_of(view)} == {AT}
    move(legal, taken.case, Matter.NOTICE, Regime.UK_OSA, "privacy", "It names a place", clock=late)
    view = queries.matter(legal, taken.case)
    assert (view.matter, view.received_at) == (Matter.NOTICE, AT)
    assert {one.starts for one in queries.clocks_of(view)} == {AT}
    assert len(queries.matters(legal, Matter.COMPLAINT)) == 0
    assert [one.duty for one in queries.running_clocks(legal)] == ["notice_outcome"]


def test_what_was_answered_is_not_moved(everywhere: None, legal: Viewer) -> None:
    (taken,) = take_complaint(complaint(), clock=CLOCK)
    decide_complaint(legal, taken.case, Outcome.NOT_UPHELD, REASONS, clock=CLOCK)
    with pytest.raises(SekishoError) as raised:
        move(legal, taken.case, Matter.COMPLAINT, Regime.UK_DP, "data_use", "Late", clock=CLOCK)
    assert raised.value.code == "decided_already"


@pytest.mark.parametrize(
    ("days", "kinds"),
    [
        pytest.param(1, set(), id="time enough"),
        pytest.param(13, {"clock_soon"}, id="two days before"),
        pytest.param(15, {"clock_overdue"}, id="too late"),
    ],
)
def test_staff_are_told_before_a_clock_ends_and_after(
    everywhere: None, legal: Viewer, days: int, kinds: set[str]
) -> None:
    take_complaint(complaint(regime=Regime.OWN, kind="other"), clock=CLOCK)
    watch_clocks(fixed_clock(AT + days * DAY))
    watch_clocks(fixed_clock(AT + days * DAY))
    told = list(
        Told.objects.filter(person=legal.id, kind__startswith="clock_").values_list("kind", flat=True)
    )
    assert set(told) == kinds
    assert len(told) == len(kinds)


def _unfounded(legal: Viewer, number: int, at: timedelta) -> str:
    clock = fixed_clock(AT + at)
    (taken,) = take_complaint(complaint(submission=f"s{number}", text=f"Number {number}"), clock=clock)
    decide_complaint(legal, taken.case, Outcome.UNFOUNDED, REASONS, clock=clock)
    return taken.case


def test_misuse_is_warned_of_before_anything_rests_and_danger_never_does(
    everywhere: None, legal: Viewer
) -> None:
    cases_ = [_unfounded(legal, number, number * DAY) for number in range(3)]
    grave = (Gravity.NUISANCE, next(iter(Purposeful)))
    until = AT + 20 * DAY
    with pytest.raises(SekishoError) as raised:
        pause(legal, cases_[-1], until, *grave, clock=fixed_clock(AT + 4 * DAY))
    assert raised.value.code == "no_misuse"
    warn(legal, cases_[-1], *grave, clock=fixed_clock(AT + 4 * DAY))
    cases_ += [_unfounded(legal, number, number * DAY) for number in range(5, 7)]
    pause(legal, cases_[-1], until, *grave, clock=fixed_clock(AT + 8 * DAY))
    later = fixed_clock(AT + 9 * DAY)
    (resting,) = take_complaint(complaint(submission="more", text="More"), clock=later)
    assert queries.matter(legal, resting.case).rests_until == until
    danger = take_notice(notice(category=Category.TERROR_OR_THREAT), clock=later)
    assert queries.matter(legal, danger.case).rests_until is None


def test_chie_sees_nothing_of_another_persons_complaint(everywhere: None, cast: Cast) -> None:
    (taken,) = take_complaint(complaint(), clock=CLOCK)
    for ask in (queries.matter, cases.case):
        with pytest.raises(NotFoundError):
            ask(cast.viewer("chie"), taken.case)


def test_one_sender_does_not_fill_the_queue_and_danger_is_always_heard(
    everywhere: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "A_DAY", 2)
    for number in range(2):
        take_complaint(complaint(submission=f"s{number}", text=f"Number {number}"), clock=CLOCK)
    with pytest.raises(SekishoError) as raised:
        take_complaint(complaint(submission="third"), clock=CLOCK)
    assert raised.value.code == "too_many"
    assert take_notice(notice(category=Category.CHILD_ABUSE), clock=CLOCK).case
    assert take_complaint(complaint(submission="other", email="ben@example.test"), clock=CLOCK)
    assert take_complaint(complaint(submission="later"), clock=fixed_clock(AT + 2 * DAY))
