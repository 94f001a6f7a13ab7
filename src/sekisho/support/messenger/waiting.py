"""Whose conversations wait: for the bot, for people who have the case, or for an owner who was asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sekisho.cases.queries.running import owed
from sekisho.support.messenger.models import Conversation as Row
from sekisho.support.messenger.models import Entry
from sekisho.support.messenger.rules.outcomes import still_waits
from sekisho.support.messenger.types import EventKind
from sekisho.support.relay.queries import standing

ASKED = "owner "
"""What the submission of a question to the owner begins with; its id follows."""


def waiting(rows: Sequence[Row]) -> frozenset[str]:
    """Return the ids of those conversations whose person still waits, in three queries."""
    entries = Entry.objects.filter(conversation__in=rows, kind=EventKind.RELAYED.value)
    asked: dict[str, list[str]] = defaultdict(list)
    for conversation, submission in entries.values_list("conversation", "submission"):
        asked[conversation].append((submission or "").removeprefix(ASKED))
    became = standing([one for each in asked.values() for one in each])
    passed_on = {row.id: [became[one] for one in asked.get(row.id, ()) if one in became] for row in rows}
    cases = {row.id: {row.case, *(case for _, case in passed_on[row.id])} - {""} for row in rows}
    owing = owed(frozenset().union(*cases.values()))
    return frozenset(
        row.id
        for row in rows
        if still_waits(
            row.answering > 0, not owing.isdisjoint(cases[row.id]), [state for state, _ in passed_on[row.id]]
        )
    )
