"""Phrases that concern a clause, as tables in English and Japanese. A hit alone blocks: each is narrow.

A rule names a *request* ("how do I make …", 「…の作り方を教えて」), never a topic: reporting, history,
fiction, defence and authorised testing pass. Nothing here tells how anything is done.
"""

from __future__ import annotations

from sekisho.detection.detectors.rules import advice, harm, misuse, public
from sekisho.detection.matching import Rule

RULES: tuple[Rule, ...] = (*harm.RULES, *misuse.RULES, *public.RULES, *advice.RULES)
