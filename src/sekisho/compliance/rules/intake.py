"""What a notice, a complaint or a contact point must hold. Pure; answers are codes of `words.REFUSALS`."""

from __future__ import annotations

from collections.abc import Sequence

from sekisho.compliance.types import Category, ComplaintGiven, Dsa, Law, NoticeGiven, Point, Profile, Way

TEXT_CHARS = 10_000
"""Longest text. Our decision, as for reports: longer than any that was ever needed, shorter than a flood."""
A_DAY = 20
"""Most notices and complaints of one sender in a day; danger to a child or a life is not counted. Our decision, as for
reports: nobody should be kept from being heard by somebody who fills the queue (R-SUP-078)."""
LOCATIONS = 50
"""Most places that one notice may name. Our decision."""


def wrong_with_notice(given: NoticeGiven) -> tuple[str, ...]:
    """Return what the notice lacks, in the order of the form; empty when it is whole.

    The elements are those of DSA art. 16(2). Who reports the abuse of a child need not say who they are.
    """
    named = given.category is Category.CHILD_ABUSE or (given.name.strip() and given.email.strip())
    checks = {
        "explanation_missing": bool(given.explanation.strip()),
        "too_long": len(given.explanation) <= TEXT_CHARS,
        "location_missing": any(one.strip() for one in given.locations),
        "too_many_locations": len(given.locations) <= LOCATIONS,
        "notifier_missing": bool(named),
        "good_faith_missing": given.good_faith,
    }
    return tuple(code for code, is_fine in checks.items() if not is_fine)


def wrong_with_complaint(given: ComplaintGiven, law: Law, *, is_in_force: bool) -> tuple[str, ...]:
    """Return what stands against taking the complaint under this law; empty when nothing does.

    Nothing is asked but what it is about and some words: no account, no address, no legal ground.
    """
    kind = law.kind(given.kind)
    checks = {
        "regime_not_in_force": is_in_force,
        "kind_unknown": kind is not None,
        "goes_elsewhere": kind is None or kind.leads_to != "notice",
        "explanation_missing": bool(given.text.strip()),
        "too_long": len(given.text) <= TEXT_CHARS,
    }
    return tuple(code for code, is_fine in checks.items() if not is_fine)


def kind_under(law: Law, kind: str) -> str:
    """Return as what a complaint runs under another law: the kind of the same name, else its last that is no matter
    for another form. Empty where the law knows none."""
    if law.kind(kind):
        return kind
    plain = [one.id for one in law.kinds if not one.leads_to]
    return plain[-1] if plain else ""


def wrong_with_ways(point: Point, ways: Sequence[Way], profile: Profile) -> tuple[str, ...]:
    """Return what a contact point lacks. One that a person answers is always needed; users in the European Union choose
    between two means at least, once the law binds us (DSA art. 12(1))."""
    found = []
    if not any(way.is_human for way in ways):
        found.append("no_human")
    if point is Point.EU and profile.dsa is not Dsa.NONE and len({way.means for way in ways}) < 2:
        found.append("no_choice")
    if any(not way.where.strip() for way in ways):
        found.append("way_empty")
    return tuple(found)
