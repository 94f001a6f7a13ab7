"""Count what arrives, in the transaction of ingest: a few statements a batch, own rows alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from django.db import connection, transaction

from sekisho.enforcement.conduct import models
from sekisho.enforcement.conduct.rows import sketcher, unit_fields
from sekisho.enforcement.conduct.rules.counting import asked, counted, gravest
from sekisho.enforcement.conduct.types import Concern, Slot
from sekisho.enforcement.types import Arrived
from sekisho.records.types import TurnRecord

ROWS_A_STATEMENT = 400
COLUMNS = ("organisation", "unit_kind", "unit_id", "kind", "about", "day")


@transaction.atomic
def observe(arrived: Arrived) -> None:
    """Count turns and decisions that have just been stored, and remember sketches of what was asked.

    For `link.arrivals`, which hands every turn over once. A turn under zero retention is counted, and leaves no
    sketch.
    """
    result = counted(arrived.turns, arrived.decisions)
    _add(result.slots)
    rows = [_concern(one) for one in result.concerns]
    models.Concern.objects.bulk_create(rows, batch_size=ROWS_A_STATEMENT, ignore_conflicts=True)
    _remember([turn for turn in arrived.turns if not turn.stamp.zero_retention], arrived, result.concerns)


def _add(slots: Mapping[Slot, int]) -> None:
    """Add to counters in one order, so that two processes never wait for each other in a circle.

    Neither a row before it nor a lock is needed: the database adds, on conflict, in the statement itself. Django
    writes no such statement; this one is the same on SQLite and PostgreSQL.
    """
    rows: list[tuple[str | int, ...]] = sorted((*_columns(slot), count) for slot, count in slots.items())
    table = models.Counter._meta.db_table
    names = ", ".join((*COLUMNS, "count"))
    for first in range(0, len(rows), ROWS_A_STATEMENT):
        some = rows[first : first + ROWS_A_STATEMENT]
        places = ", ".join([f"({', '.join(['%s'] * (len(COLUMNS) + 1))})"] * len(some))
        statement = (
            f"INSERT INTO {table} ({names}) VALUES {places} "  # noqa: S608 - names of our own model, no input
            f"ON CONFLICT ({', '.join(COLUMNS)}) DO UPDATE SET count = {table}.count + excluded.count"
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, list(chain.from_iterable(some)))


def _columns(slot: Slot) -> tuple[str, ...]:
    unit = slot.unit
    return (unit.organisation, unit.kind.value, unit.id, slot.kind.value, slot.about, slot.day.isoformat())


def _remember(turns: Sequence[TurnRecord], arrived: Arrived, concerns: Iterable[Concern]) -> None:
    turn_of = {decision.id: decision.turn for decision in arrived.decisions}
    of_turn: dict[str, list[Concern]] = {}
    for concern in concerns:
        of_turn.setdefault(turn_of[concern.decision], []).append(concern)
    sketches = sketcher().sketches([asked(turn) for turn in turns])
    rows = [
        _trace(turn, sketch, gravest(of_turn.get(turn.id, ())))
        for turn, sketch in zip(turns, sketches, strict=True)
    ]
    models.Trace.objects.bulk_create(rows, batch_size=ROWS_A_STATEMENT, ignore_conflicts=True)


def _trace(turn: TurnRecord, sketch: bytes, concern: Concern | None) -> models.Trace:
    return models.Trace(
        turn=turn.id,
        organisation=turn.organisation,
        key=turn.key,
        end_user=turn.end_user,
        conversation=turn.conversation,
        at=turn.stamp.received_at,
        until=turn.finished_at,
        pattern=f"{turn.dialect} {turn.endpoint} {turn.model}",
        sketch=sketch,
        clause=concern.clause if concern else "",
        decision=concern.decision if concern else "",
    )


def _concern(one: Concern) -> models.Concern:
    return models.Concern(
        decision=one.decision,
        clause=one.clause,
        conversation=one.conversation,
        at=one.at,
        milli=one.milli,
        acted=one.acted,
        **unit_fields(one.unit),
    )
