"""The shipped policies keep their promises with the shipped detectors (P-004)."""

from __future__ import annotations

from pathlib import Path

import pytest

from sekisho.base.text import LANGS, Lang
from sekisho.detection.cascade import Cascade, default_cascade
from sekisho.detection.language import language_of
from sekisho.detection.types import Passage
from sekisho.policy.check import check_examples
from sekisho.policy.packs import reference_packs
from sekisho.policy.rules import evaluate
from sekisho.policy.types import Action, Context, Example, Pack, Part
from sekisho.support.bot.rules.prompts import messages


@pytest.fixture(scope="module")
def deterministic() -> Cascade:
    """The detectors that need no model."""
    return default_cascade(scorer=False)


@pytest.mark.parametrize("pack", reference_packs(), ids=lambda pack: pack.version)
def test_every_example_is_decided_rightly_by_rules_alone(pack: Pack, deterministic: Cascade) -> None:
    assert [failure.message.en for failure in check_examples(pack, deterministic.find)] == []


@pytest.mark.parametrize("pack", reference_packs(), ids=lambda pack: pack.version)
def test_no_look_alike_is_stopped_by_any_clause_with_the_scorer_on(pack: Pack) -> None:
    cascade = default_cascade()
    look_alikes = [example for clause in pack.clauses for example in clause.must_not_fire]
    assert [one.text for one in look_alikes if action(pack, cascade, one) > Action.ANNOTATE] == []


@pytest.mark.parametrize("language", ["en", "ja"])
def test_nearly_all_of_our_own_help_articles_may_be_pasted_as_a_prompt(root: Path, language: str) -> None:
    pack, cascade = reference_packs()[-1], default_cascade()
    articles = (root / "src/sekisho/support/help/articles").glob(f"*.{language}.md")
    texts = {path.name: path.read_text("utf-8").split("---\n", 2)[2] for path in articles}
    stopped = [
        name
        for name, text in texts.items()
        if action(pack, cascade, Example(text=text, language=language)) > Action.ANNOTATE
    ]
    assert len(texts) >= 65
    assert len(stopped) <= 0.05 * len(texts), stopped


@pytest.mark.parametrize("language", LANGS)
@pytest.mark.parametrize(
    "mark", ["0123456789abcdef", "7239ccc207e7be0a", "ffffffffffffffff", "deadbeefdeadbeef"]
)
def test_what_our_own_bot_tells_a_model_passes(mark: str, language: Lang) -> None:
    """As a customer's own instructions to an application should, which read much alike."""
    pack, cascade = reference_packs()[-1], default_cascade()
    task = messages("", (), (), (), (), language, mark)[0]["content"]
    assert action(pack, cascade, Example(text=task, language=language_of(task))) <= Action.ANNOTATE


@pytest.mark.parametrize("pack", reference_packs(), ids=lambda pack: pack.version)
def test_everything_that_breaks_a_standard_is_blocked(pack: Pack, deterministic: Cascade) -> None:
    broken = [one for clause in pack.clauses if clause.part is Part.STANDARD for one in clause.must_fire]
    assert [one.text for one in broken if action(pack, deterministic, one) is not Action.BLOCK] == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Bonjour, quelle est la capitale de la France ?", id="French"),
        pytest.param("안녕하세요, 오늘 날씨 어때요?", id="Korean"),
        pytest.param("¿Puedes ayudarme con una receta de pan?", id="Spanish"),
    ],
)
def test_an_ordinary_question_in_another_language_passes(text: str) -> None:
    assert (
        action(reference_packs()[-1], default_cascade(), Example(text, language_of(text))) <= Action.ANNOTATE
    )


def action(pack: Pack, cascade: Cascade, example: Example) -> Action:
    """What the pack does with an example, for a key of general use."""
    findings = cascade.find(Passage(example.text, example.role, example.language))
    return evaluate(pack, findings, Context(example.role, example.language)).action
