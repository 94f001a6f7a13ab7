"""What an overlay or a shadow adds leads to pages that exist."""

from __future__ import annotations

from datetime import UTC, datetime

from sekisho.console.customer import explanation
from sekisho.enforcement.types import DecisionRecord
from sekisho.policy import actions
from tests.console.conftest import client_of
from tests.policy.makers import NEXT, appointed, next_source

AT = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_decision_under_an_overlay_leads_to_the_version_beneath(cast) -> None:
    actions.install_reference()
    label, place = "reference@2025-09-15+org.1f6c0d2e", (cast.atelier.id, "key_1", "", AT)
    told = DecisionRecord("dec_1", "req_1", *place, "prompt", "block", label, "weapons")
    shown = explanation(cast.viewer("ben"), told)
    assert shown["version"] == "2025-09-15"
    assert shown["clause"].id == "weapons"


def test_a_draft_on_trial_can_be_activated_from_its_page(cast) -> None:
    actions.install_reference()
    proposer = appointed(cast.emi)
    appointed(cast.fumi)
    actions.start_shadow(proposer, actions.propose(proposer, next_source()))
    page = client_of(cast, "fumi", "ja").get(f"/staff/policy/{NEXT}").content.decode()
    assert "試行中の下書き" in page
    assert f"/staff/policy/{NEXT}/activate" in page
