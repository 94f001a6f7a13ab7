"""What the rule page says in words, as values: turns, events, calendars. Also the story that the laws are asked of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import ModuleType

from sekisho.accounts.types import Plan
from sekisho.records.calendar import shipped, shipped_document
from sekisho.records.types import Calendar, Event, Kind, Product, Scope, Stamp, TurnFacts, Upstream
from tests.pages import ROOT, table

PAGE = "docs/rules/retention-clock.md"
RECEIVED = datetime(2025, 9, 2, tzinfo=UTC)
SINCE = datetime(2025, 9, 10, tzinfo=UTC)
"""From when on later versions of the calendar hold, unless said."""
ANSWERED = timedelta(seconds=30)
ORGANISATION, MEMBER, CONVERSATION = "org_1", "usr_aiko", "cnv_1"
COLUMNS = ("id", "turn", "what happened", "ends", "by", "destroyed", "asked", "training")
OF_MEMBER = {Kind.MEMBER_TOLD, Kind.MEMBER_OBJECTED, Kind.OBJECTION_WITHDRAWN}


def moment(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=UTC)


def turn(words: str = "pro", received: datetime = RECEIVED) -> TurnFacts:
    """Return a turn such as `pro, received 2025-09-01T09:00`."""
    plan, *traits = words.split(", ")
    for trait in traits:
        received = moment(trait.split()[-1]) if trait.startswith("received") else received
    stamp = Stamp(
        Plan(plan),
        "route",
        zero_retention="zero retention" in traits,
        received_at=received,
        upstream=Upstream.BEDROCK if "served by bedrock" in traits else Upstream.FIRST_PARTY,
        product=Product.API if "raw API" in traits else Product.CODING,
        member="" if "shared key" in traits else MEMBER,
        incognito="incognito" in traits,
        minors="for minors" in traits,
        consent_epoch=0 if "gateway knew of no consent" in traits else None,
    )
    return TurnFacts(
        "req_1",
        ORGANISATION,
        stamp,
        received + ANSWERED,
        conversation=CONVERSATION,
        flagged="flagged" in traits,
    )


def events(words: str) -> tuple[Event, ...]:
    """Return events such as `allowed 2025-09-01; retention_set 7 2025-09-12`, in their order."""
    said = [one.split() for one in words.split("; ") if one]
    return tuple(_event(seq, *one) for seq, one in enumerate(said, 1))


def _event(seq: int, kind: str, *words: str) -> Event:
    what, scope = Kind(kind), Scope(ORGANISATION)
    if what in OF_MEMBER:
        scope = replace(scope, member=MEMBER)
    if what in (Kind.DELETED, Kind.INCLUDED):
        scope = replace(scope, conversation=CONVERSATION)
    days = int(words[0]) if what is Kind.RETENTION_SET and words[0] != "back" else None
    hold = (words[0] if len(words) > 1 else "hold") if what in (Kind.HOLD_PLACED, Kind.HOLD_RELEASED) else ""
    return Event(seq, moment(words[-1]), what, scope, days, hold)


def calendar(words: str = "") -> Calendar:
    """Return the shipped calendar followed by versions such as `20 days from 2025-09-10; 90 days from 2025-09-15`."""
    found = shipped()
    for one in filter(None, words.split("; ")):
        days, _, _, since = one.split()
        found = replace(
            found, version=since, effective_at=moment(since), standard=timedelta(days=int(days)), before=found
        )
    return found


def calendar_file(version_: str, since: datetime = SINCE, **numbers: str) -> bytes:
    """Return the shipped file with another name, moment and numbers."""
    lines = shipped_document().decode().splitlines()
    wanted = {"version": f'"{version_}"', "effective_at": since.isoformat(), **numbers}
    return "\n".join(
        f"{line.split(':')[0]}: {wanted[line.split(':')[0]]}" if line.split(":")[0] in wanted else line
        for line in lines
    ).encode()


@dataclass(frozen=True)
class Vector:
    """One row of the page."""

    id: str
    turn: TurnFacts
    events: tuple[Event, ...]
    ends: datetime
    by: str
    destroyed: datetime | None
    asked: datetime
    training: str

    def holds(self, rules: ModuleType) -> bool:
        """Return whether these rules say what the page says."""
        end = rules.deadline(self.turn, self.events, shipped())
        pinned = rules.destroyed_at(self.turn, self.events, shipped())
        answer = rules.eligible(self.turn, self.events, shipped(), self.asked)
        return (end.at, end.rule, pinned.at, getattr(answer, "reason", "yes")) == (
            self.ends,
            self.by,
            self.destroyed,
            self.training,
        )


def vectors(first: str) -> list[Vector]:
    """Return the vectors of the table that begins with the id `first`."""
    rows = table(PAGE, *COLUMNS) if first == "V01" else _second_table()
    return [_vector(*row) for row in rows]


def _second_table() -> list[list[str]]:
    """Return the further cases: both tables have one heading, so they are found by their ids."""
    lines = (ROOT / PAGE).read_text("utf-8").splitlines()
    return [[cell.strip() for cell in one.strip("|").split("|")] for one in lines if one.startswith("| W")]


def _vector(
    id: str, told: str, happened: str, ends: str, by: str, destroyed: str, asked: str, training: str
) -> Vector:
    end = moment(ends)
    gone = {"same": end, "held": None}.get(destroyed) if destroyed in {"same", "held"} else moment(destroyed)
    return Vector(id, turn(told), events(happened), end, by, gone, moment(asked), training)
