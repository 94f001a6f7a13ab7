"""How far the scorer goes is said in one word, and is the same for gates, `sekisho check` and `sekisho doctor`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from sekisho.base import settings
from sekisho.base.errors import SekishoError
from sekisho.base.text import LANGS, Lang
from sekisho.cli import check, doctor, score
from sekisho.cli.eval import command as eval_command
from sekisho.cli.judging import HOW_FAR
from sekisho.detection import cascade
from sekisho.detection.cascade import Cascade, default_cascade
from sekisho.detection.detectors.scorer import Step
from sekisho.gateway import server

STEPS = [step.value for step in Step]


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The steps with which the shipped detectors were made."""
    made: list[str] = []

    def cascade_of(scorer: bool = True, step: str = "doubt") -> Cascade:
        made.append(step)
        return default_cascade(scorer=False)

    for module in (cascade, check, server):
        monkeypatch.setattr(module, "default_cascade", cascade_of)
    return made


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda folder: server.make_gate(folder), id="a gate"),
        pytest.param(
            lambda folder: CliRunner().invoke(check.command, ["hello"], catch_exceptions=False), id="check"
        ),
        pytest.param(lambda folder: doctor.check_detectors(), id="doctor"),
    ],
)
def test_the_setting_says_how_far(
    make: Callable[[Path], object],
    step: str,
    steps: list[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("SEKISHO_SCORER_STEP", step)
    make(tmp_path)
    assert steps == [step]


def test_unless_told_otherwise_only_what_is_in_doubt_is_read_again(steps: list[str]) -> None:
    assert settings.text("scorer_step") == Step.DOUBT
    doctor.check_detectors()
    assert steps == [Step.DOUBT]


@pytest.mark.parametrize(
    ("has_scorer", "tells"), [pytest.param("1", True, id="with"), pytest.param("0", False, id="without")]
)
def test_the_doctor_tells_the_step_where_there_is_a_scorer(
    has_scorer: str, tells: bool, steps: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEKISHO_SCORER", has_scorer)
    monkeypatch.setenv("SEKISHO_SCORER_STEP", "both")
    found = doctor.check_detectors().found
    assert (
        found.en.endswith("; scorer step: both"),
        found.ja.endswith("（ローカル判定器の段階：both）"),
    ) == (
        tells,
        tells,
    )


def test_a_gate_with_another_word_does_not_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SEKISHO_SCORER_STEP", "fast")
    with pytest.raises(SekishoError, match="cheap, doubt or both"):
        server.make_gate(tmp_path)


@pytest.mark.parametrize("command", [score.command, eval_command], ids=["score", "eval"])
def test_who_measures_chooses_the_step_and_gets_both_unless_told_otherwise(command: object) -> None:
    [option] = [each for each in command.params if each.name == "step"]  # type: ignore[attr-defined]
    assert (list(option.type.choices), option.default) == (STEPS, "both")


@pytest.mark.parametrize("lang", LANGS)
def test_each_step_is_explained(lang: Lang) -> None:
    assert all(step in HOW_FAR.in_(lang) for step in STEPS)


@pytest.mark.parametrize("step", ["fast", ""])
def test_a_step_that_does_not_exist_is_a_missing_scorer(step: str) -> None:
    assert default_cascade(step=step).health()["scorer"] is False
