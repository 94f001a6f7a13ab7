"""Requests on behalf of end users, as a controller makes them: read, signed, once, for a key that may."""

from __future__ import annotations

import base64
import json
import uuid
from datetime import timedelta

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.test import Client

from sekisho.accounts import actions as accounts
from sekisho.accounts.types import Scope
from sekisho.api import opendsr
from sekisho.base.clock import fixed_clock
from sekisho.gateway.auth import pseudonym as at_the_gate
from sekisho.notices.models import Notice
from sekisho.records.keystore.actions import make_pseudonym_key
from sekisho.records.keystore.queries import pseudonym_key
from sekisho.records.models import Content, Turn
from sekisho.records.rights import tasks
from sekisho.records.rights.actions import callbacks, working
from sekisho.records.rights.models import Callback, Request
from sekisho.records.rights.queries import accesses
from sekisho.webhooks.types import Answer, Attempt
from tests import pages
from tests.records.rights.makers import AT, LATER, NOW, files, rows, store, turn

ID = "a7551968-d5d6-44b2-9831-815ac9017798"
HOOK = "https://controller.example.com/callbacks"


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr(opendsr, "now", lambda: NOW)
    monkeypatch.setattr(
        "sekisho.records.rights.actions.controllers.public_addresses", lambda *_, **__: ["93.184.216.34"]
    )


@pytest.fixture
def key(cast):
    make_pseudonym_key(AT)
    return accounts.create_key(
        cast.viewer("aiko"), cast.atelier.id, "Rights", scopes=frozenset({Scope.RIGHTS})
    )


@pytest.fixture
def said(cast, key):
    """Two turns of the end user `kunde-7`, one of another."""
    name = at_the_gate(pseudonym_key(), cast.atelier.id, "kunde-7")
    store(*(turn(number, cast.atelier.id, end_user=name) for number in (1, 2)))
    store(turn(3, cast.atelier.id, "somebody else's", end_user="eu_other", conversation="c3"))


def body(kind="access", **more) -> dict:
    return {
        "regulation": "gdpr",
        "subject_request_id": ID,
        "subject_request_type": kind,
        "submitted_time": AT.isoformat(),
        "subject_identities": [
            {"identity_type": "controller_customer_id", "identity_value": "kunde-7", "identity_format": "raw"}
        ],
        "api_version": "2.0",
        "status_callback_urls": [HOOK],
        **more,
    }


def post(key, sent, path="/v1/opendsr/requests"):
    data = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    headers = {"x-api-key": key.plain} if key else {}
    return Client(headers=headers).post(path, data, content_type="application/json")


def get(key, path=""):
    return Client(headers={"x-api-key": key.plain}).get(f"/v1/opendsr/requests/{ID}{path}")


def is_signed(answer) -> bool:
    """As a controller checks it: with the public key that discovery leads to, over the very bytes."""
    found = json.loads(Client().get("/v1/opendsr/discovery").content)
    pem = Client().get(found["processor_certificate"].partition("8080")[2]).content
    public = load_pem_public_key(pem)
    assert isinstance(public, Ed25519PublicKey)
    try:
        public.verify(base64.b64decode(answer["X-OpenDSR-Signature"]), answer.content)
    except InvalidSignature:
        return False
    return answer["X-OpenDSR-Processor-Domain"] == "127.0.0.1"


def test_discovery_says_what_is_supported(key):
    found = Client().get("/v1/opendsr/discovery")
    told = json.loads(found.content)
    assert told["api_version"] == "2.0"
    assert told["supported_subject_request_types"] == ["access", "portability", "erasure"]
    assert told["supported_identities"] == [
        {"identity_type": "controller_customer_id", "identity_format": "raw"}
    ]
    assert is_signed(found)


def test_a_request_is_answered_as_the_specification_says(cast, key):
    answer = post(key, sent := body())
    told = json.loads(answer.content)
    assert (answer.status_code, is_signed(answer)) == (201, True)
    assert told["controller_id"] == cast.atelier.id
    assert told["subject_request_id"] == ID
    assert told["expected_completion_time"] == "2026-03-31T09:00:00Z"  # 30 days from when the person asked
    assert json.loads(base64.b64decode(told["encoded_request"])) == sent


