"""Products for minors: a statement first, doubt counts, and what is refused is said with kindness (P-031)."""

from __future__ import annotations

from pathlib import Path

import pytest

from sekisho.accounts.types import Plan
from sekisho.detection.types import Finding, Role
from sekisho.link.snapshot import OrganisationEntry
from sekisho.policy.rules import evaluate
from sekisho.policy.types import Action, Audience, Context
from tests.gateway.conftest import reference, running

PAGE = Path(__file__).parents[2] / "docs" / "rules" / "minors.md"
REFERENCE = reference()
NOW = REFERENCE[-1]


def rows() -> list[list[str]]:
    lines = PAGE.read_text("utf-8").splitlines()
    begin = lines.index("| key declared for | statement | a request is answered |") + 2
    table = lines[begin : lines.index("", begin)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


@pytest.mark.parametrize("dialect", ["messages", "chat"])
@pytest.mark.parametrize(("audience", "stated", "status"), rows())
async def test_a_key_for_minors_needs_its_organisations_statement(audience, stated, status, dialect):
    atelier = OrganisationEntry("org_atelier", Plan.API, minors_statement=stated == "in force")
    async with running(organisations={"org_atelier": atelier}) as site:
        site.with_key(audience=Audience(audience))
        reply = await getattr(site, dialect)("Hi")
    assert reply.status == int(status)
    if status == "403":
        assert "Use cases" in reply.json["error"]["message"]
        assert not site.fake.seen


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize(
    ("audience", "prompt", "is_guided"),
    [
        pytest.param(Audience.MINORS, "A pipe bomb?", True, id="minors, a prompt"),
        pytest.param(Audience.MINORS, "[fake:violating] Hello", True, id="minors, an answer"),
        pytest.param(Audience.GENERAL, "A pipe bomb?", False, id="others"),
    ],
)
async def test_a_refusal_guides_young_people_in_plain_words(audience, prompt, is_guided, stream):
    async with running() as site:
        site.with_key(audience=audience)
        reply = await site.messages(prompt, stream=stream)
    assert ("a grown-up you trust" in reply.text) is is_guided


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_shipped_words_are_there_in_both_languages(language):
    assert NOW.resources["minors_guidance"].in_(language)


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("role", [Role.PROMPT, Role.OUTPUT])
@pytest.mark.parametrize("clause", ["sexual_explicit", "psych_harm", "violence_hate"])
def test_sex_self_harm_and_violence_act_for_minors_where_others_are_asked_about(clause, role, language):
    found = NOW.clause(clause)
    band = found.thresholds["scorer"][language]
    doubt = [Finding(clause, "scorer", score=band.ask)]
    measure = found.on_input if role is Role.PROMPT else found.on_output
    minors = evaluate(NOW, doubt, Context(role, language, Audience.MINORS))
    others = evaluate(NOW, doubt, Context(role, language))
    assert band.ask < band.act
    assert (minors.action, minors.grounds[0].outcome) == (measure, "match")
    assert others.action < Action.HOLD
