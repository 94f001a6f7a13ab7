"""A suspension that can be appealed against, and the links that open it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from sekisho.accounts import actions as accounts
from sekisho.accounts.models import ApiKey
from sekisho.accounts.types import KeyView, UseCase
from sekisho.base.clock import fixed_clock
from sekisho.base.text import Text
from sekisho.enforcement import queries as enforcement
from sekisho.enforcement.actions import impose, record_decisions
from sekisho.enforcement.appeals import actions
from sekisho.enforcement.appeals.types import File, Finding, Outcome, Said
from sekisho.enforcement.types import DecisionRecord, Measure, RestrictionView, Statement, Unit, UnitKind
from sekisho.notices.links import Purpose, token
from sekisho.policy.actions import install_reference
from sekisho.policy.types import Action, Ground, Severity
from tests.cast import Cast

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
PACK = "reference@2025-09-15"
FACTS = Text(
    "Gift cards were asked for in a relative's name.", "親族を装ってギフトカードを求める内容でした。"
)
REASONS = Text("It was a quotation from a novel.", "小説からの引用でした。")
SAID = Said("これは私が書いている小説の一場面です。", language="ja")
PDF = File("証拠.pdf", b"%PDF-1.7\n<< >>\n")
UPHELD, REVERSED = Finding(Outcome.UPHELD, REASONS), Finding(Outcome.REVERSED, REASONS)


@pytest.fixture
def policy(db: None) -> None:
    install_reference()


@pytest.fixture
def key(cast: Cast) -> KeyView:
    return accounts.create_key(cast.viewer("aiko"), cast.atelier.id, "Web shop").view


@pytest.fixture
def key_for_minors(cast: Cast) -> KeyView:
    made = accounts.create_key(cast.viewer("aiko"), cast.atelier.id, "School").view
    ApiKey.objects.filter(id=made.id).update(use_case=UseCase.MINORS)
    return made


Suspend = Callable[..., RestrictionView]


@pytest.fixture
def suspend(policy: None, cast: Cast, key: KeyView) -> Suspend:
    """Let somebody suspend Aiko's key, or another unit, and return the restriction."""

    def suspended(
        by: str = "emi",
        unit: Unit | None = None,
        measure: Measure = Measure.SUSPENDED,
        until: datetime | None = AT + 30 * DAY,
        seconded_by: str = "",
    ) -> RestrictionView:
        imposed = impose(
            cast.viewer(by),
            unit or Unit(UnitKind.KEY, key.id, cast.atelier.id),
            measure,
            "fraud_predation",
            until,
            Statement(FACTS),
            seconded_by=cast.viewer(seconded_by) if seconded_by else None,
            clock=fixed_clock(AT),
        )
        (view,) = [one for one in enforcement.restrictions_for_gateway(AT) if one.id == imposed]
        return view

    return suspended


def link_of(view: RestrictionView) -> str:
    return token(Purpose.STATEMENT, view.statement_id, AT + 200 * DAY)


def appeal(view: RestrictionView, said: Said = SAID, *, submission: str = "1" * 32, at: datetime = AT) -> str:
    """Appeal by the link of a statement, and return the appeal's id."""
    return actions.make_by_link(link_of(view), said, submission=submission, clock=fixed_clock(at)).id


def decision(
    number: int, key: KeyView, *, action: str = "block", end_user: str = "", turn: str = ""
) -> DecisionRecord:
    ground = Ground(
        "fraud_predation", Action.BLOCK, Severity.HIGH, "scorer", "1", "", 0.91, 0.62, "match", (3, 9)
    )
    made = DecisionRecord(
        id=f"dec_{number:04}",
        turn=turn or f"req_{number:04}",
        organisation=key.organisation_id,
        key=key.id,
        end_user=end_user,
        at=AT - DAY,
        stage="prompt",
        action=action,
        pack=PACK,
        clause="fraud_predation",
        language="en",
        grounds=(ground,),
    )
    record_decisions([made])
    return made
