"""What became of a conversation, counted honestly (R-SUP-150). Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from sekisho.support.messenger.types import EventKind, Outcome
from sekisho.support.relay.types import State as QuestionState

LEFT_AFTER = timedelta(hours=24)
"""Without a word for so long, somebody has left. Source: our policy; it changes how soon a conversation is counted, and
never what it is counted as."""
RETURNED_WITHIN = timedelta(days=7)
"""Source: R-SUP-150."""

UNANSWERED = frozenset({QuestionState.WAITING, QuestionState.RECOVERY})
"""Of a question that was passed on to the team, its case tells."""


def still_waits(is_answering: bool, is_owed: bool, questions: Iterable[QuestionState] = ()) -> bool:
    """Return whether the person of a conversation waits for somebody else: the bot that is at an answer, people who owe
    one in its case, or the owner who was asked. Who waits has not left, however long nothing is said."""
    return is_answering or is_owed or not UNANSWERED.isdisjoint(questions)


def outcome(kinds: Sequence[tuple[EventKind, bool]], *, answer_kinds: Sequence[str]) -> Outcome:
    """Return the outcome of a conversation that is over and whose person waits for nobody, from its events (kind, and
    for `RATED` whether it helped) and the kinds of the bot's answers, the oldest first.

    The strongest word is the person's own; then what was done. Who only left is silent, whatever the bot believes.
    """
    rated = [said for kind, said in kinds if kind is EventKind.RATED]
    happened = {kind for kind, _ in kinds}
    if EventKind.HANDED_OVER in happened:
        return Outcome.HANDED_OVER
    if rated and rated[-1]:
        return Outcome.CONFIRMED
    if EventKind.FAILED in happened and not answer_kinds:
        return Outcome.FAILED
    if answer_kinds and answer_kinds[-1] == "abstain":
        return Outcome.ABSTAINED
    return Outcome.SILENT


def has_left(last_at: datetime, at: datetime) -> bool:
    return at - last_at >= LEFT_AFTER


def returned(ended_at: datetime, next_began: Collection[datetime]) -> bool:
    """Return whether the same person came back about the same issue within seven days."""
    return any(ended_at < began <= ended_at + RETURNED_WITHIN for began in next_began)


def is_resolved(what: Outcome, *, came_back: bool) -> bool:
    """Return whether it counts as resolved: confirmed, and not returned. Silence is never added."""
    return what is Outcome.CONFIRMED and not came_back
