from __future__ import annotations

import json
import random
from datetime import timedelta

import pytest
from django.db import transaction

from sekisho.audit.models import AuditEntry
from sekisho.base.errors import SekishoError
from sekisho.notices.models import Notice
from sekisho.webhooks import actions, queries
from sekisho.webhooks.actions import KEPT, KEPT_ATTEMPTS, LEASE, ROOM_A_SENDER
from sekisho.webhooks.models import Delivery, Message, Secret
from sekisho.webhooks.rules.retries import SENDINGS
from sekisho.webhooks.rules.signature import is_authentic
from sekisho.webhooks.tasks import deliver_due, forget_old_messages
from sekisho.webhooks.types import Answer, Attempt, DeliveryState, EndpointState, Kind
from tests.webhooks.conftest import AT

DATA = {"review": "rev_1", "state": "released", "url": "https://gate.example.com/v1/reviews/rev_1"}


def announce(cast, key="one", kind=Kind.REVIEW_RELEASED, data=DATA, at=AT):
    return actions.announce(cast.atelier.id, kind, data, key=key, at=at)


def answered(status=204, problem="", at=AT, wait_s=0.0):
    return Answer(Attempt(at, status, problem, 3), wait_s)


# --- announcing ---------------------------------------------------------------------------------------------
def test_what_happened_arrives_signed_and_is_noted(cast, registered, receiver, courier):
    message = announce(cast)
    assert deliver_due(courier, lambda: AT) == 1
    got = receiver.next()
    assert got.headers["webhook-id"] == message
    assert is_authentic(registered.plain, got.headers, got.body, AT)
    assert json.loads(got.body) == {"type": "review.released", "timestamp": AT.isoformat(), "data": DATA}
    assert got.headers["content-type"] == "application/json"
    [noted] = queries.deliveries(cast.viewer("ben"), registered.endpoint.id).deliveries
    assert (noted.state, noted.attempts[0].status) == (DeliveryState.DELIVERED, 204)


def test_what_was_undone_is_announced_to_nobody(cast, registered, receiver, courier):
    with transaction.atomic():
        announce(cast)
        transaction.set_rollback(True)
    assert deliver_due(courier, lambda: AT) == 0
    assert receiver.received.empty()


def test_the_same_happening_is_announced_once(cast, registered):
    assert announce(cast) == announce(cast)
    assert Delivery.objects.count() == 1


def test_only_those_who_listen_are_told(cast, registered):
    assert actions.announce(cast.elsewhere.id, Kind.REVIEW_RELEASED, DATA, key="one", at=AT) == ""
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({"answer": "x" * 501}, id="a text"),
        pytest.param({"answer": ["a", "b"]}, id="a list"),
        pytest.param({"answer": {"text": "a"}}, id="an object"),
        pytest.param({"score": 0.5}, id="a fraction"),
        pytest.param({f"field{number}": "x" * 500 for number in range(50)}, id="many texts"),
    ],
)
def test_content_is_not_announced(cast, registered, data):
    with pytest.raises(ValueError, match="Send an address"):
        announce(cast, data=data)
    assert not Message.objects.exists()


def test_moments_are_announced_as_text(cast, registered):
    announce(cast, data={"expires_at": AT, "count": 3, "edited": True, "clause": None})
    assert json.loads(actions.body_of(Message.objects.get()))["data"]["expires_at"] == AT.isoformat()


def test_a_test_goes_to_the_one_endpoint(cast, registered, receiver, courier):
    actions.send_test(cast.viewer("aiko"), registered.endpoint.id, clock=lambda: AT)
    deliver_due(courier, lambda: AT)
    assert json.loads(receiver.next().body)["type"] == "webhook.test"


