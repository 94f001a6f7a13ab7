"""The export for the EU's DSA Transparency Database: its field names, its rules, and nobody's personal data.

`SEKISHO_WRITE_GOLDEN=1` writes the files anew; read the difference before it is committed.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from sekisho.accounts import actions as accounts
from sekisho.accounts.types import system
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotFoundError
from sekisho.base.text import Text
from sekisho.cli import statements as command
from sekisho.compliance.actions import state_profile
from sekisho.compliance.types import Dsa, Profile
from sekisho.enforcement.actions import impose
from sekisho.enforcement.eu_export import eu_statements
from sekisho.enforcement.models import Restriction, StatementOfReasons
from sekisho.enforcement.rules.eu_database import CATEGORIES, EEA, eu_statement
from sekisho.enforcement.types import Measure, RestrictionView, Statement, Unit, UnitKind
from sekisho.policy.actions import install_reference
from sekisho.policy.queries import version_at

GOLDEN = Path(__file__).parents[1] / "golden" / "enforcement"
AT = datetime(2026, 1, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)
FACTS = Text("Chie wrote to chie@example.test.", "Chie さんが chie@example.test に書きました。")
WHY = Text("Because Chie did it from 192.0.2.7.", "Chie さんが 192.0.2.7 から行ったためです。")
TOLD = Statement(FACTS, explanation=WHY, policy="reference@2025-09-15")

# The rules of the schema, version 2, as its documentation states them.
# Source: transparency.dsa.ec.europa.eu/page/api-documentation, section "Statement Attributes".
ONE_OF = {
    "decision_provision": {
        f"DECISION_PROVISION_{part}_{how}"
        for part in ("PARTIAL", "TOTAL")
        for how in ("SUSPENSION", "TERMINATION")
    },
    "decision_account": {"DECISION_ACCOUNT_SUSPENDED", "DECISION_ACCOUNT_TERMINATED"},
    "account_type": {"ACCOUNT_TYPE_BUSINESS", "ACCOUNT_TYPE_PRIVATE"},
    "decision_ground": {"DECISION_GROUND_ILLEGAL_CONTENT", "DECISION_GROUND_INCOMPATIBLE_CONTENT"},
    "incompatible_content_illegal": {"Yes", "No"},
    "source_type": {
        *("SOURCE_ARTICLE_16", "SOURCE_TRUSTED_FLAGGER"),
        *("SOURCE_TYPE_OTHER_NOTIFICATION", "SOURCE_VOLUNTARY"),
    },
    "automated_detection": {"Yes", "No"},
    "automated_decision": {
        *("AUTOMATED_DECISION_FULLY", "AUTOMATED_DECISION_PARTIALLY", "AUTOMATED_DECISION_NOT_AUTOMATED"),
    },
}
CATEGORY = {
    f"STATEMENT_CATEGORY_{name}"
    for name in (
        *("ANIMAL_WELFARE", "CONSUMER_INFORMATION", "CYBER_VIOLENCE", "CYBER_VIOLENCE_AGAINST_WOMEN"),
        *("DATA_PROTECTION_AND_PRIVACY_VIOLATIONS", "ILLEGAL_OR_HARMFUL_SPEECH"),
        *("INTELLECTUAL_PROPERTY_INFRINGEMENTS", "NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS"),
        *("NOT_SPECIFIED_NOTICE", "OTHER_VIOLATION_TC", "PROTECTION_OF_MINORS", "RISK_FOR_PUBLIC_SECURITY"),
        *("SCAMS_AND_FRAUD", "SELF_HARM", "UNSAFE_AND_PROHIBITED_PRODUCTS", "VIOLENCE"),
    )
}
MOST_CHARS = {
    "puid": 500,
    "decision_facts": 5000,
    "decision_ground_reference_url": 500,
    "illegal_content_legal_ground": 500,
    "illegal_content_explanation": 2000,
    "incompatible_content_ground": 500,
    "incompatible_content_explanation": 2000,
}
REQUIRED = {
    *("puid", "decision_ground", "content_type", "category", "territorial_scope", "content_date"),
    *("application_date", "decision_facts", "source_type", "automated_detection", "automated_decision"),
}
WITH_GROUND = {
    "DECISION_GROUND_ILLEGAL_CONTENT": {"illegal_content_legal_ground", "illegal_content_explanation"},
    "DECISION_GROUND_INCOMPATIBLE_CONTENT": {
        *("incompatible_content_ground", "incompatible_content_explanation"),
    },
}


def faults(row):
    """Yield what the database would refuse in a row."""
    yield from REQUIRED - row.keys()
    yield from WITH_GROUND[row["decision_ground"]] - row.keys()
    yield from row.keys() - set(command.COLUMNS)
    yield from (name for name, allowed in ONE_OF.items() if row.get(name, next(iter(allowed))) not in allowed)
    yield from (name for name, most in MOST_CHARS.items() if not 0 < len(row.get(name, "x")) <= most)
    if not {"decision_provision", "decision_account"} & row.keys():
        yield "decision"
    if not {row["category"], *row.get("category_addition", [])} <= CATEGORY:
        yield "category"
    if not set(row["territorial_scope"]) <= set(EEA):
        yield "territorial_scope"
    if not re.fullmatch(r"[A-Za-z0-9_-]+", row["puid"]):
        yield "puid"
    for name in ("end_date_account_restriction", "end_date_service_restriction"):
        if date.fromisoformat(row.get(name, "9999-12-31")) < date.fromisoformat(row["application_date"]):
            yield name


def view_of(
    kind=UnitKind.KEY, measure=Measure.SUSPENDED, until=AT + DAY, told=TOLD, clause="fraud_predation"
):
    unit = Unit(kind, "unit_secret", "org_secret")
    return RestrictionView("rst_1", unit, measure, clause, AT, until, 5, "sor_1", told, ("usr_secret",))


SHIPPED = st.sampled_from([*CATEGORIES, "sexual_explicit", "platform_abuse", "hr_legal", "agent_use"])


@given(
    kind=st.sampled_from(UnitKind),
    measure=st.sampled_from(Measure),
    until=st.none() | st.just(AT + DAY),
    clause=SHIPPED,
    law=st.sampled_from(["", "StGB § 263"]),
    territory=st.sampled_from([(), ("DE",), ("FR", "US")]),
    flags=st.tuples(st.booleans(), st.booleans(), st.booleans()),
)
def test_every_statement_is_as_the_schema_wants_it_and_names_nobody(
    kind, measure, until, clause, law, territory, flags
):
    told = replace(TOLD, law=law, territory=territory)
    own, detected, decided = flags
    told = replace(
        told, is_own_initiative=own, was_detected_automatically=detected, was_decided_automatically=decided
    )
    row = eu_statement(view_of(kind, measure, until, told, clause), None, "https://gate.example.test")
    assert list(faults(row)) == []
    said = json.dumps(row, ensure_ascii=False)
    assert [word for word in ("Chie", "192.0.2.7", "example.test/", "secret", "さん") if word in said] == []


def test_what_does_not_apply_in_europe_is_not_handed_in():
    assert eu_statement(view_of(told=replace(TOLD, territory=("JP", "US"))), None, "") is None


@pytest.mark.parametrize(
    ("kind", "measure", "expected"),
    [
        (UnitKind.ORGANISATION, Measure.SUSPENDED, "DECISION_ACCOUNT_SUSPENDED"),
        (UnitKind.ORGANISATION, Measure.TERMINATED, "DECISION_ACCOUNT_TERMINATED"),
        (UnitKind.ORGANISATION, Measure.THROTTLED, "DECISION_PROVISION_PARTIAL_SUSPENSION"),
        (UnitKind.KEY, Measure.SUSPENDED, "DECISION_PROVISION_PARTIAL_SUSPENSION"),
        (UnitKind.KEY, Measure.TERMINATED, "DECISION_PROVISION_PARTIAL_TERMINATION"),
        (UnitKind.END_USER, Measure.SUSPENDED, "DECISION_PROVISION_TOTAL_SUSPENSION"),
        (UnitKind.END_USER, Measure.TERMINATED, "DECISION_PROVISION_TOTAL_TERMINATION"),
    ],
)
def test_what_a_measure_is_called(kind, measure, expected):
    row = eu_statement(view_of(kind, measure), None, "")
    assert expected in (row.get("decision_account"), row.get("decision_provision"))


@pytest.fixture
def imposed(cast, monkeypatch):
    """Three restrictions of three kinds, with words about people in what was written of them."""
    monkeypatch.setenv("SEKISHO_PUBLIC_URL", "https://gate.example.test")
    install_reference()
    state_profile(system("test"), Profile(Dsa.PLATFORM), "Chats are shared in public", clock=fixed_clock(AT))
    org, emi = cast.atelier.id, cast.viewer("emi")
    key = accounts.create_key(cast.viewer("aiko"), org, "Chie's key").view
    told = Statement(FACTS, explanation=WHY)
    cases = (
        (UnitKind.KEY, key.id, Measure.SUSPENDED, "fraud_predation", AT + 7 * DAY, told),
        (
            UnitKind.ORGANISATION,
            org,
            Measure.TERMINATED,
            "cyber",
            None,
            replace(told, territory=("FR", "DE")),
        ),
        (
            *(UnitKind.END_USER, "chie-0001", Measure.SUSPENDED, "", AT + DAY),
            replace(told, law="StGB § 263", is_own_initiative=False, was_detected_automatically=False),
        ),
    )
    for number, (kind, unit, measure, clause, until, statement) in enumerate(cases):
        clock = fixed_clock(AT + number * timedelta(hours=1))
        by = {"seconded_by": cast.viewer("fumi")} if measure is Measure.TERMINATED else {}
        made = impose(emi, Unit(kind, unit, org), measure, clause, until, statement, clock=clock, **by)
        _named(made, f"sor_{number}")


def _named(restriction, name):
    """Give its statement an id that a golden file can hold."""
    row = Restriction.objects.get(id=restriction)
    old, told = row.statement_id, row.statement
    told.pk = name
    told.save(force_insert=True)
    Restriction.objects.filter(id=restriction).update(statement=name)
    StatementOfReasons.objects.filter(id=old).delete()


@pytest.mark.parametrize("form", ["json", "csv"])
def test_the_export_is_that_of_the_golden_file(imposed, form):
    result = CliRunner().invoke(command.command, ["export", "--format", form])
    file = GOLDEN / f"statements.{form}"
    if os.environ.get("SEKISHO_WRITE_GOLDEN"):
        file.write_text(result.stdout, encoding="utf-8")
    assert result.stdout == file.read_text(encoding="utf-8")
    assert "3" in result.stderr


def test_both_forms_say_the_same(imposed):
    (batch,) = CliRunner().invoke(command.command, ["export"]).stdout.splitlines()
    sheet = csv.DictReader(
        io.StringIO(CliRunner().invoke(command.command, ["export", "--format", "csv"]).stdout)
    )
    for row, line in zip(json.loads(batch)["statements"], sheet, strict=True):
        assert list(faults(row)) == []
        written = {
            name: json.dumps(value) if isinstance(value, list) else value for name, value in row.items()
        }
        assert written == {name: value for name, value in line.items() if value}


def test_the_time_is_chosen_and_batches_are_as_large_as_the_database_takes(imposed, monkeypatch):
    monkeypatch.setattr(command, "AT_ONCE", 2)
    run = CliRunner().invoke(command.command, ["export", "--since", "2026-01-01T10:00:00"])
    assert [len(json.loads(line)["statements"]) for line in run.stdout.splitlines()] == [2]
    run = CliRunner().invoke(command.command, ["export", "--until", "2026-01-01T10:00:00"])
    assert [one["puid"] for one in json.loads(run.stdout)["statements"]] == ["sor_0"]
    run = CliRunner().invoke(command.command, ["export"])
    assert [len(json.loads(line)["statements"]) for line in run.stdout.splitlines()] == [2, 1]


def test_nothing_personal_goes_out(imposed, cast):
    said = CliRunner().invoke(command.command, ["export"]).stdout
    people = [getattr(cast, name) for name in ("aiko", "ben", "chie", "daiki", "emi", "fumi")]
    keys = Restriction.objects.values_list("unit_id", "organisation", "id")
    named = {word for row in keys for word in row} | {
        word for one in people for word in (one.id, one.name, one.email)
    }
    assert [word for word in (*named, "192.0.2.7", "Atelier", "Web shop") if word in said] == []


@pytest.mark.parametrize("name", ["aiko", "chie", "daiki"])
def test_only_staff_who_see_standing_export(imposed, cast, name):
    with pytest.raises(NotFoundError):
        list(eu_statements(cast.viewer(name)))


def test_every_clause_that_has_a_category_of_its_own_is_one_of_the_policy(db):
    install_reference()
    assert set(CATEGORIES) <= {clause.id for clause in version_at(AT).clauses}
    assert {f"STATEMENT_CATEGORY_{name}" for names in CATEGORIES.values() for name in names} <= CATEGORY
