"""An organisation's data settings: counted first, done second, and by those alone who decide."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sekisho.accounts.models import Organisation
from sekisho.records.consent import queries
from sekisho.records.queries import events_of
from sekisho.records.types import Kind
from tests.cast import Cast
from tests.console.conftest import client_of
from tests.records.consent.conftest import turn

RIGHT = "As the owner of the atelier."


@pytest.fixture
def kept(cast: Cast) -> str:
    """Twelve messages, one a day."""
    for number in range(12):
        turn(number, cast.atelier.id, datetime.now(UTC) - timedelta(days=number, minutes=1))
    return f"/o/{cast.atelier.id}/data"


def kinds(cast: Cast) -> list[Kind]:
    return [one.kind for one in events_of(cast.atelier.id)]


def test_shortening_shows_its_count_and_does_nothing_until_it_is_confirmed(cast: Cast, kept: str) -> None:
    client = client_of(cast, "aiko")
    page = client.get(f"{kept}/retention?days=7").content.decode()
    assert "5 messages would be destroyed" in page
    assert kinds(cast) == []
    assert client.post(f"{kept}/retention", {"days": "7"})["Location"] == kept
    assert kinds(cast) == [Kind.RETENTION_SET]
    assert queries.settings(cast.viewer("aiko"), cast.atelier.id, datetime.now(UTC)).days == 7


@pytest.mark.parametrize("days", ["0", "31", "-1", "many", ""])
def test_days_that_are_not_permitted_change_nothing(days: str, cast: Cast, kept: str) -> None:
    client = client_of(cast, "aiko")
    assert client.get(f"{kept}/retention", {"days": days})["Location"] == kept
    assert client.post(f"{kept}/retention", {"days": days})["Location"] == kept
    assert kinds(cast) == []


def test_zero_retention_shows_its_count_and_is_switched_on_and_off(cast: Cast, kept: str) -> None:
    client = client_of(cast, "aiko", "ja")
    page = client.get(f"{kept}/zero-retention").content.decode()
    assert "有効にして12件を破棄する" in page
    client.post(f"{kept}/zero-retention", {"switch": "on"})
    assert Organisation.objects.get(id=cast.atelier.id).zero_retention
    client.post(f"{kept}/zero-retention", {"switch": "off"})
    assert kinds(cast) == [Kind.ZERO_RETENTION_ON, Kind.ZERO_RETENTION_OFF]


def test_the_partner_program_is_joined_with_words_of_ones_own_and_left_with_one_press(cast: Cast) -> None:
    client, page = client_of(cast, "aiko"), f"/o/{cast.atelier.id}/data/partner"
    assert "nothing would be eligible" in client.get(page).content.decode()
    assert client.post(page, {"attestation": ""}).status_code == 422
    assert client.post(page, {"attestation": RIGHT}).status_code == 302
    shown = client.get(page).content.decode()
    assert "Not told in a group of fewer than 10" in shown
    assert RIGHT not in shown, "it is typed anew each time"
    client.post(page, {"deed": "leave"})
    assert kinds(cast) == [Kind.PARTNER_JOINED, Kind.PARTNER_LEFT]


def test_an_organisation_that_may_not_join_reads_why(cast: Cast) -> None:
    Organisation.objects.filter(id=cast.atelier.id).update(plan="gov")
    client, page = client_of(cast, "aiko"), f"/o/{cast.atelier.id}/data/partner"
    shown = client.get(page).content.decode()
    assert "Only organisations on the plans" in shown
    assert 'name="attestation"' not in shown
    assert client.post(page, {"attestation": RIGHT}).status_code == 422


def test_a_member_reads_and_changes_nothing(cast: Cast, kept: str) -> None:
    client = client_of(cast, "ben")
    assert client.get(kept).status_code == 200
    for page, sent in (("retention", {"days": "7"}), ("zero-retention", {"switch": "on"})):
        assert client.get(f"{kept}/{page}", sent).status_code == 403
        assert client.post(f"{kept}/{page}", sent).status_code == 403
    assert client.get(f"{kept}/partner").status_code == 200
    assert client.post(f"{kept}/partner", {"attestation": RIGHT}).status_code == 403
    assert client.post(f"{kept}/partner", {"deed": "leave"}).status_code == 403
    assert kinds(cast) == []


def test_a_member_objects_and_withdraws_it_and_the_administrator_reads_no_name(cast: Cast) -> None:
    ben = client_of(cast, "ben")
    ben.post(f"/privacy/object/{cast.atelier.id}", {"deed": "object"})
    assert "Withdraw the objection" in ben.get("/privacy").content.decode()
    shown = client_of(cast, "aiko").get(f"/o/{cast.atelier.id}/data/partner").content.decode()
    assert cast.ben.email not in shown
    assert cast.ben.id not in shown
    ben.post(f"/privacy/object/{cast.atelier.id}", {"deed": "withdraw"})
    assert kinds(cast) == [Kind.MEMBER_OBJECTED, Kind.OBJECTION_WITHDRAWN]
    assert client_of(cast, "chie").post(f"/privacy/object/{cast.atelier.id}").status_code == 404
