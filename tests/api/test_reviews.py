"""What the holder of a ticket is told: the state, the released answer as the provider would have given it, and no more."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from anthropic.types import Message
from django.test import Client

from sekisho.accounts.actions import revoke_key
from sekisho.accounts.types import system
from sekisho.api import reviews as module
from sekisho.base.ids import new_id
from sekisho.base.text import Text
from sekisho.enforcement.actions import impose
from sekisho.enforcement.holds import actions as holds
from sekisho.enforcement.holds import attestation
from sekisho.enforcement.types import Measure, Statement, Unit, UnitKind
from sekisho.gateway.dialects.openai_say import made_at
from tests.api.desk import EDITED, FACTS, QUESTION, Desk, new_key
from tests.enforcement.holds.makers import AT, DRAFT, PROMPT

HOUR = timedelta(hours=1)


def body_of(answer):
    return json.loads(answer.content)


def test_while_it_waits_the_client_is_told_when_to_ask_again(desk: Desk):
    answer = desk.get(f"/v1/reviews/{desk.holds()}")
    told = body_of(answer)
    assert answer.status_code == 200
    assert (told["state"], told["request_id"], told["domain"]) == ("waiting", "req_1", "hr_healthcare")
    assert answer["retry-after"] == "2"
    assert not any(told[name] for name in ("answer", "message", "attestation", "reason", "question"))
    assert DRAFT not in answer.content.decode()
    assert PROMPT not in answer.content.decode()


@pytest.mark.parametrize(
    ("age", "seconds"),
    [(timedelta(), 2), (timedelta(minutes=1), 10), (timedelta(minutes=10), 60), (timedelta(hours=5), 60)],
)
def test_the_longer_it_waits_the_seldomer_one_need_ask(age, seconds):
    assert module.poll_after_s(age) == seconds


def test_who_has_claimed_it_is_nobodys_business(desk: Desk):
    review = desk.holds()
    before = desk.get(f"/v1/reviews/{review}")
    holds.claim(desk.cast.viewer("emi"), review, desk.clock(10))
    after = desk.get(f"/v1/reviews/{review}")
    assert (before.content, before["etag"]) == (after.content, after["etag"])
    assert desk.cast.emi.id not in after.content.decode()


def test_a_released_answer_reads_as_if_it_had_been_given(desk: Desk):
    review = desk.holds()
    desk.releases(review, EDITED)
    answer = desk.get(f"/v1/reviews/{review}")
    told = body_of(answer)
    assert (told["state"], told["edited"]) == ("released", True)
    message = Message.model_validate(told["message"])
    parts = told["answer"]
    assert message.content[0].text == f"{parts['disclosure']}\n\n{EDITED}\n\n{parts['note']}"
    assert "AI" in parts["disclosure"]
    assert "retry-after" not in answer.headers
    assert DRAFT not in answer.content.decode()


def test_the_attestation_holds_for_the_text_that_was_given(desk: Desk):
    review = desk.holds()
    desk.releases(review, EDITED)
    told = body_of(desk.get(f"/v1/reviews/{review}"))
    document = json.dumps(told["attestation"])
    attested = attestation.verified(document, answer=EDITED, salt=told["answer"]["salt"])
    assert attested["hold"] == review
    with pytest.raises(attestation.AttestationError):
        attestation.verified(document, answer=DRAFT, salt=told["answer"]["salt"])


def test_a_rejected_answer_comes_with_the_reason(desk: Desk):
    review = desk.holds()
    desk.rejects(review)
    told = body_of(desk.get(f"/v1/reviews/{review}"))
    assert (told["state"], told["reason"], told["message"]) == ("rejected", "Nobody should take these.", None)


def test_an_answer_that_nobody_decided_on_has_expired(desk: Desk):
    review = desk.holds()
    desk.at = AT + timedelta(days=30)
    told = body_of(desk.get(f"/v1/reviews/{review}"))
    assert (told["state"], told["ended"]) == ("expired", "time")


def test_facts_are_asked_for_and_given(desk: Desk):
    review = desk.holds()
    desk.asks(review)
    told = body_of(desk.get(f"/v1/reviews/{review}"))
    assert (told["state"], told["question"]["text"]) == ("facts_asked", QUESTION)
    desk.at = AT + HOUR
    answer = desk.post(f"/v1/reviews/{review}/facts", {"facts": FACTS})
    assert (answer.status_code, body_of(answer)["state"]) == (200, "waiting")
    again = desk.post(f"/v1/reviews/{review}/facts", {"facts": FACTS})
    assert (again.status_code, body_of(again)["error"]["type"]) == (409, "facts_not_asked")


# --- who sees it --------------------------------------------------------------------------------------------
def test_another_organisation_finds_nothing(desk: Desk):
    review, theirs = desk.holds(), new_key(desk.cast.elsewhere.id)
    desk.asks(review)
    own = Desk(desk.cast, theirs)
    for answer in (
        own.get(f"/v1/reviews/{review}"),
        own.post(f"/v1/reviews/{review}/facts", {"facts": FACTS}),
    ):
        assert (answer.status_code, body_of(answer)["error"]["type"]) == (404, "review_not_found")
    assert body_of(own.get("/v1/reviews"))["reviews"] == []


def test_another_key_of_the_organisation_sees_it(desk: Desk):
    review = desk.holds()
    assert (
        Desk(desk.cast, new_key(desk.cast.atelier.id, "other")).get(f"/v1/reviews/{review}").status_code
        == 200
    )


@pytest.mark.parametrize(
    "headers",
    [{}, {"x-api-key": "sk-sekisho-no"}, {"authorization": "Bearer no"}],
    ids=["none", "unknown", "bearer"],
)
@pytest.mark.parametrize("path", ["/v1/reviews", "/v1/reviews/rev_1", "/v1/reviews/rev_1/events"])
def test_without_a_key_nothing_is_told(desk: Desk, client, path, headers):
    answer = client.get(path, headers={**headers, "accept-language": "ja"})
    assert answer.status_code == 401
    assert "有効なキー" in body_of(answer)["error"]["message"]
    assert answer["www-authenticate"] == "Bearer"


def test_a_revoked_key_reads_nothing(desk: Desk):
    review = desk.holds()
    revoke_key(system("test"), desk.key.view.id)
    assert desk.get(f"/v1/reviews/{review}").status_code == 401


def test_a_bearer_token_will_do(desk: Desk, client):
    answer = client.get(f"/v1/reviews/{desk.holds()}", headers={"authorization": f"Bearer {desk.key.plain}"})
    assert answer.status_code == 200


def test_a_suspended_organisation_still_reads_its_reviews(desk: Desk):
    review = desk.holds()
    unit = Unit(UnitKind.ORGANISATION, desk.cast.atelier.id, desk.cast.atelier.id)
    facts = Text("Bulk mail was written.", "大量の迷惑メールが作成されました。")
    impose(
        system("cli"),
        unit,
        Measure.SUSPENDED,
        "fraud_predation",
        AT + HOUR,
        Statement(facts),
        clock=desk.clock(0),
    )
    desk.releases(review)
    assert body_of(desk.get(f"/v1/reviews/{review}"))["state"] == "released"


# --- asking again -------------------------------------------------------------------------------------------
def test_what_is_known_is_not_sent_again(desk: Desk):
    review = desk.holds()
    first = desk.get(f"/v1/reviews/{review}")
    same = desk.get(f"/v1/reviews/{review}", **{"if-none-match": f'"other", W/{first["etag"]}'})
    assert (same.status_code, same.content, same["retry-after"]) == (304, b"", "2")
    desk.releases(review)
    assert desk.get(f"/v1/reviews/{review}", **{"if-none-match": first["etag"]}).status_code == 200


def test_a_ticket_on_its_way_is_asked_for_again(desk: Desk):
    desk.at = module_now()
    fresh = desk.get(f"/v1/reviews/{new_id('rev')}")
    assert (fresh.status_code, fresh["retry-after"]) == (404, "1")
    desk.at += timedelta(minutes=1)
    assert "retry-after" not in desk.get(f"/v1/reviews/{new_id('rev')}").headers


def module_now():
    """The moment at which an id that is made now says that it was made."""
    return datetime.fromtimestamp(made_at(new_id("rev")), UTC)


def test_who_asks_too_often_is_told_to_wait(desk: Desk, monkeypatch):
    monkeypatch.setattr(module.router.throttle, "num_requests", 3)
    review = desk.holds()
    answers = [desk.get(f"/v1/reviews/{review}") for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    told = body_of(answers[-1])["error"]
    assert told["type"] == "rate_limit_error"
    assert 1 <= int(answers[-1]["retry-after"]) <= 60
    other = Desk(desk.cast, new_key(desk.cast.atelier.id, "other"))
    assert other.get(f"/v1/reviews/{review}").status_code == 200


# --- the list -----------------------------------------------------------------------------------------------
def test_a_list_by_state_in_pages(desk: Desk):
    held = [desk.holds(number) for number in range(1, 6)]
    desk.releases(held[0])
    desk.rejects(held[1])
    assert [one["id"] for one in body_of(desk.get("/v1/reviews?state=released"))["reviews"]] == [held[0]]
    first = body_of(desk.get("/v1/reviews?state=waiting&limit=2"))
    second = body_of(desk.get(f"/v1/reviews?state=waiting&limit=2&cursor={first['next']}"))
    assert [one["id"] for one in (*first["reviews"], *second["reviews"])] == held[:1:-1]
    assert second["next"] is None
    assert len(body_of(desk.get("/v1/reviews"))["reviews"]) == 5
    assert "message" not in first["reviews"][0]


@pytest.mark.parametrize(
    ("query", "where"),
    [("state=open", "state"), ("limit=0", "limit"), ("limit=101", "limit"), ("limit=x", "limit"), (f"cursor={'x' * 41}", "cursor")],
    ids=["state", "none", "too many", "no number", "cursor"],
)  # fmt: skip
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_query_not_in_form_is_named(desk: Desk, query, where, lang):
    answer = desk.get(f"/v1/reviews?{query}", **{"accept-language": lang})
    told = body_of(answer)["error"]
    assert (answer.status_code, told["type"]) == (422, "invalid_request_error")
    assert where in told["message"]
    assert ("ありません" in told["message"] or "正しくありません" in told["message"]) == (lang == "ja")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        pytest.param("{", 400, "invalid_request_error", id="no JSON"),
        pytest.param(b"\xff", 400, "invalid_request_error", id="not UTF-8"),
        pytest.param("[]", 422, "invalid_request_error", id="no object"),
        pytest.param("{}", 422, "invalid_request_error", id="nothing"),
        pytest.param('{"facts": ""}', 422, "invalid_request_error", id="empty"),
        pytest.param('{"facts": 3}', 422, "invalid_request_error", id="a number"),
        pytest.param('{"facts": "   "}', 409, "text_missing", id="blank"),
        pytest.param('{"facts": "%s"}' % ("x" * 100_001), 422, "invalid_request_error", id="too long"),
        pytest.param('{"facts": "%s"}' % ("x" * 3_000_000), 413, "request_too_large", id="far too long"),
    ],
)
def test_facts_not_in_form_are_refused_and_nothing_is_shown_of_them(desk: Desk, client, body, status, code):
    review = desk.holds()
    desk.asks(review)
    answer = client.post(
        f"/v1/reviews/{review}/facts",
        body,
        content_type="application/json",
        headers={"x-api-key": desk.key.plain},
    )
    assert (answer.status_code, body_of(answer)["error"]["type"]) == (status, code)
    assert "xxxx" not in answer.content.decode()
    assert body_of(desk.get(f"/v1/reviews/{review}"))["state"] == "facts_asked"


@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_no_address_is_told_in_the_same_shape(db: None, method: str):
    client = Client(enforce_csrf_checks=True)
    answer = getattr(client, method)("/v1/reviews/rev_1/secrets", headers={"accept-language": "ja"})
    assert (answer.status_code, body_of(answer)["error"]["type"]) == (404, "not_found_error")
    assert "アドレスはありません" in body_of(answer)["error"]["message"]


def test_a_program_needs_no_token_against_forgery_from_browsers(desk: Desk):
    review = desk.holds()
    desk.asks(review)
    answer = Client(enforce_csrf_checks=True).post(
        f"/v1/reviews/{review}/facts",
        {"facts": FACTS},
        content_type="application/json",
        headers={"x-api-key": desk.key.plain},
    )
    assert answer.status_code == 200


def test_the_description_tells_of_every_address_and_schema(desk: Desk, client):
    told = body_of(client.get("/v1/openapi.json"))
    paths = {path: set(ways) for path, ways in told["paths"].items() if "reviews" in path}
    assert paths == {
        "/v1/reviews": {"get"},
        "/v1/reviews/{review_id}": {"get"},
        "/v1/reviews/{review_id}/facts": {"post"},
        "/v1/reviews/{review_id}/events": {"get"},
    }
    review = told["components"]["schemas"]["Review"]["properties"]
    assert {"id", "state", "message", "answer", "attestation", "question", "reason"} <= review.keys()
    streamed = told["paths"]["/v1/reviews/{review_id}/events"]["get"]["responses"]["200"]
    assert set(streamed["content"]) == {"text/event-stream"}
