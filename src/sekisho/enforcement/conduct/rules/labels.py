"""When a label holds, and what setting it again does. Pure.

A person's word beats a rule's while it lasts: also the word that it is *not* so. The table in
`docs/rules/conduct.md` is the one that the test of this file runs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sekisho.enforcement.conduct.types import LabelName, UnitLabel
from sekisho.enforcement.types import Unit

Place = tuple[Unit, LabelName, str]


def in_force(labels: Iterable[UnitLabel], at: datetime) -> tuple[UnitLabel, ...]:
    """Return the labels that hold at the moment `at`, at most one a unit, name and subject; oldest first.

    An expired one holds no more at the very instant of its end. Of several, a person's beats a rule's, and the
    latest set beats earlier ones.
    """
    chosen: dict[Place, UnitLabel] = {}
    for label in sorted(labels, key=lambda one: (one.is_manual, one.since, one.id)):
        if label.is_live(at):
            chosen[label.unit, label.name, label.about] = label
    holding = (one for one in chosen.values() if one.present)
    return tuple(sorted(holding, key=lambda one: (one.since, one.id)))


@dataclass(frozen=True, slots=True)
class New:
    """Set it: it does not hold now."""


@dataclass(frozen=True, slots=True)
class Renewed:
    """It holds; let it hold longer."""

    label: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Overruled:
    """A person has said what holds, or that it does not: a rule has nothing to add."""

    label: str


def automatic(labels: Iterable[UnitLabel], at: datetime, until: datetime) -> New | Renewed | Overruled:
    """Return what a rule may do that finds again what these labels of one unit, name and subject say."""
    live = sorted((one for one in labels if one.is_live(at)), key=lambda one: (one.since, one.id))
    manual = [one for one in live if one.is_manual]
    if manual:
        return Overruled(manual[-1].id)
    return Renewed(live[-1].id, max(live[-1].until, until)) if live else New()
