"""What goes into an export: read conversation by conversation, in constant memory, and each turn asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby, islice
from typing import Any, TypeVar

from sekisho.base.ids import new_id
from sekisho.records.models import DataEvent, Turn
from sekisho.records.opening import Parts, opened
from sekisho.records.queries.clocks import COLUMNS, facts_of
from sekisho.records.queries.history import events_of
from sekisho.records.redaction import redact
from sekisho.records.rules import History, terms_of, together
from sekisho.records.training import rules
from sekisho.records.training.types import Gap, Item, Message, Record, Sums, Withheld
from sekisho.records.types import Calendar, Eligible, Ineligible, Kind, Part, StoredBlock, TurnFacts

CONVERSATIONS = 100
"""Conversations whose turns are in memory at once."""
CONTENTS = 50
"""Turns whose content is."""
TURNS_A_BEAT = 1_000
NOT_OPTED_IN = "not_opted_in"
"""The reason of turns of accounts in which nobody ever allowed anything: they are not looked at one by one."""


_One = TypeVar("_One")


@dataclass(slots=True)
class Selection:
    """One pass over everything on record, as of a moment and as of now: what was taken back since is not given."""

    as_of: datetime
    now: datetime
    calendar: Calendar
    beat: Callable[[], None] = lambda: None
    """Called again and again while it goes on, also where nothing is given for long."""
    records: int = 0
    items: int = 0
    seen: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    blocks: Counter[str] = field(default_factory=Counter)
    secrets: Counter[str] = field(default_factory=Counter)

    def __iter__(self) -> Iterator[tuple[Record, dict[str, TurnFacts]]]:
        """Yield each record with the facts of its turns by id. Read it to its end, then ask for `sums`."""
        for organisation in _opted_in():
            history = History(events_of(organisation))
            for some in _together(self._judged(organisation, history)):
                contents = _Contents([turn for one in some for turn in one.given])
                for one in some:
                    made = self._record(one, contents)
                    if made is not None:
                        self.records += 1
                        self.items += len(made.items)
                        yield made, {turn.id: turn for turn, _ in one.turns}

    def _beat(self, turns: int) -> None:
        """Beat once every few hundred turns."""
        if self.seen // TURNS_A_BEAT != (self.seen + turns) // TURNS_A_BEAT:
            self.beat()

    def sums(self) -> Sums:
        """Return what was given and left out; every turn with content on record is in it once."""
        on_record = Turn.objects.filter(has_content=True, finished_at__lte=self.as_of).count()
        self.reasons[NOT_OPTED_IN] += max(0, on_record - self.seen)
        return Sums(self.records, self.items, *map(_counted, (self.reasons, self.blocks, self.secrets)))

    def _judged(self, organisation: str, history: History) -> Iterator[_Judged]:
        """Yield each conversation with the answer for each of its turns."""
        for conversation in _conversations(organisation, self.as_of):
            self._beat(len(conversation))
            self.seen += len(conversation)
            yield _Judged(conversation, self._answers([turn for turn, _ in conversation], history))

    def _record(self, judged: _Judged, contents: _Contents) -> Record | None:
        said: set[str] = set()
        given = frozenset(judged.given)
        made = [
            self._turn(turn, model, answer, given, contents, said)
            for (turn, model), answer in zip(judged.turns, judged.answers, strict=True)
        ]
        first = next((at for at, one in enumerate(made) if isinstance(one, Item)), None)
        if first is None:
            return None
        stamp = judged.turns[first][0].stamp
        return Record(new_id("rec"), stamp.product.value, terms_of(stamp.plan).value, tuple(made))

    def _answers(self, turns: Sequence[TurnFacts], history: History) -> list[Eligible | Ineligible]:
        moments = {self.as_of, self.now}
        each = [rules.answers(turns, history, self.calendar, at) for at in sorted(moments)]
        return [together(answers) for answers in zip(*each, strict=True)]

    def _turn(
        self,
        turn: TurnFacts,
        model: str,
        answer: Eligible | Ineligible,
        given: frozenset[str],
        contents: _Contents,
        said: set[str],
    ) -> Item | Gap:
        if isinstance(answer, Ineligible):
            return self._gap(answer.reason)
        parts = contents.of(turn.id)
        if parts is None:
            return self._gap(Withheld.DESTROYED.value)
        answered = parts.get(Part.ANSWER, ())
        prompt = rules.prompt_given(parts.get(Part.PROMPT, ()), given, said)
        said.update(block.text for block in answered if block.text)
        return Item(turn.id, new_id("itm"), model, self._clean(prompt), self._clean(_answer(answered)))

    def _gap(self, reason: str) -> Gap:
        self.reasons[reason] += 1
        return Gap(reason)

    def _clean(self, messages: Iterable[Message]) -> tuple[Message, ...]:
        """Take secrets out of what is given, and count what is not."""
        found = []
        for message in messages:
            if message.text is not None:
                redacted = redact(message.text)
                self.secrets.update({kind.value: count for kind, count in redacted.counts.items()})
                found.append(replace(message, text=redacted.text))
            else:
                if message.withheld:
                    self.blocks[str(message.withheld)] += 1
                found.append(message)
        return rules.gathered(found)


@dataclass(frozen=True, slots=True)
class _Judged:
    """One conversation: its turns, each with its model, and whether each may be given."""

    turns: Sequence[tuple[TurnFacts, str]]
    answers: Sequence[Eligible | Ineligible]

    @property
    def given(self) -> list[str]:
        pairs = zip(self.turns, self.answers, strict=True)
        return [turn.id for (turn, _), answer in pairs if isinstance(answer, Eligible)]


def _together(judged: Iterable[_Judged]) -> Iterator[list[_Judged]]:
    """Yield as many conversations at a time as hold a few dozen eligible turns: their contents are read at once."""
    some: list[_Judged] = []
    count = 0
    for one in judged:
        some.append(one)
        count += len(one.given)
        if count >= CONTENTS or len(some) >= CONVERSATIONS:
            yield some
            some, count = [], 0
    yield some


class _Contents:
    """What eligible turns hold, opened a few at a time in their order."""

    def __init__(self, given: Sequence[str]) -> None:
        self._groups = {turn: group for group in _batches(given, CONTENTS) for turn in group}
        self._open: dict[str, Parts | None] = {}

    def of(self, turn: str) -> Parts | None:
        """Return what the turn holds; None where its key is gone."""
        if turn not in self._open:
            self._open = opened(self._groups[turn])
        return self._open.get(turn)


def _opted_in() -> list[str]:
    """The organisations in which anybody ever allowed anything."""
    begins = (Kind.ALLOWED.value, Kind.PARTNER_JOINED.value)
    rows = DataEvent.objects.filter(kind__in=begins).exclude(organisation="")
    return list(rows.order_by("organisation").values_list("organisation", flat=True).distinct())


def _conversations(organisation: str, until: datetime) -> Iterator[list[tuple[TurnFacts, str]]]:
    """Yield each conversation of the organisation: its turns with content, in their order, each with its model."""
    turns = Turn.objects.filter(organisation=organisation, has_content=True, finished_at__lte=until)
    ids = turns.order_by("conversation_id").values_list("conversation_id", flat=True).distinct()
    for some in _batches(ids.iterator(chunk_size=CONVERSATIONS), CONVERSATIONS):
        rows = turns.filter(conversation__in=some).order_by("conversation_id", "received_at", "id")
        facts = (_with_model(row) for row in rows.values_list(*COLUMNS, "model"))
        for _, conversation in groupby(facts, key=lambda one: one[0].conversation):
            yield list(conversation)


def _batches(many: Iterable[_One], size: int) -> Iterator[list[_One]]:
    """Yield so many at a time; `itertools.batched` comes with Python 3.12."""
    rest = iter(many)
    while some := list(islice(rest, size)):
        yield some


def _with_model(row: tuple[Any, ...]) -> tuple[TurnFacts, str]:
    return facts_of(row[:-1]), str(row[-1])


def _answer(blocks: Iterable[StoredBlock]) -> Iterator[Message]:
    return (Message(block.role, block.kind, block.text) for block in blocks)


def _counted(counts: Counter[str]) -> dict[str, int]:
    return {name: count for name, count in sorted(counts.items()) if count}
