"""What an organisation is held to, on pages: overlays that only tighten (P-007), exceptions with two approvers (P-006)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sekisho.accounts.models import Organisation
from sekisho.accounts.types import Plan, system
from sekisho.policy import queries
from tests.console.conftest import client_of
from tests.policy.makers import appointed

TIGHTER = "clauses:\n  misinformation:\n    on_output: block\n"
LOOSER = "clauses:\n  weapons:\n    on_output: allow\n"
SYSTEM = system("test")

pytestmark = pytest.mark.usefixtures("policy")


class TestOverlays:
    def test_an_owner_asks_to_be_held_to_more_and_takes_it_away(self, cast) -> None:
        client, page = client_of(cast, "aiko"), f"/o/{cast.atelier.id}/policy"
        client.post(page, {"source": TIGHTER})
        overlay = queries.overlay(SYSTEM, cast.atelier.id)
        assert overlay is not None
        assert overlay.version in client.get(page).content.decode()
        client.post(page, {"source": TIGHTER, "remove": "1"})
        assert queries.overlay(SYSTEM, cast.atelier.id) is None

    def test_what_would_loosen_is_refused_and_stays_in_the_form(self, cast) -> None:
        response = client_of(cast, "aiko").post(f"/o/{cast.atelier.id}/policy", {"source": LOOSER})
        assert response.status_code == 422
        assert "on_output: allow" in response.content.decode().partition("<textarea")[2]
        assert queries.overlay(SYSTEM, cast.atelier.id) is None

    @pytest.mark.parametrize(
        ("source", "told"),
        [
            pytest.param(TIGHTER, "It would tighten", id="tightens"),
            pytest.param(LOOSER, "overlay.yaml:3", id="loosens"),
            pytest.param("clauses: [", "overlay.yaml:", id="no YAML"),
        ],
    )
    def test_as_one_types_it_is_checked(self, cast, source, told) -> None:
        part = client_of(cast, "aiko").post(f"/o/{cast.atelier.id}/policy/check", {"source": source})
        assert told in part.content.decode()

    def test_members_read_and_cannot_change(self, cast) -> None:
        client, page = client_of(cast, "ben"), f"/o/{cast.atelier.id}/policy"
        assert "<textarea" not in client.get(page).content.decode()
        client.post(page, {"source": TIGHTER})
        assert queries.overlay(SYSTEM, cast.atelier.id) is None

    def test_outsiders_find_nothing(self, cast) -> None:
        assert client_of(cast, "chie").get(f"/o/{cast.atelier.id}/policy").status_code == 404


class TestExceptions:
    @pytest.fixture
    def form(self, cast) -> dict[str, object]:
        appointed(cast.emi)
        appointed(cast.fumi)
        Organisation.objects.filter(id=cast.atelier.id).update(plan=Plan.GOV)
        return {
            "organisation": cast.atelier.id,
            "clauses": ["misinformation"],
            "safeguards": "Two officials read every answer.",
            "expires_at": f"{datetime.now(UTC) + timedelta(days=100):%Y-%m-%dT%H:%M}",
        }

    def test_one_proposes_another_approves_and_it_can_be_revoked(self, cast, form) -> None:
        page = client_of(cast, "emi").post("/staff/exceptions/new", form)["Location"]
        assert "somebody else has to read" in client_of(cast, "emi").get(page).content.decode()
        assert client_of(cast, "emi").post(page, {"approve": ""}).status_code in (403, 409)
        client = client_of(cast, "fumi")
        client.post(page, {"approve": ""})
        assert "In effect" in client.get("/staff/exceptions").content.decode()
        assert "Two officials" in client_of(cast, "ben").get(f"/o/{cast.atelier.id}/policy").content.decode()
        client.post(page, {"revoke": ""})
        assert "Revoked" in client.get(page).content.decode()

    def test_hard_clauses_are_not_offered(self, cast, form) -> None:
        page = client_of(cast, "emi").get("/staff/exceptions/new").content.decode()
        assert 'value="misinformation"' in page
        assert 'value="child_safety"' not in page

    def test_what_is_missing_is_told_and_nothing_typed_is_lost(self, cast, form) -> None:
        response = client_of(cast, "emi").post("/staff/exceptions/new", {**form, "clauses": []})
        assert response.status_code == 422
        assert "Two officials" in response.content.decode()

    @pytest.mark.parametrize("who", ["aiko", "chie"])
    def test_customers_find_nothing(self, cast, who) -> None:
        assert client_of(cast, who).get("/staff/exceptions").status_code == 404
