"""Room, pace and route: the small rules of admission."""

from datetime import UTC, datetime, timedelta

import pytest

from sekisho.accounts.types import Plan
from sekisho.gateway.admit import Capacity, Paces, Spending, choose_route, keep_budget, keep_pace
from sekisho.gateway.errors import GateError, Kind
from sekisho.gateway.types import Principal
from sekisho.link.snapshot import Dialect, KeyEntry, OrganisationEntry, Restriction, Route, Snapshot, Stop

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)


def principal(key: dict = {}, organisation: dict = {}) -> Principal:  # noqa: B006
    return Principal(
        KeyEntry(id="key_1", organisation="org_1", scopes=frozenset({"messages"}), **key),
        OrganisationEntry(id="org_1", plan=Plan.API, **organisation),
        zero_retention=key.get("zero_retention", False),
    )


def snapshot(*routes: Route) -> Snapshot:
    return Snapshot(
        format=1,
        revision=1,
        issued_at=NOW,
        stale_after=timedelta(minutes=1),
        keys={},
        organisations={},
        packs=(),
        routes=routes,
        sealing_key=b"",
        pseudonym_key=b"",
    )


def test_a_minutes_worth_may_come_at_once_and_then_refills_evenly():
    paces = Paces()
    assert [paces.take("key", 3, now=100.0) for _ in range(3)] == [0.0, 0.0, 0.0]
    assert paces.take("key", 3, now=100.0) == pytest.approx(20.0)
    assert paces.take("key", 3, now=119.0) == pytest.approx(1.0)
    assert paces.take("key", 3, now=120.0) == 0.0


@pytest.mark.parametrize(
    ("key", "organisation", "passes"),
    [
        pytest.param({}, {}, 9, id="no limit"),
        pytest.param({"requests_per_minute": 2}, {}, 2, id="the key's"),
        pytest.param({}, {"requests_per_minute": 3}, 3, id="the organisation's"),
        pytest.param({"requests_per_minute": 5}, {"requests_per_minute": 3}, 3, id="the smaller of both"),
        pytest.param(
            {"restriction": Restriction(kind=Stop.THROTTLED, requests_per_minute=1)}, {}, 1, id="throttled"
        ),
        pytest.param(
            {"restriction": Restriction(kind=Stop.THROTTLED, requests_per_minute=1, until=NOW)},
            {},
            9,
            id="throttled until this moment",
        ),
    ],
)
def test_pace(key, organisation, passes):
    paces, who = Paces(), principal(key, organisation)
    for _ in range(passes):
        keep_pace(paces, who, snapshot(), NOW, now=0.0)
    if passes < 9:
        with pytest.raises(GateError) as refusal:
            keep_pace(paces, who, snapshot(), NOW, now=0.0)
        assert refusal.value.kind is Kind.RATE_LIMIT
        assert refusal.value.retry_after_s


def test_one_request_too_many_is_refused_and_its_place_is_free_again_after():
    capacity = Capacity(1)
    with capacity, pytest.raises(GateError) as refusal, capacity:
        raise AssertionError("a second request was let in")
    assert refusal.value.kind is Kind.OVERLOADED
    with capacity:
        assert capacity.taken == 1


def test_a_draining_gate_takes_nothing_new():
    capacity = Capacity(9)
    capacity.draining = True
    with pytest.raises(GateError), capacity:
        raise AssertionError("a request was let in")


def test_tokens_of_a_day_are_counted_until_midnight():
    spending, who = Spending(), principal(organisation={"tokens_per_day": 100})
    spending.add("org_1", 100, NOW)
    with pytest.raises(GateError) as refusal:
        keep_budget(spending, who, NOW)
    assert refusal.value.retry_after_s == 12 * 3600
    keep_budget(spending, who, NOW + timedelta(hours=12))


FAKE = Route(id="fake", dialect=Dialect.ANTHROPIC, base_url="", models=("claude-*", "fake-*"), fake=True)
QUIET = Route(
    id="quiet", dialect=Dialect.ANTHROPIC, base_url="http://quiet", models=("claude-*",), zero_retention=True
)
OTHER = Route(id="other", dialect=Dialect.OPENAI, base_url="http://other")


@pytest.mark.parametrize(
    ("dialect", "model", "zero_retention", "taken"),
    [
        pytest.param(Dialect.ANTHROPIC, "claude-1", False, "fake", id="the first that takes it"),
        pytest.param(Dialect.ANTHROPIC, "claude-1", True, "quiet", id="the first with zero retention"),
        pytest.param(Dialect.OPENAI, "anything", False, "other", id="of its own dialect"),
    ],
)
def test_route(dialect, model, zero_retention, taken):
    who = principal({"zero_retention": zero_retention})
    assert choose_route(snapshot(FAKE, QUIET, OTHER), dialect, model, who).id == taken


@pytest.mark.parametrize(
    ("model", "zero_retention", "kind"),
    [
        pytest.param("gpt-1", False, Kind.NOT_FOUND, id="a model that nobody takes"),
        pytest.param("fake-1", True, Kind.PERMISSION, id="only with retention"),
    ],
)
def test_no_route(model, zero_retention, kind):
    who = principal({"zero_retention": zero_retention})
    with pytest.raises(GateError) as refusal:
        choose_route(snapshot(FAKE, QUIET, OTHER), Dialect.ANTHROPIC, model, who)
    assert refusal.value.kind is kind
