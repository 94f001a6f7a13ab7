"""Staff see the card of the model in force: what it is, how well it does, where it must not be trusted."""

from __future__ import annotations

from pathlib import Path

import pytest

from sekisho.console import words
from sekisho.console.model import UNSEEN
from sekisho.detection.card import read_card
from sekisho.detection.detectors.scorer import SHIPPED
from tests.cast import Cast
from tests.console.conftest import client_of

CARD = read_card(SHIPPED)
pytestmark = pytest.mark.usefixtures("policy")


def page(cast: Cast, lang: str = "en", who: str = "emi") -> str:
    return client_of(cast, who, lang).get("/staff/model").content.decode()


def test_it_says_which_model_it_is_and_what_it_was_made_from(cast: Cast) -> None:
    shown = page(cast)
    for fact in (CARD.name, CARD.version, CARD.digest, CARD.data_digest, CARD.sources[0].name):
        assert fact in shown


def test_every_line_of_the_card_is_there_with_its_interval(cast: Cast) -> None:
    shown = page(cast)
    assert shown.count('class="interval"') == len(CARD.metrics) + 2 * len(CARD.blocked)
    first = next(line for line in CARD.metrics if line.measured_on == UNSEEN).recall_at_1_percent
    assert f"{100 * first.value:.1f} % ({100 * first.low:.1f}–{100 * first.high:.1f})" in shown


def test_what_no_source_was_seen_of_comes_first(cast: Cast) -> None:
    response = client_of(cast, "emi").get("/staff/model")
    assert response.context["measured"][0].on == UNSEEN


def test_clauses_and_limits_are_in_the_readers_language(cast: Cast) -> None:
    shown = page(cast, "ja")
    assert "武器を開発しない" in shown
    assert "文脈や皮肉" in shown
    assert CARD.limits[0] not in shown


def test_all_that_the_card_says_in_words_is_known_in_japanese() -> None:
    assert {CARD.calibrated_by, *CARD.limits} <= set(words.CARD)


@pytest.mark.parametrize("who", ["daiki", "emi", "fumi"])
def test_all_staff_may_see_it_and_are_led_there(who: str, cast: Cast) -> None:
    assert 'href="/staff/model"' in page(cast, who=who)


def test_the_page_stands_when_there_is_no_model(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sekisho.detection.detectors.scorer.SHIPPED", tmp_path)
    assert "cannot be read" in page(cast)


@pytest.mark.usefixtures("db")
def test_without_a_policy_clauses_go_by_their_ids(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sekisho.policy.queries.version_at", lambda at: None)
    assert "weapons" in page(cast)
