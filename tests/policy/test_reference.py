"""What the shipped policy promises: its parts, both languages, the exact scopes, care in a crisis."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from runpy import run_path

import pytest

from sekisho.base.text import LANGS, Text
from sekisho.detection.detectors.scorer import SHIPPED
from sekisho.detection.types import EVERY_CLAUSE, Finding, Outcome, Role
from sekisho.policy.diff import drift
from sekisho.policy.packs import reference_packs
from sekisho.policy.rules import evaluate, unscreened
from sekisho.policy.types import Action, Audience, Clause, Context, FailMode, Pack, Part, StreamMode

CARD = SHIPPED / "card.json"
OLD, NEW = reference_packs()
STANDARDS = (
    *("legal_violation", "critical_infrastructure", "cyber", "weapons", "violence_hate", "privacy_identity"),
    *("child_safety", "psych_harm", "misinformation", "elections", "justice_surveillance", "fraud_predation"),
    *("platform_abuse", "sexual_explicit"),
)
DOMAINS = (
    *("hr_legal", "hr_healthcare", "hr_insurance", "hr_finance", "hr_employment_housing", "hr_academic"),
    "hr_media",
)
GUIDELINES = ("chatbot_disclosure", "minors_products", "agent_use", "connector_directory")
TRIED = [clause for clause in NEW.clauses if clause.part is not Part.GUIDELINE]


def named(clause: Clause) -> str:
    return clause.id


def words_of(clause: Clause) -> str:
    return " ".join(text.en for text in (clause.text, *clause.covers, *clause.spares))


# --- its parts ---


def test_it_has_fourteen_standards_seven_domains_and_four_guidelines() -> None:
    parts = {part: tuple(one.id for one in NEW.clauses if one.part is part) for part in Part}
    assert parts == {Part.STANDARD: STANDARDS, Part.HIGH_RISK: DOMAINS, Part.GUIDELINE: GUIDELINES}


def test_it_is_announced_a_month_before_it_takes_effect_in_japan() -> None:
    assert NEW.announced_at.isoformat() == "2025-08-15T00:00:00+09:00"
    assert NEW.effective_at.isoformat() == "2025-09-15T00:00:00+09:00"
    assert OLD.effective_at < NEW.announced_at


@pytest.mark.parametrize("pack", reference_packs(), ids=lambda pack: pack.version)
def test_every_text_exists_in_both_languages_and_neither_has_drifted(pack: Pack) -> None:
    assert drift(pack) == ()


@pytest.mark.parametrize("clause", NEW.clauses, ids=named)
def test_every_clause_says_what_it_covers_what_it_spares_why_and_what_to_do(clause: Clause) -> None:
    assert clause.covers
    assert clause.spares
    assert all(
        text.in_(lang) for lang in LANGS for text in (clause.title, clause.text, clause.reason, clause.advice)
    )


@pytest.mark.parametrize("clause", TRIED, ids=named)
def test_every_standard_and_domain_has_examples_and_look_alikes_in_both_languages(clause: Clause) -> None:
    for examples in (clause.must_fire, clause.must_not_fire):
        for lang in LANGS:
            assert len([one for one in examples if one.language == lang]) >= 2


@pytest.mark.parametrize("clause", TRIED, ids=named)
def test_every_standard_and_domain_has_a_threshold_a_detector_and_a_language(clause: Clause) -> None:
    assert {"patterns", "scorer", "judge"} <= set(clause.thresholds)
    assert {"en", "ja", "*"} <= set(clause.thresholds["scorer"])


# --- hard clauses ---


def test_hard_are_those_that_can_never_be_excepted() -> None:
    assert {one.id for one in NEW.clauses if one.hard} == {
        "child_safety",
        "weapons",
        "critical_infrastructure",
    }


@pytest.mark.parametrize("clause", [one for one in NEW.clauses if one.hard], ids=named)
def test_a_hard_clause_is_never_only_audited_and_never_skipped(clause: Clause) -> None:
    assert clause.stream is not StreamMode.AUDIT
    assert clause.fail is not FailMode.SKIP


def test_only_answers_that_a_professional_reviews_are_held_back_whole() -> None:
    """Everything else streams (P-052)."""
    assert {one.id for one in NEW.clauses if one.stream is StreamMode.FULL} == set(DOMAINS)


# --- high-risk domains (P-020 to P-023) ---


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_domain_holds_answers_of_a_key_that_declared_it_and_only_records_others(domain: str) -> None:
    """What is asked for counts as much as what is answered: advice is easier to see in the question."""
    finding = [Finding(domain, "patterns")]
    for role in (Role.PROMPT, Role.OUTPUT):
        assert evaluate(NEW, finding, Context(role, "ja", Audience.HIGH_RISK, domain)).action is Action.HOLD
        assert evaluate(NEW, finding, Context(role, "ja")).action is Action.ANNOTATE


@pytest.mark.parametrize(
    ("domain", "scope"),
    [
        pytest.param("hr_legal", ["interpret", "guidance", "legal effect"], id="legal"),
        pytest.param(
            "hr_healthcare",
            ["decisions", "diagnosis", "care", "therapy", "mental health", "medical guidance"],
            id="healthcare",
        ),
        pytest.param(
            "hr_insurance",
            ["underwriting", "claims", "coverage", "health", "life", "property", "disability"],
            id="insurance",
        ),
        pytest.param(
            "hr_finance", ["investment advice", "loans", "eligibility", "creditworthiness"], id="finance"
        ),
        pytest.param(
            "hr_employment_housing",
            ["employ", "screening of cvs", "hiring tools", "leases", "home loans"],
            id="employment and housing",
        ),
        pytest.param(
            "hr_academic",
            ["admission", "evaluating, scoring and ranking", "language proficiency", "professional skill"],
            id="academic",
        ),
        pytest.param("hr_media", ["automatically", "publishing", "outside"], id="media"),
    ],
)
def test_the_scope_of_a_domain_is_the_exact_one(domain: str, scope: list[str]) -> None:
    said = words_of(NEW.clause(domain)).lower()
    assert [word for word in scope if word not in said] == []


def test_wellness_is_not_healthcare() -> None:
    """Sleep, stress, nutrition and exercise are carved out by name, and tried (P-022)."""
    clause = NEW.clause("hr_healthcare")
    for word, in_japanese in [
        ("sleep", "睡眠"),
        ("stress", "ストレス"),
        ("nutrition", "栄養"),
        ("exercise", "運動"),
    ]:
        assert any(word in text.en.lower() and in_japanese in text.ja for text in clause.spares)
    tried = " ".join(example.text for example in clause.must_not_fire)
    assert [
        word for word in ("sleep", "stress", "vegetables", "眠", "運動", "栄養") if word not in tried
    ] == []


# --- care (P-012) ---


@pytest.mark.parametrize("lang", LANGS)
def test_somebody_in_a_crisis_is_never_answered_with_a_bare_refusal(lang) -> None:
    clause = NEW.clause("psych_harm")
    for place in ("0120-279-338", "0120-061-338", "findahelpline.com"):
        assert place in clause.advice.in_(lang)
        assert place in NEW.resources["crisis"].in_(lang)
    care = Text("do not have to face this alone", "ひとりで抱え込む必要はありません")
    assert care.in_(lang) in clause.reason.in_(lang)


def test_the_texts_that_answers_need_are_there() -> None:
    assert {
        "crisis",
        "disclosure",
        "disclosure_high_risk",
        "human_claim_correction",
        "modified",
        "held",
    } <= set(NEW.resources)


# --- claims to be human (P-030) ---


def test_an_answer_that_claims_to_be_human_is_corrected_and_not_withheld() -> None:
    claim = Finding("chatbot_disclosure", "human_claim")
    for audience in Audience:
        assert evaluate(NEW, [claim], Context(Role.OUTPUT, "en", audience)).action is Action.MODIFY
    assert evaluate(NEW, [claim], Context(Role.PROMPT, "en")).action is Action.ALLOW


# --- ordinary traffic passes ---


def test_an_ordinary_question_in_a_language_nobody_measured_passes_and_is_recorded() -> None:
    detectors = ("patterns", "scorer", "injection")
    unmeasured = [Finding(EVERY_CLAUSE, name, Outcome.UNSURE, 0, "language_unmeasured") for name in detectors]
    for role in Role:
        verdict = evaluate(NEW, unmeasured, Context(role, "fr"))
        assert verdict.action is Action.ANNOTATE
        assert {ground.clause for ground in verdict.grounds} == {EVERY_CLAUSE}


@pytest.mark.parametrize("language", ["en", "ja", "fr"])
def test_a_scorer_that_is_broken_does_not_open_the_gate_for_hard_clauses(language: str) -> None:
    broken = [Finding(EVERY_CLAUSE, "scorer", Outcome.ERROR, 0, "unhealthy")]
    assert evaluate(NEW, broken, Context(Role.PROMPT, language)).action is Action.HOLD


def test_pictures_pass_with_a_note_except_in_products_for_minors() -> None:
    general, minors = (Context(Role.PROMPT, "en", one) for one in (Audience.GENERAL, Audience.MINORS))
    assert unscreened(NEW, ["image"], general).action is Action.ANNOTATE
    assert unscreened(NEW, ["image"], minors).action is Action.BLOCK


def test_doubt_counts_as_a_match_in_products_for_minors() -> None:
    band = NEW.clause("violence_hate").thresholds["scorer"]["en"]
    doubt = [Finding("violence_hate", "scorer", score=(band.ask + band.act) / 2)]
    assert evaluate(NEW, doubt, Context(Role.OUTPUT, "en")).action is Action.ANNOTATE
    assert evaluate(NEW, doubt, Context(Role.OUTPUT, "en", Audience.MINORS)).action is Action.BLOCK


def test_a_card_number_is_masked_in_answers_and_recorded_in_prompts() -> None:
    number = [Finding("privacy_identity", "entities", code="card_number")]
    assert evaluate(NEW, number, Context(Role.OUTPUT, "ja")).action is Action.MODIFY
    assert evaluate(NEW, number, Context(Role.PROMPT, "ja")).action is Action.ANNOTATE


def test_a_telephone_number_in_an_answer_is_not_masked() -> None:
    """Least of all a helpline's (P-012)."""
    number = [Finding("privacy_identity", "entities", code="phone_number")]
    assert evaluate(NEW, number, Context(Role.OUTPUT, "ja")).action is Action.ANNOTATE


