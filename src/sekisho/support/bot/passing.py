"""Which articles our own gate would let a model read.

A gate judges every text of a request, and one that it stops takes the whole request along. An article may well describe
what the policy forbids, or be mistaken for that: it then stays in lists and in search, and is not sent to the model.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from sekisho.base import settings
from sekisho.detection.cascade import Cascade, default_cascade
from sekisho.detection.language import language_of
from sekisho.detection.types import Finding, Passage, Role
from sekisho.policy.queries import version_at
from sekisho.policy.rules import evaluate
from sekisho.policy.types import Action, Context
from sekisho.support.bot.rules.prompts import article
from sekisho.support.bot.types import Source

REMEMBERED = 512
"""Articles whose findings a process remembers, in one language each. Our decision: some 2 MB."""


def passing(sources: Iterable[Source], at: datetime) -> list[Source]:
    """Return those that the policy in force at `at` would not stop, in the same order."""
    pack = version_at(at)
    if pack is None:
        return list(sources)
    told = {source: article(source) for source in sources}
    return [
        source
        for source, text in told.items()
        if evaluate(pack, _found(text), Context(Role.PROMPT, language_of(text))).action < Action.HOLD
    ]


@lru_cache(maxsize=REMEMBERED)
def _found(text: str) -> tuple[Finding, ...]:
    return _cascade().find(Passage(text, Role.PROMPT, language_of(text)))


@lru_cache(maxsize=1)
def _cascade() -> Cascade:
    """Return the detectors of gateways, loaded when a model is first asked."""
    return default_cascade(settings.flag("scorer"), settings.text("scorer_step"))
