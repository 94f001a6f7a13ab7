"""Faults seeded into a copy of the rules: vectors and laws together catch every one, and the page says which do."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings

from sekisho.records import rules
from tests.pages import table
from tests.records.clock_laws import LAWS, Story, stories
from tests.records.clock_words import PAGE, vectors

FOLDER = Path(rules.__file__).parent
IN_ORDER = ("calendar_time", "terms", "versions", "consent", "clock", "eligibility")
STORIES = 500


@dataclass(frozen=True)
class Fault:
    """One wrong line in a file of the rules."""

    name: str
    file: str
    right: str
    wrong: str


FAULTS = [
    Fault(
        "a consent given later lengthens",
        "consent",
        "return self.since <= begin and (self.until is None or end < self.until)",
        "return self.until is None or end < self.until",
    ),
    Fault(
        "consent counts if held at receipt only",
        "consent",
        "return self.since <= begin and (self.until is None or end < self.until)",
        "return self.since <= begin and (self.until is None or begin < self.until)",
    ),
    Fault(
        "a withdrawal shortens nothing", "clock", "case Kind.DENIED if allowed:", "case Kind.DENIED if False:"
    ),
    Fault(
        "a withdrawal destroys at once",
        "clock",
        'return _nearer(held, grace, "R-DATA-109", at)',
        'return _nearer(held, at, "R-DATA-109", at)',
    ),
    Fault("a withdrawal seals nothing", "clock", '"R-DATA-109", at)', '"R-DATA-109", None)'),
    Fault(
        "a later event may lengthen",
        "clock",
        "return Deadline(at, rule, sealed) if at < held.at else Deadline(held.at, held.rule, sealed)",
        "return Deadline(at, rule, sealed)",
    ),
    Fault("a late hold resurrects", "clock", "if at is None or placed >= at:", "if at is None:"),
    Fault("holds pin nothing", "clock", "if released is None or released > at:", "if False:"),
    Fault(
        "a second hold does not take over",
        "clock",
        "return sorted(found.values(), key=lambda hold: hold[0])",
        "return sorted(found.values(), key=lambda hold: hold[0])[:1]",
    ),
    Fault(
        "an organisation's shorter time reaches into the past",
        "clock",
        'max(received + _chosen(event, calendar), at), "R-DATA-116"',
        'received + _chosen(event, calendar), "R-DATA-116"',
    ),
    Fault(
        "a deletion does not end a turn", "clock", 'return _nearer(held, at, "R-DATA-123", at)', "return held"
    ),
    Fault(
        "an old consent epoch counts again",
        "eligibility",
        "if not current.covers(turn.stamp.received_at, turn.completed_at):",
        "if False:",
    ),
    Fault(
        "nobody asks whether consent is still held",
        "eligibility",
        "current = epochs[-1] if epochs and epochs[-1].until is None else None",
        "current = epochs[-1] if epochs else None",
    ),
    Fault(
        "what has ended is still eligible",
        "eligibility",
        "if at >= deadline(turn, own, calendar).at:",
        "if False:",
    ),
    Fault("a hold does not bar training", "eligibility", "if holds_at(own, at):", "if False:"),
    Fault(
        "a member's objection is not heard",
        "eligibility",
        "if any(one.until is None or one.until > turn.stamp.received_at for one in objections(own)):",
        "if False:",
    ),
    Fault(
        "a member need not be told",
        "eligibility",
        "if told is None or told > turn.stamp.received_at:",
        "if False:",
    ),
    Fault(
        "any upstream will do",
        "eligibility",
        "if stamp.upstream is not Upstream.FIRST_PARTY:",
        "if False:",
    ),
    Fault(
        "the programme has no beginning",
        "eligibility",
        "if stamp.received_at < law.programme_start:",
        "if False:",
    ),
    Fault(
        "29 February becomes 1 March",
        "calendar_time",
        "day=min(at.day, calendar.monthrange(year, month)[1]))",
        "day=1 if at.day > calendar.monthrange(year, month)[1] else at.day)",
    ),
    Fault(
        "a new version holds for old turns too",
        "versions",
        "while found[-1].effective_at > received_at and found[-1].before is not None:",
        "while False:",
    ),
    Fault(
        "a partner's year never ends",
        "consent",
        "if since is not None and lapses is not None and event.at >= lapses:",
        "if False:",
    ),
    Fault(
        "zero retention ends no partnership",
        "consent",
        "elif event.kind in (Kind.PARTNER_LEFT, Kind.ZERO_RETENTION_ON)",
        "elif event.kind in (Kind.PARTNER_LEFT,)",
    ),
    Fault(
        "a personal choice shortens an organisation's turns",
        "clock",
        "terms_of(stamp.plan) is Terms.CONSUMER\n        and bool(stamp.member)",
        "bool(stamp.member)",
    ),
]
ON_PAGE = table(PAGE, "fault", "caught by vectors", "caught by laws")


@contextmanager
def faulty(fault: Fault | None) -> Iterator[ModuleType]:
    """Give a copy of the rules, with the fault in it."""
    package = ModuleType("faulty_rules")
    package.__path__ = []
    try:
        sys.modules["faulty_rules"] = package
        for name in IN_ORDER:
            source = (FOLDER / f"{name}.py").read_text("utf-8")
            if fault and fault.file == name:
                assert source.count(fault.right) == 1, f"{fault.name}: the line has changed"
                source = source.replace(fault.right, fault.wrong)
            module = ModuleType(f"faulty_rules.{name}")
            sys.modules[module.__name__] = module
            exec(compile(source.replace("sekisho.records.rules", "faulty_rules"), name, "exec"), vars(module))
            vars(package).update({word: item for word, item in vars(module).items() if word[0] != "_"})
        yield package
    finally:
        for name in [name for name in sys.modules if name.startswith("faulty_rules")]:
            del sys.modules[name]


@cache
def drawn() -> tuple[Story, ...]:
    """Return the same stories every time."""
    found: list[Story] = []

    @given(stories())
    @settings(max_examples=STORIES, derandomize=True, database=None)
    def draw(story: Story) -> None:
        found.append(story)

    draw()
    return tuple(found)


def catchers(fault: Fault | None) -> tuple[list[str], list[str]]:
    """Return which vectors and which laws catch the fault."""
    with faulty(fault) as rules:
        by_vectors = [one.id for one in (*vectors("V01"), *vectors("W01")) if not one.holds(rules)]
        by_laws = [name for name, law in LAWS.items() if not all(law(rules, one) for one in drawn())]
    return by_vectors, by_laws


def test_the_rules_themselves_are_caught_by_nothing():
    assert catchers(None) == ([], [])


@pytest.mark.parametrize("fault", [pytest.param(one, id=one.name) for one in FAULTS])
def test_every_fault_is_caught_as_the_page_says(fault: Fault):
    by_vectors, by_laws = catchers(fault)
    assert by_vectors or by_laws
    (_, said_vectors, said_laws) = next(row for row in ON_PAGE if row[0] == fault.name)
    assert _words(by_vectors) == said_vectors
    assert set(filter(None, said_laws.replace("none", "").split(", "))) <= set(by_laws)


def _words(names: list[str]) -> str:
    return ", ".join(names) or "none"


def test_neither_vectors_nor_laws_alone_would_do():
    assert any(row[1] == "none" for row in ON_PAGE)
    assert any(row[2] == "none" for row in ON_PAGE)
    assert len(ON_PAGE) == len(FAULTS) >= 9