@pytest.mark.parametrize("pack", reference_packs(), ids=lambda pack: pack.version)
def test_the_scorers_thresholds_are_those_that_were_measured(pack: Pack, root: Path) -> None:
    """`tools/policy_thresholds.py` writes them from the model card (P-043), above every look-alike of the pack."""
    raised = run_path(str(root / "tools" / "policy_thresholds.py"))["above_look_alikes"]
    measured = raised(pack, json.loads(CARD.read_text("utf-8"))["thresholds"])
    for clause in pack.clauses:
        said = {lang: (one.act, one.ask) for lang, one in clause.thresholds.get("scorer", {}).items()}
        card = measured.get(clause.id, {}) if said else {}
        assert said == {lang: (round(one["act"], 4), round(one["ask"], 4)) for lang, one in card.items()}


def test_doubt_of_the_scorer_about_a_hard_clause_asks_a_judge_and_stops_nobody() -> None:
    clause = NEW.clause("weapons")
    band = clause.thresholds["scorer"]["en"]
    verdict = evaluate(NEW, [Finding("weapons", "scorer", score=band.ask)], Context(Role.PROMPT, "en"))
    assert (verdict.action, verdict.asks_judge) == (Action.ANNOTATE, ("weapons",))


def test_examples_are_short_and_belong_to_one_clause_only() -> None:
    for one, other in combinations(TRIED, 2):
        shared = {example.text for example in one.must_fire} & {example.text for example in other.must_fire}
        assert not shared
    assert max(len(example.text) for clause in TRIED for example in clause.must_fire) <= 120
