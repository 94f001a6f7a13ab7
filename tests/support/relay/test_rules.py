"""Who decides on a member's question, and what may be asked: the tables of `docs/rules/support-relay.md`."""

from __future__ import annotations

import pytest

from sekisho.accounts.types import Plan, Role
from sekisho.support.relay.rules import MayAsk, MayNotAsk, may_ask, settles
from sekisho.support.rules.routing import entitlements, first_line
from sekisho.support.types import Actor, Channel, SupportPolicy
from tests.pages import table

PAGE = "docs/rules/support-relay.md"
DECIDES = table(PAGE, "plan", *(role.value for role in Role))
ASKED = table(PAGE, "characters", "waiting already", "answer")


@pytest.mark.parametrize("row", DECIDES, ids=lambda row: row[0])
def test_who_decides(row):
    plan, _, more = row[0].partition(", ")
    policy = SupportPolicy(admins_are_owners=bool(more))
    for role, cell in zip(Role, row[1:], strict=True):
        assert settles(role, Plan(plan), policy) is (cell == "yes")
        found = entitlements(Actor("usr_ben", "org_1", Plan(plan), role), policy=policy)
        assert found.of(Channel.HUMAN).is_open is (cell == "yes"), "who decides may ask the team themselves"
        assert found.of(Channel.OWNER).is_open is (cell == "no")


@pytest.mark.parametrize(("characters", "waiting", "answer"), ASKED)
def test_what_may_be_asked(characters, waiting, answer):
    expected = MayAsk() if answer == "may ask" else MayNotAsk(answer)
    assert may_ask("a" * int(characters), int(waiting)) == expected


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        pytest.param("\n  How?\nMore.", "How?", id="the first line that says something"),
        pytest.param("長" * 200, "長" * 119 + "…", id="a long line"),
        pytest.param(" \n", "", id="nothing"),
    ],
)
def test_the_subject_of_the_case_is_the_first_line(text, subject):
    assert first_line(text) == subject