def test_the_name_becomes_the_gates_pseudonym_and_is_kept_nowhere(cast, key):
    post(key, body())
    row = Request.objects.get()
    assert row.end_user == at_the_gate(pseudonym_key(), cast.atelier.id, "kunde-7")
    assert "kunde-7" not in str(Request.objects.values().get())


def test_the_copy_is_fetched_once_and_holds_this_end_user_alone(cast, key, said):
    post(key, body())
    assert json.loads(get(key).content)["request_status"] == "pending"
    working.work(LATER, budget_s=60)
    told = json.loads(get(key).content)
    assert told["request_status"] == "completed"
    assert told["results_url"].endswith(f"/v1/opendsr/requests/{ID}/results")
    found = files(b"".join(get(key, "/results").streaming_content))
    assert {line["id"] for line in rows(found["turns.jsonl"])} == {"req_00001", "req_00002"}
    assert b"somebody else" not in b"".join(found.values())
    again = get(key, "/results")
    assert (again.status_code, json.loads(again.content)["error"]["errors"][0]["reason"]) == (
        410,
        "bundle_taken",
    )
    assert "results_url" not in json.loads(get(key).content)
    assert accesses(cast.viewer("aiko"), cast.atelier.id).readings == ()


def test_an_erasure_is_completed_when_nothing_is_left(cast, key, said):
    post(key, body("erasure"))
    working.work(LATER, budget_s=60)
    told = json.loads(get(key).content)
    assert (told["request_status"], bool(told["receipt"])) == ("completed", True)
    assert list(Turn.objects.values_list("id", flat=True)) == ["req_00003"]
    assert set(Content.objects.values_list("turn", flat=True)) == {"req_00003"}
    assert Request.objects.get().end_user == ""


def test_the_same_request_again_is_answered_the_same(key):
    first, second = post(key, body()), post(key, body())
    assert first.content == second.content
    assert Request.objects.count() == 1


def test_a_pending_request_can_be_cancelled_and_a_running_one_cannot(cast, key, said):
    client = Client(headers={"x-api-key": key.plain})
    post(key, body())
    for _ in range(2):
        answer = client.delete(f"/v1/opendsr/requests/{ID}")
        assert (answer.status_code, is_signed(answer)) == (202, True)
    assert json.loads(get(key).content)["request_status"] == "cancelled"
    Request.objects.all().delete()
    post(key, body())
    working.advance(Request.objects.get().id, LATER)
    assert client.delete(f"/v1/opendsr/requests/{ID}").status_code == 409


def test_another_organisations_key_finds_nothing(cast, key, said):
    post(key, body())
    other = accounts.create_key(
        cast.viewer("chie"), cast.elsewhere.id, "Rights", scopes=frozenset({Scope.RIGHTS})
    )
    assert get(other).status_code == 404
    assert get(other, "/results").status_code == 404
    assert Client(headers={"x-api-key": other.plain}).delete(f"/v1/opendsr/requests/{ID}").status_code == 404
    assert post(other, body()).status_code == 201  # an id of its own


def test_a_key_asks_only_with_the_scope_and_no_key_has_it_unasked(cast, key):
    usual = accounts.create_key(cast.viewer("aiko"), cast.atelier.id, "Usual")
    assert usual.view.scopes == {Scope.MESSAGES, Scope.MODELS}
    answer = post(usual, body())
    assert answer.status_code == 403
    assert json.loads(answer.content)["error"]["errors"][0]["reason"] == "scope_missing"


def refused(what: str) -> tuple[object, dict]:
    """The request that is wrong in the way that the page names."""
    one = body()["subject_identities"][0]
    wrong = {
        "no JSON": b"{",
        "a field missing": {name: value for name, value in body().items() if name != "submitted_time"},
        "an id that is no UUID v4": body(subject_request_id=str(uuid.UUID(int=1))),
        "asked in the future": body(submitted_time=(NOW + timedelta(hours=1)).isoformat()),
        "asked longer ago than the due time": body(submitted_time=(NOW - timedelta(days=30)).isoformat()),
        "two identities": body(subject_identities=[one, one]),
        "an identity that is not supported": body(subject_identities=[{**one, "identity_type": "email"}]),
        "six callback addresses": body(status_callback_urls=[HOOK] * 6),
        "a callback to a private address": body(status_callback_urls=["https://10.0.0.1/hooks"]),
        "more than 64 KiB": body(extensions={"x": "y" * 70_000}),
        "the same id with other words": body("erasure"),
    }
    return wrong.get(what, body())


