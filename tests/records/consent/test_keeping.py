"""An organisation chooses how long its turns are kept, or that nothing is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sekisho.accounts import queries as people
from sekisho.accounts.models import Organisation
from sekisho.accounts.types import Plan
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.notices.models import Notice
from sekisho.records.calendar import shipped
from sekisho.records.consent import actions, queries
from sekisho.records.consent.types import Step
from sekisho.records.queries import events_of
from sekisho.records.rules import deadline
from sekisho.records.types import Kind, Stamp, TurnFacts
from tests.records.consent.conftest import AT, turn

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def kept(atelier, aiko, ben):
    """Three days of turns: one of twenty days ago, two of ten days ago, three of today; and one that is over."""
    ages = (20, 10, 10, 0, 0, 0)
    for number, days in enumerate(ages):
        turn(number, atelier.id, AT - days * DAY - HOUR)
    turn(99, atelier.id, AT - 40 * DAY)
    return atelier.id


def ends(organisation, received_at):
    facts = TurnFacts("req_1", organisation, Stamp(Plan.API, "", False, received_at), received_at)
    return deadline(facts, events_of(organisation), shipped())


def test_shortening_is_counted_before_and_holds_for_what_is_there(kept, aiko):
    viewer = people.viewer(aiko.id)
    preview = queries.would_go(viewer, kept, 7, AT)
    assert [(one.day, one.turns) for one in preview.days] == [
        ((AT - 20 * DAY).date(), 1),
        ((AT - 10 * DAY).date(), 2),
    ]
    assert (preview.turns, preview.at) == (3, AT)
    assert actions.set_retention(viewer, kept, 7, at=AT) is Step.SHORTER
    assert ends(kept, AT - 10 * DAY).at == AT
    assert ends(kept, AT - HOUR).at == AT - HOUR + 7 * DAY
    assert queries.settings(viewer, kept, AT).days == 7
    assert queries.retention_for_gateway() == {kept: 7}
    assert Notice.objects.count() == 0


def test_lengthening_is_off_as_installed(kept, aiko):
    with pytest.raises(SekishoError) as refused:
        actions.set_retention(people.viewer(aiko.id), kept, 31, at=AT)
    assert refused.value.code == "days_not_permitted"


def test_lengthening_holds_for_what_comes_and_everybody_is_told(kept, aiko, monkeypatch):
    monkeypatch.setenv("SEKISHO_LONGEST_RETENTION_DAYS", "90")
    assert actions.set_retention(people.viewer(aiko.id), kept, 90, at=AT) is Step.LONGER
    assert ends(kept, AT - HOUR).at == AT - HOUR + 30 * DAY, "what is there ends as it would have"
    assert ends(kept, AT + HOUR).at == AT + HOUR + 90 * DAY
    assert Notice.objects.filter(kind="kept_longer").count() == 2
    assert actions.set_retention(people.viewer(aiko.id), kept, 90, at=AT + HOUR) is Step.SAME
    assert len(events_of(kept)) == 1


@pytest.mark.parametrize("days", [0, -1, 31])
def test_days_outside_what_is_permitted_are_refused(days, kept, aiko):
    with pytest.raises(SekishoError):
        actions.set_retention(people.viewer(aiko.id), kept, days, at=AT)
    assert events_of(kept) == ()


def test_zero_retention_is_counted_before_seals_at_once_and_looks_forward_when_it_ends(kept, aiko):
    viewer = people.viewer(aiko.id)
    preview = queries.would_go_for_zero_retention(viewer, kept, AT)
    assert (preview.turns, preview.at) == (6, AT + DAY)
    assert actions.switch_zero_retention(viewer, kept, True, at=AT)
    assert not actions.switch_zero_retention(viewer, kept, True, at=AT), "it is on already"
    end = ends(kept, AT - HOUR)
    assert (end.at, end.sealed_at) == (AT + DAY, AT)
    assert Organisation.objects.get(id=kept).zero_retention
    assert actions.switch_zero_retention(viewer, kept, False, at=AT + HOUR)
    assert ends(kept, AT - HOUR).at == AT + DAY, "what was sealed stays so"
    assert not Organisation.objects.get(id=kept).zero_retention
    assert [one.kind for one in events_of(kept)] == [Kind.ZERO_RETENTION_ON, Kind.ZERO_RETENTION_OFF]


def test_members_read_and_owners_decide_and_outsiders_see_nothing(kept, ben, chie):
    assert queries.settings(people.viewer(ben.id), kept, AT).stored == 6
    with pytest.raises(NotAllowedError):
        actions.set_retention(people.viewer(ben.id), kept, 7, at=AT)
    with pytest.raises(NotAllowedError):
        actions.switch_zero_retention(people.viewer(ben.id), kept, True, at=AT)
    outsider = people.viewer(chie.id)
    with pytest.raises(NotFoundError):
        actions.set_retention(outsider, kept, 7, at=AT)
    for ask in (queries.settings, queries.partner, queries.would_go_for_zero_retention):
        with pytest.raises(NotFoundError):
            ask(outsider, kept, AT)


def test_a_personal_account_keeps_as_its_person_chose(account, chie):
    with pytest.raises(SekishoError) as refused:
        actions.set_retention(people.viewer(chie.id), account, 7, at=AT)
    assert refused.value.code == "personal_account"
    assert queries.settings(people.viewer(chie.id), account, AT).is_personal
