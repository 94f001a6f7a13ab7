"""The floor and what an organisation lays over it, which may only tighten (P-007). Pure.

    tightened(pack, overlay) ──▶ a pack that is at least as strict, whatever is found

The floor is the version in force; the overlay is an organisation's own wish to be held to more. Every value
is *joined* with the floor's, the stricter of the two: so an overlay that was written for one version can be
laid over every later one, and what the later one demands more strongly stands. `overlay_file.py` refuses a
file that would loosen, so that nobody believes in a value that has no effect.

Two things look stricter and are not, and are therefore not done:

- Lowering `act` where doubt weighs more than certainty. A clause that holds what it is unsure of, and masks
  what it is sure of, would mask what it used to hold.
- Leaving a clause soft that was raised above a mask. A judge never lifts a mask, and could lift what took its
  place; so such a clause becomes hard.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sekisho.policy.rules import ANY_LANGUAGE, resolved
from sekisho.policy.types import Action, Clause, FailMode, Pack, StreamMode, Threshold

FAIL_ORDER = (FailMode.SKIP, FailMode.HOLD, FailMode.FIRE)
STREAM_ORDER = (StreamMode.AUDIT, StreamMode.WINDOW, StreamMode.FULL)


@dataclass(frozen=True, slots=True)
class LowerThreshold:
    """What is wished of a threshold. None leaves the floor's value."""

    act: float | None = None
    ask: float | None = None
    unsure: FailMode | None = None


@dataclass(frozen=True, slots=True)
class StricterClause:
    """What is wished of a clause. None leaves the floor's value."""

    on_input: Action | None = None
    on_output: Action | None = None
    fail: FailMode | None = None
    stream: StreamMode | None = None
    thresholds: dict[str, dict[str, LowerThreshold]] = field(default_factory=dict)
    """Detector, as the clause names it → language or `*` → what is wished."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """What one organisation lays over the policy. Plain data that travels in the snapshot."""

    version: str
    """The first characters of the SHA-256 of its file: decisions cite it, so that they can be read later."""
    clauses: dict[str, StricterClause] = field(default_factory=dict)
    unscreened: Action | None = None
    """The least that is done with media that no detector can read."""

    @property
    def suffix(self) -> str:
        """What it adds to the version that decisions cite: `reference@2025-09-15+org.1f6c0d2e`."""
        return f"{MARK}{self.version}"


MARK = "+org."


def floor_label(label: str) -> str:
    """Return the version beneath an overlay: `reference@2025-09-15` for `reference@2025-09-15+org.1f6c0d2e`."""
    return label.partition(MARK)[0]


def tightened(pack: Pack, overlay: Overlay) -> Pack:
    """Return the pack with the overlay laid over it.

    Whatever the findings, context and clearances, its verdict is at least that of `pack`. Clauses, detectors
    and languages that the pack does not have are passed over.
    """
    least = overlay.unscreened or Action.ALLOW
    return replace(
        pack,
        version=pack.version + overlay.suffix,
        clauses=tuple(_clause(one, overlay.clauses.get(one.id)) for one in pack.clauses),
        unscreened=max(pack.unscreened, least),
        unscreened_for={audience: max(action, least) for audience, action in pack.unscreened_for.items()},
    )


def stricter_fail(one: FailMode, other: FailMode | None) -> FailMode:
    return max(one, other or one, key=FAIL_ORDER.index)


def threshold_in(by_language: Mapping[str, Threshold], language: str) -> Threshold | None:
    """Return the threshold that holds in a language; None where the detector does not count."""
    return by_language.get(language) or by_language.get(ANY_LANGUAGE)


def _clause(floor: Clause, wished: StricterClause | None) -> Clause:
    if wished is None:
        return floor
    on_output = max(floor.on_output, wished.on_output or Action.ALLOW)
    stricter = replace(
        floor,
        on_input=max(floor.on_input, wished.on_input or Action.ALLOW),
        on_output=on_output,
        fail=stricter_fail(floor.fail, wished.fail),
        stream=max(floor.stream, wished.stream or floor.stream, key=STREAM_ORDER.index),
        hard=floor.hard or (floor.on_output is Action.MODIFY and on_output > Action.MODIFY),
    )
    return replace(stricter, thresholds=_thresholds(stricter, wished))


def _thresholds(clause: Clause, wished: StricterClause) -> dict[str, dict[str, Threshold]]:
    """Those of the clause, whose other fields are tightened already, with every wish for them joined in."""
    joined = {detector: dict(by_language) for detector, by_language in clause.thresholds.items()}
    for detector, wishes in wished.thresholds.items():
        floors = clause.thresholds.get(detector, {})
        for language, wish in wishes.items():
            floor = threshold_in(floors, language)
            if floor is not None:
                joined[detector][language] = _threshold(clause, floor, wish)
    return joined


def _threshold(clause: Clause, floor: Threshold, wish: LowerThreshold) -> Threshold:
    fail = stricter_fail(floor.unsure or clause.fail, wish.unsure)
    act = (
        floor.act if wish.act is None or doubt_weighs_more(clause, floor, fail) else min(floor.act, wish.act)
    )
    ask = min(floor.ask, act, floor.ask if wish.ask is None else wish.ask)
    return replace(floor, act=act, ask=ask, unsure=fail if wish.unsure else floor.unsure)


def doubt_weighs_more(clause: Clause, threshold: Threshold, fail: FailMode) -> bool:
    """Return whether the clause does more in doubt than in certainty, on input or on output."""
    measures = (clause.on_input, clause.on_output)
    return any(min(measure, threshold.most) < resolved(fail, measure) for measure in measures)
