"""What may happen to a held answer, by tables; and that no history releases one without a qualified person."""

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

AT = datetime(2026, 1, 1, 12, tzinfo=UTC)
EMI, DAIKI = Qualified("usr_emi", "pro_1"), Qualified("usr_daiki", "pro_2")
NOT_EMI = Unqualified("licence_expired")
WAITING = Held(HoldState.WAITING, AT, timers_of("hr_healthcare"))
CLAIMED = replace(WAITING, state=HoldState.CLAIMED, by=EMI.by, lease_until=AT + LEASE)
ASKED = replace(WAITING, state=HoldState.FACTS_ASKED, by=EMI.by, rounds=1)
RELEASED = replace(WAITING, state=HoldState.RELEASED, by=EMI.by, decided_at=AT)
EXPIRED = replace(WAITING, state=HoldState.EXPIRED, decided_at=AT)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("held", "event", "at", "expected"),
    [
        pytest.param(WAITING, Claim(EMI, EMI.by), AT, HoldState.CLAIMED, id="a waiting one is claimed"),
        pytest.param(WAITING, Claim(NOT_EMI, EMI.by), AT, "licence_expired", id="not without a licence"),
        pytest.param(WAITING, Claim(EMI, EMI.by), AT + DAY, "expired_already", id="not once time is up"),
        pytest.param(WAITING, Release(EMI, EMI.by, True), AT, "not_claimed", id="not released unclaimed"),
        pytest.param(WAITING, Reject(EMI, EMI.by), AT, "not_claimed", id="not rejected unclaimed"),
        pytest.param(WAITING, GiveBack(EMI.by), AT, "not_claimed", id="nothing to give back"),
        pytest.param(WAITING, Facts(), AT, "facts_not_asked", id="facts that nobody asked for"),
        pytest.param(WAITING, Gone(), AT, HoldState.EXPIRED, id="an erased one expires"),
        pytest.param(CLAIMED, Claim(DAIKI, DAIKI.by), AT, "claimed_by_other", id="the second is told"),
        pytest.param(
            CLAIMED, Claim(DAIKI, DAIKI.by), AT + LEASE, HoldState.CLAIMED, id="free when the lease ends"
        ),
        pytest.param(CLAIMED, Claim(EMI, EMI.by), AT + MINUTE, HoldState.CLAIMED, id="one's own is renewed"),
        pytest.param(CLAIMED, Release(EMI, EMI.by, True), AT, HoldState.RELEASED, id="released"),
        pytest.param(
            CLAIMED, Release(EMI, EMI.by, True, edited=True), AT, HoldState.RELEASED_EDITED, id="edited"
        ),
        pytest.param(CLAIMED, Release(EMI, EMI.by, False), AT, "not_agreed", id="not without the attestation"),
        pytest.param(CLAIMED, Release(NOT_EMI, EMI.by, True), AT, "licence_expired", id="expired since"),
        pytest.param(CLAIMED, Release(EMI, EMI.by, True), AT + LEASE, "lease_ended", id="after the lease"),
        pytest.param(CLAIMED, Release(DAIKI, DAIKI.by, True), AT, "claimed_by_other", id="not another's"),
        pytest.param(CLAIMED, Release(DAIKI, EMI.by, True), AT, "claimed_by_other", id="not in another's name"),
        pytest.param(CLAIMED, Reject(EMI, EMI.by), AT, HoldState.REJECTED, id="rejected"),
        pytest.param(CLAIMED, Ask(EMI, EMI.by), AT, HoldState.FACTS_ASKED, id="facts are asked for"),
        pytest.param(
            replace(CLAIMED, rounds=MOST_ROUNDS), Ask(EMI, EMI.by), AT, "asked_too_often", id="not for ever"
        ),
        pytest.param(CLAIMED, GiveBack(EMI.by), AT, HoldState.WAITING, id="given back"),
        pytest.param(CLAIMED, GiveBack(DAIKI.by), AT, "claimed_by_other", id="not by another"),
        pytest.param(ASKED, Facts(), AT + DAY, HoldState.WAITING, id="facts bring it back"),
        pytest.param(ASKED, Facts(), AT + 7 * DAY, "expired_already", id="facts that come too late"),
        pytest.param(ASKED, Claim(EMI, EMI.by), AT, "facts_awaited", id="no claim while facts are awaited"),
        pytest.param(ASKED, Release(EMI, EMI.by, True), AT, "facts_awaited", id="no release either"),
        pytest.param(RELEASED, Release(EMI, EMI.by, True), AT, "decided_already", id="no second decision"),
        pytest.param(RELEASED, Reject(EMI, EMI.by), AT, "decided_already", id="nor another one"),
        pytest.param(RELEASED, Gone(), AT, "decided_already", id="what was given was given"),
        pytest.param(EXPIRED, Claim(EMI, EMI.by), AT, "expired_already", id="over is over"),
        pytest.param(EXPIRED, Facts(), AT, "expired_already", id="also for facts"),
        pytest.param(RELEASED, Tick(), AT + 99 * DAY, HoldState.RELEASED, id="time changes no decision"),
        pytest.param(CLAIMED, Tick(), AT + LEASE - MINUTE, HoldState.CLAIMED, id="time leaves a lease alone"),
        pytest.param(
            replace(CLAIMED, lease_until=AT + DAY + MINUTE), Tick(), AT + DAY, HoldState.CLAIMED,
            id="nobody is cut off within their lease",
        ),
        pytest.param(CLAIMED, Tick(), AT + LEASE, HoldState.WAITING, id="a lease ends"),
        pytest.param(WAITING, Tick(), AT + DAY, HoldState.EXPIRED, id="the last instant is over"),
        pytest.param(ASKED, Tick(), AT + DAY, HoldState.FACTS_ASKED, id="who was asked has seven days"),
        pytest.param(ASKED, Tick(), AT + 7 * DAY, HoldState.EXPIRED, id="and no longer"),
    ],
)  # fmt: skip
def test_what_may_happen(held, event, at, expected):
    found = after(held, event, at)
    assert (found.code if isinstance(found, Refused) else found.state) == expected


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


