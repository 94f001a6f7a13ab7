"""What drafts of the policy would have decided, noted beside the road (P-004).

A draft in the shadow judges the findings that were made anyway, and acts on nothing. So that this cannot go
wrong, it is kept apart from everything that is told: no reply, header or count is made of it; only the journal
asks for it, once the answer is settled. No judge is asked on their account.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from sekisho.base.ids import new_id
from sekisho.gateway.screen.grounds import ground_entry
from sekisho.link.journal import DecisionEntry
from sekisho.policy.rules import join
from sekisho.policy.types import Pack, Verdict


class Shadow:
    """The drafts, and what each would have decided about one request."""

    def __init__(self, packs: tuple[Pack, ...], ids: Callable[[str], str] = new_id) -> None:
        self.packs = packs
        self._ids = ids
        self._verdicts: dict[tuple[str, str], list[Verdict]] = {}

    def judge(self, decision: str, say: Callable[[Pack], Verdict]) -> None:
        """Note what each draft says of something that belongs to the decision with this id."""
        for pack in self.packs:
            verdict = say(pack)
            if verdict.grounds:
                self._verdicts.setdefault((decision, pack.label), []).append(verdict)

    def entries(self, decisions: Iterable[DecisionEntry]) -> tuple[DecisionEntry, ...]:
        """Return, beside each of the decisions that were made, what every draft would have made of it."""
        return tuple(self._beside(decision, pack) for decision in decisions for pack in self.packs)

    def _beside(self, decision: DecisionEntry, pack: Pack) -> DecisionEntry:
        verdict = join(pack, self._verdicts.get((decision.id, pack.label), ()))
        return replace(
            decision,
            id=self._ids("dec"),
            pack=pack.label,
            action=verdict.action.word,
            clause=verdict.clause or "",
            grounds=tuple(map(ground_entry, verdict.grounds)),
            took_us=0,
            shadow=True,
        )
