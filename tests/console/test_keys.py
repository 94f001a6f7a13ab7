"""Keys: declared, shown once, revoked after a question."""

from __future__ import annotations

import pytest

from sekisho.accounts import queries
from sekisho.accounts.types import KeyView, Scope, UseCase
from tests.cast import Cast
from tests.console.conftest import client_of

pytestmark = pytest.mark.usefixtures("policy")
ASKED = {"name": "Web shop", "use_case": "chatbot", "product": "Atelier Chat", "scopes": ["messages"]}


def address(cast: Cast, tail: str = "") -> str:
    return f"/o/{cast.atelier.id}/keys{tail}"


def test_a_key_is_shown_once_and_kept_as_declared(cast: Cast) -> None:
    client = client_of(cast, "aiko")
    response = client.post(address(cast, "/new"), ASKED)
    (key,) = queries.keys(cast.viewer("aiko"), cast.atelier.id)
    plain = response.context["created"].plain
    assert plain in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert plain not in client.get(address(cast)).content.decode()
    assert key.declaration.use_case is UseCase.CHATBOT
    assert key.declaration.product == "Atelier Chat"
    assert key.scopes == {Scope.MESSAGES}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param({"name": ""}, "This field is required", id="no name"),
        pytest.param({"scopes": []}, "This field is required", id="no scope"),
        pytest.param({"use_case": "high_risk"}, "Please choose the domain", id="high risk without a domain"),
        pytest.param({"use_case": "toys"}, "Select a valid choice", id="unknown use"),
    ],
)
def test_what_is_wrong_is_said_at_the_top_and_at_the_field(
    change: dict[str, object], told: str, cast: Cast
) -> None:
    response = client_of(cast, "aiko").post(address(cast, "/new"), ASKED | change)
    page = response.content.decode()
    assert response.status_code == 422
    assert page.count(told) == 2
    assert 'aria-invalid="true"' in page
    assert queries.keys(cast.viewer("aiko"), cast.atelier.id) == ()


def test_a_high_risk_key_names_a_domain_of_the_policy(cast: Cast) -> None:
    client_of(cast, "aiko").post(
        address(cast, "/new"), ASKED | {"use_case": "high_risk", "domain": "hr_legal"}
    )
    (key,) = queries.keys(cast.viewer("aiko"), cast.atelier.id)
    assert key.declaration.domain == "hr_legal"


def test_a_member_sees_keys_and_makes_none(cast: Cast, key: KeyView) -> None:
    client = client_of(cast, "ben")
    page = client.get(address(cast)).content.decode()
    assert key.name in page
    assert "/keys/new" not in page
    assert client.post(address(cast, "/new"), ASKED).status_code in (200, 403, 422)
    assert len(queries.keys(cast.viewer("ben"), cast.atelier.id)) == 1


def test_revoking_is_asked_once_more_and_then_done(cast: Cast, key: KeyView) -> None:
    client = client_of(cast, "aiko")
    assert "cannot be undone" in client.get(address(cast, f"/{key.id}/revoke")).content.decode()
    assert queries.key(cast.viewer("aiko"), key.id).revoked_at is None
    page = client.post(address(cast, f"/{key.id}/revoke"), follow=True).content.decode()
    assert queries.key(cast.viewer("aiko"), key.id).revoked_at is not None
    assert "is revoked" in page


def test_a_member_cannot_revoke(cast: Cast, key: KeyView) -> None:
    response = client_of(cast, "ben").post(address(cast, f"/{key.id}/revoke"))
    assert response.status_code == 403
    assert queries.key(cast.viewer("aiko"), key.id).revoked_at is None


def test_chie_can_neither_make_nor_revoke_here(cast: Cast, key: KeyView) -> None:
    client = client_of(cast, "chie")
    assert client.post(address(cast, "/new"), ASKED).status_code == 404
    assert client.post(address(cast, f"/{key.id}/revoke")).status_code == 404
    assert client.post(f"/o/{cast.elsewhere.id}/keys/{key.id}/revoke").status_code == 404
    assert queries.key(cast.viewer("aiko"), key.id).revoked_at is None
