"""Publishing: what the control plane knows reaches a gateway, in order, and within the second."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from sekisho.accounts import actions as accounts
from sekisho.accounts import queries as accounts_queries
from sekisho.accounts.types import Plan, Protection, Scope, system
from sekisho.base import settings
from sekisho.base.clock import fixed_clock, system_clock
from sekisho.base.text import Text
from sekisho.enforcement import actions as enforcement
from sekisho.enforcement import queries as enforcement_queries
from sekisho.enforcement.models import Overturn
from sekisho.enforcement.types import Measure, Statement, Throttle, Unit, UnitKind
from sekisho.link import publish as module
from sekisho.link import routes
from sekisho.link.carriers.local import SnapshotFile, SnapshotHolder, snapshot_path
from sekisho.link.publish import build, publish, publish_change
from sekisho.link.snapshot import Dialect, Stop, decode, encode
from sekisho.policy import actions as policy
from tests.link.makers import snapshot
from tests.policy.makers import appointed, next_source

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])
PERSON = system("test")
AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setenv("SEKISHO_DATA_DIR", str(tmp_path))
    return SnapshotFile(snapshot_path(settings.folder("data_dir")))


@pytest.fixture
def holder(file):
    return SnapshotHolder(file.path, system_clock)


def new_key(organisation):
    return accounts.create_key(PERSON, organisation.id, "test", scopes=frozenset(Scope))


def test_the_snapshot_survives_its_own_writing(atelier, file):
    made = publish(fixed_clock(AT))
    assert decode(encode(made)) == made == file.read()
    assert made.organisations[atelier.id].plan == atelier.plan
    assert len(made.sealing_key) == len(made.pseudonym_key) == 32


def test_revisions_only_grow_and_keys_stay(file):
    first, second = publish(fixed_clock(AT)), publish(fixed_clock(AT))
    assert second.revision > first.revision
    assert (second.sealing_key, second.pseudonym_key) == (first.sealing_key, first.pseudonym_key)


def test_a_database_that_was_set_back_overtakes_what_gateways_hold(file):
    file.replace(snapshot(1000, AT + timedelta(days=1)))
    assert publish(fixed_clock(AT)).revision == 1001
    assert file.read().revision == 1001


def test_a_revoked_key_is_gone_from_a_running_gateway_within_a_second(
    aiko, atelier, holder, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        key = new_key(atelier)
    holder.poll()
    assert key.view.id in {entry.id for entry in holder.current.keys.values()}
    started = time.monotonic()
    with django_capture_on_commit_callbacks(execute=True):
        accounts.revoke_key(PERSON, key.view.id)
    holder.poll()
    assert key.view.id not in {entry.id for entry in holder.current.keys.values()}
    assert time.monotonic() - started < 0.8  # the other 0.2 s are the gateway's pace of looking


@pytest.mark.parametrize("kind", list(UnitKind))
def test_a_suspension_reaches_the_gateway_and_leaves_it_when_lifted(
    kind, aiko, atelier, holder, django_capture_on_commit_callbacks
):
    key = new_key(atelier)
    ids = {UnitKind.KEY: key.view.id, UnitKind.ORGANISATION: atelier.id, UnitKind.END_USER: "pseudonym"}
    unit = Unit(kind, ids[kind], atelier.id)
    until = system_clock() + timedelta(hours=3)
    statement = Statement(facts=Text("Gift cards were asked for.", "ギフトカードの要求がありました。"))
    with django_capture_on_commit_callbacks(execute=True):
        made = enforcement.impose(PERSON, unit, Measure.SUSPENDED, "fraud_predation", until, statement)
    holder.poll()
    found = _restriction(holder.current, kind, ids, atelier, key)
    assert (found.kind, found.clause, found.until) == (Stop.SUSPENDED, "fraud_predation", until)
    told = enforcement_queries.statement_by_link(found.link.removeprefix("/statements/"), system_clock())
    assert (told.id, told.statement_id) == (made, found.statement)
    with django_capture_on_commit_callbacks(execute=True):
        enforcement.lift(PERSON, made)
    holder.poll()
    assert _restriction(holder.current, kind, ids, atelier, key) is None


def _restriction(held, kind, ids, organisation, key):
    if kind is UnitKind.END_USER:
        return held.end_users.get(f"{organisation.id}:{ids[kind]}")
    if kind is UnitKind.ORGANISATION:
        return held.organisations[organisation.id].restriction
    return next(one for one in held.keys.values() if one.id == key.view.id).restriction


def test_no_key_itself_is_in_the_snapshot(aiko, atelier, file):
    key = new_key(atelier)
    publish(fixed_clock(AT))
    assert key.plain.encode() not in file.path.read_bytes()
    assert accounts_queries.key(PERSON, key.view.id).id.encode() in file.path.read_bytes()


def test_a_failure_to_publish_does_not_undo_the_deed_and_is_logged(monkeypatch, caplog):
    def fail():
        raise OSError("disk full")

    monkeypatch.setattr(module, "publish_change", fail)
    module._on_change()
    assert "snapshot.unpublished" in caplog.text


def test_every_dialect_has_a_route_without_any_setting():
    assert {(route.dialect, route.fake) for route in routes.routes()} == {(one, True) for one in Dialect}


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        pytest.param(
            {"ANTHROPIC_API_KEY": "k"},
            {("anthropic", "https://api.anthropic.com", "anthropic_api_key"), ("fake-openai", "", "")},
            id="anthropic",
        ),
        pytest.param(
            {"OPENAI_BASE_URL": "http://127.0.0.1:11434/v1"},
            {("openai", "http://127.0.0.1:11434/v1", ""), ("fake-anthropic", "", "")},
            id="a local model without a key",
        ),
        pytest.param(
            {"OPENAI_API_KEY": "k"},
            {("openai", "https://api.openai.com/v1", "openai_api_key"), ("fake-anthropic", "", "")},
            id="openai",
        ),
    ],
)
def test_a_real_provider_takes_the_place_of_the_fake(monkeypatch, variables, expected):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert {(route.id, route.base_url, route.credential) for route in routes.routes()} == expected


def test_the_snapshot_of_a_moment_has_the_policy_in_force(file):
    made = build(AT)
    assert made.packs == tuple(sorted(made.packs, key=lambda pack: pack.effective_at))


def test_what_an_organisation_is_held_to_reaches_the_gateway(
    aiko, atelier, emi, fumi, holder, django_capture_on_commit_callbacks
):
    atelier.plan = Plan.GOV
    atelier.save()
    policy.install_reference()
    proposes, approves = (appointed(one) for one in (emi, fumi))
    with django_capture_on_commit_callbacks(execute=True):
        version = policy.set_overlay(accounts_queries.viewer(aiko.id), atelier.id, "unscreened: block")
        one = policy.propose_exception(
            proposes, atelier.id, ["cyber"], "Officers read along.", system_clock() + timedelta(days=9)
        )
        policy.approve_exception(approves, one)
        policy.start_shadow(proposes, policy.propose(proposes, next_source()))
    holder.poll()
    held = holder.current
    assert held.overlays[atelier.id].version == version
    assert [each.clauses for each in held.exceptions] == [("cyber",)]
    assert [pack.label for pack in held.shadow_packs] == ["reference@next"]
    assert decode(encode(held)) == held


def test_a_change_made_under_other_settings_keeps_what_the_worker_said_of_the_deployment(
    monkeypatch, aiko, atelier, file
):
    """An operator revokes a key in a shell that knows neither the provider's key nor the public address."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "a-provider-key")
    monkeypatch.setenv("SEKISHO_PUBLIC_URL", "https://sekisho.example")
    said = publish()
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    monkeypatch.delenv("SEKISHO_PUBLIC_URL")
    changed = publish_change()
    assert changed.revision > said.revision
    assert (changed.routes, changed.public_url) == (said.routes, said.public_url)
    assert publish().routes != said.routes


