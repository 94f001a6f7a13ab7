"""One finding against the pack: what it comes to in an answer, in this stream, for this reader."""

from __future__ import annotations

from dataclasses import dataclass, replace

from msgspec.structs import replace as changed

from sekisho.detection.types import Finding
from sekisho.gateway.dialects import Channel
from sekisho.gateway.screen.marks import HUMAN_CLAIM, mark
from sekisho.gateway.screen.types import Case
from sekisho.policy.exceptions import lowered
from sekisho.policy.rules import evaluate
from sekisho.policy.types import Action, Audience, Clause, Ground, Pack, Part, StreamMode, Verdict


@dataclass(frozen=True, slots=True)
class Ruling:
    """A finding that counts: from where on it acts, what is done, and why."""

    at: int
    end: int
    action: Action
    verdict: Verdict
    words: str = ""
    """What comes in the place of a masked span."""

    @property
    def order(self) -> tuple[int, int, int, str]:
        """By place, the gravest first: the same for every way in which the findings were made."""
        return (self.at, -self.action, -self.end, self.words)


def rule(case: Case, finding: Finding, channel: Channel, language: str, at: int, end: int) -> Ruling | None:
    """Return what a finding on `at:end` of a block amounts to, None when it says nothing.

    A lattice join over single findings is the join over all (`policy/rules.py`), so each is judged by itself.
    """
    verdict = _said(case, case.pack, finding, channel, language)
    if not verdict.grounds:
        return None
    words = (
        mark(case.pack, verdict.grounds[0], case.notices.language) if verdict.action is Action.MODIFY else ""
    )
    return Ruling(at, end, verdict.action, verdict, words)


def cast_shadow(case: Case, decision: str, finding: Finding, channel: Channel, language: str) -> None:
    """Note what drafts say of the finding, beside the decision that it belongs to."""
    if case.shadow is not None:
        case.shadow.judge(decision, lambda pack: _said(case, pack, finding, channel, language))


def _said(case: Case, pack: Pack, finding: Finding, channel: Channel, language: str) -> Verdict:
    """What a pack says of one finding in an answer."""
    verdict = evaluate(pack, (finding,), case.context(channel.role, language), case.cleared)
    verdict = lowered(verdict, pack, case.excepted)
    if not verdict.grounds:
        return verdict
    grounds = tuple(_in_stream(case, pack, ground) for ground in verdict.grounds)
    verdict = changed(verdict, action=max(ground.action for ground in grounds), grounds=grounds)
    if verdict.action is Action.MODIFY and channel in (Channel.THINKING, Channel.RESULT):
        return _raised(verdict)
    return verdict


def refused(ruling: Ruling) -> Ruling:
    """Return the ruling for what would be masked and cannot be."""
    verdict = _raised(ruling.verdict)
    return replace(ruling, action=verdict.action, verdict=verdict, words="")


def recorded(verdict: Verdict) -> Verdict:
    """Return the verdict for what can only be recorded any more."""
    grounds = tuple(changed(ground, action=min(ground.action, Action.ANNOTATE)) for ground in verdict.grounds)
    return changed(verdict, action=min(verdict.action, Action.ANNOTATE), grounds=grounds)


def _raised(verdict: Verdict) -> Verdict:
    """What would be masked and cannot be is refused: thinking is signed, a provider's tool result is one
    piece."""
    grounds = tuple(
        changed(ground, action=Action.BLOCK) if ground.action is Action.MODIFY else ground
        for ground in verdict.grounds
    )
    return changed(verdict, action=Action.BLOCK, grounds=grounds)


def _in_stream(case: Case, pack: Pack, ground: Ground) -> Ground:
    """A ground as its clause is enforced on answers: audit mode records (P-052), and a claim to be human is
    corrected where somebody asked (P-030)."""
    clause = pack.clause(ground.clause)
    is_audit = clause is not None and clause.stream is StreamMode.AUDIT and not clause.hard
    is_unasked = ground.code == HUMAN_CLAIM and not case.asked_if_human
    if is_audit or is_unasked:
        return changed(ground, action=min(ground.action, Action.ANNOTATE))
    return ground


def holds_all(case: Case) -> bool:
    """Return whether a clause in force for this audience wants the whole answer held until it is judged."""
    full = [clause for clause in case.pack.clauses if clause.stream is StreamMode.FULL]
    return any(_is_in_force(case, clause) for clause in full)


def _is_in_force(case: Case, clause: Clause) -> bool:
    if clause.id in case.excepted and not clause.hard:
        return False
    is_declared = case.audience is Audience.HIGH_RISK and case.domain == clause.id
    return clause.on_output > Action.ANNOTATE and (clause.part is not Part.HIGH_RISK or is_declared)
