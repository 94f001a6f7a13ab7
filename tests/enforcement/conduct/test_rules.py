"""Slow burn, evasion, sharing, shares and labels, by the tables of `docs/rules/conduct.md`, and their laws."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.accounts.types import UseCase
from sekisho.enforcement.conduct.rules.burning import BURN, burn
from sekisho.enforcement.conduct.rules.evasion import Account, normalised, resemblance
from sekisho.enforcement.conduct.rules.labels import New, Overruled, Renewed, automatic, in_force
from sekisho.enforcement.conduct.rules.shares import RISING, looks_like, rising
from sekisho.enforcement.conduct.rules.sharing import at_once, strangers
from sekisho.enforcement.conduct.types import DayCount, LabelName, UnitLabel
from sekisho.enforcement.types import Unit, UnitKind
from tests.enforcement.conduct.makers import AT, CLAUSE, DAY, HOUR, concern, table, trace

INSTANT = timedelta(microseconds=1)
TODAY = AT.date()
UNIT = Unit(UnitKind.KEY, "key_1", "org_1")


def rows(*heading: str):
    return [pytest.param(*row, id=row[0]) for row in table(*heading)]


# --- slow burn ----------------------------------------------------------------------------------------------
def a_day(count: int, days: int, milli: int = 1000, ago: timedelta = timedelta(0), **more):
    return [
        concern(day * 10 + n, milli, AT - ago - day * DAY, **more)
        for day in range(days)
        for n in range(count)
    ]


BURNS = {
    "four sure ones, today, in one conversation": a_day(4, 1, conversation="c"),
    "two sure ones a day, on three days, in six conversations": a_day(2, 3),
    "one at 0.5 a day, on ten days, in ten conversations": a_day(1, 10, 500),
    "two at 0.5 a day, on ten days, in twenty conversations": a_day(2, 10, 500),
    "two sure ones a day, on three days, sixty days ago": a_day(2, 3, ago=60 * DAY),
    "two sure ones a day, on three days, all stopped": a_day(2, 3, acted=True),
}


@pytest.mark.parametrize(("said", "what"), rows("what was let pass", "what it is"))
def test_slow_burn_by_the_table(said, what):
    assert (burn(BURNS[said], AT) is not None) == (what == "burn")


concerns = st.lists(
    st.builds(
        concern,
        st.integers(0, 30),
        st.integers(0, 1000),
        st.timedeltas(timedelta(0), 60 * DAY).map(lambda ago: AT - ago),
    ),
    max_size=30,
    unique_by=lambda one: one.decision,
)


@given(concerns, st.randoms(use_true_random=False))
def test_a_burn_does_not_depend_on_order_or_repetition(given_concerns, drawn):
    twice = [*given_concerns, *given_concerns]
    drawn.shuffle(twice)
    assert burn(twice, AT) == burn(given_concerns, AT)


@given(concerns, st.timedeltas(timedelta(0), 60 * DAY))
def test_time_alone_never_makes_a_burn(given_concerns, later):
    if burn(given_concerns, AT) is None:
        assert burn(given_concerns, AT + later) is None


def test_the_window_of_a_burn_ends_exactly():
    edge = [concern(0, 1000, AT), *a_day(2, 3)]
    last = AT + BURN.window
    assert burn(edge, last) is None
    assert burn([concern(n, 1000, last - n * DAY) for n in range(6)], last).days == 6


# --- who comes back -----------------------------------------------------------------------------------------
OLD = Account(
    frozenset({"usr_a"}), frozenset({"Aiko.Sato+x@gmail.com", "aiko@atelier.example"}), "Aiko's Atelier"
)
GMAIL = Account(addresses=frozenset({"somebody@gmail.com"}))
DOMAIN = Account(addresses=frozenset({"ben@atelier.example"}))
NAMED = Account(addresses=frozenset({"ben@atelier.example"}), name="AIKOS ATELIER")
COMES_BACK = {
    "the same owner": (Account(frozenset({"usr_a"})), 0, 0, False),
    "an owner at the same mailbox, written otherwise": (
        Account(addresses=frozenset({"aikosato@GoogleMail.com"})), 0, 0, False,
    ),
    "the same company domain": (DOMAIN, 0, 0, False),
    "the same company domain and the same name": (NAMED, 0, 0, False),
    "the same company domain, and three prompts in common": (DOMAIN, 3, 0, False),
    "the same domain and name, and three prompts in common": (NAMED, 3, 0, False),
    "a public mail domain in common": (GMAIL, 0, 0, False),
    "three violating prompts in common": (Account(), 3, 3, False),
    "two violating prompts in common": (Account(), 2, 2, False),
    "beside it in one organisation: made by the same person": (Account(frozenset({"usr_a"})), 0, 0, True),
    "beside it: made by the same person, and three prompts in common": (Account(frozenset({"usr_a"})), 3, 0, True),
}  # fmt: skip


@pytest.mark.parametrize(("said", "score", "label"), rows("hints", "score", "label"))
def test_resemblance_by_the_table(said, score, label):
    new, texts, violating, beside = COMES_BACK[said]
    found = resemblance(new, OLD, texts, violating, same_organisation=beside)
    assert (found is not None) == (label == "yes")
    if found:
        assert found.score == int(score)


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        (" Ben@Example.TEST ", "ben@example.test"),
        ("ben+news@example.test", "ben@example.test"),
        ("b.e.n@gmail.com", "ben@gmail.com"),
        ("b.e.n@googlemail.com", "ben@gmail.com"),
        ("b.e.n@example.test", "b.e.n@example.test"),
    ],
)
def test_an_address_is_known_by_its_mailbox(address, mailbox):
    assert normalised(address) == mailbox


# --- shared access ------------------------------------------------------------------------------------------
def conversations(count: int, over: timedelta):
    return [trace(n, end_user="u1", at=AT + over * n / count) for n in range(count)]


def grouped(groups: int, each: int, ways: int = 1):
    return [
        trace(100 * g + 10 * n + way, pattern=f"p{g + way * 50}", conversation=f"g{g}n{n}")
        for g in range(groups)
        for n in range(each)
        for way in range(ways)
    ]


MINUTE = timedelta(minutes=1)
SHARED = {
    "an end user in nineteen conversations within a minute": at_once(conversations(19, MINUTE)),
    "an end user in twenty conversations within a minute": at_once(conversations(20, MINUTE)),
    "an end user in forty conversations within an hour": at_once(conversations(40, HOUR)),
    "a key for inside use: five groups of four, each with a client of its own": strangers(
        grouped(5, 4), UseCase.GENERAL
    ),
    "a key for inside use: five groups, whose people change clients": strangers(
        grouped(5, 4, ways=2), UseCase.GENERAL
    ),
    "a key for inside use: four groups of five": strangers(grouped(4, 5), UseCase.GENERAL),
    "a chatbot's key: five groups of four": strangers(grouped(5, 4), UseCase.CHATBOT),
}


@pytest.mark.parametrize(("said", "label"), rows("what is seen", "label"))
def test_sharing_by_the_table(said, label):
    assert (SHARED[said] is not None) == (label == "yes")


@given(st.randoms(use_true_random=False))
def test_sharing_does_not_depend_on_order(drawn):
    traces = conversations(25, MINUTE)
    drawn.shuffle(traces)
    assert at_once(traces) == at_once(conversations(25, MINUTE))


# --- shares -------------------------------------------------------------------------------------------------
def over(count: int, days: int, ago: int = 0) -> dict[date, int]:
    whole, rest = divmod(count, days)
    return {TODAY - timedelta(days=ago + n): whole + (n < rest) for n in range(days)}


LAW = "hr_legal"
ASKED = {
    "thirty of a hundred, on three days": (over(30, 3), over(100, 3), ""),
    "twenty-nine of a hundred, on three days": (over(29, 3), over(100, 3), ""),
    "thirty of two hundred, on three days": (over(30, 3), over(200, 3), ""),
    "thirty of a hundred, on two days": (over(30, 2), over(100, 3), ""),
    "thirty of a hundred, on three days, declared for this domain": (over(30, 3), over(100, 3), LAW),
    "thirty of a hundred, on three days, declared for another": (over(30, 3), over(100, 3), "hr_finance"),
    "thirty of a hundred, three weeks ago": (over(30, 3, 21), over(100, 3, 21), ""),
}


@pytest.mark.parametrize(("said", "asked"), rows("of one key", "asked to declare"))
def test_undeclared_use_by_the_table(said, asked):
    domain, turns, declared = ASKED[said]
    assert bool(looks_like({LAW: domain}, turns, declared, TODAY)) == (asked == "yes")


def days(acted: int, turns: int, first: int, count: int) -> list[DayCount]:
    return [DayCount(TODAY - timedelta(days=first + n), turns, acted, 0) for n in range(count)]


@pytest.mark.parametrize(
    ("recent", "before", "rises"),
    [
        pytest.param((5, 100), (1, 100), True, id="five times as much"),
        pytest.param((2, 100), (1, 100), False, id="twice as much"),
        pytest.param((2, 100), (0, 100), False, id="fourteen in all"),
        pytest.param((3, 100), (0, 100), True, id="none before"),
        pytest.param((3, 100), (0, 0), True, id="nothing before"),
        pytest.param((5, 1000), (1, 1000), False, id="half a percent"),
        pytest.param((50, 1000), (5, 100), False, id="more of everything"),
    ],
)
def test_a_share_that_rises(recent, before, rises):
    known = [*days(*recent, 0, RISING.recent_days), *days(*before, RISING.recent_days, RISING.before_days)]
    assert (rising(known, TODAY) is not None) == rises


# --- labels -------------------------------------------------------------------------------------------------
def label(
    by: str = "system:conduct", since=AT - DAY, until=AT + DAY, present: bool = True, id: str = "clb_1"
):
    return UnitLabel(id, UNIT, LabelName.SLOW_BURN, CLAUSE, present, by, since, until)


RULE, RULE_LATER = label(), label(since=AT - HOUR, id="clb_9")
NOT_SO = label("usr_emi", AT - 2 * HOUR, present=False, id="clb_5")
HOLDS = {
    "a rule set it until tomorrow": [RULE],
    "a rule set it until this instant": [label(until=AT)],
    "a rule sets it from the next instant on": [label(since=AT + INSTANT)],
    "a rule set it, and then a person said that it is not so": [RULE, NOT_SO],
    "a person said that it is not so, and then a rule set it": [NOT_SO, RULE_LATER],
    "a person said that it is not so, until this instant; a rule set it": [
        label("usr_emi", until=AT, present=False, id="clb_5"),
        RULE_LATER,
    ],
    "a person set it, a rule's has ended": [label("usr_emi", id="clb_5"), label(until=AT - HOUR)],
}


@pytest.mark.parametrize(("said", "holds"), rows("what was said, and when it ends", "what holds"))
def test_labels_by_the_table(said, holds):
    assert bool(in_force(HOLDS[said], AT)) == (holds == "it")


moments = st.timedeltas(-3 * DAY, 3 * DAY).map(lambda gap: AT + gap)
labels = st.lists(
    st.builds(
        label,
        st.sampled_from(["system:conduct", "usr_emi"]),
        moments,
        moments,
        st.booleans(),
        st.uuids().map(str),
    ),
    max_size=8,
)


@given(labels, st.randoms(use_true_random=False))
def test_what_holds_does_not_depend_on_order(given_labels, drawn):
    shuffled = list(given_labels)
    drawn.shuffle(shuffled)
    assert in_force(shuffled, AT) == in_force(given_labels, AT)


@given(labels)
def test_a_label_ends_at_its_very_instant(given_labels):
    for one in given_labels:
        if one.since < one.until and one.present:
            assert in_force([one], one.until - INSTANT) == (one,)
            assert in_force([one], one.until) == ()


@pytest.mark.parametrize(
    ("known", "answer"),
    [
        pytest.param([], New(), id="nothing is known"),
        pytest.param([RULE], Renewed("clb_1", AT + 7 * DAY), id="it holds already"),
        pytest.param(
            [label(until=AT + 9 * DAY)], Renewed("clb_1", AT + 9 * DAY), id="it holds longer already"
        ),
        pytest.param([label(until=AT)], New(), id="it has just ended"),
        pytest.param([RULE_LATER, NOT_SO], Overruled("clb_5"), id="a person said no"),
    ],
)
def test_what_a_rule_may_do_that_finds_it_again(known, answer):
    assert automatic(known, AT, AT + 7 * DAY) == answer
