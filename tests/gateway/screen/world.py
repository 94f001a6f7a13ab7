"""A small policy and two small detectors, with which the screens are asked about everything that can happen.

`secret` is masked, `forbidden` and 「禁止」 are refused, `reviewed` is held, `audited` is only recorded; the word-score
detector sees `dire` anywhere in a window, as a scorer would.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import count

from sekisho.base.text import Lang, Text
from sekisho.detection.language import language_of
from sekisho.detection.types import Finding, Passage, Role, Span
from sekisho.gateway.notices import NoticeWriter
from sekisho.gateway.screen import Case
from sekisho.gateway.screen.types import Watch
from sekisho.gateway.types import Endpoint, Request
from sekisho.link.snapshot import Dialect
from sekisho.policy.types import (
    Action,
    Audience,
    Clause,
    FailMode,
    Pack,
    Part,
    Severity,
    StreamMode,
    Threshold,
)

AT = datetime(2025, 9, 15, tzinfo=UTC)
WORDS: Mapping[str, str] = {
    "secret": "privacy",
    "秘密": "privacy",
    "forbidden": "weapons",
    "禁止": "weapons",
    "reviewed": "advice",
    "audited": "watching",
    "human being": "chatbots",
}
"""Words that the watch finds, and the clause that each is about."""
SURE = {"*": Threshold(0.5, 0.5)}


def clause(
    id: str, action: Action, stream: StreamMode = StreamMode.WINDOW, detector: str = "patterns"
) -> Clause:
    return Clause(
        id=id,
        part=Part.STANDARD,
        title=Text(id.title(), f"{id}の条項"),
        text=Text("Text.", "本文。"),
        covers=(),
        spares=(),
        severity=Severity.HIGH,
        hard=False,
        on_input=action,
        on_output=action,
        fail=FailMode.SKIP,
        stream=stream,
        thresholds={detector: SURE},
        reason=Text(f"This concerns {id}.", f"{id}に関わるため、お答えできません。"),
        advice=Text("Please ask in another way.", "別の聞き方をお試しください。"),
    )


def pack(*more: Clause, unscreened: Action = Action.ANNOTATE) -> Pack:
    """The small policy. A clause given here takes the place of its namesake."""
    clauses = {
        one.id: one
        for one in (
            clause("privacy", Action.MODIFY),
            clause("weapons", Action.BLOCK),
            clause("advice", Action.HOLD),
            clause("watching", Action.BLOCK, StreamMode.AUDIT),
            clause("chatbots", Action.MODIFY),
            clause("violence", Action.BLOCK, detector="scorer"),
            *more,
        )
    }
    return Pack(
        "small", "1", Text("Small", "小"), Text("", ""), "en", AT, AT, tuple(clauses.values()), unscreened
    )


class WordWatch:
    """Finds words in text that comes in pieces; holds back what may still become one."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = words
        self._text = ""
        self._seen = 0
        self.settled = 0
        self.bound = max(map(len, words), default=1)

    def feed(self, text: str) -> tuple[Finding, ...]:
        self._text += text
        starts = range(max(0, len(self._text) - self.bound + 1), len(self._text))
        held = [at for at in starts if any(word.startswith(self._text[at:]) for word in self._words)]
        self.settled = min(held, default=len(self._text))
        return self._found()

    def finish(self, text: str = "") -> tuple[Finding, ...]:
        self._text += text
        self.settled = len(self._text)
        return self._found()

    def _found(self) -> tuple[Finding, ...]:
        found = tuple(
            finding for finding in find_words(self._text, self._words) if finding.span.end > self._seen
        )
        self._seen = len(self._text)
        return found


def find_words(text: str, words: Mapping[str, str]) -> list[Finding]:
    found = []
    for word, clause_id in words.items():
        at = text.find(word)
        while at >= 0:
            code = "human_claim" if word == "human being" else "fixed"
            found.append(
                Finding(clause_id, "patterns", code=code, span=Span(at, at + len(word)), version="1")
            )
            at = text.find(word, at + len(word))
    return found


class SmallDetectors:
    """The small policy's detectors. Counts what it reads."""

    def __init__(self, words: Mapping[str, str] = WORDS, reads_whole: bool = True) -> None:
        self.words = words
        self.reads_whole = reads_whole
        self.read_chars = 0

    def find(self, passage: Passage) -> tuple[Finding, ...]:
        self.read_chars += len(passage.text)
        return (*find_words(passage.text, self.words), *self.scored(passage))

    def find_at_once(self, passage: Passage) -> tuple[Finding, ...] | None:
        return self.find(passage)

    def watch(self, role: Role) -> Watch:
        return WordWatch(self.words)

    def score(self, passages: Sequence[Passage]) -> list[tuple[Finding, ...]]:
        return [self.scored(passage) for passage in passages]

    def score_at_once(self, passages: Sequence[Passage]) -> list[tuple[Finding, ...]] | None:
        return self.score(passages)

    def scored(self, passage: Passage) -> tuple[Finding, ...]:
        if not self.reads_whole or "dire" not in passage.text:
            return ()
        return (Finding("violence", "scorer", score=0.9, version="1"),)

    def language(self, text: str) -> str:
        return language_of(text)


def case(
    policy: Pack | None = None,
    language: Lang = "en",
    audience: Audience = Audience.GENERAL,
    *,
    asked: bool = False,
) -> Case:
    policy = policy or pack()
    numbers = count(1)
    return Case(
        pack=policy,
        notices=NoticeWriter(policy, "https://gate.example", "req_01k5000000000000000000test", language),
        organisation="org_1",
        at=AT,
        audience=audience,
        asked_if_human=asked,
        monotonic_ns=lambda: 0,
        ids=lambda kind: f"{kind}_{next(numbers)}",
    )


def request(endpoint: Endpoint = Endpoint.MESSAGES, *, structured: bool = False) -> Request:
    dialect = Dialect.ANTHROPIC if endpoint is Endpoint.MESSAGES else Dialect.OPENAI
    return Request(dialect, endpoint, b"{}", "model-1", True, (), structured=structured)
