"""Contract exceptions: the table in docs/rules/policy-change.md, what may be agreed on, and who agrees."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from sekisho.accounts.types import Plan, Viewer, system
from sekisho.audit import queries as audit
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotAllowedError, NotFoundError
from sekisho.detection.types import Finding, Role
from sekisho.policy import actions, queries
from sekisho.policy.events import terms_changed
from sekisho.policy.exceptions import (
    LONGEST,
    Acceptable,
    ContractException,
    acceptable,
    excepted_clauses,
    lowered,
)
from sekisho.policy.models import PolicyException
from sekisho.policy.packs import reference_packs
from sekisho.policy.rules import evaluate
from sekisho.policy.types import Audience, Context
from tests.policy.makers import appointed, clause, pack, refused
from tests.policy.page import table

CURRENT = reference_packs()[-1]
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
NOW = fixed_clock(NOON)
SMALL = pack(clause("soft"), clause("hard", hard=True), clause("other"))
AGREED = ContractException("exc_1", "org_gov", ("soft", "hard"), expires_at=NOON, keys=("key_1",))
SAFEGUARDS = "Two officers read every answer before it is used."


@pytest.mark.parametrize("row", table("finding", "key", "at", "action", "recorded as"), ids=" ".join)
def test_an_exception_spares_what_the_page_says(row) -> None:
    names, key, at, action, recorded = row
    moment = datetime.fromisoformat(f"2026-01-01T{at}:00+00:00")
    excepted = excepted_clauses([AGREED], "org_gov", key, Audience.GENERAL, moment)
    found = [Finding(name, "patterns") for name in names.split(" and ")]
    verdict = lowered(evaluate(SMALL, found, Context(Role.PROMPT, "en")), SMALL, excepted)
    assert verdict.action.word == action
    assert ", ".join(ground.outcome for ground in verdict.grounds) == recorded


@pytest.mark.parametrize(
    ("organisation", "use", "uses", "covered"),
    [
        pytest.param("org_gov", Audience.GENERAL, (), True, id="every use"),
        pytest.param("org_gov", Audience.AGENT, (Audience.AGENT,), True, id="its use"),
        pytest.param("org_gov", Audience.CHATBOT, (Audience.AGENT,), False, id="another use"),
        pytest.param("org_else", Audience.GENERAL, (), False, id="another organisation"),
    ],
)
def test_it_covers_its_scope_alone(organisation, use, uses, covered) -> None:
    one = ContractException("exc_1", "org_gov", ("soft",), NOON, uses=uses)
    assert one.covers(organisation, "key_9", use, NOON - timedelta(seconds=1)) is covered


def test_what_is_not_excepted_is_the_same_verdict() -> None:
    verdict = evaluate(SMALL, [Finding("other", "patterns")], Context(Role.PROMPT, "en"))
    assert lowered(verdict, SMALL, frozenset({"soft"})) is verdict


@pytest.mark.parametrize("hard", [one.id for one in CURRENT.clauses if one.hard])
def test_no_hard_clause_of_the_shipped_policy_can_be_excepted(hard) -> None:
    answer = acceptable(CURRENT, [hard], SAFEGUARDS, NOON, NOON + timedelta(days=1))
    assert answer.code == "hard_clause"
    found = [Finding(hard, "patterns"), Finding(hard, "scorer")]
    verdict = evaluate(CURRENT, found, Context(Role.PROMPT, "en"))
    assert lowered(verdict, CURRENT, frozenset({hard})) == verdict


@pytest.mark.parametrize(
    ("clauses", "safeguards", "lasts", "code"),
    [
        pytest.param(["cyber"], SAFEGUARDS, LONGEST, "", id="as long as may be"),
        pytest.param([], SAFEGUARDS, LONGEST, "no_clauses", id="from nothing"),
        pytest.param(["cybr"], SAFEGUARDS, LONGEST, "unknown_clause", id="unknown"),
        pytest.param(["cyber"], "  ", LONGEST, "no_safeguards", id="without safeguards"),
        pytest.param(["cyber"], SAFEGUARDS, LONGEST + timedelta(seconds=1), "bad_expiry", id="too long"),
        pytest.param(["cyber"], SAFEGUARDS, timedelta(0), "bad_expiry", id="over before it begins"),
    ],
)
def test_what_may_be_agreed_on(clauses, safeguards, lasts, code) -> None:
    answer = acceptable(CURRENT, clauses, safeguards, NOON, NOON + lasts)
    assert answer == Acceptable() if not code else answer.code == code


# --- who agrees ---


@pytest.fixture
def office(db, atelier):
    atelier.plan = Plan.GOV
    atelier.save()
    actions.install_reference(clock=NOW)
    return atelier


def proposed(actor: Viewer, organisation, clauses=("cyber",), **more) -> str:
    end = NOON + timedelta(days=30)
    return actions.propose_exception(actor, organisation.id, clauses, SAFEGUARDS, end, clock=NOW, **more)


def test_it_takes_effect_when_a_second_person_approves_and_until_it_ends(office, emi, fumi) -> None:
    emi, fumi = appointed(emi), appointed(fumi)
    made = proposed(emi, office, uses=[Audience.AGENT])
    assert queries.exceptions_for_gateway(NOON) == ()
    actions.approve_exception(fumi, made, clock=NOW)
    [terms] = queries.exceptions_for_gateway(NOON)
    end = NOON + timedelta(days=30)
    assert terms == ContractException(made, office.id, ("cyber",), end, (), (Audience.AGENT,))
    assert queries.exceptions_for_gateway(end) == ()
    [entry] = audit.entries(system("test"), audit.EntryFilter(action="policy_exception.approved"))
    assert (entry.actor, entry.facts["proposed_by"], entry.facts["clauses"]) == (fumi.id, emi.id, ["cyber"])


def test_who_proposes_does_not_approve(office, emi) -> None:
    emi = appointed(emi)
    made = proposed(emi, office)
    with refused("second_person_needed"):
        actions.approve_exception(emi, made, clock=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyException.objects.update(approved_by=emi.id, approved_at=NOON)
    assert queries.exceptions_for_gateway(NOON) == ()


def test_no_process_decides_on_one(office, emi) -> None:
    made = proposed(appointed(emi), office)
    for decide in (
        lambda: proposed(system("cli"), office),
        lambda: actions.approve_exception(system("cli"), made),
    ):
        with refused("person_needed"):
            decide()


@pytest.mark.parametrize(
    ("clauses", "keys", "plan", "code"),
    [
        pytest.param(["child_safety"], [], Plan.GOV, "hard_clause", id="from a hard clause"),
        pytest.param(["cyber"], ["key_of_others"], Plan.GOV, "key_not_found", id="for a key of others"),
        pytest.param(["cyber"], [], Plan.ENTERPRISE, "not_government", id="for a company"),
    ],
)
def test_what_cannot_be_proposed(office, emi, clauses, keys, plan, code) -> None:
    office.plan = plan
    office.save()
    with refused(code):
        proposed(appointed(emi), office, clauses, keys=keys)
    assert not PolicyException.objects.exists()


@pytest.mark.parametrize("name", ["aiko", "ben", "chie", "daiki", "emi"])
def test_others_cannot_propose(office, cast, name) -> None:
    with pytest.raises(NotAllowedError):
        proposed(cast.viewer(name), office)


def test_it_is_revoked_by_one_person_and_gateways_are_told(
    office, emi, fumi, django_capture_on_commit_callbacks
) -> None:
    heard = []
    terms_changed.connect(
        lambda organisation, **_: heard.append(organisation), weak=False, dispatch_uid="test"
    )
    try:
        emi, fumi = appointed(emi), appointed(fumi)
        made = proposed(emi, office)
        with django_capture_on_commit_callbacks(execute=True):
            actions.approve_exception(fumi, made, clock=NOW)
        with django_capture_on_commit_callbacks(execute=True):
            actions.revoke_exception(emi, made, clock=NOW)
    finally:
        terms_changed.disconnect(dispatch_uid="test")
    assert heard == [office.id, office.id]
    assert queries.exceptions_for_gateway(NOON) == ()
    with pytest.raises(NotFoundError):
        actions.revoke_exception(emi, made, clock=NOW)


def test_its_organisation_sees_it_and_outsiders_do_not(office, cast) -> None:
    made = proposed(appointed(cast.emi), office)
    [seen] = queries.exceptions(cast.viewer("ben"), office.id)
    assert (seen.terms.id, seen.safeguards, seen.is_in_effect(NOON)) == (made, SAFEGUARDS, False)
    with pytest.raises(NotFoundError):
        queries.exceptions(cast.viewer("chie"), office.id)