@pytest.mark.parametrize(
    "row", pages.table("docs/rules/rights.md", "what is wrong", "status", "code"), ids=lambda row: row[0]
)
def test_what_is_wrong_is_said_and_nothing_that_was_sent(row, cast, key):
    what, status, code = row
    sender = key
    match what:
        case "no key, or an unknown one":
            sender = None
        case "a key without the scope":
            sender = accounts.create_key(cast.viewer("aiko"), cast.atelier.id, "Usual")
        case "the same id with other words":
            post(key, body())
    answer = get(key) if what == "an id that nobody gave" else post(sender, refused(what))
    assert answer.status_code == int(status)
    assert "kunde-7" not in answer.content.decode()
    told = json.loads(answer.content)["error"]
    assert (told["type"] if sender is None else told["errors"][0]["reason"]) == code


def test_errors_are_in_the_readers_language(key):
    client = Client(headers={"x-api-key": key.plain, "accept-language": "ja"})
    answer = client.post("/v1/opendsr/requests", b"{", content_type="application/json")
    assert "リクエストを読み取れません" in json.loads(answer.content)["error"]["message"]


def test_too_many_requests_are_told_to_wait(key, monkeypatch):
    monkeypatch.setattr(opendsr.PerKey, "allow_request", lambda *_: False)
    answer = post(key, body())
    assert (answer.status_code, "retry-after" in answer.headers) == (429, True)


@pytest.mark.parametrize("row", pages.table("docs/rules/rights.md", "our state", "`request_status`"), ids=str)
def test_statuses_are_those_of_the_page(row):
    from sekisho.records.rights.rules.controllers import STATUSES

    assert STATUSES[row[0]] == row[1]


# --- callbacks ------------------------------------------------------------------------------------------------


def verified(parcel) -> dict:
    from sekisho.audit import signing

    public = Ed25519PublicKey.from_public_bytes(signing.public_keys()[0])
    public.verify(base64.b64decode(parcel.signed["X-OpenDSR-Signature"]), parcel.body)
    return json.loads(parcel.body)


def good(at=NOW) -> Answer:
    return Answer(Attempt(at, 204, "", 5))


def bad(status=500) -> Answer:
    return Answer(Attempt(NOW, status, "refused", 5))


def test_each_change_of_state_is_called_once_and_signed(cast, key, said):
    post(key, body())
    states = []
    working.work(LATER, budget_s=60)
    while parcels := callbacks.claim(NOW):
        for parcel in parcels:
            told = verified(parcel)
            assert (told["subject_request_id"], told["status_callback_url"], parcel.url) == (ID, HOOK, HOOK)
            states.append(told["request_status"])
            callbacks.note(parcel.delivery, good(), NOW)
    assert states == ["pending", "in_progress", "completed"]


def test_what_fails_is_tried_again_and_given_up_at_last(key):
    post(key, body())
    at, tries = NOW, 0
    while Callback.objects.filter(sent="waiting").exists():
        for parcel in callbacks.claim(at):
            callbacks.note(parcel.delivery, bad(), at, chance=0.5)
            tries += 1
        at += timedelta(hours=1)
    assert Callback.objects.get().sent == "given_up"
    assert tries > 3
    assert ID in Notice.objects.get(kind="callback_failed").body_ja


def test_who_wants_nothing_any_more_is_left_alone(key):
    post(key, body())
    (parcel,) = callbacks.claim(NOW)
    callbacks.note(parcel.delivery, bad(410), NOW)
    assert Callback.objects.get().sent == "given_up"


def test_of_two_workers_one_calls_and_who_falls_leaves_it_due_again(key):
    post(key, body())
    assert len(callbacks.claim(NOW)) == 1
    assert callbacks.claim(NOW) == ()
    assert len(callbacks.claim(NOW + callbacks.LEASE)) == 1


def test_an_address_that_became_private_is_not_called(key):
    """The name leads elsewhere by the time of the sending (DNS rebinding)."""
    from sekisho.webhooks.sending import Courier

    post(key, body())
    courier = Courier(lookup=lambda *_: ["10.0.0.1"], clock=LATER)
    try:
        assert tasks.call_controllers(fixed_clock(NOW), courier) == 1
    finally:
        courier.close()
    assert Callback.objects.get().sent == "waiting"
