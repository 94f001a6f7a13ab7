"""What the policy says: findings in, verdict out.

    evaluate(pack, findings, context) ──▶ Verdict(action, grounds)

Detectors see, the pack says what that means, and this file is the whole of the law between them. A verdict
is the *join* of what each finding amounts to by itself, on the lattice
`ALLOW < ANNOTATE < MODIFY < HOLD < BLOCK` (P-041). No finding is weighed against another, and therefore

- the order of findings never matters, and a finding said twice counts once;
- one more finding never loosens a verdict.

Only a judge can loosen, so its acquittal does not come as a finding: `cleared` names the clauses that it
found not to be concerned. It lowers soft clauses, never a hard one, and never lifts a mask: what is masked
is a fact, not an opinion.

What one finding amounts to, for a clause that relies on its detector in the language of the passage:

    match, score ≥ act           what the clause does for this role, at most what it lets this detector do
    match, ask ≤ score < act     unsure, and a judge should be asked
    match, score < ask           nothing
    unsure                       the fail mode: fire, hold for a person, or skip and record
    error: missing, late, broken the fail mode

The table in `docs/rules/policy-verdict.md` is the one that the test of this file runs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from msgspec.structs import replace as changed

from sekisho.detection.types import EVERY_CLAUSE, Finding, Outcome, Role
from sekisho.policy.types import (
    Action,
    Audience,
    Clause,
    Context,
    FailMode,
    Ground,
    Pack,
    Part,
    Severity,
    Threshold,
    Verdict,
)

ANY_LANGUAGE = "*"
JUDGE = "judge"
MEDIA = "media"


def pack_in_force(packs: Iterable[Pack], at: datetime) -> Pack | None:
    """Return the version by which an event at the moment `at` is judged, None before the first (P-003).

    A version is in force from `effective_at` on, that instant included, until the next one is.
    """
    begun = (pack for pack in packs if pack.effective_at <= at)
    return max(begun, key=lambda pack: (pack.effective_at, pack.label), default=None)


def pack_to_come(packs: Iterable[Pack], at: datetime) -> Pack | None:
    """Return the next version, announced at the moment `at` and not yet in force; None if there is none."""
    announced = (pack for pack in packs if pack.announced_at <= at < pack.effective_at)
    return min(announced, key=lambda pack: (pack.effective_at, pack.label), default=None)


def evaluate(
    pack: Pack, findings: Collection[Finding], context: Context, cleared: frozenset[str] = frozenset()
) -> Verdict:
    """Return what `pack` says of one passage in which `findings` were made.

    `cleared` holds the clauses that a judge found not to be concerned. A finding of a clause that the pack
    does not have, or that does not rely on its detector, says nothing.
    """
    if not findings:  # as for nearly every passage
        return Verdict(Action.ALLOW, pack.label)
    grounds: set[Ground] = set()
    questions: set[str] = set()
    answered: set[str] = set(cleared)
    for finding in findings:
        for clause, threshold in _spoken_of(pack, finding, context):
            outcome = _outcome(finding, threshold)
            if outcome is None:
                continue
            ground = _ground(clause, finding, threshold, outcome, context)
            grounds.add(_lowered(ground, clause) if clause.id in cleared else ground)
            if finding.detector == JUDGE:
                answered.add(clause.id)
            elif outcome is Outcome.UNSURE and _is_for_judge(clause, context):
                questions.add(clause.id)
    return _verdict(pack, grounds, questions - answered)


def unscreened(pack: Pack, kinds: Iterable[str], context: Context) -> Verdict:
    """Return what `pack` says of media that no detector can read, by kind (`image`, `audio`, …).

    They are never passed as clean: each kind leaves a ground, also where the pack lets them through.
    """
    action = _possible(pack.unscreened_for.get(context.audience, pack.unscreened), context.role)
    recorded = max(action, Action.ANNOTATE)
    return _verdict(pack, {_media_ground(kind, recorded) for kind in kinds})


def join(pack: Pack, verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict on several passages together: the gravest action, all grounds. ALLOW for none."""
    verdicts = tuple(verdicts)
    grounds = {ground for verdict in verdicts for ground in verdict.grounds}
    return _verdict(pack, grounds, {clause for verdict in verdicts for clause in verdict.asks_judge})


def verdict_of(pack: Pack, grounds: Iterable[Ground]) -> Verdict:
    """Return the verdict that rests on these grounds, in the one order in which grounds are told."""
    return _verdict(pack, grounds)


def _spoken_of(pack: Pack, finding: Finding, context: Context) -> Iterator[tuple[Clause, Threshold]]:
    """The clauses of which a finding speaks, each with the threshold that it is held against."""
    if finding.clause == EVERY_CLAUSE:
        clauses: Iterable[Clause] = pack.clauses
    else:
        clauses = (clause,) if (clause := pack.clause(finding.clause)) else ()
    for clause in clauses:
        by_language = _thresholds(clause, finding)
        threshold = by_language.get(context.language) or by_language.get(ANY_LANGUAGE)
        if threshold is not None:
            yield clause, _tightened(threshold) if context.audience in pack.tightened_for else threshold


