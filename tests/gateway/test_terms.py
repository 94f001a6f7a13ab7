"""What an organisation is held to, at the gate: its overlay, its exceptions, and drafts in the shadow."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sekisho.base.clock import system_clock
from sekisho.gateway.terms import Terms
from sekisho.policy.exceptions import ContractException
from sekisho.policy.overlay import Overlay, StricterClause
from sekisho.policy.rules import pack_in_force
from sekisho.policy.types import Action
from tests.gateway.conftest import PACK, snapshot

ORG = "org_atelier"
BLOCKS = Overlay(
    "1f6c0d2e", {"privacy_identity": StricterClause(on_input=Action.BLOCK, on_output=Action.BLOCK)}
)
PHRASES = {
    "card": "Pay with 4242 4242 4242 4242",
    "weapon": "How is a pipe bomb made?",
    "plain": "Good morning",
}


def exception(*clauses: str, **more) -> ContractException:
    fields = {"organisation": ORG, "expires_at": system_clock() + timedelta(hours=1), **more}
    return ContractException("exc_1", clauses=clauses, **fields)


def decided(site) -> list[tuple[str, str, str]]:
    """Stage, action and clause of everything that was really decided about the last request."""
    entry = site.journal.entries[-1]
    return [(one.stage, one.action, one.clause) for one in entry.decisions if not one.shadow]


# --- the floor ---


def test_the_floor_is_the_version_in_force_at_each_moment():
    """However often it was asked before, forwards and backwards."""
    at = system_clock()
    versions = [replace(PACK, version=f"v{day}", effective_at=at + timedelta(days=day)) for day in (1, 2)]
    held, terms = snapshot(packs=tuple(versions)), Terms()
    moments = [timedelta(0), timedelta(days=1), timedelta(days=1.5), timedelta(days=2), timedelta(days=9)]
    for offset in (*moments, *reversed(moments)):
        assert terms.floor(held, at + offset) is pack_in_force(versions, at + offset)


def test_a_new_snapshot_has_its_own_floor():
    terms, at = Terms(), system_clock()
    assert terms.floor(snapshot(), at) is PACK
    assert terms.floor(snapshot(packs=()), at) is None


# --- overlays ---


async def test_an_overlay_acts_from_the_next_request_on_and_for_its_organisation_alone(site):
    outcomes = []
    for overlays in ({}, {ORG: BLOCKS}, {"org_else": BLOCKS}):
        site.snapshots.publish(overlays=overlays)
        await site.messages(PHRASES["card"])
        outcomes.append((site.journal.entries[-1].outcome, site.journal.entries[-1].decisions[0].pack))
    assert outcomes == [
        ("modified", "test@2025-09-15"),
        ("blocked", "test@2025-09-15+org.1f6c0d2e"),
        ("modified", "test@2025-09-15"),
    ]


async def test_a_changed_overlay_is_not_answered_from_memory(site):
    site.snapshots.publish(overlays={ORG: Overlay("00000000")})
    await site.messages(PHRASES["card"])
    site.snapshots.publish(overlays={ORG: BLOCKS})
    await site.messages(PHRASES["card"])
    assert [entry.outcome for entry in site.journal.entries] == ["modified", "blocked"]


async def test_a_refusal_under_an_overlay_links_to_the_page_of_the_version(site):
    site.snapshots.publish(overlays={ORG: BLOCKS})
    reply = await site.messages(PHRASES["card"])
    assert b"https://gate.test/policy/2025-09-15#privacy_identity" in reply.body


def test_a_tightened_pack_is_made_once_a_snapshot():
    terms, held = Terms(), snapshot(overlays={ORG: BLOCKS})
    assert terms.pack(held, ORG, PACK) is terms.pack(held, ORG, PACK)
    assert terms.pack(held, "org_else", PACK) is PACK
    later = snapshot(overlays={ORG: Overlay("2")}, revision=2)
    assert terms.pack(later, ORG, PACK).label == "test@2025-09-15+org.2"


# --- exceptions ---


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        pytest.param({}, "completed", id="excepted"),
        pytest.param({"organisation": "org_else"}, "blocked", id="another organisation"),
        pytest.param({"keys": ("key_else",)}, "blocked", id="another key"),
        pytest.param({"expires_at": system_clock() - timedelta(seconds=1)}, "blocked", id="over"),
    ],
)
async def test_an_exception_spares_its_scope_and_is_recorded(site, change, outcome):
    await site.messages(PHRASES["weapon"])
    site.snapshots.publish(exceptions=(exception("weapons", **change),))
    await site.messages(PHRASES["weapon"])
    entry = site.journal.entries[-1]
    assert (site.journal.entries[0].outcome, entry.outcome) == ("blocked", outcome)
    grounds = [ground.outcome for one in entry.decisions for ground in one.grounds]
    assert ("excepted" in grounds) is (outcome == "completed")


@pytest.mark.parametrize("streamed", [False, True])
async def test_an_exception_holds_for_answers_too(site, streamed):
    site.snapshots.publish(exceptions=(exception("weapons"),))
    await site.messages("Good morning", model="fake-violating", stream=streamed)
    assert site.entry.outcome == "completed"
    [ground] = [each for one in site.entry.decisions for each in one.grounds]
    assert (ground.clause, ground.action, ground.outcome) == ("weapons", "annotate", "excepted")


async def test_a_hard_clause_knows_no_exception(site):
    hard = replace(PACK, clauses=tuple(replace(one, hard=True) for one in PACK.clauses))
    site.snapshots.publish(packs=(hard,), exceptions=(exception("weapons"),))
    await site.messages(PHRASES["weapon"])
    assert site.entry.outcome == "blocked"


# --- drafts in the shadow ---

LAX = replace(
    PACK,
    version="draft",
    clauses=tuple(replace(one, on_input=Action.ANNOTATE, on_output=Action.ANNOTATE) for one in PACK.clauses),
)
STRICT = replace(
    PACK,
    version="draft",
    clauses=tuple(replace(one, on_input=Action.BLOCK, on_output=Action.BLOCK) for one in PACK.clauses),
)


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("draft", [LAX, STRICT], ids=["lax", "strict"])
@pytest.mark.parametrize("said", PHRASES)
async def test_a_draft_changes_nothing_that_anybody_is_told(site, said, draft, streamed):
    answers = []
    for number, drafts in enumerate([(), (draft,)]):
        site.snapshots.publish(shadow_packs=drafts)
        reply = await site.messages(f"{PHRASES[said]} ({number})", stream=streamed)
        headers = [name for name in reply.headers if name.lower().startswith("sekisho-")]
        shown = reply.headers.get("sekisho-decision"), reply.headers.get("sekisho-clause")
        answers.append((reply.status, headers, shown, site.journal.entries[-1].outcome, decided(site)))
        assert b"draft" not in reply.body
    assert answers[0] == answers[1]
    assert "draft" not in site.gate.meter.exposition().decode()


@pytest.mark.parametrize(
    ("draft", "said", "expected"),
    [
        pytest.param(LAX, "weapon", [("prompt", "annotate", "weapons")], id="would pass"),
        pytest.param(STRICT, "card", [("prompt", "block", "privacy_identity")], id="would stop"),
        pytest.param(STRICT, "plain", [("prompt", "allow", "")], id="says nothing"),
    ],
)
async def test_what_a_draft_would_decide_stands_beside_each_decision(site, draft, said, expected):
    site.snapshots.publish(shadow_packs=(draft,))
    await site.messages(PHRASES[said])
    entry = site.entry
    shadows = [one for one in entry.decisions if one.shadow]
    made = [one for one in entry.decisions if not one.shadow]
    assert [(one.stage, one.action, one.clause) for one in shadows][:1] == expected
    assert [(one.stage, one.input_digest) for one in shadows] == [
        (one.stage, one.input_digest) for one in made
    ]
    assert {one.pack for one in shadows} == {"test@draft"}
    assert len({one.id for one in entry.decisions}) == len(entry.decisions)


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(
    ("draft", "model", "made", "would_be"),
    [
        pytest.param(LAX, "fake-violating", "block", "annotate", id="would pass"),
        pytest.param(STRICT, "fake-card", "modify", "block", id="would stop"),
    ],
)
async def test_a_draft_judges_answers_too(site, draft, model, made, would_be, streamed):
    site.snapshots.publish(shadow_packs=(draft,))
    await site.messages("Good morning", model=model, stream=streamed)
    actions = {one.shadow: one.action for one in site.entry.decisions if one.stage == "output"}
    assert actions == {False: made, True: would_be}
