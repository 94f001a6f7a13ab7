"""The tables of `docs/rules/consent.md` are what the rules do."""

from __future__ import annotations

from datetime import timedelta

from sekisho.accounts.rules import age_may_become
from sekisho.accounts.types import AccountFacts, AgeBand, Plan
from sekisho.records.calendar import shipped
from sekisho.records.consent.rules import may_allow, must_choose
from sekisho.records.consent.rules.keeping import is_permitted, step
from sekisho.records.consent.rules.partner import may_join, told_objections
from sekisho.records.consent.types import Answer, AtLeast, MayNot
from tests.pages import table

PAGE = "docs/rules/consent.md"
CALENDAR = shipped()
BEFORE = CALENDAR.programme_start - timedelta(seconds=1)
CHIE, BEN = "usr_chie", "usr_ben"


def account(
    *, plan: Plan = Plan.FREE, people: dict[str, AgeBand] | None = None, **more: bool
) -> AccountFacts:
    return AccountFacts("org_1", plan, people or {CHIE: AgeBand.ADULT}, BEFORE, **more)


def described(words: str) -> AccountFacts:
    if "the plan" in words:
        return account(plan=Plan(words.split()[-1]))
    return {
        "somebody who has not said their age": account(people={CHIE: AgeBand.UNKNOWN}),
        "somebody under 18": account(people={CHIE: AgeBand.MINOR}),
        "an adult whose account belongs to education": account(education=True),
        "two adults who share the account": account(people={CHIE: AgeBand.ADULT, BEN: AgeBand.ADULT}),
        "an adult, for another's account": account(people={BEN: AgeBand.ADULT}),
        "of education": account(plan=Plan.TEAM, education=True),
        "with zero retention": account(plan=Plan.TEAM, zero_retention=True),
    }[words]


def test_who_may_allow() -> None:
    for words, expected in table(PAGE, "account", "may allow"):
        answer = may_allow(described(words), CHIE)
        assert (f"no: {answer.code}" if isinstance(answer, MayNot) else "yes") == expected, words


def test_what_may_be_said_of_ones_age() -> None:
    for before, now, changed, reason, expected in table(
        PAGE, "said before", "says now", "changed before", "with a reason", "outcome"
    ):
        refused = age_may_become(
            AgeBand(before), AgeBand(now), is_changed=changed == "yes", has_reason=reason == "yes"
        )
        assert (refused or "noted") == expected


def test_who_is_asked() -> None:
    opened = {"before the programme": BEFORE, "as the programme began": CALENDAR.programme_start}
    answers = {"nothing": Answer.UNSET, "no": Answer.DONT_ALLOW, "yes": Answer.ALLOW}
    moments = {
        "before the deadline": CALENDAR.choice_deadline - timedelta(seconds=1),
        "at the deadline": CALENDAR.choice_deadline,
        "a year later": CALENDAR.choice_deadline + timedelta(days=365),
    }
    for created, chosen, moment, expected in table(
        PAGE, "account opened", "chosen", "moment", "before the next session"
    ):
        facts = AccountFacts("org_1", Plan.FREE, {CHIE: AgeBand.ADULT}, opened[created])
        waits = must_choose(facts, answers[chosen], CALENDAR, moments[moment])
        assert ("is asked" if waits else "goes on") == expected


def test_who_may_join() -> None:
    for words, expected in table(PAGE, "organisation", "may join"):
        refused = may_join(described(words))
        assert (f"no: {refused.value}" if refused else "yes") == expected, words


def test_what_administrators_are_told() -> None:
    for objections, members, expected in table(PAGE, "objections", "members", "told"):
        match told_objections(int(objections), int(members)):
            case AtLeast(number=0):
                assert expected == "fewer than 5"
            case AtLeast(number=number):
                assert expected == f"{number} or more"
            case _:
                assert expected == "nothing"


def test_how_long_turns_are_kept() -> None:
    for held, wanted, longest, expected in table(PAGE, "kept for", "chosen", "permitted at most", "outcome"):
        permitted = is_permitted(int(wanted), int(longest))
        assert (step(int(held), int(wanted)).value if permitted else "refused") == expected
