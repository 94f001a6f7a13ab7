"""How an organisation protects minors is stated, versioned, and needed before a key is declared for them (P-031)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sekisho.accounts import actions, queries
from sekisho.accounts.events import access_changed
from sekisho.accounts.rules import COMPLIANCE_HOLDS, unsaid
from sekisho.accounts.types import KeyDeclaration, Protection, Role, UseCase
from sekisho.audit.models import AuditEntry
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from tests import factories

NOON = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
CLOCK = fixed_clock(NOON)
SAID = Protection("Parents sign up.", "Filters, and two people.", "Weekly reviews.", "A page for parents.")
FOR_MINORS = KeyDeclaration(UseCase.MINORS, product="Homework Helper")


def stated(cast, who="aiko", said=SAID, at=NOON):
    return actions.state_compliance(cast.viewer(who), cast.atelier.id, said, clock=fixed_clock(at))


def test_a_statement_is_kept_with_who_when_and_version(cast) -> None:
    stated(cast)
    made = stated(cast, said=replace(SAID, education="Lessons."), at=NOON + timedelta(days=1))
    assert (made.version, made.stated_by, made.until) == (2, cast.aiko.id, made.stated_at + COMPLIANCE_HOLDS)
    seen = queries.compliance_statements(cast.viewer("ben"), cast.atelier.id)
    assert [one.version for one in seen] == [2, 1]
    assert seen[1].protection == SAID
    assert AuditEntry.objects.filter(action="compliance.stated").count() == 2


@pytest.mark.parametrize(
    ("after", "is_compliant"),
    [
        pytest.param(timedelta(0), True, id="at once"),
        pytest.param(COMPLIANCE_HOLDS - timedelta(microseconds=1), True, id="the last instant of its year"),
        pytest.param(COMPLIANCE_HOLDS, False, id="a year later"),
        pytest.param(timedelta(microseconds=-1), False, id="before"),
    ],
)
def test_a_statement_holds_for_a_year(cast, after, is_compliant) -> None:
    view = stated(cast)
    assert queries.is_compliant(cast.atelier.id, NOON + after) is is_compliant
    assert view.is_in_force(NOON + after) is is_compliant
    assert not queries.is_compliant(cast.elsewhere.id, NOON + after)


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        pytest.param(SAID, (), id="complete"),
        pytest.param(replace(SAID, monitoring="  "), ("monitoring",), id="nothing but space"),
        pytest.param(replace(SAID, moderation="x" * 2001), ("moderation",), id="too long"),
        pytest.param(
            Protection("", "", "", ""),
            ("age_verification", "moderation", "monitoring", "education"),
            id="empty",
        ),
    ],
)
def test_each_question_is_answered(said, missing) -> None:
    assert unsaid(said) == missing


def test_a_statement_that_leaves_a_question_open_is_refused(cast) -> None:
    with pytest.raises(SekishoError, check=lambda error: error.code == "statement_incomplete") as refused:
        stated(cast, said=replace(SAID, education=""))
    assert refused.value.data["questions"] == ["education"]
    assert not queries.compliance_statements(cast.viewer("aiko"), cast.atelier.id)


@pytest.mark.parametrize(
    ("who", "error"),
    [
        pytest.param("ben", NotAllowedError, id="a member"),
        pytest.param("chie", NotFoundError, id="an outsider"),
    ],
)
def test_who_may_not_state_it(cast, who, error) -> None:
    with pytest.raises(error):
        stated(cast, who)


def test_an_outsider_sees_no_statement(cast) -> None:
    stated(cast)
    with pytest.raises(NotFoundError):
        queries.compliance_statements(cast.viewer("chie"), cast.atelier.id)


def test_a_key_is_declared_for_minors_only_after_the_statement(cast) -> None:
    aiko = cast.viewer("aiko")
    key = actions.create_key(aiko, cast.atelier.id, "Homework").view
    for declare in (
        lambda: actions.declare_use_case(aiko, key.id, FOR_MINORS, clock=CLOCK),
        lambda: actions.create_key(aiko, cast.atelier.id, "New", declaration=FOR_MINORS, clock=CLOCK),
    ):
        with pytest.raises(SekishoError, check=lambda error: error.code == "compliance_unstated"):
            declare()
    stated(cast)
    assert actions.declare_use_case(aiko, key.id, FOR_MINORS, clock=CLOCK).declaration == FOR_MINORS
    assert actions.create_key(aiko, cast.atelier.id, "New", declaration=FOR_MINORS, clock=CLOCK)


def test_an_administrator_declares_and_a_member_does_not(cast) -> None:
    key = actions.create_key(cast.viewer("aiko"), cast.atelier.id, "Chat").view
    chatbot = KeyDeclaration(UseCase.CHATBOT)
    with pytest.raises(NotAllowedError):
        actions.declare_use_case(cast.viewer("ben"), key.id, chatbot)
    factories.member(cast.atelier, cast.daiki, Role.ADMIN)
    assert actions.declare_use_case(cast.viewer("daiki"), key.id, chatbot).declaration == chatbot


def test_gateways_are_told(cast, django_capture_on_commit_callbacks) -> None:
    heard = []

    def hear(sender, organisation_id, **_):
        heard.append(organisation_id)

    access_changed.connect(hear)
    with django_capture_on_commit_callbacks(execute=True):
        stated(cast)
    access_changed.disconnect(hear)
    assert heard == [cast.atelier.id]
