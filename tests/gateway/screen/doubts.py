"""Detectors in doubt: doubles of the scorer's reader, slow by an event and never by the clock."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from threading import Event, get_ident

from sekisho.detection.normalise import Normalised
from sekisho.detection.types import Finding, Passage, Role
from tests.gateway.screen import world

DOUBTFUL = "perhaps"
"""What leaves a glance in doubt."""


class DoubtingDetectors(world.SmallDetectors):
    """The small policy's detectors, to which nothing doubtful is clear at a glance. Remember who asked in full."""

    def __init__(self) -> None:
        super().__init__()
        self.threads: set[int] = set()
        self.passages: list[Passage] = []

    def find(self, passage: Passage) -> tuple[Finding, ...]:
        self._note((passage,))
        return super().find(passage)

    def score(self, passages: Sequence[Passage]) -> list[tuple[Finding, ...]]:
        self._note(passages)
        return super().score(passages)

    def find_at_once(self, passage: Passage) -> tuple[Finding, ...] | None:
        return None if DOUBTFUL in passage.text else super().find_at_once(passage)

    def score_at_once(self, passages: Sequence[Passage]) -> list[tuple[Finding, ...]] | None:
        is_doubtful = any(DOUBTFUL in passage.text for passage in passages)
        return None if is_doubtful else super().score_at_once(passages)

    def _note(self, passages: Iterable[Passage]) -> None:
        self.passages += passages
        if any(DOUBTFUL in passage.text for passage in passages):
            self.threads.add(get_ident())


@dataclass
class SlowReader:
    """A scorer whose second step takes as long as a test wants, over texts of one role with `word` in them."""

    role: Role = Role.PROMPT
    word: str = DOUBTFUL
    name: str = "scorer"
    version: str = "slow-reader-double"
    languages: frozenset[str] = frozenset()
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    may_answer: Event = field(default_factory=Event)
    threads: set[int] = field(default_factory=set)
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)

    def find(self, passage: Passage) -> tuple[Finding, ...]:
        if self._doubts(passage):
            self.threads.add(get_ident())
            self._loop.call_soon_threadsafe(self.asked.set)
            assert self.may_answer.wait(10), "nothing else ran meanwhile"
        return ()

    def find_in(self, reading: Normalised, passage: Passage) -> tuple[Finding, ...]:
        return self.find(passage)

    def glance(
        self, readings: Sequence[Normalised], passages: Sequence[Passage]
    ) -> list[tuple[Finding, ...]] | None:
        return None if any(map(self._doubts, passages)) else [() for _ in passages]

    def _doubts(self, passage: Passage) -> bool:
        return passage.role is self.role and self.word in passage.text
