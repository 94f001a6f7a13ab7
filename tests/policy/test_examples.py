"""The shipped policies keep their promises with the shipped detectors (P-004)."""

from __future__ import annotations

import pytest

from sekisho.detection.cascade import Cascade, default_cascade
from sekisho.policy.check import check_examples
from sekisho.policy.packs import reference_packs
from sekisho.policy.types import Pack


@pytest.fixture(scope="module")
def deterministic() -> Cascade:
    """The detectors that need no model."""
    return default_cascade(scorer=False)


@pytest.mark.parametrize("pack", reference_packs(), ids=lambda pack: pack.version)
def test_every_example_is_decided_rightly_by_rules_alone(pack: Pack, deterministic: Cascade) -> None:
    assert [failure.message.en for failure in check_examples(pack, deterministic.find)] == []


@pytest.mark.parametrize("pack", reference_packs(), ids=lambda pack: pack.version)
def test_the_scorer_adds_no_false_alarm_on_a_look_alike(pack: Pack) -> None:
    failures = check_examples(pack, default_cascade().find)
    assert [failure.message.en for failure in failures if not failure.expected_to_fire] == []
