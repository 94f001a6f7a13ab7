"""What becomes a case, how grave it is, and until when somebody looks. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sekisho.enforcement.review.types import Category, Gravity, Source
from sekisho.enforcement.types import DecisionRecord
from sekisho.policy.types import Ground, Severity

PARTS = 1_000_000


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares of decisions that people look at. Our decision: P-065 asks for review, and names no number."""

    blocks: float = 0.02
    """Of blocks: enough to put the error rate of automation within two points after a month of ordinary traffic."""
    near: float = 0.10
    """Of scores near their threshold, where errors are likeliest."""
    margin: float = 0.05
    """How far from its threshold a score counts as near."""


DEFAULT_RATES = Rates()
HARD_SEVERITY = Severity.CRITICAL
"""A violation that grave is looked at, whichever way automation decided (P-060: review inside 24 h)."""

WITHIN: Mapping[Gravity, timedelta] = {
    Gravity.AT_ONCE: timedelta(0),
    Gravity.GRAVE: timedelta(hours=24),
    Gravity.SERIOUS: timedelta(days=3),
    Gravity.ORDINARY: timedelta(days=7),
}
"""How long a case may wait. 24 hours: P-060. At once: R-SUP-112. The others are our decision."""


def drawn(name: str, purpose: str) -> float:
    """Return a number from 0 to 1 that is always the same for this name and purpose, and spread evenly over names.

    A draw that can be repeated: delivered twice, a decision is drawn once; and nobody can ask again until it fits.
    """
    digest = hashlib.sha256(f"review {purpose} {name}".encode()).digest()
    return int.from_bytes(digest[:8]) % PARTS / PARTS


def source_of(decision: DecisionRecord, rates: Rates = DEFAULT_RATES) -> Source | None:
    """Return why people look at a decision, None when they do not. The gravest reason wins."""
    if decision.shadow:
        return None
    first = decision.grounds[0] if decision.grounds else None
    if first is not None and first.severity >= HARD_SEVERITY and decision.action == "block":
        return Source.HARD
    if decision.action == "hold" and not is_domain(decision.clause):
        return Source.DOUBT
    if any(map(_is_doubt, decision.grounds)) and decision.action != "hold":
        return Source.DOUBT if drawn(decision.id, "doubt") < rates.near else None
    if _is_near(decision.grounds, rates) and drawn(decision.id, "near") < rates.near:
        return Source.NEAR
    if decision.action == "block" and drawn(decision.id, "block") < rates.blocks:
        return Source.SAMPLE
    return None


def is_domain(clause: str) -> bool:
    """Return whether a clause is a high-risk domain: its holds wait for a professional, in a queue of their own."""
    return clause.startswith("hr_")


def _is_doubt(ground: Ground) -> bool:
    return ground.outcome.startswith(("unsure", "error")) and not is_domain(ground.clause)


def _is_near(grounds: tuple[Ground, ...], rates: Rates) -> bool:
    return any(
        0 < each.threshold < 1 and abs(each.score - each.threshold) <= rates.margin for each in grounds
    )


def gravity_of_decision(decision: DecisionRecord, source: Source) -> Gravity:
    severity = max((each.severity for each in decision.grounds), default=Severity.LOW)
    if source is Source.HARD:
        return Gravity.GRAVE
    return Gravity.SERIOUS if source is Source.DOUBT and severity >= Severity.HIGH else Gravity.ORDINARY


def gravity_of_report(category: Category) -> Gravity:
    if category.is_urgent:
        return Gravity.AT_ONCE
    return Gravity.SERIOUS if category is Category.HARMFUL else Gravity.ORDINARY


def due(gravity: Gravity, at: datetime) -> datetime:
    """Return until when somebody looks at a case that came in at the moment `at`."""
    return at + WITHIN[gravity]


_URGENT_WORDS: Mapping[Category, tuple[str, ...]] = {
    Category.CHILD_SAFETY: (
        "child abuse", "child sexual", "child safety", "csam", "minor being", "児童虐待", "児童ポルノ", "子どもの安全",
        "子供の安全", "未成年者への性",
    ),
    Category.IMMINENT_HARM: (
        "suicide", "kill myself", "kill himself", "kill herself", "going to kill", "hurt someone tonight",
        "bomb threat", "自殺", "死にたい", "殺害予告", "爆破予告", "今夜殺", "命の危険",
    ),
}  # fmt: skip


def heard(category: Category, text: str) -> Category:
    """Return the category as it is worked: words of danger make it urgent, and nothing makes it less so.

    A mail names no category, and a person in distress chooses none with care. A false alarm costs a glance.
    """
    if category.is_urgent:
        return category
    folded = text.casefold()
    found = (each for each, words in _URGENT_WORDS.items() if any(word in folded for word in words))
    return next(found, category)
