"""Thumbs down from a product: taken in for any key, followed by that key alone, and read only where it was agreed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from sekisho.accounts import actions as accounts
from sekisho.enforcement.review import actions
from sekisho.enforcement.review.models import Case
from sekisho.enforcement.review.rules import queue
from sekisho.enforcement.review.types import Answer, Note, Verdict
from sekisho.policy.actions import install_reference
from tests.cast import Cast

GIVEN = {
    "request_id": "req_1",
    "category": "inaccurate",
    "text": "The year is wrong.",
    "attach_conversation": True,
}


class Product:
    """A product that holds a key."""

    def __init__(self, cast: Cast, who: str = "aiko", organisation: str = "atelier") -> None:
        made = accounts.create_key(cast.viewer(who), getattr(cast, organisation).id, "Shop")
        self.key, self.client = made.view, Client(headers={"x-api-key": made.plain})

    def post(self, **given: Any) -> tuple[int, Any]:
        answer = self.client.post("/v1/reports", GIVEN | given, content_type="application/json")
        return answer.status_code, json.loads(answer.content)

    def get(self, report: str, lang: str = "en") -> tuple[int, Any]:
        answer = self.client.get(f"/v1/reports/{report}", headers={"accept-language": lang})
        return answer.status_code, json.loads(answer.content)


@pytest.fixture
def product(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Product:
    install_reference()
    monkeypatch.setattr(queue, "BLIND_RATE", 0.0)
    return Product(cast)


def test_a_report_is_taken_in_and_followed(product: Product, cast: Cast) -> None:
    status, told = product.post()
    assert status == 201
    assert told["reference"].startswith("R-")
    assert "/reports/" in told["link"]
    assert Client().get(told["link"].partition("8080")[2]).status_code == 200
    status, seen = product.get(told["id"])
    assert (status, seen["state"], seen["outcome"], seen["appeal"]) == (200, "received", None, None)
    row = Case.objects.get(id=told["id"])
    assert (row.about_kind, row.about_id, row.agreed, row.organisation) == (
        "turn",
        "req_1",
        True,
        cast.atelier.id,
    )


def test_the_outcome_is_told_in_both_languages_with_a_way_to_appeal(product: Product, cast: Cast) -> None:
    _, told = product.post()
    emi = cast.viewer("emi")
    actions.take(emi, told["id"])
    actions.decide(emi, told["id"], Answer(Verdict.NO_VIOLATION, note=Note.QUALITY))
    _, seen = product.get(told["id"])
    assert (seen["state"], seen["outcome"]) == ("decided", "no_violation")
    assert "/appeals/new/" in seen["appeal"]
    assert "improve answers" in seen["message"]["en"]
    assert "改善" in seen["message"]["ja"]


def test_only_the_key_that_reported_follows_it(product: Product, cast: Cast) -> None:
    _, told = product.post()
    other = Product(cast, "chie", "elsewhere")
    assert other.get(told["id"])[0] == product.get("case_unknown")[0] == 404


def test_what_is_not_known_is_taken_in_and_says_nothing_of_others(product: Product) -> None:
    assert product.post(request_id="req_of_somebody_else")[0] == product.post()[0] == 201


@pytest.mark.parametrize(
    ("given", "where"),
    [
        pytest.param({"category": "boring"}, "category", id="unknown category"),
        pytest.param({"text": "x" * 10_001}, "text", id="a book"),
        pytest.param({"request_id": "req 1; drop"}, "request_id", id="an id that is none"),
        pytest.param({"request_id": ""}, "", id="about nothing"),
    ],
)
def test_what_is_not_in_form_is_told_where_and_not_what(
    given: dict[str, str], where: str, product: Product
) -> None:
    status, told = product.post(**given)
    assert status in (400, 422)
    assert where in told["error"]["message"]
    assert "boring" not in str(told)
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("message", "about"),
    [
        pytest.param(
            "msg_01m84db1gbq7x7g5p0r2p8aaw5", ("turn", "req_01m84db1gbq7x7g5p0r2p8aaw5"), id="the gate's own"
        ),
        pytest.param("chatcmpl-1", ("message", "chatcmpl-1"), id="a provider's"),
    ],
)
def test_a_message_can_be_named_instead(message: str, about: tuple[str, str], product: Product) -> None:
    _, told = product.post(request_id="", message_id=message)
    row = Case.objects.get(id=told["id"])
    assert (row.about_kind, row.about_id) == about


def test_without_a_key_nothing_is_taken_in() -> None:
    assert Client().post("/v1/reports", GIVEN, content_type="application/json").status_code == 401


def test_a_thumb_without_words_is_a_report(product: Product) -> None:
    assert product.post(text="")[0] == 201
