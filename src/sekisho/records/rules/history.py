"""The events of an account, put in order so that those of one turn are found without looking at all. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sekisho.records.rules.consent import applies
from sekisho.records.types import Event, Scope, TurnFacts

Name = tuple[str, str]


class History:
    """Everything that may touch turns of one organisation. An account in which ten thousand conversations were deleted
    one by one still answers for a turn at once."""

    def __init__(self, events: Iterable[Event]) -> None:
        self._by_name: dict[Name, list[Event]] = defaultdict(list)
        self._named: set[Name] = set()
        for event in events:
            self._by_name[_narrowest(event.scope)].append(event)
            self._named.update(name for name in _fields(event.scope) if name[1])

    def touching(self, turn: TurnFacts) -> tuple[Event, ...]:
        """Return the events that apply to the turn, in their order: what `rules.touching` says of all of them."""
        found = [
            one for name in _names(turn) for one in self._by_name.get(name, ()) if applies(one.scope, turn)
        ]
        return tuple(sorted(found, key=lambda one: one.seq))

    def kin(self, turn: TurnFacts) -> tuple[str, ...]:
        """Return what tells the turn from others for these events: turns of one organisation that are kin have the same
        events."""
        return tuple(name[1] if name in self._named else "" for name in _names(turn))


def _fields(scope: Scope) -> tuple[Name, ...]:
    return (
        ("turn", scope.turn),
        ("conversation", scope.conversation),
        ("end_user", scope.end_user),
        ("member", scope.member),
    )


def _narrowest(scope: Scope) -> Name:
    return next(((name, word) for name, word in _fields(scope) if word), ("", ""))


def _names(turn: TurnFacts) -> tuple[Name, ...]:
    """By what events of the turn can be found."""
    return (
        ("turn", turn.id),
        ("conversation", turn.conversation),
        ("end_user", turn.end_user),
        ("member", turn.stamp.member),
        ("", ""),
    )
