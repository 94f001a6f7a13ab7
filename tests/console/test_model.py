"""Staff see the card of the model in force: how well it does, where it must not be trusted, what it is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from django.utils import translation

from sekisho.console import words
from sekisho.console.model import UNSEEN, WORST
from sekisho.detection.card import Card, write_card
from sekisho.detection.train import headlines, held_back
from tests.cast import Cast
from tests.console.conftest import client_of
from tests.detection.cards import ONE_STEP, SECOND, TWO_STEPS

pytestmark = pytest.mark.usefixtures("policy", "shipped")
Ship = Callable[[Card], None]


@pytest.fixture
def shipped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Ship:
    """Have a card shipped; the one of two steps unless a test says otherwise."""
    monkeypatch.setattr("sekisho.detection.detectors.scorer.SHIPPED", tmp_path)

    def ship(card: Card) -> None:
        write_card(tmp_path, card)

    ship(TWO_STEPS)
    return ship


def page(cast: Cast, lang: str = "en", who: str = "emi") -> str:
    return client_of(cast, who, lang).get("/staff/model").content.decode()


def test_it_says_which_model_it_is_and_what_it_was_made_from(cast: Cast) -> None:
    shown = page(cast)
    facts = (TWO_STEPS.name, TWO_STEPS.version, TWO_STEPS.digest, TWO_STEPS.data_digest, SECOND.data_digest)
    for fact in (*facts, *SECOND.digests.values(), TWO_STEPS.sources[0].name):
        assert fact in shown


def test_whether_it_tells_violations_comes_first_drawn_and_in_numbers(cast: Cast) -> None:
    shown = page(cast)
    first = shown[shown.index("<h1>") : shown.index('id="limits"')]
    told = TWO_STEPS.headlines[0]
    assert "0.910 (0.890–0.920)" in first
    assert "43.2 % (40.0–45.7)" in first
    assert "0.045" in first
    assert "1,234 / 2,500" in first
    assert first.count('class="interval"') == 2 * len(
        [one for one in TWO_STEPS.headlines if one.source == "*"]
    )
    assert f'width="{100 * told.auroc.value:g}"' in first
    assert 'd="M50 0V16" class="mark"' in first  # chance


def test_limits_come_before_the_details(cast: Cast) -> None:
    shown = page(cast)
    places = [shown.index(f'id="{name}"') for name in ("headlines", "limits", "second", "together", "facts")]
    assert places == sorted(places)


def test_it_says_how_often_the_second_step_reads_and_what_it_never_sees(cast: Cast) -> None:
    shown = page(cast)
    second = shown[shown.index('id="second"') : shown.index('id="by-source"')]
    for share in ("12.3 %", "6.7 %", "4.5 %", "8.9 %"):
        assert share in second


def test_a_model_of_one_step_says_so_and_names_no_network(cast: Cast, shipped: Ship) -> None:
    shipped(ONE_STEP)
    shown = page(cast)
    assert "the quick step alone" in shown
    assert "Both steps" not in shown
    assert "reader.onnx" not in shown
    assert "Here both steps" not in shown


def test_a_model_without_headlines_still_has_its_page(cast: Cast, shipped: Ship) -> None:
    shipped(replace(TWO_STEPS, headlines=()))
    shown = page(cast)
    assert 'id="headlines"' not in shown
    assert 'id="limits"' in shown


def test_sources_come_worst_first_and_only_the_worst_unfolded(cast: Cast) -> None:
    english, japanese = client_of(cast, "emi").get("/staff/model").context["by_source"]
    assert [line.source for line in english.worst] == [f"source_{at}" for at in (1, 2, 3, 5, 7)]
    assert [line.source for line in english.others] == ["source_8", "source_9"]
    assert len(english.worst) == WORST
    assert ([line.source for line in japanese.worst], japanese.others) == (["source_ja"], ())


def test_every_line_of_the_card_is_there_with_its_interval(cast: Cast) -> None:
    shown = page(cast)
    clauses = shown[shown.index('id="together"') :]
    assert clauses.count('class="interval"') == len(TWO_STEPS.metrics) + 2 * len(TWO_STEPS.blocked)


def test_what_no_source_was_seen_of_comes_first(cast: Cast) -> None:
    response = client_of(cast, "emi").get("/staff/model")
    assert response.context["measured"][0].on == UNSEEN


def test_clauses_and_limits_are_in_the_readers_language(cast: Cast) -> None:
    shown = page(cast, "ja")
    assert "武器を開発しない" in shown
    assert "皮肉はあまり分からず" in shown
    assert not [limit for limit in TWO_STEPS.limits if limit in shown]


def test_all_that_the_training_says_in_words_is_known_in_japanese() -> None:
    said = {TWO_STEPS.calibrated_by, SECOND.calibrated_by, *TWO_STEPS.limits}
    assert said == set(words.CARD)
    with translation.override("ja"):
        assert not [one for one in said if words.word(words.CARD, one) == one]


def test_every_set_that_models_are_measured_on_has_its_name_and_meaning() -> None:
    sets = {headlines.UNSEEN, held_back.AUTHOR, held_back.DEV}
    assert headlines.UNSEEN == UNSEEN
    assert set(words.MEASURED_ON) == set(words.MEASURED_ON_MEANINGS) == sets


@pytest.mark.parametrize("who", ["daiki", "emi", "fumi"])
def test_all_staff_may_see_it_and_are_led_there(who: str, cast: Cast) -> None:
    assert 'href="/staff/model"' in page(cast, who=who)


def test_the_page_stands_when_there_is_no_model(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sekisho.detection.detectors.scorer.SHIPPED", tmp_path / "elsewhere")
    assert "cannot be read" in page(cast)


@pytest.mark.usefixtures("db")
def test_without_a_policy_clauses_go_by_their_ids(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sekisho.policy.queries.version_at", lambda at: None)
    assert "weapons" in page(cast)
