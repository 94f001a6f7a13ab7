"""Write the scorer's measured thresholds into the reference packs (P-043).

The model card says, per clause and language, from which score the scorer is sure enough to act and from which
a judge should be asked. A pack's own look-alikes are harmless by definition: where the scorer would act on one, the
clause acts only above it. Run this after training; a test fails when card and packs differ.

    python tools/policy_thresholds.py
"""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

from sekisho.detection.detectors.scorer import SHIPPED, load
from sekisho.policy.packs import reference_packs
from sekisho.policy.types import Pack, Part

PACKS = Path(__file__).parent.parent / "src" / "sekisho" / "policy" / "packs" / "reference"
CARD = SHIPPED / "card.json"

CLAUSE = re.compile(r"(?=^  - id: )", re.MULTILINE)
SCORER = re.compile(r"^      scorer:\n(?:        .*\n)+", re.MULTILINE)

Measured = dict[str, dict[str, dict[str, float]]]


def measured() -> Measured:
    """Return clause → language → `act`, `ask`, as the card says."""
    card: dict[str, Measured] = json.loads(CARD.read_text("utf-8"))
    return card["thresholds"]


def above_look_alikes(pack: Pack, values: Measured) -> Measured:
    """Return the thresholds with those raised at which a standard would act on a look-alike of the pack."""
    scorer, raised = (
        load(),
        {clause: {lang: dict(one) for lang, one in by.items()} for clause, by in values.items()},
    )
    standards = {clause.id for clause in pack.clauses if clause.part is Part.STANDARD} & raised.keys()
    for example in (one for clause in pack.clauses for one in clause.must_not_fire):
        scores = scorer.scores(example.text, language=example.language)
        for clause in standards:
            pair = raised[clause].get(example.language, {})
            if pair and scores[clause] >= pair["act"]:
                pair["act"] = math.floor(scores[clause] * 100 + 1) / 100
    return raised


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
