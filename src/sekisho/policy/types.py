"""The policy as plain values: packs, clauses, contexts, verdicts.

A *pack* is one version of the policy. A *clause* is an addressable rule in it. A *verdict* is what the pack
says of some findings. Packs travel to gateways inside the snapshot, so every type here is plain data that
msgspec can write.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum

import msgspec

from sekisho.base.text import Text
from sekisho.detection.types import EVERY_CLAUSE, Role
from sekisho.policy.agents.types import Catalogue
from sekisho.policy.lattice import Action as Action


class Part(StrEnum):
    """The three parts of the policy (P-002)."""

    STANDARD = "standard"
    HIGH_RISK = "high_risk"
    GUIDELINE = "guideline"


class Severity(IntEnum):
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4


class FailMode(StrEnum):
    """What a clause makes of a detector that is missing, late, or unsure (P-010)."""

    FIRE = "fire"
    """Act as if it had been found."""
    HOLD = "hold"
    """Keep the passage for a person."""
    SKIP = "skip"
    """Go on without it, and record that it was so."""


class StreamMode(StrEnum):
    """How a clause is enforced on a streamed answer (P-052)."""

    FULL = "full"
    """Hold the whole answer until it is judged."""
    WINDOW = "window"
    """Hold back only what may still become a match; the default."""
    AUDIT = "audit"
    """Let it flow and record. Never for a hard clause."""


class Audience(StrEnum):
    """What a key declares it is used for; decides which obligations apply (P-021, P-023, P-030, P-031)."""

    GENERAL = "general"
    HIGH_RISK = "high_risk"
    """Customer-facing use in a high-risk domain; the key names the domain."""
    CHATBOT = "chatbot"
    MINORS = "minors"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Threshold:
    """From which score a detector's finding counts: from `act` the clause acts, from `ask` it is unsure."""

    act: float
    ask: float
    """Where the band begins in which a judge is asked; equal to `act` when there is no such band."""
    unsure: FailMode | None = None
    """How doubt of this detector is resolved in this language; None for the clause's own fail mode.

    A detector that is missing is always resolved by the clause's own.
    """
    most: Action = Action.BLOCK
    """The most that a match of it does: a card number is masked where a request to dox is refused."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text on which the clause must, or must not, fire. Checked before a pack can be active (P-004)."""

    text: str
    language: str
    role: Role = Role.PROMPT


@dataclass(frozen=True, slots=True)
class Clause:
    """One addressable rule. Its id is cited by decisions, notices, statistics and appeals (P-002)."""

    id: str
    part: Part
    title: Text
    text: Text
    covers: tuple[Text, ...]
    spares: tuple[Text, ...]
    """What it does *not* mean: reporting, fiction, research, authorised testing, professionals (P-010)."""
    severity: Severity
    hard: bool
    """A hard clause knows no exception, no audit mode, and no downgrade by a judge."""
    on_input: Action
    on_output: Action
    fail: FailMode
    stream: StreamMode
    thresholds: dict[str, dict[str, Threshold]] = field(default_factory=dict)
    """Detector → language (or `*` for any other) → threshold. A detector that is not named does not count.

    `detector.code`, such as `entities.phone_number`, goes before `detector` for findings of that code.
    """
    reason: Text = field(default_factory=lambda: Text("", ""))
    """The short reason a person is told when the clause acts."""
    advice: Text = field(default_factory=lambda: Text("", ""))
    """What the person can do next."""
    must_fire: tuple[Example, ...] = ()
    must_not_fire: tuple[Example, ...] = ()
    translated_from: str = ""
    """Digest of the canonical text from which the other language was made; `diff.drift` compares (P-003)."""


@dataclass(frozen=True, slots=True)
class Pack:
    """One version of the policy, immutable. `version` names it for ever, such as `2025-09-15`."""

    name: str
    version: str
    title: Text
    preamble: Text
    canonical: str
    """The language whose text decides when the two differ."""
    announced_at: datetime
    effective_at: datetime
    """From this moment on (inclusive) events are judged by it (P-003)."""
    clauses: tuple[Clause, ...]
    unscreened: Action
    """What is done with media that no detector can read (images, sound, files)."""
    resources: dict[str, Text] = field(default_factory=dict)
    """Named texts that answers use: crisis resources (P-012), disclosure sentences (P-021, P-030), …"""
    summary_of_changes: Text | None = None
    """What changed against the version before it, for the notice to account holders."""
    unscreened_for: dict[Audience, Action] = field(default_factory=dict)
    """Audiences for whom media that no detector can read are treated otherwise than by `unscreened`."""
    tightened_for: frozenset[Audience] = frozenset()
    """Audiences for whom what is unsure elsewhere already acts: `ask` takes the place of `act` (P-031)."""
    translated_from: str = ""
    """As `Clause.translated_from`, for the texts of the pack itself."""
    agents: Catalogue = field(default_factory=Catalogue)
    """What agents may not do with their tools (P-032)."""

    @property
    def label(self) -> str:
        """How decisions cite it for ever: `reference@2025-09-15`."""
        return f"{self.name}@{self.version}"

    def clause(self, clause_id: str) -> Clause | None:
        for clause in self.clauses:
            if clause.id == clause_id:
                return clause
        return None


class Context(msgspec.Struct, frozen=True):
    """Everything but the findings that a verdict may depend on.

    A `Struct`, as `Ground` and `Verdict` are: every request makes some, and a dataclass takes five times as long.
    """

    role: Role
    language: str
    audience: Audience = Audience.GENERAL
    domain: str | None = None
    """The high-risk domain a key declared (`hr_legal`, …), if any."""


class Ground(msgspec.Struct, frozen=True):
    """Why a clause acts: the finding, and the threshold it was held against. No content."""

    clause: str
    """Its id; `EVERY_CLAUSE` for what is only recorded and concerns no clause more than another."""
    action: Action
    severity: Severity
    detector: str
    detector_version: str
    code: str
    score: float
    threshold: float
    outcome: str
    """`match`; how an unsure or missing detector was resolved (`unsure:fire`, `error:hold`, …); or `cleared`
    for what a judge has lowered."""
    span: tuple[int, int] | None = None


class Verdict(msgspec.Struct, frozen=True):
    """What a pack says of one passage: the join over its grounds, and the grounds, gravest first."""

    action: Action
    pack: str
    """`name@version` of the pack that judged."""
    grounds: tuple[Ground, ...] = ()
    asks_judge: tuple[str, ...] = ()
    """Clauses of which a judge should be asked: a score in its band, or a detector unsure. Sorted."""

    @property
    def clause(self) -> str | None:
        """Id of the clause that decided, None when no clause acts."""
        return next((ground.clause for ground in self.grounds if ground.clause != EVERY_CLAUSE), None)