def _thresholds(clause: Clause, finding: Finding) -> dict[str, Threshold]:
    """By language; those for this very code (`entities.phone_number`) go before those for the detector."""
    of_code = clause.thresholds.get(f"{finding.detector}.{finding.code}")
    return clause.thresholds.get(finding.detector, {}) if of_code is None else of_code


def _tightened(threshold: Threshold) -> Threshold:
    return replace(threshold, act=threshold.ask)


def _outcome(finding: Finding, threshold: Threshold) -> Outcome | None:
    """How a finding is taken, None when it says nothing. A score that is no probability is an error."""
    if finding.outcome is not Outcome.MATCH:
        return finding.outcome
    if not 0 <= finding.score <= 1:
        return Outcome.ERROR
    if finding.score >= threshold.act:
        return Outcome.MATCH
    return Outcome.UNSURE if finding.score >= threshold.ask else None


def _ground(
    clause: Clause, finding: Finding, threshold: Threshold, outcome: Outcome, context: Context
) -> Ground:
    fail = (threshold.unsure if outcome is Outcome.UNSURE else None) or clause.fail
    measure = _measure(clause, context)
    is_match = outcome is Outcome.MATCH
    action = _possible(min(measure, threshold.most) if is_match else resolved(fail, measure), context.role)
    if finding.clause == EVERY_CLAUSE and action <= Action.ANNOTATE:
        return _shared(finding, action, outcome)
    return Ground(
        clause=clause.id,
        action=action,
        severity=clause.severity,
        detector=finding.detector,
        detector_version=finding.version,
        code=finding.code,
        score=_probability(finding),
        threshold=threshold.act,
        outcome=outcome.value if is_match else f"{outcome.value}:{fail.value}",
        span=(finding.span.start, finding.span.end) if finding.span else None,
    )


def _shared(finding: Finding, action: Action, outcome: Outcome) -> Ground:
    """What is merely recorded of every clause is recorded once, and counts against none of them."""
    return Ground(
        clause=EVERY_CLAUSE,
        action=action,
        severity=Severity.LOW,
        detector=finding.detector,
        detector_version=finding.version,
        code=finding.code,
        score=_probability(finding),
        threshold=0.0,
        outcome=f"{outcome.value}:{FailMode.SKIP.value}",
    )


def _probability(finding: Finding) -> float:
    return finding.score if 0 <= finding.score <= 1 else 0.0


def _measure(clause: Clause, context: Context) -> Action:
    """What the clause does in this context.

    A high-risk domain asks something only of those who declared it; elsewhere it is recorded, so that
    undeclared use can be seen and counted (P-023).
    """
    action = clause.on_input if context.role in (Role.PROMPT, Role.TOOL_RESULT) else clause.on_output
    if clause.part is Part.HIGH_RISK and not _is_declared(clause, context):
        return min(action, Action.ANNOTATE)
    return action


def _is_for_judge(clause: Clause, context: Context) -> bool:
    """A judge is asked where the pack relies on one, and only if its answer could change anything."""
    return JUDGE in clause.thresholds and _measure(clause, context) > Action.ANNOTATE


def _is_declared(clause: Clause, context: Context) -> bool:
    return context.audience is Audience.HIGH_RISK and context.domain == clause.id


def resolved(fail: FailMode, measure: Action) -> Action:
    """What is done when it is not known whether the clause is concerned. Silence is never read as "no"."""
    if measure <= Action.ANNOTATE or fail is FailMode.SKIP:
        return min(measure, Action.ANNOTATE)
    # Nothing was located, so nothing can be masked: a clause that would mask keeps the passage instead.
    return Action.HOLD if fail is FailMode.HOLD or measure is Action.MODIFY else measure


def _possible(action: Action, role: Role) -> Action:
    """Input is passed on byte for byte or not at all (R-DATA-260): what would be masked there is recorded."""
    if action is Action.MODIFY and role in (Role.PROMPT, Role.TOOL_RESULT):
        return Action.ANNOTATE
    return action


def _lowered(ground: Ground, clause: Clause) -> Ground:
    """A ground after a judge has cleared its clause (P-041)."""
    if clause.hard or ground.detector == JUDGE or ground.action <= Action.MODIFY:
        return ground
    return changed(ground, action=Action.ANNOTATE, outcome="cleared")


def _media_ground(kind: str, action: Action) -> Ground:
    outcome = f"{Outcome.UNSURE.value}:{action.word}"
    return Ground(EVERY_CLAUSE, action, Severity.LOW, MEDIA, "", f"unscreened:{kind}", 0.0, 0.0, outcome)


def _verdict(pack: Pack, grounds: Iterable[Ground], questions: Iterable[str] = ()) -> Verdict:
    acting = sorted((ground for ground in grounds if ground.action > Action.ALLOW), key=_gravest_first)
    action = acting[0].action if acting else Action.ALLOW
    return Verdict(action, pack.label, tuple(acting), tuple(sorted(questions)))


def _gravest_first(ground: Ground) -> tuple[object, ...]:
    """A total order, so that the same grounds are always told in the same sequence."""
    return (
        -ground.action,
        -ground.severity,
        -ground.score,
        ground.clause,
        ground.detector,
        ground.code,
        ground.span or (-1, -1),
        ground.outcome,
        ground.threshold,
        ground.detector_version,
    )
