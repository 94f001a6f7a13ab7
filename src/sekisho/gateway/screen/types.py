"""What screening needs to know of a request, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from time import perf_counter_ns
from typing import Protocol

import msgspec

from sekisho.base.content import Content
from sekisho.base.ids import new_id
from sekisho.detection.types import Finding, Passage, Role
from sekisho.gateway.directory import Directory
from sekisho.gateway.notices import NoticeWriter
from sekisho.gateway.screen.grounds import ground_entry
from sekisho.gateway.screen.hearing import Hearing
from sekisho.gateway.screen.shadow import Shadow
from sekisho.gateway.types import Notice, Request
from sekisho.link.journal import Block, DecisionEntry, Usage
from sekisho.policy.agents.rules import AGENTS
from sekisho.policy.types import Action, Audience, Context, Ground, Pack, Verdict


class Watch(Protocol):
    """Deterministic detectors over one growing text (`detection/stream.py`)."""

    @property
    def settled(self) -> int:
        """Characters of which nothing can become part of a match that was not reported."""
        ...

    @property
    def bound(self) -> int:
        """The most characters that it ever holds back."""
        ...

    def feed(self, text: str) -> tuple[Finding, ...]: ...

    def finish(self, text: str = "") -> tuple[Finding, ...]: ...


class Detectors(Protocol):
    """Everything that detects, built once a process and safe to use from several threads."""

    @property
    def reads_whole(self) -> bool:
        """Whether there is anything to ask at boundaries; if not, text waits only for the watch."""
        ...

    def find(self, passage: Passage) -> tuple[Finding, ...]:
        """Return all findings on a whole passage."""
        ...

    def find_at_once(self, passage: Passage) -> tuple[Finding, ...] | None:
        """As `find` where that takes microseconds; None where the passage must be read again."""
        ...

    def watch(self, role: Role) -> Watch:
        """Return a fresh watch over a text that will come in pieces."""
        ...

    def score(self, passages: Sequence[Passage]) -> Sequence[tuple[Finding, ...]]:
        """Return for each passage the findings of what reads text as a whole (the local scorer), and of what is
        missing."""
        ...

    def score_at_once(self, passages: Sequence[Passage]) -> Sequence[tuple[Finding, ...]] | None:
        """As `score` where that takes microseconds; None where some passage must be read again."""
        ...

    def language(self, text: str) -> str:
        """Return the BCP 47 primary language of a text, `und` when it cannot be told."""
        ...


class Settled(Protocol):
    """Where it is noted how far a history was judged (`histories.py`)."""

    def settle(self, request: Request) -> None:
        """Take note that all of the request was judged, that it may pass, and that this lasts."""
        ...


@dataclass(frozen=True, slots=True)
class Case:
    """Under which policy, for whom, and in whose words one request is judged."""

    pack: Pack
    notices: NoticeWriter
    organisation: str
    at: datetime
    audience: Audience = Audience.GENERAL
    domain: str | None = None
    asked_if_human: bool = False
    """Whether the person asked if they speak with a human: then a claim to be one is corrected (P-030)."""
    digest_key: bytes = b"sekisho"
    """Key of the digests in records: the snapshot's, so that every gateway of a deployment makes the same."""
    ids: Callable[[str], str] = new_id
    monotonic_ns: Callable[[], int] = perf_counter_ns
    """Tells nanoseconds from any beginning, for how long screening takes."""
    hearing: Hearing | None = None
    """What this request may ask a judge; None where none is configured."""
    cleared: frozenset[str] = frozenset()
    """Clauses that a judge found not to be concerned, of the passage at hand."""
    actor: str = ""
    """Key and end user, whose conduct is noted (P-011); empty where it is not."""
    excepted: frozenset[str] = frozenset()
    """Clauses from which a contract excepts this request (P-006). Hard ones have no effect."""
    history: Settled | None = None
    """Where it is noted that the history was judged; None where it is read anew in every turn."""
    remembered_since: str = ""
    """A mark that changes when a decision about the organisation is overturned (P-062): no verdict is remembered over
    it."""
    directory: Directory | None = None
    """Which connectors' tools may be called (P-033); None where the directory says nothing."""
    shadow: Shadow | None = None
    """Where it is noted what drafts would decide (P-004); None while there is no draft."""

    def digest(self, text: str, *scope: str) -> str:
        """Return the keyed digest of a text, scoped by organisation: equal texts of another one differ."""
        hashed = blake2b(key=self.digest_key[:64], digest_size=16)
        for part in (self.organisation, *scope, text):
            hashed.update(part.encode("utf-8", "surrogatepass"))
            hashed.update(b"\0")
        return hashed.hexdigest()

    def context(self, role: Role, language: str) -> Context:
        return Context(role, language, self.audience, self.domain)


