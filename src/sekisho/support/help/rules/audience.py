"""Who may read an article (R-SUP-005). One rule, asked by lists, pages, search, suggestions, exports and the bot."""

from __future__ import annotations

from collections.abc import Mapping

from sekisho.accounts.types import Plan, Role
from sekisho.support.help.types import HELP_CENTRE, Audience, Vantage
from sekisho.support.types import Actor, Surface

VISITOR = Actor()
"""Somebody who has not signed in: what they may read is public."""
Reader = Actor | tuple[Actor, ...]
"""Who reads: somebody in the account that they ask about; where they ask about none, as they stand in each."""


def may_read(audience: Audience, reader: Reader, vantage: Vantage = HELP_CENTRE) -> bool:
    """Return whether the reader belongs to the audience: all of its conditions hold of them in one account. What is not
    known of them fulfils none."""
    if isinstance(reader, tuple):
        return any(may_read(audience, one, vantage) for one in reader)
    return (
        (not audience.plans or reader.plan in audience.plans)
        and (not audience.roles or reader.role in audience.roles)
        and (not audience.regions or not audience.regions.isdisjoint(vantage.regions))
        and (not audience.surfaces or vantage.surface in audience.surfaces)
        and (audience.signed_in is None or reader.is_signed_in is audience.signed_in)
    )


def is_public(audience: Audience) -> bool:
    """Return whether anybody may read it at the help centre, as the sitemap and `llms.txt` take it (R-SUP-010)."""
    return may_read(audience, VISITOR)


def packed(audience: Audience) -> dict[str, object]:
    """Return the audience as it is stored: only the conditions that are stated, in order."""
    lists = {name: sorted(getattr(audience, name)) for name in ("plans", "roles", "regions", "surfaces")}
    stated: dict[str, object] = {
        name: [str(one) for one in values] for name, values in lists.items() if values
    }
    return stated if audience.signed_in is None else {**stated, "signed_in": audience.signed_in}


def unpacked(stored: Mapping[str, object]) -> Audience:
    """Return what `packed` gave, or the mapping of an article's file.

    Raises `ValueError` for a word that no condition has: a mistake must not make an article public.
    """
    if unknown := stored.keys() - {"plans", "roles", "regions", "surfaces", "signed_in"}:
        raise ValueError(f"An audience has no condition named {', '.join(sorted(unknown))}.")
    signed_in = stored.get("signed_in")
    if signed_in is not None and not isinstance(signed_in, bool):
        raise ValueError("signed_in is true or false.")
    return Audience(
        plans=frozenset(map(Plan, _words(stored, "plans"))),
        roles=frozenset(map(Role, _words(stored, "roles"))),
        regions=frozenset(one.upper() for one in _words(stored, "regions")),
        surfaces=frozenset(map(Surface, _words(stored, "surfaces"))),
        signed_in=signed_in,
    )


def _words(stored: Mapping[str, object], name: str) -> list[str]:
    words = stored.get(name, [])
    if not isinstance(words, list):
        raise ValueError(f"{name} is a list of words.")
    return [str(word) for word in words]
