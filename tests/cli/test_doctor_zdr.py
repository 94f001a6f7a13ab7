"""What the doctor says of zero data retention."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sekisho.accounts.types import system
from sekisho.base.clock import fixed_clock
from sekisho.cli.doctor_zdr import check_zero_retention
from sekisho.cli.health import State
from sekisho.link.routes import routes
from sekisho.records.providers import actions
from sekisho.records.providers.types import Facts, Provider

pytestmark = pytest.mark.django_db
AT = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def deployment(monkeypatch):
    """A deployment whose OpenAI provider stands at models.example."""
    monkeypatch.setenv("OPENAI_BASE_URL", "https://models.example/v1")
    monkeypatch.setattr("sekisho.link.queries.known_routes", routes)


def test_the_doctor_says_who_keeps_the_promise_and_which_providers_may_be_used():
    found = check_zero_retention(AT)
    assert (found.state, "by policy" in found.found.en, "fake-anthropic" in found.found.en) == (
        State.OK,
        True,
        True,
    )
    assert "openai" not in found.found.en


def test_the_doctor_notes_a_review_that_is_too_old():
    facts = Facts(retains=False, trains=False, evidence="https://models.example/terms")
    actions.state(system("test"), Provider("openai", "models.example"), facts, fixed_clock(AT))
    assert check_zero_retention(AT).state is State.OK
    found = check_zero_retention(AT + timedelta(days=181))
    assert (found.state, found.found.en.endswith("reviewed too long ago: openai")) == (State.NOTE, True)
