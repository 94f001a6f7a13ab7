"""What an evaluation says, as plain values that can be written as JSON (`docs/rules/evaluation.md`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from sekisho.detection.card import Interval
from sekisho.detection.evaluation.measures import Bin
from sekisho.detection.evaluation.resampling import Plan

FORMAT: Final = 1
"""Raised when a reader of an earlier format could misread a later one."""


@dataclass(frozen=True, slots=True)
class Needs:
    """How many texts of either kind a measure needs to mean anything; with fewer it is not given."""

    concerned: int
    others: int


NEEDS: Final = {
    "precision": Needs(10, 10),
    "recall": Needs(10, 0),
    "f1": Needs(10, 10),
    "auprc": Needs(10, 10),
    "auroc": Needs(10, 10),
    "recall_at_1_percent": Needs(10, 100),
    "recall_at_0_1_percent": Needs(10, 1000),
    "calibration_error": Needs(10, 40),
}
"""Every measure, in the order of reports. A rate of 1 in n others cannot be seen among fewer than n."""

FEWEST: Final = 10
"""Fewer texts than this have no shares or latencies either."""


@dataclass(frozen=True, slots=True)
class Curves:
    """What the drawings of a line need; each list is thinned out to what an eye can tell apart."""

    roc: tuple[tuple[float, float], ...]
    """(false-positive share, recall), from (0, …) on."""
    precision_recall: tuple[tuple[float, float], ...]
    """(recall, precision)."""
    reliability: tuple[Bin, ...]
    concerned_histogram: tuple[int, ...]
    """Concerned texts in twenty steps of probability from 0 to 1."""
    others_histogram: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """How well one question is answered in one language."""

    question: str
    """`violation`, `injection`, a clause id, or `advice`."""
    language: str
    """`*` for all together."""
    group: str
    """The source, role, … that it is told apart by; empty for all together."""
    concerned: int
    """Texts of which the answer is yes."""
    others: int
    measures: dict[str, Interval | None]
    """Every name of `NEEDS`, in that order; None where there are too few texts, or nothing fired."""
    curves: Curves | None = None


@dataclass(frozen=True, slots=True)
class Macro:
    """The mean over several questions, each counting the same however many texts it has."""

    of: str
    """`standards` or `domains`."""
    language: str
    questions: tuple[str, ...]
    """Those that have texts enough."""
    f1: Interval
    auroc: Interval


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What was decided about some texts."""

    of: str
    """`harmful`, `harmless`, `look_alikes` (harmless, and made to look otherwise), or `twins` (the harmful
    halves of pairs with a look-alike)."""
    language: str
    group: str
    """As in `Line`."""
    texts: int
    decisions: dict[str, int]
    """How many of each decision; all six, in the order of `DECISIONS`."""
    stopped: Interval | None
    """Share that is held or blocked. Of look-alikes this is the over-refusal."""
    unsure: Interval | None
    """Share of which a judge would be asked."""


DECISIONS: Final = ("allow", "annotate", "modify", "hold", "block", "unsure")


@dataclass(frozen=True, slots=True)
class Latency:
    """How long one text took, in milliseconds, one at a time."""

    p50: Interval | None
    p99: Interval | None


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered, row by row, so that another evaluation can be compared. No text."""

    ids: tuple[str, ...] = ()
    probabilities: dict[str, tuple[float, ...]] = field(default_factory=dict)
    """By question, in the order of `ids`."""
    fired: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """By question, the places in `ids` of the rows that it was answered with yes for."""
    decisions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """How one figure differs between two evaluations of the same rows."""

    question: str
    """As in `Line`, or as `Outcomes.of`."""
    language: str
    measure: str
    """A name of `NEEDS`, or `stopped`."""
    before: float
    after: float
    change: Interval
    """`after - before` with its paired bootstrap interval."""
    is_beyond_noise: bool
    is_better: bool
    """Which way is better depends on the measure: of harmless texts fewer should be stopped."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two evaluations, on the rows that both answered."""

    before: str
    """Version of what it is compared with."""
    after: str
    texts: int
    unmatched: int
    """Rows that only one of them answered."""
    differences: tuple[Difference, ...]

    def beyond_noise(self, *, better: bool) -> tuple[Difference, ...]:
        """Return what is truly better, or truly worse."""
        return tuple(one for one in self.differences if one.is_beyond_noise and one.is_better is better)


@dataclass(frozen=True, slots=True)
class Kept:
    """What one disguise does in one language, by one measure. Only texts that it changes count."""

    transform: str
    """Name of the disguise; see `transforms`."""
    language: str
    measure: str
    """What counts as found. `caught`: not simply let through (modified, held, blocked, or a judge is asked);
    `stopped`: held or blocked; `violation`: a standard acts in full at its threshold in the pack."""
    harmful: int
    """Harmful texts."""
    before: Interval | None
    """Share of them found as they are."""
    after: Interval | None
    """Share of them found in disguise."""
    caught: int
    """How many of them are found as they are."""
    kept: Interval | None
    """Of those, the share that is still found in disguise."""
    harmless: int
    """Harmless texts."""
    harmless_before: Interval | None
    """Share of them found as they are: over-refusal."""
    harmless_after: Interval | None
    """Share of them found in disguise: over-refusal of what is merely written oddly."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything that was measured of one detector over some rows."""

    detector: str
    """`scorer`, `rules` or `cascade`."""
    version: str
    """Of the model, and of the rules."""
    pack: str
    """`name@version` of the pack that decided."""
    texts: int
    data: str
    """SHA-256 over the rows, hexadecimal."""
    plan: Plan
    by: str
    """What lines and outcomes with a group are told apart by; empty where there are none."""
    lines: tuple[Line, ...]
    macros: tuple[Macro, ...]
    outcomes: tuple[Outcomes, ...]
    latency: Latency
    answers: Answers
    comparison: Comparison | None = None
    """With another evaluation, where one was asked for."""
    robustness: tuple[Kept, ...] = ()
    """What disguises do, where that was asked for."""
    format: int = FORMAT
