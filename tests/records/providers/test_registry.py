"""Stating what a provider does: who may, what is written down, and what gateways make of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sekisho.accounts.models import StaffAppointment
from sekisho.accounts.types import StaffRole, system
from sekisho.audit.models import AuditEntry
from sekisho.base import settings
from sekisho.base.clock import fixed_clock, system_clock
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.link.carriers.local import SnapshotFile, SnapshotHolder, snapshot_path
from sekisho.link.publish import publish, publish_change
from sekisho.link.routes import provider_of, upstream_of
from sekisho.records.providers import actions, queries
from sekisho.records.providers.types import Facts, Provider, Standing

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])
AT = datetime(2026, 4, 1, tzinfo=UTC)
OPENAI = Provider("openai", "models.example")
GOOD = Facts(retains=False, trains=False, region="jp", evidence="https://models.example/terms")


@pytest.fixture
def holder(tmp_path, monkeypatch):
    """A gateway of a deployment whose OpenAI provider stands at models.example."""
    monkeypatch.setenv("SEKISHO_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("OPENAI_BASE_URL", "https://models.example/v1")
    publish()
    return SnapshotHolder(snapshot_path(settings.folder("data_dir")), system_clock)


def route(holder, id="openai"):
    holder.poll()
    return next(one for one in holder.current.routes if one.id == id)


def test_a_statement_reaches_every_gateway_with_its_commit(cast, holder, django_capture_on_commit_callbacks):
    StaffAppointment.objects.create(person=cast.daiki, role=StaffRole.PRIVACY)
    assert not route(holder).zero_retention
    with django_capture_on_commit_callbacks(execute=True):
        actions.state(cast.viewer("daiki"), OPENAI, replace(GOOD, requires_retention=("o-*",)))
    found = route(holder)
    assert (found.zero_retention, found.retaining_models) == (True, ("o-*",))
    entry = AuditEntry.objects.get(action="provider.stated")
    assert (entry.actor, '"host":"models.example"' in entry.facts) == (cast.daiki.id, True)


def test_a_change_by_another_process_does_not_bring_back_what_was_stated_before(cast, holder):
    """`publish_change` keeps the deployment's routes, and not what they said of their providers."""
    actions.state(system("test"), OPENAI, GOOD, fixed_clock(AT))
    publish_change(fixed_clock(AT + timedelta(hours=1)))
    file = SnapshotFile(snapshot_path(settings.folder("data_dir")))
    assert [one.zero_retention for one in file.read().routes if one.id == "openai"] == [True]
    publish_change(fixed_clock(system_clock() + timedelta(days=400)))
    assert not route(holder).zero_retention


def test_a_route_that_is_led_elsewhere_is_unknown_again(holder, monkeypatch):
    actions.state(system("test"), OPENAI, GOOD)
    publish()
    assert route(holder).zero_retention
    monkeypatch.setenv("OPENAI_BASE_URL", "https://elsewhere.example/v1")
    publish()
    assert not route(holder).zero_retention


def test_the_shipped_fake_is_on_record(holder):
    assert route(holder, "fake-anthropic").zero_retention
    [state] = queries.states(system("test"), [provider_of(route(holder, "fake-anthropic"))], AT)
    assert state.standing is Standing.SHIPPED


def test_the_latest_statement_counts_and_the_earlier_stay(holder):
    first = actions.state(system("test"), OPENAI, GOOD, fixed_clock(AT))
    latest = actions.state(
        system("test"), OPENAI, replace(GOOD, retains=True), fixed_clock(AT + timedelta(days=1))
    )
    [state] = queries.states(system("test"), [OPENAI], AT + timedelta(days=2))
    assert (state.statement, state.keeps_nothing) == (latest, False)
    assert queries.history(system("test"), OPENAI) == (latest, first)


@pytest.mark.parametrize("name", ["aiko", "ben", "chie", "emi", "fumi"])
def test_nobody_else_states_or_reads(cast, name):
    with pytest.raises(NotAllowedError):
        actions.state(cast.viewer(name), OPENAI, GOOD)
    with pytest.raises(NotFoundError):
        queries.states(cast.viewer(name), [OPENAI], AT)
    with pytest.raises(NotFoundError):
        queries.history(cast.viewer(name), OPENAI)


def test_what_is_unsound_is_not_stated(holder):
    with pytest.raises(SekishoError, match="facts_unsound"):
        actions.state(system("test"), OPENAI, replace(GOOD, evidence=""))


@pytest.mark.parametrize(
    ("address", "upstream"),
    [
        ("https://api.anthropic.com", "first_party"),
        ("https://API.openai.com/v1", "first_party"),
        ("https://bedrock-runtime.eu-west-1.amazonaws.com", "bedrock"),
        ("https://us-east5-aiplatform.googleapis.com/v1", "vertex"),
        ("https://aiplatform.googleapis.com/v1", "vertex"),
        ("https://api.anthropic.com.evil.example", "other"),
        ("https://evil.example/api.anthropic.com", "other"),
        ("http://127.0.0.1:11434", "other"),
        ("", "other"),
    ],
)
def test_who_stands_behind_a_route_is_told_by_its_host(address, upstream):
    assert upstream_of(address) == upstream