# --- sending again ------------------------------------------------------------------------------------------
def test_what_failed_is_sent_again_with_the_same_id_and_body(cast, registered, receiver, courier):
    announce(cast)
    receiver.status = 500
    deliver_due(courier, lambda: AT)
    assert deliver_due(courier, lambda: AT + timedelta(seconds=4)) == 0
    receiver.status = 200
    deliver_due(courier, lambda: AT + timedelta(seconds=7))
    first, second = receiver.next(), receiver.next()
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    [noted] = queries.deliveries(cast.viewer("aiko"), registered.endpoint.id).deliveries
    assert [each.status for each in noted.attempts] == [500, 200]
    assert noted.state is DeliveryState.DELIVERED


def test_the_receiver_is_given_the_time_it_asks_for(cast, registered, receiver, courier):
    announce(cast)
    receiver.status, receiver.headers = 429, {"retry-after": "600"}
    deliver_due(courier, lambda: AT)
    assert Delivery.objects.get().due_at >= AT + timedelta(seconds=600)


def test_after_the_last_sending_the_organisation_is_told_once(cast, registered):
    for number in range(2):
        announce(cast, key=str(number))
    at = AT
    for _ in range(SENDINGS):
        at += timedelta(hours=9)
        for parcel in actions.claim(at, 10):
            actions.note(parcel.delivery, answered(500, "refused", at), at)
    states = set(Delivery.objects.values_list("state", flat=True))
    assert states == {DeliveryState.GIVEN_UP}
    assert queries.endpoint(cast.viewer("aiko"), registered.endpoint.id).state is EndpointState.FAILING
    notice = Notice.objects.get(organisation=cast.atelier.id)
    assert notice.kind == "webhook_failing"
    assert registered.endpoint.url in notice.body_ja
    assert AuditEntry.objects.filter(action="webhook.failing").count() == 1


def test_what_comes_next_is_still_tried_and_one_success_heals(cast, registered, receiver, courier):
    test_after_the_last_sending_the_organisation_is_told_once(cast, registered)
    announce(cast, key="later")
    deliver_due(courier, lambda: AT)
    found = queries.endpoint(cast.viewer("aiko"), registered.endpoint.id)
    assert (found.state, found.failing_since) == (EndpointState.ACTIVE, None)


def test_an_address_that_is_gone_is_not_called_again(cast, registered, receiver, courier):
    announce(cast)
    announce(cast, key="two", at=AT + timedelta(hours=1))
    receiver.status = 410
    deliver_due(courier, lambda: AT)
    assert queries.endpoint(cast.viewer("aiko"), registered.endpoint.id).state is EndpointState.DISABLED
    assert Notice.objects.get().kind == "webhook_disabled"
    assert deliver_due(courier, lambda: AT + timedelta(days=1)) == 0


def test_a_person_sends_it_again_whatever_became_of_it(cast, registered, receiver, courier):
    message = announce(cast)
    deliver_due(courier, lambda: AT)
    [noted] = queries.deliveries(cast.viewer("aiko"), registered.endpoint.id).deliveries
    actions.redeliver(cast.viewer("aiko"), noted.id, clock=lambda: AT)
    deliver_due(courier, lambda: AT)
    assert [receiver.next().headers["webhook-id"] for _ in range(2)] == [message, message]


def test_nothing_is_sent_again_to_an_endpoint_that_is_disabled(cast, registered):
    announce(cast)
    aiko = cast.viewer("aiko")
    actions.disable_endpoint(aiko, registered.endpoint.id)
    [noted] = queries.deliveries(aiko, registered.endpoint.id).deliveries
    assert noted.state is DeliveryState.GIVEN_UP
    with pytest.raises(SekishoError) as refusal:
        actions.redeliver(aiko, noted.id)
    assert refusal.value.code == "webhook_disabled"


def test_only_the_last_attempts_are_kept(cast, registered):
    announce(cast)
    at = AT
    for number in range(KEPT_ATTEMPTS + 5):
        Delivery.objects.update(due_at=at, sendings=0)
        [parcel] = actions.claim(at, 1)
        actions.note(parcel.delivery, answered(500 + number % 5, "refused", at), at)
    [noted] = queries.deliveries(cast.viewer("aiko"), registered.endpoint.id).deliveries
    assert len(noted.attempts) == KEPT_ATTEMPTS


