"""Versions, drafts and clauses for the tests of the policy, and who prepares and approves them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sekisho.accounts import queries as accounts
from sekisho.accounts.models import StaffAppointment
from sekisho.accounts.types import StaffRole, Viewer
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import SekishoError
from sekisho.base.text import Text
from sekisho.detection.types import Finding, Passage
from sekisho.policy import queries
from sekisho.policy.lifecycle import State
from sekisho.policy.packs import reference_packs, reference_sources
from sekisho.policy.rules import JUDGE
from sekisho.policy.types import Action, Clause, FailMode, Pack, Part, Severity, StreamMode, Threshold

FROM_2025 = reference_packs()[-1].effective_at
NEXT_AT = FROM_2025 + timedelta(days=100)
NOW = fixed_clock(FROM_2025 + timedelta(days=1))
LATER = fixed_clock(NEXT_AT)
OLD, CURRENT, NEXT = "reference@2024-06-06", "reference@2025-09-15", "reference@next"


def next_source() -> str:
    """A version after the shipped ones: one clause has another severity, and two examples."""
    source = reference_sources()["2025-09-15.yaml"]
    source = source.replace('version: "2025-09-15"', 'version: "next"')
    source = source.replace("effective_at: 2025-09-15T00:00:00+09:00", f"effective_at: {NEXT_AT.isoformat()}")
    return source.replace("    severity: medium", "    severity: high", 1)


def obeys(passage: Passage) -> tuple[Finding, ...]:
    """Detectors that see in each example exactly the clause that promised it."""
    promised = (
        clause.id
        for pack in reference_packs()
        for clause in pack.clauses
        if any(example.text == passage.text for example in clause.must_fire)
    )
    return tuple(Finding(clause, detector) for clause in promised for detector in ("patterns", "human_claim"))


def sees_nothing(_: Passage) -> tuple[Finding, ...]:
    return ()


def appointed(person: object) -> Viewer:
    StaffAppointment.objects.create(person=person, role=StaffRole.POLICY)
    return accounts.viewer(person.id)


def states(asks: Viewer, clock=NOW) -> dict[str, State]:
    return {one.label: one.state for one in queries.versions(asks, clock)}


def refused(code: str):
    return pytest.raises(SekishoError, check=lambda error: error.code == code)


# --- a small policy ---

WORDS = Text("words", "言葉")
USUAL = Threshold(0.9, 0.6)


def clause(name: str = "fraud", threshold: Threshold = USUAL, **fields: object) -> Clause:
    usual: dict[str, object] = {
        "on_input": Action.BLOCK,
        "on_output": Action.BLOCK,
        "fail": FailMode.SKIP,
        "hard": False,
    }
    return Clause(
        id=name,
        part=Part.STANDARD,
        title=WORDS,
        text=WORDS,
        covers=(),
        spares=(),
        severity=Severity.HIGH,
        thresholds={
            "patterns": {"*": Threshold(0.5, 0.5)},
            "scorer": {"*": threshold},
            JUDGE: {"*": threshold},
        },
        **({"stream": StreamMode.WINDOW} | usual | fields),
    )


def pack(*clauses: Clause, unscreened: Action = Action.ANNOTATE) -> Pack:
    moments = (FROM_2025, FROM_2025)
    return Pack("small", "1", WORDS, WORDS, "en", *moments, clauses, unscreened)
