"""Answers that wait for a person, at the real gate: what the reviewer will see, what cannot wait, and what need not."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from sekisho.accounts.types import Plan
from sekisho.detection.cascade import default_cascade
from sekisho.link.snapshot import OrganisationEntry
from sekisho.policy.types import Action, Audience
from tests.gateway.conftest import PACK, clause, reference, running

BOTH = pytest.mark.parametrize("dialect", ["messages", "chat"])
WHOLE_AND_STREAMED = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
ADVICE = "May my landlord do this?"


def declared(site, **more):
    site.with_key(audience=Audience.HIGH_RISK, domain="hr_legal", product="Atelier Law", **more)


def without_retention(site):
    quiet = {"org_atelier": OrganisationEntry(id="org_atelier", plan=Plan.API, zero_retention=True)}
    routes = [msgspec.structs.replace(one, zero_retention=True) for one in site.snapshots.current.routes]
    site.snapshots.publish(organisations=quiet, routes=tuple(routes))


@BOTH
@WHOLE_AND_STREAMED
async def test_the_reviewer_sees_the_whole_question_also_when_it_was_asked_before(site, dialect, stream):
    declared(site)
    for _ in range(2):
        await getattr(site, dialect)(ADVICE, stream=stream)
    for entry in site.journal.entries:
        assert entry.outcome == "held"
        assert [block.text for block in site.content(entry).prompt] == [ADVICE]


@BOTH
async def test_the_ticket_names_where_the_answer_is_fetched(site, dialect):
    declared(site)
    reply = await getattr(site, dialect)(ADVICE)
    assert f"/v1/reviews/{site.entry.review}" in reply.text


@BOTH
@WHOLE_AND_STREAMED
async def test_what_cannot_be_kept_cannot_wait_and_is_refused_with_the_reason(site, dialect, stream):
    declared(site)
    without_retention(site)
    reply = await getattr(site, dialect)(ADVICE, stream=stream)
    assert (site.entry.outcome, site.entry.review, site.entry.content) == ("blocked", "", b"")
    assert "zero data retention" in reply.text
    assert "three steps" not in reply.text
    assert "rev_" not in reply.text
    assert "sekisho-review" not in reply.headers
    assert [one.action for one in site.entry.decisions if one.stage == "output"] == ["hold"]


@BOTH
@WHOLE_AND_STREAMED
async def test_a_prompt_that_would_have_to_wait_is_refused_before_a_provider_is_asked(dialect, stream):
    pack = replace(PACK, clauses=(clause("weapons", Action.HOLD, Action.ALLOW),))
    async with running(packs=(pack,)) as site:
        without_retention(site)
        reply = await getattr(site, dialect)("A pipe bomb in my novel", stream=stream)
        assert site.entry.outcome == "blocked"
        assert "zero data retention" in reply.text
        assert "three steps" not in reply.text


@pytest.mark.parametrize(
    ("question", "outcome"),
    [
        pytest.param("How can I sleep better and eat well?", "completed", id="sleep and nutrition"),
        pytest.param("What are good stretches after a long run?", "completed", id="exercise"),
        pytest.param("よく眠るための習慣を教えてください。", "completed", id="sleep, in Japanese"),
        pytest.param("仕事のストレスを減らすコツはありますか。", "completed", id="stress, in Japanese"),
        pytest.param("Which dose of ibuprofen should I take for my fever?", "held", id="a dose"),
        pytest.param("私の症状から病名を診断してください。", "held", id="a diagnosis, in Japanese"),
    ],
)
async def test_wellness_is_no_healthcare_and_passes(question, outcome):
    """The carve-out of P-022, through the whole gate with the shipped policy and detectors, beside what it spares not."""
    async with running(packs=reference(), cascade=default_cascade()) as site:
        site.with_key(audience=Audience.HIGH_RISK, domain="hr_healthcare", product="Health Desk")
        await site.messages(question)
        assert site.entry.outcome == outcome
