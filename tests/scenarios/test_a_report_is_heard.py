"""Somebody presses thumbs down in a product. A person looks at it, and the one who pressed is told what became of it."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest
from django.test import Client

from sekisho.accounts import actions as accounts
from sekisho.accounts.types import Plan, Viewer, system
from sekisho.audit import queries as audit
from sekisho.enforcement import queries as enforcement
from sekisho.enforcement.actions import record_decisions
from sekisho.enforcement.review.rules import queue
from sekisho.enforcement.types import DecisionRecord
from sekisho.policy.actions import install_reference
from sekisho.records.actions import store_turns
from sekisho.records.types import Part, Stamp, StoredBlock, TurnRecord
from tests.cast import Cast
from tests.enforcement.review.conftest import AT, PACK

ASKED = "When was the bridge opened?"
ANSWERED = "The bridge was opened in 1874. Ask ben@example.test."


@pytest.fixture(autouse=True)
def _nobody_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """One case in twenty waits for a second person. These stories are told of the others."""
    monkeypatch.setattr(queue, "BLIND_RATE", 0.0)


def asked(cast: Cast, key: str) -> None:
    """Let a question have been answered at the gate."""
    org = cast.atelier.id
    content = {
        Part.PROMPT: (StoredBlock("user", "text", ASKED),),
        Part.ANSWER: (StoredBlock("assistant", "text", ANSWERED),),
    }
    stamp = Stamp(Plan.API, "fake", False, AT)
    store_turns(
        [
            TurnRecord(
                "req_bridge",
                org,
                key,
                stamp,
                AT,
                "gate-1",
                "anthropic",
                "messages",
                "completed",
                200,
                content=content,
            )
        ]
    )
    record_decisions(
        [DecisionRecord("dec_bridge", "req_bridge", org, key, "", AT, "output", "allow", PACK, language="en")]
    )


@pytest.mark.parametrize(
    ("verdict", "told", "may_appeal"),
    [
        pytest.param("no_violation", "利用ポリシーの違反は認められませんでした", True, id="not acted on"),
        pytest.param("violation", "違反していると判断しました", False, id="acted on"),
    ],
)
def test_a_thumbs_down_is_looked_at_by_a_person_and_its_outcome_is_told(
    verdict: str, told: str, may_appeal: bool, cast: Cast
) -> None:
    install_reference()
    made = accounts.create_key(cast.viewer("aiko"), cast.atelier.id, "Guide to the town")
    asked(cast, made.view.id)

    product = Client(headers={"x-api-key": made.plain})
    report = {
        "request_id": "req_bridge",
        "category": "inaccurate",
        "text": "開通は1884年です。",
        "attach_conversation": True,
        "language": "ja",
    }
    receipt = json.loads(product.post("/v1/reports", report, content_type="application/json").content)
    page = urlsplit(receipt["link"]).path
    visitor = Client(headers={"accept-language": "ja"})
    assert "受付済み" in visitor.get(page).content.decode()

    emi = Client(headers={"accept-language": "ja"})
    emi.force_login(cast.emi)
    case = emi.post("/staff/review/next")["Location"]
    assert case == f"/staff/review/cases/{receipt['id']}"
    shown = emi.get(case).content.decode()
    assert "開通は1884年です。" in shown
    assert "1874" in shown
    assert "ben@example.test" not in shown
    answer = {
        "verdict": verdict,
        "clause": "misinformation" if verdict == "violation" else "",
        "note": "quality",
    }
    assert emi.post(case, answer).status_code == 302

    outcome = visitor.get(page).content.decode()
    assert told in outcome
    assert receipt["reference"] in outcome
    assert ("/appeals/new/" in outcome) is may_appeal
    seen = json.loads(product.get(f"/v1/reports/{receipt['id']}").content)
    assert (seen["state"], seen["outcome"]) == ("decided", verdict)
    assert "1884" not in everything_logged(system("test"))
    assert not enforcement.restrictions(system("test"), cast.atelier.id, AT)


def everything_logged(viewer: Viewer) -> str:
    return "".join(str(entry) for entry in audit.entries(viewer))


def test_a_refusal_to_act_leads_to_the_appeals_desk(cast: Cast) -> None:
    install_reference()
    made = accounts.create_key(cast.viewer("aiko"), cast.atelier.id, "Guide to the town")
    product = Client(headers={"x-api-key": made.plain})
    given = {"request_id": "req_1", "category": "biased", "text": "Only one side is told."}
    receipt = json.loads(product.post("/v1/reports", given, content_type="application/json").content)
    emi = Client()
    emi.force_login(cast.emi)
    case = emi.post("/staff/review/next")["Location"]
    emi.post(case, {"verdict": "no_violation"})
    seen = json.loads(product.get(f"/v1/reports/{receipt['id']}").content)
    assert Client().get(urlsplit(seen["appeal"]).path).status_code == 200
