"""What goes to the Commission's database: as its schema wants it, without anybody in it, and only from a platform."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sekisho.accounts.types import Viewer, system
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import SekishoError
from sekisho.base.text import Text
from sekisho.compliance.eu import schema
from sekisho.compliance.queries import batches
from sekisho.compliance.rules.eu_schema import faults, personal
from sekisho.enforcement.actions import impose
from sekisho.enforcement.rules.eu_database import CATEGORIES, EEA
from sekisho.enforcement.types import Measure, Statement, Unit, UnitKind
from sekisho.policy.actions import install_reference
from sekisho.policy.queries import version_at
from tests.cast import Cast
from tests.compliance.conftest import AT

CLI = system("cli")
ROW: dict[str, Any] = {
    "puid": "sor_1",
    "decision_account": "DECISION_ACCOUNT_SUSPENDED",
    "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT",
    "illegal_content_legal_ground": "StGB § 263",
    "illegal_content_explanation": "The requests were found to be illegal.",
    "category": "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
    "territorial_scope": ["DE", "NO"],
    "content_type": ["CONTENT_TYPE_TEXT"],
    "content_date": "2026-01-05",
    "application_date": "2026-01-05",
    "end_date_account_restriction": "2026-01-06",
    "decision_facts": "Found on the provider's own initiative.",
    "source_type": "SOURCE_VOLUNTARY",
    "automated_detection": "Yes",
    "automated_decision": "AUTOMATED_DECISION_PARTIALLY",
}


def test_a_whole_statement_has_no_faults_and_shows_nobody() -> None:
    assert faults(ROW, schema()) == ()
    assert personal(ROW) == ()


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        pytest.param({"puid": "a b"}, "puid: not as it should look", id="a blank in the id"),
        pytest.param({"puid": None}, "puid: missing", id="no id"),
        pytest.param({"decision_account": None}, "decision_account: missing, or one of its kind", id="no decision"),
        pytest.param({"category": "STATEMENT_CATEGORY_PORNOGRAPHY"}, "category: unknown word", id="of version 1"),
        pytest.param({"illegal_content_explanation": "x" * 2001}, "illegal_content_explanation: too long", id="long"),
        pytest.param({"illegal_content_legal_ground": None}, "illegal_content_legal_ground: missing", id="no law"),
        pytest.param({"territorial_scope": "DE"}, "territorial_scope: not a list", id="no list"),
        pytest.param({"territorial_scope": ["US"]}, "territorial_scope: unknown word", id="elsewhere"),
        pytest.param({"territorial_scope": []}, "territorial_scope: empty", id="nowhere"),
        pytest.param({"content_date": "5 January"}, "content_date: no date", id="no date"),
        pytest.param(
            {"end_date_account_restriction": "2026-01-04"},
            "end_date_account_restriction: before application_date",
            id="ends before it begins",
        ),
        pytest.param({"facts": "x"}, "facts: unknown", id="an attribute of ours"),
    ],
)  # fmt: skip
def test_what_the_database_would_refuse_is_found_first(changes: dict[str, Any], fault: str) -> None:
    row = {name: value for name, value in {**ROW, **changes}.items() if value is not None}
    assert faults(row, schema()) == (fault,)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("Written by chie@example.test", id="an address"),
        pytest.param("Call 090-1234-5678", id="a telephone"),
        pytest.param("Paid with 4111 1111 1111 1111", id="a card"),
    ],
)
def test_a_person_in_a_statement_is_seen(words: str) -> None:
    assert personal({**ROW, "illegal_content_legal_ground": words}) == ("illegal_content_legal_ground",)


def test_each_area_of_the_policy_has_a_category_of_the_schema() -> None:
    words = set(schema().attributes["category"].one_of)
    assert {f"STATEMENT_CATEGORY_{name}" for names in CATEGORIES.values() for name in names} <= words
    install = schema().attributes["territorial_scope"].one_of
    assert sorted(install) == sorted(EEA)


@pytest.fixture
def measures(cast: Cast, legal: Viewer) -> None:
    """One measure that rests on the policy, and one that names a law, with an address that nobody should have put there."""
    install_reference()
    assert version_at(AT)
    told = Statement(Text("It happened.", "ありました。"))
    careless = Statement(Text("It happened.", "ありました。"), law="StGB § 263, see chie@example.test")
    for org, statement in ((cast.atelier, told), (cast.elsewhere, careless)):
        unit = Unit(UnitKind.ORGANISATION, org.id, org.id)
        until = AT + timedelta(days=9)
        impose(
            cast.viewer("emi"),
            unit,
            Measure.SUSPENDED,
            "fraud_predation",
            until,
            statement,
            clock=fixed_clock(AT),
        )


def test_what_shows_a_person_stays_here_and_is_told(everywhere: None, measures: None) -> None:
    (batch,) = batches(CLI)
    assert len(batch.statements) == 1
    ((_, why),) = batch.held_back
    assert "illegal_content_legal_ground: personal data" in why
    assert "chie@example.test" not in str(batch.statements)


def test_nothing_is_handed_in_unless_the_profile_says_platform(measures: None) -> None:
    with pytest.raises(SekishoError) as raised:
        list(batches(CLI))
    assert raised.value.code == "not_a_platform"
