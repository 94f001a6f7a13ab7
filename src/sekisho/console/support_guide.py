"""How to get support: the page, made from the rules that decide, and the same as Markdown (R-SUP-009)."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import get_language

from sekisho.accounts.types import Viewer
from sekisho.base.text import Text, as_lang
from sekisho.console.access import viewer_of
from sekisho.support import queries
from sekisho.support.rules import guide
from sekisho.support.rules.guide import Group, Section
from sekisho.support.rules.routing import entitlements
from sekisho.support.types import Account, Entitlement, SupportPolicy, Surface


@dataclass(frozen=True, slots=True)
class Part:
    """One group of the page."""

    group: Group
    heading: Text
    ways: tuple[Text, ...]
    no_people: Text | None
    is_yours: bool


@dataclass(frozen=True, slots=True)
class Yours:
    """What is open to the reader, about one of their accounts."""

    account: Account | None
    """None for somebody who has none."""
    ways: tuple[tuple[Text, Entitlement], ...]


def page(request: HttpRequest) -> HttpResponse:
    """Say who may ask whom; to who has signed in, also what applies to them, for each of their accounts."""
    viewer, policy = viewer_of(request), queries.policy_in_force()
    mine = frozenset(_groups(viewer, policy))
    context = {
        "guide": guide,
        "common": [guide.WAYS[one] for one in guide.common(policy)],
        "parts": [_part(section, mine, policy) for section in guide.guide(policy)],
        "yours": _yours(viewer, policy) if viewer.id else [],
    }
    return render(request, "console/public/support_guide.html", context)


def markdown(request: HttpRequest) -> HttpResponse:
    """Return the page as Markdown, for programs; the same for everybody."""
    text = guide.as_markdown(queries.policy_in_force(), as_lang(get_language()))
    return HttpResponse(text, content_type="text/markdown; charset=utf-8")


def _part(section: Section, mine: frozenset[Group], policy: SupportPolicy) -> Part:
    heading, ways = guide.GROUPS[section.group], guide.told(section, policy)
    return Part(section.group, heading, ways, section.no_people, section.group in mine)


def _groups(viewer: Viewer, policy: SupportPolicy) -> list[Group]:
    if not viewer.id:
        return []
    accounts = [one.organisation for one in queries.accounts_to_choose(viewer)] or [""]
    return [guide.group_of(queries.actor_of(viewer, one, at=now()), policy) for one in accounts]


def _yours(viewer: Viewer, policy: SupportPolicy) -> list[Yours]:
    accounts: list[Account | None] = list(queries.accounts_to_choose(viewer)) or [None]
    return [Yours(one, _ways(viewer, one, policy)) for one in accounts]


def _ways(
    viewer: Viewer, account: Account | None, policy: SupportPolicy
) -> tuple[tuple[Text, Entitlement], ...]:
    at = now()
    actor = queries.actor_of(viewer, account.organisation if account else "", at=at)
    situation = queries.situation_of(viewer, actor, Surface.HELP_CENTRE, at=at)
    return tuple((guide.WAYS[one.channel], one) for one in entitlements(actor, situation, policy).each)
