"""Count what arrives, in the transaction of ingest: three statements a batch, own rows alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction

from sekisho.enforcement.conduct import models
from sekisho.enforcement.conduct.actions.inserting import Value, insert
from sekisho.enforcement.conduct.rows import sketcher
from sekisho.enforcement.conduct.rules.counting import asked, counted, gravest
from sekisho.enforcement.conduct.types import Concern, Slot
from sekisho.enforcement.types import Arrived
from sekisho.records.types import TurnRecord

_TRACE = (
    *("turn", "organisation", "key", "end_user", "conversation", "at", "until", "pattern", "sketch"),
    *("clause", "decision"),
)
_CONCERN = (
    *("decision", "clause", "organisation", "unit_kind", "unit_id", "conversation", "at", "milli", "acted"),
)


@transaction.atomic
def observe(arrived: Arrived) -> None:
    """Count turns and decisions that have just been stored, and remember sketches of what was asked.

    For `link.arrivals`, which hands every turn over once. A turn under zero retention is counted, and leaves no
    sketch.
    """
    result = counted(arrived.turns, arrived.decisions)
    _add(result.slots)
    moment = connection.ops.adapt_datetimefield_value
    insert(models.Concern, _CONCERN, [_concern(one, moment) for one in result.concerns])
    _remember([turn for turn in arrived.turns if not turn.stamp.zero_retention], arrived, result.concerns)


def _add(slots: Mapping[Slot, int]) -> None:
    """Add to counters in one order, so that two processes never wait for each other in a circle.

    Neither a row before it nor a lock is needed: the database adds, on conflict, in the statement itself.
    """
    place, table = ", ".join(Slot._fields), models.Counter._meta.db_table
    adding = f"({place}) DO UPDATE SET count = {table}.count + excluded.count"
    rows = sorted((*slot, count) for slot, count in slots.items())
    insert(models.Counter, (*Slot._fields, "count"), rows, adding)


def _remember(turns: Sequence[TurnRecord], arrived: Arrived, concerns: Iterable[Concern]) -> None:
    turn_of = {decision.id: decision.turn for decision in arrived.decisions}
    of_turn: dict[str, list[Concern]] = {}
    for concern in concerns:
        of_turn.setdefault(turn_of[concern.decision], []).append(concern)
    sketches = sketcher().sketches([asked(turn) for turn in turns])
    moment = connection.ops.adapt_datetimefield_value
    rows = [
        _trace(turn, sketch, gravest(of_turn.get(turn.id, ())), moment)
        for turn, sketch in zip(turns, sketches, strict=True)
    ]
    insert(models.Trace, _TRACE, rows)


Adapt = Callable[[datetime | None], datetime | str | None]


def _trace(turn: TurnRecord, sketch: bytes, concern: Concern | None, moment: Adapt) -> tuple[Value, ...]:
    return (
        turn.id,
        turn.organisation,
        turn.key,
        turn.end_user,
        turn.conversation,
        moment(turn.stamp.received_at),
        moment(turn.finished_at),
        f"{turn.dialect} {turn.endpoint} {turn.model}",
        sketch,
        concern.clause if concern else "",
        concern.decision if concern else "",
    )


def _concern(one: Concern, moment: Adapt) -> tuple[Value, ...]:
    unit = one.unit
    where = (one.decision, one.clause, unit.organisation, unit.kind.value, unit.id, one.conversation)
    return (*where, moment(one.at), one.milli, one.acted)