@pytest.mark.parametrize(
    ("licence", "matter", "expected"),
    [
        pytest.param(LICENCE, MATTER, Qualified("usr_emi", "pro_1"), id="fits, on its last day"),
        pytest.param(
            LICENCE, replace(MATTER, jurisdiction="JP"), Qualified("usr_emi", "pro_1"), id="in its place"
        ),
        pytest.param(None, MATTER, Unqualified("not_registered"), id="no registration"),
        pytest.param(
            replace(LICENCE, ended_at=AT), MATTER, Unqualified("not_registered"), id="an ended registration"
        ),
        pytest.param(
            replace(LICENCE, person="usr_daiki"), MATTER, Unqualified("not_registered"), id="another's licence"
        ),
        pytest.param(
            replace(LICENCE, valid_until=date(2025, 12, 31)), MATTER, Unqualified("licence_expired"),
            id="the day after",
        ),
        pytest.param(
            LICENCE, replace(MATTER, domain="hr_legal"), Unqualified("other_domain"), id="a doctor on law"
        ),
        pytest.param(
            LICENCE, replace(MATTER, jurisdiction="US"), Unqualified("other_jurisdiction"), id="another place"
        ),
        pytest.param(
            replace(LICENCE, organisation="org_2"), MATTER, Unqualified("other_organisation"),
            id="of another organisation alone",
        ),
        pytest.param(
            replace(LICENCE, organisation="org_1"), MATTER, Qualified("usr_emi", "pro_1"), id="of this one"
        ),
        pytest.param(
            LICENCE, replace(MATTER, domain="cyber"), Unqualified("not_reviewer"), id="no domain: reviewers"
        ),
    ],
)  # fmt: skip
def test_who_is_qualified(licence, matter, expected):
    licences = [licence] if licence else []
    assert qualification("usr_emi", matter, licences, is_reviewer=False, at=AT) == expected


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
