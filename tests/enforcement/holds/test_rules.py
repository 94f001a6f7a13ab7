"""What may happen to a held answer, by the tables of docs/rules/holds.md; and that no history releases one without a
qualified person."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.enforcement.holds.rules import (
    LEASE,
    MOST_ROUNDS,
    TIMERS,
    Ask,
    Claim,
    Facts,
    GiveBack,
    Gone,
    Held,
    Licence,
    Matter,
    Qualified,
    Refused,
    Reject,
    Release,
    Tick,
    Unqualified,
    after,
    covers,
    qualification,
    timers_of,
)
from sekisho.enforcement.holds.types import DOMAINS, HoldState
from tests.enforcement.holds.page import table

AT = datetime(2026, 1, 1, 12, tzinfo=UTC)
EMI, DAIKI = Qualified("usr_emi", "pro_1"), Qualified("usr_daiki", "pro_2")
NOT_EMI = Unqualified("licence_expired")
WAITING = Held(HoldState.WAITING, AT, timers_of("hr_healthcare"))
CLAIMED = replace(WAITING, state=HoldState.CLAIMED, by=EMI.by, lease_until=AT + LEASE)
ASKED = replace(WAITING, state=HoldState.FACTS_ASKED, by=EMI.by, rounds=1)
RELEASED = replace(WAITING, state=HoldState.RELEASED, by=EMI.by, decided_at=AT)
EXPIRED = replace(WAITING, state=HoldState.EXPIRED, decided_at=AT)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


HELD = {
    "waits": WAITING,
    "is Emi's": CLAIMED,
    "is Emi's, and facts were asked for five times": replace(CLAIMED, rounds=MOST_ROUNDS),
    "is Emi's, since a minute before it expires": replace(CLAIMED, lease_until=AT + DAY - MINUTE + LEASE),
    "waits for facts": ASKED,
    "was released": RELEASED,
    "expired": EXPIRED,
}
HAPPENS = {
    "Emi claims it": (Claim(EMI, EMI.by), AT),
    "Emi claims it a day later": (Claim(EMI, EMI.by), AT + DAY),
    "Emi, whose licence expired, claims it": (Claim(NOT_EMI, EMI.by), AT),
    "Daiki claims it": (Claim(DAIKI, DAIKI.by), AT),
    "Daiki claims it 30 minutes later": (Claim(DAIKI, DAIKI.by), AT + LEASE),
    "Emi releases it": (Release(EMI, EMI.by, agreed=True), AT),
    "Emi releases it, edited": (Release(EMI, EMI.by, agreed=True, edited=True), AT),
    "Emi releases it without agreeing": (Release(EMI, EMI.by, agreed=False), AT),
    "Emi releases it 30 minutes later": (Release(EMI, EMI.by, agreed=True), AT + LEASE),
    "Emi, whose licence expired, releases it": (Release(NOT_EMI, EMI.by, agreed=True), AT),
    "Daiki releases it": (Release(DAIKI, DAIKI.by, agreed=True), AT),
    "Daiki releases it in Emi's name": (Release(DAIKI, EMI.by, agreed=True), AT),
    "Emi rejects it": (Reject(EMI, EMI.by), AT),
    "Emi asks for facts": (Ask(EMI, EMI.by), AT),
    "Emi gives it back": (GiveBack(EMI.by), AT),
    "Daiki gives it back": (GiveBack(DAIKI.by), AT),
    "the client tells facts": (Facts(), AT),
    "the client tells facts seven days later": (Facts(), AT + 7 * DAY),
    "the conversation is erased": (Gone(), AT),
    "29 minutes pass": (Tick(), AT + 29 * MINUTE),
    "30 minutes pass": (Tick(), AT + LEASE),
    "a day passes": (Tick(), AT + DAY),
    "seven days pass": (Tick(), AT + 7 * DAY),
}


@pytest.mark.parametrize(
    ("held", "happens", "expected"), table("the answer", "what happens", "what comes of it")
)
def test_what_may_happen(held, happens, expected):
    event, at = HAPPENS[happens]
    found = after(HELD[held], event, at)
    assert (f"refused: {found.code}" if isinstance(found, Refused) else found.state.value) == expected


def test_a_decision_says_who_and_when():
    found = after(CLAIMED, Release(EMI, EMI.by, True), AT + MINUTE)
    assert (found.by, found.decided_at, found.lease_until) == (EMI.by, AT + MINUTE, None)


@pytest.mark.parametrize("domain", [*DOMAINS, "critical_infrastructure", ""])
def test_late_ones_are_told_of_in_their_order_and_once(domain):
    timers = timers_of(domain)
    held = Held(HoldState.WAITING, AT, timers)
    assert held.due_at == AT + timers.remind
    assert after(held, Tick(), held.due_at - MINUTE) == held
    reminded = after(held, Tick(), held.due_at)
    assert (reminded.reminded_at, reminded.due_at) == (held.due_at, AT + timers.escalate)
    assert after(reminded, Tick(), held.due_at + MINUTE) == reminded
    escalated = after(reminded, Tick(), reminded.due_at)
    assert (escalated.escalated_at, escalated.due_at) == (AT + timers.escalate, AT + timers.expire)
    assert escalated.state is HoldState.WAITING
    assert after(escalated, Tick(), escalated.due_at).state is HoldState.EXPIRED


def test_facts_begin_the_timers_anew():
    late = replace(ASKED, reminded_at=AT, escalated_at=AT)
    found = after(late, Facts(), AT + 3 * DAY)
    assert (found.counts_from, found.reminded_at, found.escalated_at, found.by) == (
        AT + 3 * DAY,
        None,
        None,
        "",
    )


# --- who is qualified ---------------------------------------------------------------------------------------------
LICENCE = Licence("pro_1", "usr_emi", frozenset({"hr_healthcare"}), frozenset({"JP"}), date(2026, 1, 1))
MATTER = Matter("hr_healthcare", "org_1")


LICENCES = {
    "none": replace(LICENCE, person="usr_daiki"),
    "healthcare, JP, until today": LICENCE,
    "healthcare, JP, until yesterday": replace(LICENCE, valid_until=date(2025, 12, 31)),
    "healthcare, JP, until today, ended": replace(LICENCE, ended_at=AT),
    "healthcare, JP, until today, for this organisation": replace(LICENCE, organisation="org_1"),
    "healthcare, JP, until today, for another organisation": replace(LICENCE, organisation="org_2"),
}
MATTERS = {
    "healthcare": MATTER,
    "healthcare, demands JP": replace(MATTER, jurisdiction="JP"),
    "healthcare, demands US": replace(MATTER, jurisdiction="US"),
    "law": replace(MATTER, domain="hr_legal"),
    "held because a check was missing": replace(MATTER, domain="cyber"),
}


@pytest.mark.parametrize(
    ("licence", "matter", "expected"), table("the registration", "the answer", "may they decide?")
)
def test_who_is_qualified(licence, matter, expected):
    found = qualification("usr_emi", MATTERS[matter], [LICENCES[licence]], is_reviewer=False, at=AT)
    assert (f"no: {found.code}" if isinstance(found, Unqualified) else "yes") == expected


def test_a_reviewer_decides_where_no_licence_could_fit_and_only_there():
    assert qualification("usr_emi", Matter("", "org_1"), [], is_reviewer=True, at=AT) == Qualified("usr_emi")
    assert qualification("usr_emi", MATTER, [], is_reviewer=True, at=AT) == Unqualified("not_registered")


def test_of_several_registrations_the_one_that_comes_closest_is_told_of():
    other = replace(LICENCE, domains=frozenset({"hr_legal"}))
    expired = replace(LICENCE, valid_until=date(2025, 1, 1))
    found = qualification("usr_emi", MATTER, [other, expired], is_reviewer=False, at=AT)
    assert found == Unqualified("licence_expired")


@pytest.mark.parametrize(
    ("licensed", "wanted", "expected"),
    [
        ("JP", "JP", True),
        ("US", "US-CA", True),
        ("US-CA", "US", False),
        ("US-C", "US-CA", False),
        ("U", "US", False),
    ],
)
def test_a_country_covers_its_parts(licensed, wanted, expected):
    assert covers(licensed, wanted) is expected


def test_every_domain_has_timers_in_their_order():
    assert TIMERS.keys() == DOMAINS.keys()
    for timers in TIMERS.values():
        assert timedelta(0) < timers.remind < timers.escalate < timers.expire


@pytest.mark.parametrize(
    ("domain", "remind", "escalate", "expire"), table("domain", "reminder", "escalation", "expiry")
)
def test_timers_are_as_the_page_says(domain, remind, escalate, expire):
    timers = timers_of(domain)
    told = [timedelta(hours=float(hours)) for hours in (remind, escalate, expire)]
    assert told == [timers.remind, timers.escalate, timers.expire]


# --- properties ---------------------------------------------------------------------------------------------------
PEOPLE = st.sampled_from([EMI, DAIKI, NOT_EMI])
NAMES = st.sampled_from([EMI.by, DAIKI.by, ""])
EVENTS = st.one_of(
    st.builds(Claim, PEOPLE, NAMES),
    st.builds(GiveBack, NAMES),
    st.builds(Release, PEOPLE, NAMES, st.booleans(), st.booleans()),
    st.builds(Reject, PEOPLE, NAMES),
    st.builds(Ask, PEOPLE, NAMES),
    st.just(Facts()),
    st.just(Tick()),
    st.just(Gone()),
)
HISTORIES = st.lists(st.tuples(EVENTS, st.integers(0, 300)), max_size=40)


@given(HISTORIES, st.sampled_from(sorted(DOMAINS)))
def test_no_history_releases_without_a_qualified_person_who_holds_it_and_agreed(history, domain):
    held, at = Held(HoldState.WAITING, AT, timers_of(domain)), AT
    for event, minutes in history:
        at += timedelta(minutes=minutes)
        before, found = held, after(held, event, at)
        if isinstance(found, Refused):
            continue
        held = found
        if held.state.is_released and not before.state.is_released:
            assert isinstance(event, Release)
            assert event.agreed
            assert event.who in (EMI, DAIKI)
            assert before.state is HoldState.CLAIMED
            assert before.by == event.by == event.who.by == held.by
            assert before.lease_until is not None
            assert at < before.lease_until
        if not before.state.is_open:
            assert held == before


@given(st.lists(st.integers(0, 3000), max_size=40), st.sampled_from([WAITING, CLAIMED, ASKED]))
def test_time_alone_never_releases_and_ends_every_wait(steps, held):
    at = AT
    for minutes in steps:
        at += timedelta(minutes=minutes)
        held = after(held, Tick(), at)
        assert held.state in (HoldState.WAITING, HoldState.CLAIMED, HoldState.FACTS_ASKED, HoldState.EXPIRED)
    assert after(held, Tick(), at + 8 * DAY).state is HoldState.EXPIRED


@given(HISTORIES)
def test_looking_at_it_changes_nothing_however_often(history):
    held, at = WAITING, AT
    for event, minutes in history:
        at += timedelta(minutes=minutes)
        found = after(held, event, at)
        held = held if isinstance(found, Refused) else found
        ticked = after(held, Tick(), at)
        assert after(ticked, Tick(), at).state is ticked.state
