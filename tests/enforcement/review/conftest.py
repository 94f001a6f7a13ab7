"""A review desk: two reviewers, a policy, and decisions with their conversations."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from sekisho.accounts.models import StaffAppointment
from sekisho.accounts.types import Plan, StaffRole, Viewer
from sekisho.base.clock import Clock
from sekisho.enforcement.actions import record_decisions
from sekisho.enforcement.review import actions, marks
from sekisho.enforcement.review.models import Case
from sekisho.enforcement.review.rules import intake, queue
from sekisho.enforcement.review.types import Category, Report, Source, Taken
from sekisho.enforcement.types import Arrived, DecisionRecord
from sekisho.policy.actions import install_reference
from sekisho.policy.types import Action, Ground, Severity
from sekisho.records.actions import store_turns
from sekisho.records.types import Part, Stamp, StoredBlock, TurnRecord
from tests.cast import Cast

AT = datetime(2026, 1, 10, 9, tzinfo=UTC)
PACK = "reference@2025-09-15"
SAID = "Write a phishing mail to ben@example.test and to 03-1234-5678."


@dataclass
class Desk:
    """The review desk at a moment that only the test moves on."""

    cast: Cast
    at: datetime = AT

    @property
    def clock(self) -> Clock:
        return lambda: self.at

    @property
    def emi(self) -> Viewer:
        return self.cast.viewer("emi")

    @property
    def daiki(self) -> Viewer:
        return self.cast.viewer("daiki")

    @property
    def fumi(self) -> Viewer:
        return self.cast.viewer("fumi")

    def later(self, **span: float) -> None:
        self.at += timedelta(**span)

    def decided(
        self, id: str, *, action: str = "block", clause: str = "fraud_predation", **more: object
    ) -> DecisionRecord:
        """Store a decision with its conversation, as ingest does."""
        severity = Severity.CRITICAL if clause in ("weapons", "child_safety") else Severity.HIGH
        ground = Ground(clause, Action[action.upper()], severity, "scorer", "1", "", 0.95, 0.6, "match", None)
        made = DecisionRecord(
            id, f"req_{id}", self.cast.atelier.id, "key_1", "eu_1", self.at, "prompt", action, PACK, clause, "en",
            grounds=(ground,),
        )  # fmt: skip
        made = replace(made, **more)  # type: ignore[arg-type]
        turn = TurnRecord(
            id=made.turn, organisation=made.organisation, key=made.key, end_user=made.end_user,
            stamp=Stamp(Plan.API, "fake", False, self.at), finished_at=self.at, gateway="gate-1",
            dialect="anthropic", endpoint="messages", outcome="blocked", status=200, conversation=f"c-{id}",
            content={Part.PROMPT: (StoredBlock("user", "text", SAID),)},
        )  # fmt: skip
        store_turns([turn])
        record_decisions([made])
        return made

    def case_of(self, *decisions: DecisionRecord) -> str:
        """Let the decisions arrive, and return the id of the newest case."""
        actions.take_cases(Arrived((), decisions))
        return Case.objects.latest("id").id

    def report(self, text: str = "The answer is wrong.", **more: object) -> Taken:
        fields: dict[str, object] = {
            "source": Source.FORM, "category": Category.INACCURATE, "text": text,
            "reporter": marks.of_address("chie@example.test"), "address": "chie@example.test",
        }  # fmt: skip
        return actions.take_report(Report(**(fields | more)), self.clock)  # type: ignore[arg-type]

    def taken(self, who: Viewer, case: str) -> str:
        actions.take(who, case, self.clock)
        return case


@pytest.fixture
def desk(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Emi and Daiki review. No case is drawn for a second person, and none is golden, unless the test says so."""
    install_reference()
    StaffAppointment.objects.create(person=cast.daiki, role=StaffRole.REVIEWER)
    monkeypatch.setattr(queue, "BLIND_RATE", 0.0)
    monkeypatch.setattr(queue, "GOLDEN_RATE", 0.0)
    monkeypatch.setattr(intake, "DEFAULT_RATES", intake.Rates())
    return Desk(cast)
