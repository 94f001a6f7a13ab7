"""What counts of what is known about a provider: the table of `docs/rules/providers.md`, and what may be stated."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.records.calendar import shipped
from sekisho.records.providers.rules import SHIPPED, WORST, fault, state_of
from sekisho.records.providers.types import Facts, Provider, Standing, Statement
from tests.pages import table

TODAY = datetime(2026, 4, 1, 12, tzinfo=UTC)
REVIEW = shipped().provider_review
PROVIDER = Provider("openai", "api.example")
GOOD = Facts(retains=False, trains=False, evidence="https://example.org/terms")
WHEN = {
    "today": TODAY,
    "180 days ago": TODAY - timedelta(days=180),
    "180 days and a second ago": TODAY - timedelta(days=180, seconds=1),
    "tomorrow": TODAY + timedelta(days=1),
    "today, of another host": TODAY,
}
ROWS = table(
    "docs/rules/providers.md",
    "stated", "keeps", "trains", "contract for zero retention", "counts as", "takes what is under zero retention",
)  # fmt: skip


def stated(facts: Facts, at: datetime = TODAY, provider: Provider = PROVIDER) -> Statement:
    return Statement("pvs_1", provider, facts, at, "usr_daiki")


@pytest.mark.parametrize("row", [pytest.param(row, id=", ".join(row[:4])) for row in ROWS])
def test_what_counts_of_a_provider(row):
    when, keeps, trains, contract, counts, takes = row
    if when == "shipped with this release":
        found = state_of(next(iter(SHIPPED)), None, TODAY, REVIEW)
        assert (found.standing, found.facts.retains, found.facts.trains) == (Standing.SHIPPED, False, False)
    else:
        facts = Facts(keeps == "yes", None, trains == "yes", contract == "yes")
        about = replace(PROVIDER, host="elsewhere.example") if "another" in when else PROVIDER
        statement = None if when == "never" else stated(facts, WHEN[when], about)
        found = state_of(PROVIDER, statement, TODAY, REVIEW)
        assert found.facts == (facts if counts == "as stated" else WORST)
    assert found.keeps_nothing is (takes == "yes")


def test_what_is_stale_is_told_with_the_statement_that_no_longer_counts():
    statement = stated(GOOD, TODAY - timedelta(days=181))
    found = state_of(PROVIDER, statement, TODAY, REVIEW)
    assert (found.standing, found.statement) == (Standing.STALE, statement)
    assert found.stale_at == TODAY - timedelta(days=1)


@given(st.booleans(), st.booleans(), st.booleans(), st.integers(-400, 400))
def test_age_never_makes_anything_better(keeps, trains, contract, days):
    facts = Facts(keeps, None, trains, contract)
    fresh = state_of(PROVIDER, stated(facts), TODAY, REVIEW)
    other = state_of(PROVIDER, stated(facts, TODAY - timedelta(days=days)), TODAY, REVIEW)
    assert fresh.keeps_nothing or not other.keeps_nothing


@pytest.mark.parametrize(
    ("facts", "is_sound"),
    [
        pytest.param(GOOD, True, id="all there"),
        pytest.param(replace(GOOD, evidence=""), False, id="no evidence"),
        pytest.param(
            replace(GOOD, evidence="http://example.org"), False, id="evidence that anybody can alter"
        ),
        pytest.param(replace(GOOD, evidence="https://" + "a" * 500), False, id="an endless address"),
        pytest.param(replace(GOOD, retention_days=30), False, id="days of keeping nothing"),
        pytest.param(replace(GOOD, retains=True, retention_days=0), False, id="no days"),
        pytest.param(replace(GOOD, retains=True, retention_days=30), True, id="thirty days"),
        pytest.param(replace(GOOD, trains=True, zero_retention_contract=True), False, id="trains on nothing"),
        pytest.param(replace(GOOD, region="European Union"), False, id="a region in words"),
        pytest.param(replace(GOOD, requires_retention=("gpt-4*",)), True, id="a pattern of models"),
        pytest.param(replace(GOOD, requires_retention=("all of them",)), False, id="models in words"),
    ],
)
def test_what_may_be_stated(facts, is_sound):
    assert (fault(facts) is None) is is_sound
