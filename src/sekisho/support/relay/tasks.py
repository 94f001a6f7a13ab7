"""Questions that wait: owners are told once more, and where none can be reached any more the team is asked."""

from __future__ import annotations

from sekisho.base.clock import Clock, system_clock
from sekisho.support.relay import words
from sekisho.support.relay.actions.parts import inform
from sekisho.support.relay.actions.recovering import recover
from sekisho.support.relay.models import Question
from sekisho.support.relay.queries import reachable
from sekisho.support.relay.rules import REMIND_AFTER
from sekisho.support.relay.types import State

EVERY_S = 600.0


def look_after_questions(clock: Clock = system_clock) -> int:
    """Look at every question that waits; return for how many the team was asked. Any number of workers may."""
    at = clock()
    rows = Question.objects.filter(state=State.WAITING.value).order_by("asked_at", "id")
    recovered = 0
    for row in rows.iterator():
        told = reachable(row.organisation)
        if not told:
            recovered += recover(row.id, at)
        elif row.asked_at <= at - REMIND_AFTER:
            for each in told:
                inform(row, each.person_id, "support_question_again", words.REMINDED_SUBJECT, words.ASKED, at)
    return recovered