def test_a_secret_that_cannot_be_read_fails_and_says_so(cast, registered, courier):
    announce(cast)
    Secret.objects.update(sealed="sealed under another key")
    deliver_due(courier, lambda: AT)
    [noted] = queries.deliveries(cast.viewer("aiko"), registered.endpoint.id).deliveries
    assert noted.attempts[0].problem == "unsigned"


# --- several workers ----------------------------------------------------------------------------------------
def test_a_delivery_is_claimed_once_and_due_again_when_nothing_is_noted(cast, registered):
    announce(cast)
    [parcel] = actions.claim(AT, 10)
    assert actions.claim(AT, 10) == ()
    assert actions.claim(AT + LEASE - timedelta(seconds=1), 10) == ()
    [again] = actions.claim(AT + LEASE, 10)
    assert (again.message, again.body) == (parcel.message, parcel.body)


def test_one_organisation_takes_only_its_share_of_the_room(cast, registered):
    for number in range(10):
        announce(cast, key=str(number))
    assert len(actions.claim(AT, 100)) == ROOM_A_SENDER
    assert actions.claim(AT, 100, {cast.atelier.id: ROOM_A_SENDER}) == ()
    assert len(actions.claim(AT, 100, {cast.atelier.id: 1})) == ROOM_A_SENDER - 1


def test_a_failure_noted_late_does_not_undo_a_success(cast, registered):
    announce(cast)
    [parcel] = actions.claim(AT, 1)
    actions.note(parcel.delivery, answered(), AT)
    assert actions.note(parcel.delivery, answered(500, "refused"), AT) is DeliveryState.DELIVERED


def test_what_is_noted_of_a_removed_endpoint_is_passed_over(cast, registered):
    announce(cast)
    [parcel] = actions.claim(AT, 1)
    actions.remove_endpoint(cast.viewer("aiko"), registered.endpoint.id)
    assert actions.note(parcel.delivery, answered(), AT) is DeliveryState.GIVEN_UP


def test_in_any_order_of_answers_each_message_arrives_or_is_given_up(cast, registered):
    """Random answers until nothing waits: no delivery is lost, and none is sent more often than it may."""
    chances = random.Random(4)
    for number in range(20):
        announce(cast, key=str(number))
    at = AT
    while Delivery.objects.filter(state=DeliveryState.WAITING).exists():
        at += timedelta(minutes=30)
        for parcel in actions.claim(at, 16):
            if chances.random() < 0.9:  # the rest: the worker fell
                ok = chances.random() < 0.2
                actions.note(parcel.delivery, answered(204 if ok else 500, "" if ok else "refused", at), at)
    assert Delivery.objects.count() == 20
    assert all(row.sendings <= SENDINGS + 5 for row in Delivery.objects.all())


# --- keeping ------------------------------------------------------------------------------------------------
def test_pages_of_deliveries(cast, registered):
    for number in range(5):
        announce(cast, key=str(number))
    aiko, endpoint = cast.viewer("aiko"), registered.endpoint.id
    first = queries.deliveries(aiko, endpoint, limit=3)
    second = queries.deliveries(aiko, endpoint, after=first.next, limit=3)
    assert [len(first.deliveries), len(second.deliveries), second.next] == [3, 2, ""]
    assert len({one.id for one in (*first.deliveries, *second.deliveries)}) == 5


def test_old_messages_are_forgotten_once_they_wait_for_nothing(cast, registered):
    announce(cast)
    announce(cast, key="two")
    [parcel, _] = actions.claim(AT, 2)
    actions.note(parcel.delivery, answered(), AT)
    assert forget_old_messages(lambda: AT + KEPT) == 0
    assert forget_old_messages(lambda: AT + KEPT + timedelta(seconds=1)) == 1
    assert Delivery.objects.get().state == DeliveryState.WAITING
