"""What can be read of a turn at a moment, and what the clock says of it: from events, whatever was materialised."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from sekisho.accounts.types import Plan
from sekisho.base.databases import KEYSTORE
from sekisho.records import queries
from sekisho.records.actions import append, store_turns
from sekisho.records.actions.clocks import advance
from sekisho.records.models import Turn
from sekisho.records.queries.history import events_of_turns
from sekisho.records.reading import contents
from sekisho.records.types import Destroyed, Kind, Part, Readable, Scope, Stamp, StoredBlock
from tests.records.clock_rows import AT, DAY, HOUR, WHO, happens, turn

pytestmark = pytest.mark.django_db(databases=["default", KEYSTORE])
TICK = timedelta(microseconds=1)
ONE = "req_org_1_000"


def is_readable(at: datetime, subject: bool = False) -> bool:
    return isinstance(contents([ONE], at=at, subject=subject)[ONE], Readable)


def test_at_its_deadline_a_turn_is_destroyed_whether_or_not_it_was_swept():
    store_turns([turn(0)])
    Turn.objects.update(deadline_at=AT + 900 * DAY)
    end = AT + 30 * DAY
    assert [is_readable(at) for at in (end - TICK, end, end + DAY)] == [True, False, False]
    assert not is_readable(end, subject=True)


def test_a_flip_is_in_force_before_anything_is_restamped():
    happens(Kind.ALLOWED, AT - DAY)
    store_turns([turn(0)])
    assert is_readable(AT + 100 * DAY)
    happens(Kind.DENIED, AT + 100 * DAY)
    assert not is_readable(AT + 100 * DAY)
    assert is_readable(AT + 100 * DAY, subject=True)
    assert not is_readable(AT + 103 * DAY, subject=True)


def test_under_a_legal_hold_staff_reads_nothing_and_after_the_end_nobody():
    store_turns([turn(0)])
    append(Kind.HOLD_PLACED, Scope("org_1"), WHO, at=AT + DAY, hold="hold_1")
    assert (is_readable(AT + HOUR), is_readable(AT + DAY)) == (True, False)
    assert is_readable(AT + DAY, subject=True)
    assert not is_readable(AT + 31 * DAY, subject=True)


def test_a_clock_that_goes_back_brings_nothing_back():
    store_turns([turn(0)])
    assert advance(AT + 30 * DAY) == AT + 30 * DAY
    assert advance(AT) == AT + 30 * DAY
    assert queries.trusted(AT) == AT + 30 * DAY
    assert queries.trusted(AT + 40 * DAY) == AT + 40 * DAY
    assert not is_readable(AT + DAY)


def test_a_text_that_an_ended_turn_holds_is_not_given_with_a_later_one():
    said = StoredBlock("user", "text", "hello", "d1")
    first = turn(0, conversation="c", content={Part.PROMPT: (said,)})
    second = turn(
        24 * 20, conversation="c", content={Part.PROMPT: (said, StoredBlock("user", "text", "more", "d2"))}
    )
    store_turns([first])
    store_turns([second])

    def texts(at: datetime) -> list[str]:
        found = contents([second.id], at=at)[second.id]
        assert isinstance(found, Readable)
        return [block.text for block in found.parts[Part.PROMPT]]

    assert texts(AT + 29 * DAY) == ["hello", "more"]
    assert texts(AT + 30 * DAY) == ["", "more"]


def test_resent_history_restarts_no_clock():
    """Forty turns that each resend all that was said: the first block still dies at day 30 (R-DATA-108)."""
    blocks = [StoredBlock("user", "text", f"word {number}", f"d{number}") for number in range(40)]
    for number in range(40):
        content = {Part.PROMPT: tuple(blocks[: number + 1])}
        store_turns([turn(number * 18, conversation="c", content=content)])
    last = f"req_org_1_{39 * 18:03}"
    found = contents([last], at=AT + 30 * DAY)[last]
    assert isinstance(found, Readable)
    texts = [block.text for block in found.parts[Part.PROMPT]]
    assert (texts[0], texts[1]) == ("", "word 1")


def test_a_turn_without_content_has_nothing_to_destroy():
    store_turns([turn(0, content={})])
    assert contents([ONE], at=AT + 90 * DAY)[ONE] == Readable({})


def test_facts_are_what_was_stamped_and_unknown_words_the_strictest():
    store_turns([turn(0)])
    known = queries.facts([ONE, "req_none"])
    assert known[ONE].stamp == Stamp(Plan.PRO, "fake", False, AT, member="usr_aiko")
    assert set(known) == {ONE}
    Turn.objects.update(plan="platinum")
    assert queries.facts([ONE])[ONE].stamp.plan is Plan.GOV


def test_what_is_stored_is_told_by_day_and_by_what_ends_it():
    happens(Kind.ALLOWED, AT + 12 * HOUR)
    store_turns([turn(number) for number in (0, 1, 13, 30)] + [turn(2, end_user="eu", stamp=turn(2).stamp)])
    told = queries.timeline("org_1", at=AT + 2 * DAY)
    assert [(one.day, one.rule, one.turns) for one in told] == [
        (date(2026, 1, 1), "R-DATA-100", 1),
        (date(2026, 1, 1), "R-DATA-101", 3),
        (date(2026, 1, 2), "R-DATA-100", 1),
    ]
    assert (told[1].ends_from, told[1].ends_until) == (AT + 30 * DAY, AT + 30 * DAY + 2 * HOUR)
    assert [one.turns for one in queries.timeline("org_1", end_user="eu", at=AT + 2 * DAY)] == [1]
    assert queries.timeline("org_1", member="usr_ben", at=AT + 2 * DAY) == ()
    assert len(queries.timeline("org_1", at=AT + 40 * DAY)) == 2
    happens(Kind.DENIED, AT + 3 * DAY)
    sealed = [one.is_sealed for one in queries.timeline("org_1", at=AT + 3 * DAY)]
    assert sealed == [False, True, True] or sealed == [True, False, True]


def test_what_a_hold_keeps_is_told_unless_the_law_bars_it():
    store_turns([turn(0)])
    append(Kind.HOLD_PLACED, Scope("org_1"), WHO, at=AT + DAY, hold="hold_1")
    (told,) = queries.timeline("org_1", at=AT + 40 * DAY)
    assert told.is_held
    assert queries.timeline("org_1", at=AT + 40 * DAY, untold=["hold_1"]) == ()


def test_a_turn_is_explained_by_its_id():
    store_turns([turn(0)])
    told = queries.explain_turn(ONE, AT + DAY)
    assert told is not None
    assert told.deadline.at == AT + 30 * DAY
    assert queries.explain_turn("req_none", AT) is None


def test_events_of_other_conversations_are_not_even_fetched(django_assert_max_num_queries):
    store_turns([turn(0)])
    for number in range(20):
        happens(Kind.DELETED, AT + HOUR, conversation=f"cnv_{number}")
    known = queries.facts([ONE])[ONE]
    assert events_of_turns([known]) == {"org_1": ()}
    with django_assert_max_num_queries(8):
        contents([ONE], at=AT + 2 * HOUR)
    assert isinstance(contents([ONE], at=AT + 2 * HOUR)[ONE], Readable)
    assert contents(["req_none"], at=AT) != {"req_none": Destroyed()}
