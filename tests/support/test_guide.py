"""The page "how to get support" says what the rules do, under every policy (R-SUP-009)."""

from __future__ import annotations

from itertools import product

import pytest

from sekisho.base.text import LANGS
from sekisho.support.rules import guide
from sekisho.support.rules.guide import CONCERNED, Group, as_markdown, everybody, group_of
from sekisho.support.rules.routing import entitlements
from sekisho.support.types import Channel, SupportPolicy

POLICIES = [SupportPolicy(1, *options) for options in product((False, True), repeat=3)]


def named(policy: SupportPolicy) -> str:
    return f"{policy.admins_are_owners:d}{policy.support_contacts:d}{policy.free_deletion_by_people:d}"


@pytest.mark.parametrize("policy", POLICIES, ids=named)
def test_the_page_and_the_rules_say_the_same_of_everybody(policy):
    told = {section.group: section for section in guide.guide(policy)}
    for actor in everybody():
        found, section = entitlements(actor, CONCERNED, policy), told[group_of(actor, policy)]
        assert set(section.always) <= found.open <= {*section.always, *section.some}, actor
        assert (section.no_people is None) >= (Channel.HUMAN in found.open)


@pytest.mark.parametrize("policy", POLICIES, ids=named)
def test_whether_people_answer_is_never_left_open_to_a_group(policy):
    for section in guide.guide(policy):
        assert Channel.HUMAN not in section.some
        assert (Channel.HUMAN in section.always) is (section.no_people is None)


@pytest.mark.parametrize(
    ("group", "people"),
    [
        pytest.param(Group.PAID, True, id="Pro and Max"),
        pytest.param(Group.OWNERS, True, id="owners, console administrators"),
        pytest.param(Group.ENTERPRISE_OWNERS, True, id="Enterprise owners"),
        pytest.param(Group.MEMBERS, False, id="members"),
        pytest.param(Group.FREE, False, id="Free"),
        pytest.param(Group.VISITORS, False, id="visitors"),
        pytest.param(Group.RESTRICTED, False, id="suspended"),
        pytest.param(Group.PAUSED, False, id="paused for age"),
    ],
)
def test_the_page_as_shipped_says_what_the_source_document_says(group, people):
    told = {section.group: section for section in guide.guide()}
    assert (Channel.HUMAN in told[group].always) is people
    assert {Channel.DOCS, Channel.BOT, Channel.LOCKED_OUT, Channel.REGULATORY, Channel.SAFETY} <= set(
        told[group].always
    )
    assert (Channel.OWNER in told[group].always) is (group is Group.MEMBERS)
    assert (Channel.ENTERPRISE_FORM in told[group].always) is (group is Group.ENTERPRISE_OWNERS)
    assert Group.CONTACTS not in told


def test_with_contacts_the_page_has_a_part_for_them():
    told = {section.group: section for section in guide.guide(SupportPolicy(support_contacts=True))}
    assert Channel.HUMAN in told[Group.CONTACTS].always


@pytest.mark.parametrize("lang", LANGS)
def test_the_markdown_lists_every_group_with_its_ways(lang):
    text = as_markdown(SupportPolicy(), lang)
    parts = text.split("\n## ")
    for section in guide.guide():
        assert listed(parts, guide.GROUPS[section.group].in_(lang)) == [
            one.in_(lang) for one in guide.told(section)
        ]
    assert listed(parts, guide.EVERYBODY.in_(lang)) == [guide.WAYS[one].in_(lang) for one in guide.common()]
    assert guide.NO_TELEPHONE.in_(lang) in text


def listed(parts: list[str], heading: str) -> list[str]:
    [part] = [one for one in parts if one.split("\n", 1)[0] == heading]
    return [line.removeprefix("- ") for line in part.splitlines() if line.startswith("- ")]


@pytest.mark.parametrize("policy", POLICIES, ids=named)
def test_what_is_open_to_everybody_is_said_once_and_nothing_is_left_out(policy):
    shared = set(guide.common(policy))
    assert shared >= {Channel.DOCS, Channel.LOCKED_OUT, Channel.REGULATORY, Channel.SAFETY, Channel.APPEAL}
    for section in guide.guide(policy):
        assert shared <= set(section.always)
        lines = [line.en.removesuffix(f" ({guide.DEPENDING.en})") for line in guide.told(section, policy)]
        beyond = {guide.WAYS[one].en for one in {*section.always, *section.some} - shared}
        assert set(lines) == (beyond or {guide.NOTHING_MORE.en})