def test_what_a_throttle_leaves_reaches_the_gateway(atelier, aiko, file, django_capture_on_commit_callbacks):
    key = new_key(atelier)
    unit = Unit(UnitKind.KEY, key.view.id, atelier.id)
    statement = Statement(facts=Text("Gift cards were asked for.", "ギフトカードの要求がありました。"))
    left = Throttle(requests_per_minute=3, models=("*-small",), tools_off=True)
    until = system_clock() + timedelta(hours=3)
    with django_capture_on_commit_callbacks(execute=True):
        enforcement.impose(
            PERSON, unit, Measure.THROTTLED, "fraud_predation", until, statement, throttle=left
        )
    [found] = [one.restriction for one in file.read().keys.values() if one.id == key.view.id]
    assert (found.requests_per_minute, found.models, found.tools_off) == (3, ("*-small",), True)
    assert found.link.startswith("/statements/")


def test_a_compliance_statement_reaches_the_gateway_for_a_year(atelier, aiko, file):
    said = Protection("Parents sign up.", "Filters.", "Weekly reviews.", "A page for parents.")
    assert not build(AT).organisations[atelier.id].minors_statement
    accounts.state_compliance(PERSON, atelier.id, said, clock=fixed_clock(AT))
    assert build(AT).organisations[atelier.id].minors_statement
    assert not build(AT + timedelta(days=365)).organisations[atelier.id].minors_statement


def test_an_overturn_reaches_the_gateway(atelier, file):
    assert build(AT).organisations[atelier.id].verdicts_since is None
    for hours in (1, 3, 2):
        Overturn.objects.create(
            id=f"ovt_{hours}",
            organisation=atelier.id,
            because="appeal",
            by="usr_fumi",
            at=AT + timedelta(hours=hours),
        )
    assert build(AT).organisations[atelier.id].verdicts_since == AT + timedelta(hours=3)


@pytest.mark.parametrize("hours", [(10, 2), (2, 10)], ids=["the longer one first", "the shorter one first"])
def test_of_two_suspensions_gateways_know_the_one_that_ends_last(atelier, aiko, hours):
    unit = Unit(UnitKind.ORGANISATION, atelier.id, atelier.id)
    statement = Statement(facts=Text("Gift cards were asked for.", "ギフトカードの要求がありました。"))
    for at, lasts in enumerate(hours):
        clock = fixed_clock(AT + timedelta(minutes=at))
        until = AT + timedelta(hours=lasts)
        enforcement.impose(PERSON, unit, Measure.SUSPENDED, "fraud_predation", until, statement, clock=clock)
    known = build(AT + timedelta(hours=1)).organisations[atelier.id].restriction
    assert known.until == AT + timedelta(hours=10)
