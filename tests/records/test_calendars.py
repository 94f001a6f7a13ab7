"""Versions of the calendar: two people for what loosens, signed, believed only as signed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sekisho.accounts.queries import viewer
from sekisho.accounts.types import Plan, StaffRole, Viewer, system
from sekisho.audit import queries as audit
from sekisho.base.clock import fixed_clock
from sekisho.base.databases import KEYSTORE
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.notices.models import Notice
from sekisho.records.actions import store_turns
from sekisho.records.actions.calendars import activate, approve
from sekisho.records.actions.restamp import take_calendars
from sekisho.records.calendar import parse, shipped, shipped_document
from sekisho.records.calendar_words import NAMES, told
from sekisho.records.models import CalendarVersion, Restamping, Turn
from sekisho.records.queries.calendars import State, calendar_at, is_sound, missing, newest, versions
from sekisho.records.reading import contents
from sekisho.records.rules import NUMBERS, deadline
from sekisho.records.tasks import announce_calendars, restamp_turns, watch_drift
from sekisho.records.types import Destroyed, Kind, Stamp
from tests import factories
from tests.records.clock_rows import happens
from tests.records.clock_rows import turn as turn_record
from tests.records.clock_words import calendar_file as file
from tests.records.clock_words import turn

pytestmark = pytest.mark.django_db(databases=["default", KEYSTORE])
NOW = datetime(2025, 9, 10, tzinfo=UTC)
NOTICE = shipped().notice
DAY = timedelta(days=1)


@pytest.fixture
def privacy(db) -> dict[str, Viewer]:
    """Daiki and Emi answer for privacy."""
    return {name: viewer(factories.staff(name.title(), StaffRole.PRIVACY).id) for name in ("daiki", "emi")}


def test_what_is_stricter_one_person_puts_in_force(privacy):
    view = activate(privacy["daiki"], file("s", standard="20d"), fixed_clock(NOW))
    assert (view.state, view.approved_by) == (State.IN_FORCE, privacy["daiki"].id)
    assert calendar_at(NOW).standard == 20 * DAY
    assert calendar_at(NOW - DAY).standard == 30 * DAY
    assert deadline(turn(), (), calendar_at(NOW)).at == datetime(2025, 9, 22, tzinfo=UTC)
    assert audit.entries(system("test"), audit.EntryFilter(action="calendar.activated"))


def test_what_is_looser_waits_for_a_second_person_and_for_the_time_of_notice(privacy):
    view = activate(privacy["daiki"], file("l", standard="90d"), fixed_clock(NOW))
    assert (view.state, view.loosens) == (State.WAITING, True)
    assert calendar_at(NOW + 100 * DAY).standard == 30 * DAY
    with pytest.raises(NotAllowedError, match="second_person_needed"):
        approve(privacy["daiki"], "l", fixed_clock(NOW))
    view = approve(privacy["emi"], "l", fixed_clock(NOW))
    assert (view.state, view.effective_at) == (State.SCHEDULED, NOW + NOTICE)
    assert calendar_at(NOW + NOTICE - DAY).standard == 30 * DAY
    assert calendar_at(NOW + NOTICE).standard == 90 * DAY
    with pytest.raises(SekishoError, match="calendar_not_waiting"):
        approve(privacy["emi"], "l", fixed_clock(NOW))


def test_a_looser_version_holds_for_what_is_received_later_and_no_sooner(privacy):
    activate(privacy["daiki"], file("l", standard="90d"), fixed_clock(NOW))
    approve(privacy["emi"], "l", fixed_clock(NOW))
    since = NOW + NOTICE
    law = calendar_at(since)
    assert deadline(turn("pro", since - DAY), (), law).at == since + 29 * DAY
    assert deadline(turn("pro", since), (), law).at == since + 90 * DAY


def test_of_a_looser_version_every_account_holder_is_told_once(privacy, aiko):
    activate(privacy["daiki"], file("l", standard="90d"), fixed_clock(NOW))
    assert announce_calendars(fixed_clock(NOW)) == ()
    approve(privacy["emi"], "l", fixed_clock(NOW))
    assert announce_calendars(fixed_clock(NOW)) == ("l",)
    assert announce_calendars(fixed_clock(NOW)) == ()
    (notice,) = Notice.objects.filter(person=aiko.id, kind="calendar_change")
    assert "90 days (before: 30 days)" in notice.body_en
    assert "90 日（これまで：30 日）" in notice.body_ja


def test_a_stricter_version_is_not_announced_and_restamps_when_its_time_has_come(privacy):
    activate(privacy["daiki"], file("s", NOW + 5 * DAY, standard="20d"), fixed_clock(NOW))
    assert announce_calendars(fixed_clock(NOW)) == ()
    restamp_turns(fixed_clock(NOW))
    before = Restamping.objects.count()
    assert take_calendars(NOW + 5 * DAY) == 1
    assert take_calendars(NOW + 6 * DAY) == 0
    assert Restamping.objects.count() == before + 1


@pytest.mark.parametrize(
    "tampered",
    [
        {"document": file("s", standard="900d").decode()},
        {"effective_at": NOW + 3650 * DAY},
        {"approved_by": "usr_nobody"},
        {"signature": b"x" * 64},
        {"effective_at": None},
    ],
    ids=["document", "later", "approved_by", "signature", "waiting_again"],
)
def test_a_row_that_was_tampered_with_is_refused_and_the_strictest_numbers_hold(privacy, tampered):
    activate(privacy["daiki"], file("a", NOW, standard="7d", allowed="1y"), fixed_clock(NOW))
    activate(privacy["daiki"], file("s", NOW + DAY, standard="5d", allowed="1y"), fixed_clock(NOW))
    CalendarVersion.objects.filter(version="s").update(**tampered)
    law = calendar_at(NOW + 2 * DAY)
    assert (law.standard, law.allowed_years, law.version) == (7 * DAY, 1, "a")
    (view,) = [one for one in versions(system("test"), NOW) if one.version == "s"]
    assert view.state is (State.WAITING if tampered == {"effective_at": None} else State.REFUSED)


def test_where_a_version_is_missing_in_between_the_strictest_numbers_hold(privacy):
    daiki, emi = privacy["daiki"], privacy["emi"]
    activate(daiki, file("a", standard="7d"), fixed_clock(NOW))
    activate(daiki, file("b", NOW + DAY, standard="20d"), fixed_clock(NOW))
    approve(emi, "b", fixed_clock(NOW))
    assert calendar_at(NOW + 30 * DAY).standard == 20 * DAY
    activate(daiki, file("c", NOW + 20 * DAY, standard="19d"), fixed_clock(NOW + 20 * DAY))
    CalendarVersion.objects.filter(version="b").delete()
    assert calendar_at(NOW + 30 * DAY).standard == 7 * DAY


def test_that_the_last_version_was_taken_away_is_found_and_told_once_a_day(privacy):
    activate(privacy["daiki"], file("s", standard="20d"), fixed_clock(NOW))
    assert (missing(), is_sound()) == ((), True)
    CalendarVersion.objects.all().delete()
    assert (missing(), is_sound()) == (("s",), False)
    for hours in (0, 1, 23, 24):
        assert watch_drift(fixed_clock(NOW + timedelta(hours=hours))) == 0
    told_ = audit.entries(system("test"), audit.EntryFilter(action="calendar.doubted"))
    assert [one.facts["missing"] for one in told_] == [["s"], ["s"]]


def test_while_the_calendar_is_in_doubt_nothing_is_read_and_nothing_materialised(privacy):
    """What a damaged row would destroy could not be had back once the row is mended."""
    activate(privacy["daiki"], file("l", NOW, standard="90d"), fixed_clock(NOW))
    approve(privacy["emi"], "l", fixed_clock(NOW))
    received = NOW + NOTICE + DAY
    stored = turn_record(0, stamp=Stamp(Plan.TEAM, "fake", False, received), finished_at=received)
    store_turns([stored])
    assert Turn.objects.get().deadline_at == received + 90 * DAY
    CalendarVersion.objects.update(signature=b"x" * 64)
    later = received + 40 * DAY
    assert contents([stored.id], at=later)[stored.id] == Destroyed()
    happens(Kind.RETENTION_SET, later, days=60)
    assert restamp_turns(fixed_clock(later)) == 0
    assert watch_drift(fixed_clock(later)) == 0
    assert Turn.objects.get().deadline_at == received + 90 * DAY


def test_a_version_is_never_edited_and_never_comes_before_another(privacy):
    daiki = privacy["daiki"]
    activate(daiki, file("s", NOW + 5 * DAY, standard="20d"), fixed_clock(NOW))
    with pytest.raises(SekishoError, match="calendar_exists"):
        activate(daiki, file("s", NOW + 9 * DAY, standard="19d"), fixed_clock(NOW))
    with pytest.raises(SekishoError, match="calendar_exists"):
        activate(daiki, shipped_document(), fixed_clock(NOW))
    with pytest.raises(SekishoError, match="calendar_too_early"):
        activate(daiki, file("t", NOW, standard="19d"), fixed_clock(NOW))
    assert newest().version == "s"


def test_only_those_who_answer_for_retention_change_or_see_it(cast):
    for name in ("aiko", "daiki", "emi", "chie"):
        with pytest.raises(NotAllowedError):
            activate(cast.viewer(name), file("s", standard="20d"), fixed_clock(NOW))
        with pytest.raises(NotAllowedError):
            approve(cast.viewer(name), "s", fixed_clock(NOW))
        with pytest.raises(NotFoundError):
            versions(cast.viewer(name), NOW)


@pytest.mark.parametrize(
    "numbers",
    [
        {"standard": "30"},
        {"standard": "a month"},
        {"allowed": "5d"},
        {"version": "no/name"},
        {"recall": "1mo"},
    ],
    ids=str,
)
def test_a_file_that_says_nothing_clear_is_refused_with_what_is_wrong(numbers):
    with pytest.raises(SekishoError, match="calendar_unreadable"):
        parse(file("x", **numbers))
    with pytest.raises(SekishoError, match="calendar_unreadable"):
        parse(file("x") + b"\nextra: 1\n")
    with pytest.raises(SekishoError, match="calendar_unreadable"):
        parse(file("x", NOW.replace(tzinfo=None)))


def test_every_number_has_a_name_and_can_be_told_in_both_languages():
    assert set(NAMES) == set(NUMBERS)
    for name in NUMBERS:
        text = told(name, getattr(shipped(), name))
        assert text.en
        assert text.ja
    with pytest.raises(ValueError, match="no number"):
        told("standard", "x")
