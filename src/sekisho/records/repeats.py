"""Which blocks a conversation has kept already: resent history becomes numbers (R-DATA-108).

Two processes that take in turns of one conversation line up at its row, so that every block gets one number and one
holder. What was kept once is never kept again as long as the conversation has a key, whatever became of its holder: a
block whose first turn has died is gone, and does not begin a second life because a client sends it along.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import connection

from sekisho.records.bodies import Repeated
from sekisho.records.bulk import among, insert
from sekisho.records.models import Block, Conversation
from sekisho.records.types import Part, StoredBlock, TurnRecord
from sekisho.records.vault import Safe

_COLUMNS = ("conversation_id", "tag", "number", "turn_id")
ALWAYS_WHOLE = frozenset({Part.WITHHELD, Part.RELEASED, Part.REVIEW})
"""Parts that are evidence by themselves: kept whole, and never pointed at."""


@dataclass(slots=True)
class Repeats:
    """The blocks of some conversations, whose rows stay locked until the transaction ends."""

    last: dict[str, int]
    """How many blocks each conversation has."""
    numbers: dict[tuple[str, str], int]
    """The number of a block, by conversation and mark."""
    added: list[tuple[str, str, int, str]] = field(default_factory=list)
    _marks: dict[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, turns: Mapping[str, Iterable[TurnRecord]], safes: Mapping[str, Safe]) -> Repeats:
        """Lock the conversations of these turns (conversation → turns) and look up what they hold already."""
        rows = (
            Conversation.objects.filter(id__in=among(Conversation, turns)).order_by("id").select_for_update()
        )
        found = cls(dict(rows.values_list("id", "blocks")), {})
        known = [name for name, last in found.last.items() if last]
        marks = {
            found.mark(name, block.digest, safes[name])
            for name in known
            for turn in turns[name]
            for block in _marked(turn)
        }
        if marks:
            held = Block.objects.filter(tag__in=among(Block, marks))
            found.numbers = {
                (name, tag): number
                for name, tag, number in held.values_list("conversation_id", "tag", "number")
            }
        return found

    def body(
        self, conversation: str, turn: TurnRecord, part: Part, safe: Safe
    ) -> list[StoredBlock | Repeated]:
        """Return the part's blocks: those that are new with a number of their own, the others by theirs."""
        if part in ALWAYS_WHOLE:
            return list(turn.content[part])
        return [
            self._kept(conversation, turn.id, block, safe) if block.digest else block
            for block in turn.content[part]
        ]

    def mark(self, conversation: str, digest: str, safe: Safe) -> str:
        """Return the block's mark in the conversation; a history that is resent ten times in a batch is marked once."""
        name = (conversation, digest)
        if name not in self._marks:
            self._marks[name] = safe.mark_of(digest)
        return self._marks[name]

    def save(self) -> None:
        """Write the new blocks down, and how many each conversation has."""
        insert(Block, _COLUMNS, self.added)
        grown: dict[str, int] = defaultdict(int)
        for conversation, _, number, _ in self.added:
            grown[conversation] = max(grown[conversation], number)
        if grown:
            places = ", ".join(["(%s, %s)"] * len(grown))
            sql = (
                f"WITH grown (id, last) AS (VALUES {places}) "  # noqa: S608 (places alone)
                "UPDATE records_conversation SET blocks = grown.last FROM grown "
                "WHERE records_conversation.id = grown.id"
            )
            with connection.cursor() as cursor:
                cursor.execute(sql, [value for pair in grown.items() for value in pair])

    def _kept(self, conversation: str, turn: str, block: StoredBlock, safe: Safe) -> StoredBlock | Repeated:
        mark = self.mark(conversation, block.digest, safe)
        number = self.numbers.get((conversation, mark))
        if number is not None:
            return Repeated(block.role, block.kind, number)
        number = self.last[conversation] = self.last.get(conversation, 0) + 1
        self.numbers[conversation, mark] = number
        self.added.append((conversation, mark, number, turn))
        return StoredBlock(block.role, block.kind, block.text, block.digest, number=number)


def _marked(turn: TurnRecord) -> Iterable[StoredBlock]:
    return (
        block
        for part, blocks in turn.content.items()
        if part not in ALWAYS_WHOLE
        for block in blocks
        if block.digest
    )
