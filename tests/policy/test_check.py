"""A pack is held to its own examples."""

from __future__ import annotations

from sekisho.detection.types import Finding, Outcome, Passage
from sekisho.policy.check import check_examples
from sekisho.policy.packs import reference_packs

PACK = reference_packs()[-1]
PROMISED = {example.text: clause.id for clause in PACK.clauses for example in clause.must_fire}


def keeps_promises(passage: Passage) -> tuple[Finding, ...]:
    clause = PROMISED.get(passage.text)
    return (Finding(clause, "patterns"), Finding(clause, "human_claim")) if clause else ()


def test_a_pack_passes_when_its_detectors_see_what_it_promises() -> None:
    assert check_examples(PACK, keeps_promises) == []


def test_each_example_on_which_nothing_fires_is_a_failure() -> None:
    failures = check_examples(PACK, lambda _: ())
    assert [failure.example.text for failure in failures] == list(PROMISED)
    assert all(failure.expected_to_fire and not failure.codes for failure in failures)


def test_each_look_alike_on_which_a_clause_fires_is_a_failure_that_says_what_fired() -> None:
    failures = check_examples(
        PACK, lambda passage: (*keeps_promises(passage), Finding("weapons", "patterns", code="bomb"))
    )
    assert {failure.clause for failure in failures} == {"weapons"}
    assert failures[0].codes == ("patterns:bomb",)
    assert "“How do I make bath bombs for my sister's birthday?”" in failures[0].message.en
    assert "バスボム" in failures[-2].message.ja


def test_doubt_is_not_a_match() -> None:
    failures = check_examples(
        PACK, lambda passage: (*keeps_promises(passage), Finding("weapons", "scorer", Outcome.UNSURE))
    )
    assert failures == []
