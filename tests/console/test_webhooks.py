"""Webhooks: registered by owners, their secret shown once, deliveries seen and sent again."""

from __future__ import annotations

import pytest

from sekisho.webhooks import queries
from sekisho.webhooks.models import Delivery
from sekisho.webhooks.types import DeliveryState, EndpointState, Kind
from tests.cast import Cast
from tests.console.conftest import client_of

ASKED = {"url": "https://8.8.8.8/hooks", "kinds": ["review.released"], "description": "Web shop"}


def address(cast: Cast, tail: str = "") -> str:
    return f"/o/{cast.atelier.id}/webhooks{tail}"


def added(cast: Cast):
    return client_of(cast, "aiko").post(address(cast, "/new"), ASKED)


def only(cast: Cast):
    (found,) = queries.endpoints(cast.viewer("aiko"), cast.atelier.id)
    return found


def do(cast: Cast, deed: str, who: str = "aiko", delivery: str = ""):
    sent = {"deed": deed, "delivery": delivery}
    return client_of(cast, who).post(address(cast, f"/{only(cast).id}/do"), sent, follow=True)


def test_a_secret_is_shown_once(cast: Cast) -> None:
    response = added(cast)
    plain = response.context["made"].plain
    assert plain in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert only(cast).kinds == {Kind.REVIEW_RELEASED}
    for page in (address(cast), address(cast, f"/{only(cast).id}")):
        assert plain not in client_of(cast, "aiko").get(page).content.decode()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param({"url": ""}, "This field is required", id="no address"),
        pytest.param({"url": "http://example.com/"}, "must begin with https://", id="not https"),
        pytest.param({"url": "https://169.254.169.254/"}, "This address is not public", id="metadata"),
        pytest.param({"url": "https://127.1/"}, "four ordinary numbers", id="an odd number"),
        pytest.param({"kinds": []}, "This field is required", id="no event"),
        pytest.param({"kinds": ["webhook.test"]}, "Select a valid choice", id="an event that is none"),
    ],
)
def test_what_is_wrong_is_said_at_the_top_and_at_the_field(change, told, cast: Cast) -> None:
    response = client_of(cast, "aiko").post(address(cast, "/new"), ASKED | change)
    assert response.status_code == 422
    assert response.content.decode().count(told) == 2
    assert queries.endpoints(cast.viewer("aiko"), cast.atelier.id) == ()


def test_a_test_event_is_sent_and_seen(cast: Cast) -> None:
    added(cast)
    page = do(cast, "test").content.decode()
    assert "A test event is on its way" in page
    assert "Test event" in page
    assert Delivery.objects.get().state == DeliveryState.WAITING


def test_an_event_is_sent_again(cast: Cast) -> None:
    added(cast)
    do(cast, "test")
    Delivery.objects.update(state=DeliveryState.GIVEN_UP)
    assert "on its way again" in do(cast, "redeliver", delivery=Delivery.objects.get().id).content.decode()
    assert Delivery.objects.get().state == DeliveryState.WAITING


def test_disabled_enabled_rotated_and_removed(cast: Cast) -> None:
    first = added(cast).context["made"].plain
    do(cast, "disable")
    assert only(cast).state is EndpointState.DISABLED
    assert "This endpoint is disabled" in do(cast, "test").content.decode()
    do(cast, "enable")
    assert only(cast).state is EndpointState.ACTIVE
    rotated = client_of(cast, "aiko").post(address(cast, f"/{only(cast).id}/rotate"))
    assert rotated.context["made"].plain != first
    assert "Until" in rotated.content.decode()
    client_of(cast, "aiko").post(address(cast, f"/{only(cast).id}/remove"))
    assert queries.endpoints(cast.viewer("aiko"), cast.atelier.id) == ()


@pytest.mark.parametrize(("who", "status"), [("ben", 403), ("chie", 404), ("emi", 404)])
def test_only_owners_change_anything(cast: Cast, who: str, status: int) -> None:
    added(cast)
    client, own = client_of(cast, who), address(cast, f"/{only(cast).id}")
    for path in (address(cast, "/new"), f"{own}/rotate", f"{own}/remove"):
        assert client.get(path).status_code == status
        assert client.post(path, ASKED).status_code == status
    for deed in ("test", "disable", "redeliver"):
        delivery = next((one.id for one in Delivery.objects.all()), "")
        refused = client.post(f"{own}/do", {"deed": deed, "delivery": delivery}).status_code
        assert refused == (404 if deed == "redeliver" else status)
    assert only(cast).state is EndpointState.ACTIVE


def test_an_endpoint_is_not_shown_under_another_organisation(cast: Cast) -> None:
    added(cast)
    assert client_of(cast, "chie").get(f"/o/{cast.elsewhere.id}/webhooks/{only(cast).id}").status_code == 404


@pytest.mark.parametrize("deed", ["", "explode"])
def test_a_deed_that_does_not_exist_does_nothing(cast: Cast, deed: str) -> None:
    added(cast)
    assert do(cast, deed).status_code == 404
    assert client_of(cast, "aiko").get(address(cast, f"/{only(cast).id}/do")).status_code == 405
