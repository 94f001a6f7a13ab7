"""The tables of `docs/rules/cases.md`, run."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.accounts.types import Plan, Role, StaffRole, Viewer
from sekisho.cases.rules.cards import has_card, mask_cards
from sekisho.cases.rules.clocks import (
    Office,
    business_between,
    business_due,
    calendar_due,
    end_of_day,
    months_due,
)
from sekisho.cases.rules.holidays import REGIONS, Region, is_holiday
from sekisho.cases.rules.masking import mask_address, mask_text
from sekisho.cases.rules.priority import Lane, lane, place
from sekisho.cases.rules.queues import may_move, queues_of
from sekisho.cases.rules.reading import Footing, Reader, footing, may_read, may_see
from sekisho.cases.rules.retention import keeping, row_ends, words_end
from sekisho.cases.rules.states import MayChange, MayNot, may_change, reopens
from sekisho.cases.rules.targets import FIRST_REPLY, NEXT_REPLY, hours
from sekisho.cases.types import Impact, Kind, Queue, Reach, State
from sekisho.records.calendar import shipped
from tests.pages import table

PAGE = "docs/rules/cases.md"
COUNTS = "administrators count as owners"
NOW = datetime(2026, 1, 2, 3, tzinfo=UTC)
_UNITS = {
    "d": "days",
    "day": "days",
    "days": "days",
    "h": "hours",
    "hour": "hours",
    "hours": "hours",
    "second": "seconds",
}


def span(words: str) -> timedelta:
    """Return what "14 days and a second ago" or "in 9 h" means."""
    found = re.findall(r"(\d+|a) (days?|d|hours?|h|second)", words)
    return sum(
        (timedelta(**{_UNITS[unit]: 1 if count == "a" else int(count)}) for count, unit in found),
        timedelta(0),
    )


def region(word: str) -> Region:
    return next((one for one in REGIONS if one == word), "")


def rows(*heading: str) -> list[list[str]]:
    return table(PAGE, *heading)


@pytest.mark.parametrize(
    ("held", "wanted", "runs", "settled", "expected"),
    rows("from", "to", "clock of law runs", "settled", "answer"),
)
def test_where_a_case_may_go(held: str, wanted: str, runs: str, settled: str, expected: str) -> None:
    settled_at = None if settled == "no" else NOW - span(settled)
    answer = may_change(
        State(held), State(wanted), NOW, settled_at=settled_at, legal_clock_runs=runs == "yes"
    )
    assert answer == (MayChange() if expected == "yes" else MayNot(expected))


def test_a_reply_reopens_to_the_last_instant_of_the_fourteenth_day() -> None:
    last = NOW + timedelta(days=14)
    assert reopens(NOW, last)
    assert not reopens(NOW, last + timedelta(microseconds=1))


@pytest.mark.parametrize(
    ("zone", "keeps", "start", "wanted", "due"), rows("zone", "holidays", "from", "hours", "due")
)
def test_business_time(zone: str, keeps: str, start: str, wanted: str, due: str) -> None:
    there = ZoneInfo(zone)
    begun, ended = (datetime.fromisoformat(one).replace(tzinfo=there) for one in (start, due))
    office = Office(there, holidays=region(keeps))
    assert business_due(begun, timedelta(hours=float(wanted)), office) == ended
    assert business_between(begun, ended, office) == timedelta(hours=float(wanted))


@given(
    st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes)),
    st.integers(1, 60 * 60),
    st.sampled_from(["Asia/Tokyo", "Europe/London", "Australia/Sydney", "America/New_York"]),
    st.sampled_from(REGIONS),
)
def test_business_time_forth_and_back(start: datetime, minutes: int, zone: str, keeps: Region) -> None:
    office, wanted = Office(ZoneInfo(zone), holidays=keeps), timedelta(minutes=minutes)
    due = business_due(start, wanted, office)
    assert business_between(start, due, office) == wanted
    assert business_due(start, wanted + timedelta(minutes=1), office) > due


def test_an_office_that_never_opens_promises_nothing() -> None:
    shut = Office(ZoneInfo("UTC"), closes=time(9))
    with pytest.raises(ValueError, match="hours"):
        business_due(NOW, timedelta(hours=1), shut)


@pytest.mark.parametrize(
    ("keeps", "day"),
    [
        pytest.param("JP", date(2026, 9, 22), id="between two holidays"),
        pytest.param("EU", date(2026, 5, 1), id="labour day"),
        pytest.param("UK", date(2026, 12, 28), id="boxing day observed"),
        pytest.param("AU", date(2026, 1, 26), id="australia day"),
    ],
)
def test_holidays_of_each_region(keeps: Region, day: date) -> None:
    assert is_holiday(day, keeps)
    assert not is_holiday(day, "")


@pytest.mark.parametrize(
    ("plan", "impact", "first", "later"), rows("plan", "impact", "first reply", "next reply")
)
def test_targets(plan: str, impact: str, first: str, later: str) -> None:
    whose = None if plan == "none" else Plan(plan)
    found = [hours(duty, Kind.SUPPORT, whose, Impact(impact)) for duty in (FIRST_REPLY, NEXT_REPLY)]
    assert found == [timedelta(hours=float(first)), timedelta(hours=float(later))]


def test_safety_asks_no_plan() -> None:
    assert {hours(FIRST_REPLY, Kind.SAFETY, plan, Impact.NONE) for plan in (None, *Plan)} == {
        timedelta(hours=2)
    }


@pytest.mark.parametrize(
    ("how", "zone", "start", "term", "ends"), rows("counted", "zone", "from", "term", "ends")
)
def test_terms_of_law(how: str, zone: str, start: str, term: str, ends: str) -> None:
    there = ZoneInfo(zone)
    begun, keeps = datetime.fromisoformat(start).replace(tzinfo=there), region(how[-2:])
    if how.startswith("months"):
        found = months_due(begun, int(term.split()[0]), zone=there, rolls_over=keeps)
    elif how == "instant":
        found = calendar_due(begun, span(term), zone=there)
    else:
        found = calendar_due(begun, span(term), zone=there, from_next_day=True, rolls_over=keeps)
    last = datetime.fromisoformat(ends)
    assert found == (last.replace(tzinfo=there) if "T" in ends else end_of_day(last.date(), there))


ORDER = rows("case", "kind", "state", "clock of law", "promised", "plan", "impact")


def _moment(words: str) -> datetime | None:
    return None if words == "none" else NOW + span(words)


def _place(row: list[str], case: str = "tkt_1") -> str:
    _, kind, state, legal, promised, plan, impact = row
    queue = Queue.SAFETY if kind == "safety" else Queue.SUPPORT
    which = lane(Kind(kind), queue, State(state), _moment(legal))
    due = _moment(legal) if which is Lane.LEGAL else _moment(promised)
    return place(which, due or NOW, None if plan == "none" else Plan(plan), Impact(impact), case)


@pytest.mark.parametrize(("first", "then"), list(pairwise(ORDER)), ids=lambda row: row[0])
def test_what_is_worked_first(first: list[str], then: list[str]) -> None:
    assert _place(first) < _place(then)


@given(
    st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from(Plan), st.sampled_from(Impact),
    st.sampled_from([State.NEW, State.OPEN, State.WAITING_INTERNAL]),
)  # fmt: skip
def test_nobody_pays_to_overtake_a_clock_of_law(
    law: int, due: int, plan: Plan, impact: Impact, state: State
) -> None:
    by_law = NOW + timedelta(seconds=law)
    legal = place(
        lane(Kind.COMPLAINT, Queue.LEGAL, State.WAITING_FOR_ACTOR, by_law), by_law, None, Impact.LOW, "tkt_z"
    )
    paid = place(
        lane(Kind.SUPPORT, Queue.SUPPORT, state, None), NOW - timedelta(seconds=due), plan, impact, "tkt_a"
    )
    assert legal < paid


@pytest.mark.parametrize(("role", "queues"), rows("role", "queues"))
def test_queues_of_roles(role: str, queues: str) -> None:
    seen = queues_of(Viewer("usr_1", staff=frozenset({StaffRole(role)})))
    assert ", ".join(sorted(seen)) == ("" if queues == "none" else queues)


def test_the_sealed_queues_take_nothing_else() -> None:
    for queue in (Queue.AUTHORITY, Queue.APPEALS):
        assert not may_move(Kind.SUPPORT, queue)
    assert not may_move(Kind.AUTHORITY, Queue.LEGAL)
    assert may_move(Kind.COMPLAINT, Queue.SUPPORT)


@pytest.mark.parametrize(
    ("who", "was", "reach", "expected"), rows("reader", "requester was", "reach", "reads")
)
def test_who_reads_a_message(who: str, was: str, reach: str, expected: str) -> None:
    readers = {
        "requester": Reader("usr_1", is_requester=True),
        "speaker": Reader("usr_2", speaks=True),
        "staff": Reader("usr_3", is_staff=True),
        "outsider": Reader("usr_4"),
    }
    answer = may_read(readers[who], by="usr_9", reach=Reach(reach), requester_was=Footing(was))
    assert answer == (expected == "yes")


def test_everybody_reads_what_they_wrote_and_nobody_is_not_somebody() -> None:
    def reads(reader: str, by: str) -> bool:
        return may_read(Reader(reader), by=by, reach=Reach.EVERYBODY, requester_was=Footing.OUTSIDE)

    assert reads("usr_1", "usr_1")
    assert not reads("", "")


def test_what_one_complains_of_is_not_the_employers() -> None:
    owner = Reader("usr_1", speaks=True)
    for kind in Kind:
        own = kind in {Kind.SUPPORT, Kind.LOCKED_OUT}
        assert may_see(owner, kind, Footing.SPEAKER, has_sponsor=False) == own
        assert not may_see(owner, kind, Footing.MEMBER, has_sponsor=False)


@pytest.mark.parametrize(
    ("plan", "counts", "each"),
    [(plan, counts, each) for plan, counts, *each in table(PAGE, "plan", COUNTS, *Role)],
)
def test_who_speaks_for_an_organisation(plan: str, counts: str, each: list[str]) -> None:
    known = None if plan == "unknown" else Plan(plan)
    for role, stands in zip(Role, each, strict=True):
        assert footing("org_1", role, known, admins_are_owners=counts == "yes") is Footing(stands)


def test_who_belongs_to_no_organisation_stands_outside_it() -> None:
    assert footing("org_1", None, Plan.API, admins_are_owners=True) is Footing.OUTSIDE
    assert footing("", Role.ADMIN, Plan.TEAM) is Footing.OWN


@pytest.mark.parametrize(
    ("kind", "law", "settled", "words", "row"),
    rows("kind", "clock of law", "settled", "words until", "row until"),
)
def test_how_long_it_is_kept(kind: str, law: str, settled: str, words: str, row: str) -> None:
    held, ended = keeping(Kind(kind), had_legal_clock=law == "yes"), datetime.fromisoformat(settled)
    assert words_end(held, ended, shipped().tickets) == datetime.fromisoformat(words)
    assert row_ends(held, ended) == datetime.fromisoformat(row)


# --- numbers of cards, and what is masked -----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "masked"),
    [
        pytest.param("card 4111 1111 1111 1111.", "card •••• •••• •••• 1111.", id="with spaces"),
        pytest.param("4111-1111-1111-1111", "••••-••••-••••-1111", id="with hyphens"),
        pytest.param(
            "番号は４１１１１１１１１１１１１１１１です", "番号は••••••••••••１１１１です", id="full width"
        ),
        pytest.param("378282246310005", "•••••••••••0005", id="fifteen digits"),
        pytest.param("4111 1111 1111 1112", "4111 1111 1111 1112", id="wrong check digit"),
        pytest.param("0000 0000 0000 0000", "0000 0000 0000 0000", id="no card has one digit"),
        pytest.param("K7F3-92QD 2026-01-02 03:04", "K7F3-92QD 2026-01-02 03:04", id="a reference and a time"),
        pytest.param("2026-01-02 4111 1111 1111 1111", "2026-01-02 •••• •••• •••• 1111", id="after a day"),
        pytest.param("12345678901234567890123", "12345678901234567890123", id="longer than any card"),
    ],
)
def test_numbers_of_cards_are_masked(text: str, masked: str) -> None:
    assert mask_cards(text) == masked
    assert mask_cards(masked) == masked


@given(st.text(), st.sampled_from([" ", "-", "", "\u3000"]), st.text())
def test_no_card_survives_whatever_stands_around_it(before: str, between: str, after: str) -> None:
    card = between.join(["5555", "5555", "5555", "4444"])
    left = mask_cards(f"{before} {card} {after}")
    assert card not in left
    assert len(left) == len(f"{before} {card} {after}")


@given(st.text(alphabet="0123456789 -", max_size=60))
def test_masking_twice_is_masking_once(text: str) -> None:
    once = mask_cards(text)
    assert mask_cards(once) == once
    assert not has_card(once)


@pytest.mark.parametrize(
    ("email", "shown"),
    [
        ("kenji@example.jp", "k•••@ex•••.jp"),
        ("a@b.co", "a•••@b•••.co"),
        ("odd", "•••"),
        ("x@[127.0.0.1]", "x•••@•••"),
        ("", ""),
    ],
)
def test_addresses_are_masked(email: str, shown: str) -> None:
    assert mask_address(email) == shown


def test_what_leads_to_people_is_masked_in_texts() -> None:
    said = "お電話は 090-1234-5678、メールは chie@example.test まで。合計 12,300 円、2026-01-02。"
    assert mask_text(said) == "お電話は •••、メールは c•••@ex•••.test まで。合計 12,300 円、2026-01-02。"