@dataclass(slots=True)
class Judged:
    """What was decided at one stage, gathered while it is screened, and told as one `DecisionEntry`
    (P-070)."""

    stage: Role
    pack: str
    id: str
    """`dec_…`"""
    action: Action = Action.ALLOW
    grounds: list[Ground] = field(default_factory=list)
    unscreened: set[str] = field(default_factory=set)
    screened_chars: int = 0
    language: str = "und"
    digest: str = ""

    def add(self, verdict: Verdict) -> None:
        self.action = max(self.action, verdict.action)
        self.grounds += (ground for ground in verdict.grounds if ground not in self.grounds)

    @property
    def clause(self) -> str:
        return self.verdict().clause or ""

    @property
    def agent_action(self) -> str:
        """What an agent was about to do, by its id in the pack; empty when something else decided."""
        first = next(iter(self.verdict().grounds), None)
        return first.code if first is not None and first.detector == AGENTS else ""

    def verdict(self) -> Verdict:
        return Verdict(self.action, self.pack, tuple(sorted(self.grounds, key=_gravest)))

    def entry(self, at: datetime, took_us: int = 0) -> DecisionEntry:
        """`took_us` are the microseconds of the screening that this decision is a part of."""
        verdict = self.verdict()
        return DecisionEntry(
            id=self.id,
            at=at,
            stage=self.stage.value,
            action=self.action.word,
            pack=self.pack,
            clause=verdict.clause or "",
            language=self.language,
            input_digest=self.digest,
            grounds=tuple(ground_entry(ground) for ground in verdict.grounds),
            unscreened=tuple(sorted(self.unscreened)),
            screened_chars=self.screened_chars,
            took_us=took_us,
        )


def _gravest(ground: Ground) -> tuple[object, ...]:
    return (
        -ground.action,
        -ground.severity,
        -ground.score,
        ground.clause,
        ground.detector,
        ground.span or (-1, -1),
    )


def gravest(judged: Iterable[Judged]) -> Judged | None:
    """Return the stage that decided, None for none; the earlier of equals."""
    return max(judged, key=lambda stage: stage.action, default=None)


class InputResult(msgspec.Struct, frozen=True):
    """What the gate says of a request before it is forwarded."""

    action: Action
    decisions: tuple[DecisionEntry, ...] = ()
    """One a stage that had something new: prompt, tool results, tool calls and answers in the history."""
    notice: Notice | None = None
    """What the person is told, when `action` is HOLD or BLOCK."""
    new: tuple[Block, ...] = ()
    """The blocks that were screened now; what was screened before is not repeated."""
    asked_if_human: bool = False

    @property
    def passes(self) -> bool:
        """Whether the request goes on to the provider. Input is never modified (R-DATA-260)."""
        return self.action < Action.HOLD


class OutputResult(Content, msgspec.Struct, frozen=True):
    """What became of an answer: the one record of it."""

    outcome: str
    """`completed`, `modified`, `blocked`, `held`, `upstream_error`, `upstream_broken`."""
    decisions: tuple[DecisionEntry, ...] = ()
    notice: Notice | None = None
    """What the person was told, when the answer was modified, held or blocked."""
    answer: tuple[Block, ...] = ()
    """What the client was given; for a held answer, the draft."""
    withheld: tuple[Block, ...] = ()
    """What the model said and the client was not given, as evidence for an appeal."""
    usage: Usage = Usage()
    stop_reason: str = ""
    prefix_shown: bool = False
    """Whether the disclosure was put before the answer."""
    body: bytes = b""
    """The body for the client, of an answer that was not streamed."""

    @property
    def review(self) -> str:
        return self.notice.review_id if self.notice else ""
