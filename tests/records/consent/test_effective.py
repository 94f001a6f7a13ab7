"""What the privacy page says holds now is what the clock and eligibility say of a message sent now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sekisho.accounts import queries as people
from sekisho.accounts.models import Organisation
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotFoundError
from sekisho.notices.models import Notice
from sekisho.records.consent import actions, queries
from sekisho.records.consent.tasks import tell_undecided
from sekisho.records.consent.types import Answer
from tests.records.consent.conftest import AT, chooses

HOUR = timedelta(hours=1)


def said(person, account, at):
    lines = queries.effective_for(people.viewer(person.id), account, at)
    return {one.topic: (one.value.en, one.rule, one.source.en) for one in lines}


def test_each_line_follows_the_choice(chie, account):
    before = said(chie, account, AT)
    assert before["terms"] == ("Consumer terms", "R-DATA-002", "Plan: free")
    assert before["training"][:2] == ("Not used", "R-DATA-012")
    assert before["training"][2].startswith("You have not chosen yet")
    assert before["kept"] == ("30 days", "R-DATA-101", "Calendar of data use 2025-08-28")
    chooses(chie, account, True)
    after = said(chie, account, AT + HOUR)
    assert after["training"] == ("May be used", "R-DATA-012", "Your choice of 1 September 2025, 12:00 UTC")
    assert after["kept"][:2] == ("5 years", "R-DATA-100")
    assert after["afterwards"][0] == "3 days"
    chooses(chie, account, False, AT + 2 * HOUR)
    assert said(chie, account, AT + 3 * HOUR)["kept"][0] == "30 days"


def test_an_organisations_settings_show_where_they_come_from(atelier, aiko):
    actions.set_retention(people.viewer(aiko.id), atelier.id, 7, at=AT)
    lines = said(aiko, atelier.id, AT + HOUR)
    assert lines["kept"] == ("7 days", "R-DATA-116", "Data settings of the organisation")
    assert lines["training"] == ("Not used", "R-DATA-040", "The default for organisations")
    actions.switch_zero_retention(people.viewer(aiko.id), atelier.id, True, at=AT + HOUR)
    lines = said(aiko, atelier.id, AT + 2 * HOUR)
    assert lines["kept"] == ("Not kept", "R-DATA-104", "Data settings of the organisation")
    assert "backups" not in lines


def test_nobody_reads_anothers(account, ben):
    with pytest.raises(NotFoundError):
        queries.effective_for(people.viewer(ben.id), account, AT)


def test_who_has_not_chosen_by_the_deadline_is_told_once_and_keeps_working(chie, account):
    deadline = datetime(2025, 10, 9, 12, tzinfo=UTC)
    Organisation.objects.filter(id=account).update(created_at=datetime(2025, 1, 1, tzinfo=UTC))
    assert tell_undecided(fixed_clock(deadline - timedelta(seconds=1))) == 0
    assert [tell_undecided(fixed_clock(deadline + later * HOUR)) for later in (0, 1, 2)] == [1, 0, 0]
    assert Notice.objects.filter(kind="choice_due", person=chie.id).count() == 1
    assert queries.waits_for_choice(people.viewer(chie.id), deadline) == account
    chooses(chie, account, False, deadline + HOUR)
    assert tell_undecided(fixed_clock(deadline + 3 * HOUR)) == 0
    assert queries.waits_for_choice(people.viewer(chie.id), deadline + HOUR) == ""
    assert queries.choice(people.viewer(chie.id), account, deadline).answer is Answer.DONT_ALLOW
