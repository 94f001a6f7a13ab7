"""How often somebody may ask the model in a day (R-SUP-037, R-SUP-040). Pure.

Our decision: more than anybody types in earnest, and few enough that one person cannot spend what the others need. Who
is over it loses the model until midnight UTC, and nothing else: articles, issues and people stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping

from sekisho.accounts.types import Plan
from sekisho.support.types import Actor

VISITOR = 10
"""Of one conversation: nothing else is known of who has not signed in."""
A_DAY: Mapping[Plan | None, int] = {
    None: 20,
    Plan.FREE: 20,
    Plan.PRO: 60,
    Plan.MAX: 120,
    Plan.TEAM: 60,
    Plan.ENTERPRISE: 120,
}
OTHERS = 60
EVERYBODY = "everybody"
"""The name under which the whole installation's use is counted."""


def most_a_day(actor: Actor) -> int:
    """Return how many times a day the model is asked for this actor."""
    return A_DAY.get(actor.plan, OTHERS) if actor.is_signed_in else VISITOR


def holder(actor: Actor, conversation: str) -> str:
    """Return whose use it is: the person's, whichever account they ask about; else the conversation's."""
    return actor.person or conversation
