"""What keys are used for, and how minors are protected, is declared on a page of its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sekisho.accounts import actions, queries
from sekisho.accounts.types import KeyDeclaration, KeyView, Protection, UseCase
from sekisho.base.clock import fixed_clock
from sekisho.enforcement.conduct.models import ConductLabel
from tests.cast import Cast
from tests.console.conftest import client_of

pytestmark = pytest.mark.usefixtures("policy")
SAID = {
    "age_verification": "Parents sign up.",
    "moderation": "Filters, and two people.",
    "monitoring": "Weekly reviews.",
    "education": "A page for parents.",
}
MINORS = {"use_case": "minors", "domain": "", "product": "Homework Helper"}


def address(cast: Cast, tail: str = "") -> str:
    return f"/o/{cast.atelier.id}/declarations{tail}"


def test_a_key_for_minors_is_declared_after_the_statement_and_not_before(cast: Cast, key: KeyView) -> None:
    client = client_of(cast, "aiko")
    refused = client.post(address(cast, f"/keys/{key.id}"), MINORS)
    assert refused.status_code == 422
    assert "State first" in refused.content.decode()
    assert client.post(address(cast, "/minors"), SAID).status_code == 302
    assert client.post(address(cast, f"/keys/{key.id}"), MINORS).status_code == 302
    declared = queries.key(cast.viewer("aiko"), key.id).declaration
    assert declared == KeyDeclaration(UseCase.MINORS, product="Homework Helper")
    page = client.get(address(cast)).content.decode()
    assert all(words in page for words in SAID.values())
    assert "Version 1" in page


@pytest.mark.parametrize("missing", SAID)
def test_every_question_is_asked_for(cast: Cast, missing: str) -> None:
    response = client_of(cast, "aiko").post(address(cast, "/minors"), SAID | {missing: " "})
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.content.decode()
    assert queries.compliance_statements(cast.viewer("aiko"), cast.atelier.id) == ()


def test_a_statement_is_changed_from_what_it_says_and_the_old_one_stays(cast: Cast) -> None:
    client = client_of(cast, "aiko")
    client.post(address(cast, "/minors"), SAID)
    assert "Weekly reviews." in client.get(address(cast, "/minors")).content.decode()
    client.post(address(cast, "/minors"), SAID | {"monitoring": "Daily reviews."})
    versions = queries.compliance_statements(cast.viewer("ben"), cast.atelier.id)
    assert [one.protection.monitoring for one in versions] == ["Daily reviews.", "Weekly reviews."]


def test_a_statement_of_last_year_says_that_it_expired(cast: Cast) -> None:
    long_ago = fixed_clock(datetime.now(UTC) - timedelta(days=400))
    actions.state_compliance(cast.viewer("aiko"), cast.atelier.id, Protection(**SAID), clock=long_ago)
    assert "Expired" in client_of(cast, "ben").get(address(cast)).content.decode()


def test_undeclared_use_is_told_until_it_is_declared(cast: Cast, key: KeyView) -> None:
    now = datetime.now(UTC)
    ConductLabel.objects.create(
        id="lbl_1",
        unit_kind="key",
        unit_id=key.id,
        organisation=cast.atelier.id,
        name="undeclared",
        about="hr_legal",
        since=now - timedelta(days=1),
        until=now + timedelta(days=6),
    )
    client = client_of(cast, "aiko")
    told = "keep looking like"
    assert told in client.get(address(cast)).content.decode()
    client.post(
        address(cast, f"/keys/{key.id}"), {"use_case": "high_risk", "domain": "hr_legal", "product": ""}
    )
    assert told not in client.get(address(cast)).content.decode()


def test_a_member_reads_and_does_not_declare(cast: Cast, key: KeyView) -> None:
    client = client_of(cast, "ben")
    assert f"/keys/{key.id}" not in client.get(address(cast)).content.decode()
    assert client.post(address(cast, f"/keys/{key.id}"), MINORS).status_code == 422
    assert client.post(address(cast, "/minors"), SAID).status_code == 422
    assert queries.key(cast.viewer("aiko"), key.id).declaration.use_case is UseCase.CHATBOT


@pytest.mark.parametrize("tail", ["", "/minors", "/keys/KEY"])
def test_an_outsider_finds_nothing(cast: Cast, key: KeyView, tail: str) -> None:
    client = client_of(cast, "chie")
    assert client.get(address(cast, tail.replace("KEY", key.id))).status_code == 404
    elsewhere = f"/o/{cast.elsewhere.id}/declarations/keys/{key.id}"
    assert client.get(elsewhere).status_code == 404


def test_a_revoked_key_is_not_declared_any_more(cast: Cast, key: KeyView) -> None:
    actions.revoke_key(cast.viewer("aiko"), key.id)
    client = client_of(cast, "aiko")
    assert key.name not in client.get(address(cast)).content.decode()
    assert client.get(address(cast, f"/keys/{key.id}")).status_code == 404
