"""How keys and end users behave, over the last minutes, in the memory of one gateway process (P-011)."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Sequence

from msgspec.structs import replace

from sekisho.detection.detectors.behaviour import Conduct, observed, shape_of
from sekisho.detection.types import Finding, Role
from sekisho.gateway.screen.types import Case, InputResult, Judged
from sekisho.gateway.types import Piece, Request
from sekisho.policy.exceptions import lowered
from sekisho.policy.rules import evaluate
from sekisho.policy.types import Action

ACTORS = 4_096
"""Keys and end users remembered, the latest to speak: about 16 MiB at the most."""


class Conducts:
    """Remembers digests under a key of this process, never texts; a restart forgets them."""

    def __init__(self, actors: int = ACTORS) -> None:
        self._key = os.urandom(32)
        self._actors = actors
        self._known: OrderedDict[str, Conduct] = OrderedDict()

    def note(self, actor: str, text: str, at: float) -> Finding | None:
        """Note what `actor` asked at the moment `at` (seconds), and return what the last minutes show."""
        shape = shape_of(text, self._key)
        if not shape:
            return None
        conduct, finding = observed(self._known.get(actor, Conduct()), shape, at)
        self._known[actor] = conduct
        self._known.move_to_end(actor)
        if len(self._known) > self._actors:
            self._known.popitem(last=False)
        return finding


def with_conduct(conducts: Conducts, result: InputResult, request: Request, case: Case) -> InputResult:
    """Return the result of screening a request, with what its sender's conduct adds to it.

    Only a prompt that somebody has just put is conduct: an agent's loop sends the same one with every tool
    result.
    """
    asked = _asked(request.pieces)
    finding = conducts.note(case.actor, asked, case.at.timestamp()) if case.actor and asked else None
    if finding is None:
        return result
    context = case.context(Role.PROMPT, "und")
    verdict = lowered(evaluate(case.pack, (finding,), context), case.pack, case.excepted)
    if not verdict.grounds:
        return result
    judged = Judged(Role.PROMPT, case.pack.label, case.ids("dec"))
    judged.add(verdict)
    if case.shadow is not None:
        case.shadow.judge(
            judged.id, lambda pack: lowered(evaluate(pack, (finding,), context), pack, case.excepted)
        )
    result = replace(result, decisions=(*result.decisions, judged.entry(case.at)))
    if verdict.action < Action.HOLD or verdict.action <= result.action:
        return result
    review = case.ids("rev") if verdict.action is Action.HOLD else ""
    notice = case.notices.notice(verdict.action, judged.clause, judged.id, review)
    return replace(result, action=verdict.action, notice=notice)


def _asked(pieces: Sequence[Piece]) -> str:
    """The prompt that ends the conversation; empty where something else does."""
    last = next((piece for piece in reversed(pieces) if piece.speaker != "system"), None)
    return last.text if last is not None and last.speaker == "user" and last.role is Role.PROMPT else ""
