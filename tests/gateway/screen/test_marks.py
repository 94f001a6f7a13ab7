"""Whatever the shipped entity rules find has its own words in its place, in both languages."""

from __future__ import annotations

import pytest

from sekisho.detection.detectors import entities
from sekisho.gateway.screen.marks import mark
from sekisho.policy.types import Action, Ground, Severity
from tests.gateway.screen import world

CODES = sorted({rule.code for rule in (*entities.SECRETS, *entities.PEOPLE)})


def said(code: str, language: str) -> str:
    ground = Ground("privacy", Action.MODIFY, Severity.HIGH, "entities", "1", code, 1.0, 1.0, "match")
    return mark(world.pack(), ground, language)


@pytest.mark.parametrize("code", CODES)
def test_every_entity_has_its_own_mark(code):
    general = (said("unheard_of", "en"), said("unheard_of", "ja"))
    words = (said(code, "en"), said(code, "ja"))
    assert words[0] != words[1]
    assert not set(words) & set(general)
    assert all(one.startswith("[") for one in words)


def test_no_two_kinds_share_a_mark_but_credentials():
    kinds = {said(code, "ja"): "secret" if code.startswith("secret_") else code for code in CODES}
    assert len(kinds) == len({"secret" if code.startswith("secret_") else code for code in CODES})
