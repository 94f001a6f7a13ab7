"""Write the scorer's measured thresholds into the reference packs (P-043).

The model card says, per clause and language, from which score the scorer is sure enough to act and from which
a judge should be asked. A pack's own look-alikes are harmless by definition: where the scorer would act on one, the
clause acts only above it. So are our own help articles, of which nearly all must pass, and what our own bot tells a
model, which must always. Run this after training; a test fails when card and packs differ.

    python tools/policy_thresholds.py
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Set
from functools import cache
from hashlib import sha256
from pathlib import Path

from sekisho.base.text import LANGS
from sekisho.detection.detectors.scorer import SHIPPED, Scorer, load
from sekisho.detection.labels import CLAUSES
from sekisho.detection.types import Passage, Role
from sekisho.policy.packs import reference_packs
from sekisho.policy.types import Pack, Part
from sekisho.support.bot.rules.prompts import messages

PACKS = Path(__file__).parent.parent / "src" / "sekisho" / "policy" / "packs" / "reference"
CARD = SHIPPED / "card.json"

HELP = PACKS.parents[2] / "support" / "help" / "articles"
ARTICLES = 0.05
"""Share of our own help articles, pasted as a prompt, that a clause may stop: they speak of keys, rules and models, as
ordinary documents in these languages do that the scorer has seen few of. Our decision."""

MARKS = 16
"""So many of the random marks are tried with which our bot frames what it tells a model: they move the score."""

CLAUSE = re.compile(r"(?=^  - id: )", re.MULTILINE)
SCORER = re.compile(r"^      scorer:\n(?:        .*\n)+", re.MULTILINE)

Measured = dict[str, dict[str, dict[str, float]]]


def measured() -> Measured:
    """Return clause → language → `act`, `ask`, as the card says."""
    card: dict[str, Measured] = json.loads(CARD.read_text("utf-8"))
    return card["thresholds"]


def above_look_alikes(pack: Pack, values: Measured) -> Measured:
    """Return the thresholds with those raised at which a standard would act on a look-alike of the pack, on what our
    own bot tells a model, or on more than `ARTICLES` of our own help articles in the language."""
    raised = {clause: {lang: dict(one) for lang, one in by.items()} for clause, by in values.items()}
    standards = {clause.id for clause in pack.clauses if clause.part is Part.STANDARD} & raised.keys()
    for example in (one for clause in pack.clauses for one in clause.must_not_fire):
        for clause, score in found(example.text, example.language).items():
            raise_above(raised, standards, clause, example.language, score)
    for text in told_by_our_bot():
        for clause, score in found(text, "en").items():
            raise_above(
                raised, standards, clause, "en", score + (1 - score) / 4
            )  # marks to come may score higher
    for language, scores in of_articles().items():
        for clause, reached in scores.items():
            score = sorted(reached, reverse=True)[int(ARTICLES * len(reached))]
            raise_above(raised, standards, clause, language, score)
    return raised


def raise_above(raised: Measured, standards: Set[str], clause: str, language: str, score: float) -> None:
    pair = raised.get(clause, {}).get(language)
    if pair and clause in standards and score >= pair["act"]:
        pair["act"] = math.floor(score * 1000 + 1) / 1000


@cache
def found(text: str, language: str) -> dict[str, float]:
    """Return what the scorer finds in a prompt: clause → probability."""
    return {one.clause: one.score for one in _scorer().find(Passage(text, Role.PROMPT, language))}


def told_by_our_bot() -> list[str]:
    """Return what the support bot tells a model before any article, as it may read."""
    marks = [sha256(str(number).encode()).hexdigest()[:16] for number in range(MARKS)]
    return [str(messages("", (), (), (), (), lang, mark)[0]["content"]) for lang in LANGS for mark in marks]


@cache
def _scorer() -> Scorer:
    return load()


@cache
def of_articles() -> dict[str, dict[str, list[float]]]:
    """Return language → clause → what the scorer finds in each of the help articles that are shipped."""
    told = {
        language: [body(path) for path in sorted(HELP.glob(f"*.{language}.md"))] for language in ("en", "ja")
    }
    return {
        language: {clause: [found(text, language).get(clause, 0.0) for text in texts] for clause in CLAUSES}
        for language, texts in told.items()
    }


def body(article: Path) -> str:
    """Return an article without the fields that stand before it."""
    return article.read_text("utf-8").split("---\n", 2)[2]


def rewritten(pack: str, values: Measured) -> str:
    """Return the text of a pack with the scorer's thresholds replaced, and nothing else touched."""
    return "".join(_clause(part, values) for part in CLAUSE.split(pack))


def _clause(part: str, values: Measured) -> str:
    found = re.match(r"  - id: (\w+)\n", part)
    if found is None or found[1] not in values:
        return part
    # Doubt about a hard clause is a question to a judge, and no reason to hold ordinary traffic.
    unsure = ", unsure: skip" if "\n    hard: true\n" in part else ""
    lines = [_line(language, pair, unsure) for language, pair in values[found[1]].items()]
    return SCORER.sub("      scorer:\n" + "".join(lines), part)


def _line(language: str, pair: dict[str, float], unsure: str) -> str:
    key = '"*"' if language == "*" else language
    return f"        {key}: {{act: {round(pair['act'], 4)}, ask: {round(pair['ask'], 4)}{unsure}}}\n"


if __name__ == "__main__":
    for pack in reference_packs():
        path = PACKS / f"{pack.version}.yaml"
        path.write_text(rewritten(path.read_text("utf-8"), above_look_alikes(pack, measured())), "utf-8")
