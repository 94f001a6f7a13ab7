"""Restrictions: only who may decides, none without a statement, each told once it is durable."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sekisho.accounts.types import system
from sekisho.audit import queries as audit
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.base.text import Text
from sekisho.enforcement import queries
from sekisho.enforcement.actions import REFUSALS, impose, lift
from sekisho.enforcement.events import standing_changed
from sekisho.enforcement.models import Restriction, StatementOfReasons
from sekisho.enforcement.types import Measure, Statement, Unit, UnitKind

AT = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
STATEMENT = Statement(
    facts=Text(
        "Gift cards were asked for in a relative's name.", "親族を装ってギフトカードを求める内容でした。"
    )
)
MACHINE = system("ladder")


def suspend(actor, organisation, until=AT + DAY, measure=Measure.SUSPENDED, **more):
    unit = Unit(UnitKind.KEY, "key_1", organisation.id)
    return impose(actor, unit, measure, "fraud_predation", until, STATEMENT, clock=fixed_clock(AT), **more)


def test_a_restriction_comes_with_its_statement_and_an_audit_entry(cast):
    made = suspend(cast.viewer("emi"), cast.atelier, AT + 30 * DAY)
    (seen,) = queries.restrictions(cast.viewer("ben"), cast.atelier.id, AT)
    assert (seen.id, seen.statement.facts, seen.clause) == (made, STATEMENT.facts, "fraud_predation")
    assert not seen.statement.was_decided_automatically
    (noted,) = audit.entries(system("test"), audit.EntryFilter(action="restriction.imposed"))
    assert (noted.actor, noted.subject, noted.facts["unit"]) == (cast.emi.id, made, "key_1")


def test_what_automation_decides_says_so(cast):
    suspend(MACHINE, cast.atelier)
    (seen,) = queries.restrictions(cast.viewer("aiko"), cast.atelier.id, AT)
    assert seen.statement.was_decided_automatically


@pytest.mark.parametrize("name", ["aiko", "ben", "chie", "daiki"])
def test_others_cannot_restrict_anybody(cast, name):
    with pytest.raises(NotAllowedError):
        suspend(cast.viewer(name), cast.atelier)
    assert not StatementOfReasons.objects.exists()


def test_automation_does_not_suspend_for_longer_than_a_day(cast):
    with pytest.raises(SekishoError, match="needs_person"):
        suspend(MACHINE, cast.atelier, AT + DAY + timedelta(seconds=1))
    assert not Restriction.objects.exists()


def test_a_termination_takes_two_different_people(cast):
    emi, fumi = cast.viewer("emi"), cast.viewer("fumi")
    for second in (None, emi, MACHINE):
        with pytest.raises(SekishoError, match="needs_two_people"):
            suspend(emi, cast.atelier, None, Measure.TERMINATED, seconded_by=second)
    suspend(emi, cast.atelier, None, Measure.TERMINATED, seconded_by=fumi)
    assert Restriction.objects.get().imposed_by == [emi.id, fumi.id]


def test_it_ends_by_itself_and_when_lifted(cast):
    made = suspend(cast.viewer("emi"), cast.atelier)
    in_force = [bool(list(queries.restrictions_for_gateway(AT + when))) for when in (timedelta(0), DAY)]
    assert in_force == [True, False]
    lift(cast.viewer("fumi"), made, fixed_clock(AT))
    assert list(queries.restrictions_for_gateway(AT)) == []


@pytest.mark.parametrize("name", ["aiko", "chie"])
def test_only_who_decides_lifts(cast, name):
    made = suspend(cast.viewer("emi"), cast.atelier)
    with pytest.raises(NotAllowedError):
        lift(cast.viewer(name), made)


def test_lifting_twice_is_not_found(cast):
    emi = cast.viewer("emi")
    made = suspend(emi, cast.atelier)
    lift(emi, made)
    with pytest.raises(NotFoundError):
        lift(emi, made)


def test_the_graver_of_two_on_one_unit_comes_last(cast):
    suspend(cast.viewer("emi"), cast.atelier)
    suspend(MACHINE, cast.atelier, None, Measure.THROTTLED, requests_per_minute=5)
    measures = [one.measure for one in queries.restrictions_for_gateway(AT)]
    assert measures == [Measure.THROTTLED, Measure.SUSPENDED]


def test_the_change_is_told_after_the_commit(cast, django_capture_on_commit_callbacks):
    heard = []

    def hear(organisation, **_):
        heard.append(organisation)

    standing_changed.connect(hear)
    with django_capture_on_commit_callbacks() as waiting:
        suspend(MACHINE, cast.atelier)
    assert heard == []
    for tell in waiting:
        tell()
    standing_changed.disconnect(hear)
    assert heard == [cast.atelier.id]


def test_every_refusal_has_its_words_in_both_languages():
    assert set(REFUSALS) == {"needs_person", "needs_two_people", "needs_end_date", "ends_before_it_begins"}
    assert all(text.en and text.ja for text in REFUSALS.values())
