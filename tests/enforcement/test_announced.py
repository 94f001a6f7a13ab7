"""What happens to what is an organisation's own is announced to its programs, where it happens and without content."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from sekisho.base.clock import fixed_clock
from sekisho.base.text import Text
from sekisho.enforcement.actions import impose, lift
from sekisho.enforcement.holds import actions
from sekisho.enforcement.holds.models import Hold
from sekisho.enforcement.types import Measure, Statement, Unit, UnitKind
from sekisho.policy.actions import install_reference
from sekisho.webhooks import actions as webhooks
from sekisho.webhooks.models import Message
from sekisho.webhooks.types import CHOSEN
from tests.enforcement.holds import makers
from tests.enforcement.holds.makers import AT, DRAFT, PROMPT, hold, professional

MINUTE = timedelta(minutes=1)
REASON, QUESTION = "Nobody should take these.", "How old are you?"


@pytest.fixture
def reviewer(cast):
    """Emi, registered as a doctor; Aiko's programs listen to everything."""
    install_reference()
    webhooks.register_endpoint(
        cast.viewer("aiko"),
        cast.atelier.id,
        "https://hooks.example.com",
        frozenset(CHOSEN),
        lookup=lambda *_: ("8.8.8.8",),
    )
    professional(cast.emi.id)
    return cast.viewer("emi")


def clock(minutes):
    return fixed_clock(AT + minutes * MINUTE)


def told():
    """The kinds and data of what was announced, in order."""
    return [(row.kind, row.data) for row in Message.objects.order_by("at", "id")]


def act(reviewer, review, deed, *given, at=1, **more):
    actions.claim(reviewer, review, clock(at))
    getattr(actions, deed)(reviewer, review, *given, **more, clock=clock(at))


@pytest.mark.parametrize(
    ("deed", "given", "more", "kind"),
    [
        pytest.param("release", (), {"agreed": True}, "review.released", id="released"),
        pytest.param(
            "release", ("Ask somebody.",), {"agreed": True}, "review.released", id="released edited"
        ),
        pytest.param("reject", (REASON,), {}, "review.rejected", id="rejected"),
        pytest.param("ask_facts", (QUESTION,), {}, "review.facts_asked", id="asked"),
    ],
)
def test_what_a_professional_decides_is_announced(cast, reviewer, deed, given, more, kind):
    review = hold(1, cast.atelier.id)
    act(reviewer, review, deed, *given, **more)
    [(announced, data)] = told()
    assert announced == kind
    assert (data["id"], data["state"], data["domain"]) == (review, kind.partition(".")[2], "hr_healthcare")
    assert data["url"].endswith(f"/v1/reviews/{review}")
    assert data["url"].startswith("http")
    written = json.dumps(data)
    assert not any(
        words in written for words in (DRAFT, PROMPT, REASON, QUESTION, "Ask somebody", reviewer.id)
    )


def test_each_question_is_announced_and_claims_are_not(cast, reviewer):
    review, key = hold(1, cast.atelier.id), makers.key(cast.atelier.id)
    for round_ in (1, 2):
        act(reviewer, review, "ask_facts", QUESTION, at=round_ * 10)
        actions.add_facts(key, review, "I am 41.", clock(round_ * 10 + 1))
    assert [kind for kind, _ in told()] == ["review.facts_asked"] * 2


def test_an_answer_that_nobody_decided_on_is_announced(cast, reviewer):
    review = hold(1, cast.atelier.id)
    for hour in range(24 * 15):
        actions.tick(fixed_clock(AT + timedelta(hours=hour)))
        if Hold.objects.get(id=review).state == "expired":
            break
    assert [kind for kind, _ in told()] == ["review.expired"]


def test_an_answer_of_which_nothing_was_kept_is_announced_when_it_comes(cast, reviewer):
    hold(1, cast.atelier.id, content={})
    assert [kind for kind, _ in told()] == ["review.expired"]


def test_a_refused_decision_is_not_announced(cast, reviewer):
    review = hold(1, cast.atelier.id)
    actions.claim(reviewer, review, clock(1))
    with pytest.raises(Exception, match="not_agreed"):
        actions.release(reviewer, review, agreed=False, clock=clock(1))
    assert told() == []


def test_restrictions_are_announced_when_they_are_imposed_and_lifted(cast, reviewer):
    unit = Unit(UnitKind.END_USER, "eu_1", cast.atelier.id)
    facts = Text("Scam messages were written.", "詐欺のメッセージが作成されました。")
    until = AT + timedelta(days=2)
    made = impose(
        reviewer, unit, Measure.SUSPENDED, "fraud_predation", until, Statement(facts), clock=clock(0)
    )
    lift(reviewer, made, clock(5))
    (imposed, data), (lifted, _) = told()
    assert (imposed, lifted) == ("restriction.imposed", "restriction.lifted")
    assert (data["id"], data["unit"], data["measure"]) == (made, "eu_1", "suspended")
    assert data["until"] == until.isoformat()
    assert "/statements/" in data["url"]
    assert facts.en not in json.dumps(data)


def test_another_organisation_hears_nothing(cast, reviewer):
    review = hold(1, cast.elsewhere.id)
    act(reviewer, review, "reject", REASON)
    assert told() == []
