"""What is due: turns whose deadline has passed, whose keys still open them, and which no legal hold needs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet

from sekisho.records.models import DataEvent, Turn
from sekisho.records.queries import events_of
from sekisho.records.queries.clocks import facts
from sekisho.records.retention.models import Fallen
from sekisho.records.retention.rules import QUIET, is_pinned
from sekisho.records.rules import holds_at
from sekisho.records.types import Kind

TURNS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Whole:
    """A conversation all of whose content is due."""

    conversation: str
    organisation: str
    turns: int
    through: datetime
    quiet: bool
    """Whether nothing has been received in it lately, so that nothing can be on its way under its key."""


@dataclass(frozen=True, slots=True)
class Partly:
    """A conversation of which some turns are due while others live on, or wait under a hold."""

    conversation: str
    organisation: str
    dead: tuple[tuple[str, datetime], ...]
    """Id and receipt of each turn that is to fall."""
    living: tuple[datetime, ...]


def with_content() -> QuerySet[Turn]:
    """Return the turns whose content can still be read: rows that only wait to be removed are left out."""
    gone = Fallen.objects.filter(
        conversation=OuterRef("conversation_id"), through__gte=OuterRef("received_at")
    )
    return Turn.objects.filter(~Exists(gone), has_content=True)


def past_deadline(at: datetime) -> QuerySet[Turn]:
    """Return those whose deadline has passed at `at`, under a hold or not."""
    return with_content().filter(deadline_at__lte=at)


def conversations(at: datetime, most: int) -> list[str]:
    """Return conversations with something past its deadline, those of one organisation together."""
    named = past_deadline(at).values_list("organisation", "conversation").distinct()
    return [name for _, name in named.order_by("organisation", "conversation")[:most] if name]


def counts(at: datetime) -> tuple[int, int, datetime | None]:
    """Return how many turns are past their deadline and under no hold, how many wait under holds, and the oldest
    deadline of the first kind."""
    held = organisations_under_hold(at)
    free = past_deadline(at) if held is None else past_deadline(at).exclude(organisation__in=held)
    if "" in (held or ()):
        free = free.none()
    sums = free.aggregate(number=Count("id"), oldest=Min("deadline_at"))
    due, pinned, oldest = sums["number"], 0, sums["oldest"]
    for turns in _batches(_of_held(at, held)):
        stuck = pinned_of([name for name, _ in turns], at)
        loose = [end for name, end in turns if name not in stuck]
        due, pinned = due + len(loose), pinned + len(stuck)
        oldest = min((one for one in (oldest, *loose) if one), default=None)
    return due, pinned, oldest


def organisations_under_hold(at: datetime) -> frozenset[str]:
    """Return the organisations that a legal hold in force touches; `""` stands for all."""
    kinds = (Kind.HOLD_PLACED.value, Kind.HOLD_RELEASED.value)
    named = DataEvent.objects.filter(kind__in=kinds).values_list("organisation", flat=True).distinct()
    return frozenset(one for one in named if holds_at(events_of(one), at))


def pinned_of(turns: Collection[str], at: datetime) -> frozenset[str]:
    """Return those of the turns, all past their deadline, that a hold keeps at the moment `at`."""
    ends = dict(Turn.objects.filter(id__in=list(turns)).values_list("id", "deadline_at"))
    known = facts(list(turns))
    events = {one: events_of(one) for one in {each.organisation for each in known.values()}}
    return frozenset(
        name
        for name, fact in known.items()
        if (end := ends.get(name)) is not None and is_pinned(fact, end, events[fact.organisation], at)
    )


def fates(names: Collection[str], at: datetime) -> tuple[list[Whole], list[Partly]]:
    """Return what is to become of these conversations at the moment `at`: whole ones and, turn by turn, the others.

    Those of which nothing is to fall now are left out. Ask inside the transaction that acts on it.
    """
    due = Q(deadline_at__lte=at)
    rows = with_content().filter(conversation__in=list(names)).values("organisation", "conversation")
    sums = rows.annotate(
        dead=Count("id", filter=due),
        every=Count("id"),
        last=Max("received_at"),
        through=Max("received_at", filter=due),
    ).order_by()
    held = organisations_under_hold(at)
    whole, rest = [], []
    for row in sums:
        free = "" not in held and row["organisation"] not in held
        if free and row["dead"] == row["every"]:
            whole.append(_whole(row["conversation"], row["organisation"], row["every"], row["last"], at))
        elif row["dead"]:
            rest.append(row["conversation"])
    more, partly = _turn_by_turn(rest, at)
    return whole + more, partly


def _whole(conversation: str, organisation: str, turns: int, last: datetime, at: datetime) -> Whole:
    return Whole(conversation, organisation, turns, last, quiet=last < at - QUIET)


def _turn_by_turn(names: Collection[str], at: datetime) -> tuple[list[Whole], list[Partly]]:
    whole, partly = [], []
    found: dict[str, list[Turn]] = {}
    rows = with_content().filter(conversation__in=list(names))
    for row in rows.only("id", "organisation", "conversation_id", "received_at", "deadline_at").order_by(
        "received_at"
    ):
        found.setdefault(str(row.conversation_id), []).append(row)
    past = [turn.id for turns in found.values() for turn in turns if _is_past(turn, at)]
    stuck = pinned_of(past, at)
    for name, turns in found.items():
        dead = [turn for turn in turns if _is_past(turn, at) and turn.id not in stuck]
        organisation, last = turns[0].organisation, turns[-1].received_at
        if len(dead) == len(turns):
            whole.append(_whole(name, organisation, len(turns), last, at))
        elif dead:
            gone = {turn.id for turn in dead}
            living = tuple(turn.received_at for turn in turns if turn.id not in gone)
            partly.append(
                Partly(name, organisation, tuple((turn.id, turn.received_at) for turn in dead), living)
            )
    return whole, partly


def _is_past(turn: Turn, at: datetime) -> bool:
    return turn.deadline_at is not None and turn.deadline_at <= at


def _of_held(at: datetime, held: frozenset[str]) -> QuerySet[Turn]:
    past = past_deadline(at)
    return past if "" in held else past.filter(organisation__in=held)


def _batches(rows: QuerySet[Turn]) -> Iterable[list[tuple[str, datetime]]]:
    batch: list[tuple[str, datetime]] = []
    for name, end in rows.values_list("id", "deadline_at").order_by("id").iterator(chunk_size=TURNS_AT_ONCE):
        assert end is not None  # it is past
        batch.append((name, end))
        if len(batch) == TURNS_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch
