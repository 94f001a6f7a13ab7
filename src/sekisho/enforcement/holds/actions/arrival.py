"""Answers that the gate held back become holds."""

from __future__ import annotations

from collections.abc import Iterable

from sekisho.audit.actions import record
from sekisho.enforcement.holds import content
from sekisho.enforcement.holds.actions.step import SYSTEM, columns, tell_others
from sekisho.enforcement.holds.announcing import announce_hold
from sekisho.enforcement.holds.models import Hold
from sekisho.enforcement.holds.queries import jurisdictions_of
from sekisho.enforcement.holds.rules import Held, gone, timers_of
from sekisho.enforcement.holds.types import DOMAINS, Ended, HoldState
from sekisho.enforcement.types import Arrived, DecisionRecord
from sekisho.records.types import TurnRecord

HELD = "held"
"""The outcome of a turn whose client was given a ticket. One that left before it has none to come back with."""


def take_holds(arrived: Arrived) -> None:
    """Open a hold for each answer that was held back. One that is there already is passed over.

    Called by ingest, in the transaction that stores the turns. The draft stays where it is: in their content.
    """
    held = {turn.review: turn for turn in arrived.turns if turn.review and turn.outcome == HELD}
    if not held:
        return
    known = set(Hold.objects.filter(id__in=list(held)).values_list("id", flat=True))
    because = _deciding(arrived.decisions)
    demands = jurisdictions_of({turn.organisation for turn in held.values()})
    rows = [
        _row(turn, because.get(turn.id), demands.get(turn.organisation, ""))
        for review, turn in held.items()
        if review not in known
    ]
    Hold.objects.bulk_create(rows)
    for row in rows:
        facts = {"turn": row.turn, "organisation": row.organisation, "domain": row.domain, "state": row.state}
        record(SYSTEM, "hold.opened", row.id, **facts)
        announce_hold(row, HoldState(row.state), row.rounds, row.since)
        tell_others(row.id)


def _deciding(decisions: Iterable[DecisionRecord]) -> dict[str, DecisionRecord]:
    """The decision that held each turn. The ticket of a prompt that was held is the one that was given, so the prompt's
    comes before the answer's."""
    held = [one for one in decisions if one.action == "hold"]
    return {one.turn: one for one in sorted(held, key=lambda one: one.stage == "prompt")}


def _row(turn: TurnRecord, because: DecisionRecord | None, jurisdiction: str) -> Hold:
    domain = because.clause if because else ""
    held = Held(HoldState.WAITING, turn.finished_at, timers_of(domain))
    is_kept = not turn.stamp.zero_retention and bool(content.draft_of(turn.content))
    if not is_kept:  # the gate refuses before it comes to this; what cannot be reviewed is never given
        held = gone(held, turn.finished_at)
    return Hold(
        id=turn.review,
        turn=turn.id,
        organisation=turn.organisation,
        key=turn.key,
        end_user=turn.end_user,
        domain=domain,
        queue=domain if domain in DOMAINS else "",
        language=because.language if because else "und",
        jurisdiction=jurisdiction,
        policy=because.pack if because else "",
        since=turn.finished_at,
        ended="" if is_kept else Ended.NO_DRAFT.value,
        **columns(held),
    )
