"""Old and new addresses of the console: who has to sign in at the new one before a message is sent (R-SUP-087). Pure.

A session counts for the host on which it was made, and for no other. Reading and searching never ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from sekisho.support.types import Surface

NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session: on which host it was made, and by whom."""

    host: str
    person: str


@dataclass(frozen=True, slots=True)
class Goes:
    """The message may be sent, as this person; empty for a visitor."""

    person: str


@dataclass(frozen=True, slots=True)
class Move:
    """First open this host and sign in there."""

    host: str


def pairs(setting: Iterable[str]) -> Mapping[str, str]:
    """Return old host → new host out of words such as `console.old.example=platform.example`.

    Raises `ValueError` for a word of another shape, for a host that is old twice, and for a chain: a new host that is
    itself old would send people round in a circle.
    """
    found: dict[str, str] = {}
    for word in setting:
        old, mark, new = (part.strip().lower() for part in word.partition("="))
        if not (old and mark and new) or "/" in old + new or old in found:
            raise ValueError(f"{word!r} is no pair such as console.old.example=platform.example.")
        found[old] = new
    if circular := found.keys() & set(found.values()):
        raise ValueError(
            f"{', '.join(sorted(circular))} is both an old and a new host. Name the last one directly."
        )
    return MappingProxyType(found)


def before_sending(surface: Surface, sessions: Sequence[SignedIn], hosts: Mapping[str, str]) -> Goes | Move:
    """Return as whom the message goes, or where to sign in first.

    Only the help centre asks (R-SUP-087). Who is signed in at an old host and at a new one goes as the person of the
    new one (R-SUP-089); who is signed in nowhere is a visitor.
    """
    new = [one for one in sessions if one.host.lower() not in hosts]
    if new or not sessions or surface is not Surface.HELP_CENTRE:
        return Goes((new or sessions)[0].person if sessions else "")
    return Move(hosts[sessions[0].host.lower()])
