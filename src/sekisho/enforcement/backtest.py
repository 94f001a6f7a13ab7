"""Stored turns judged once more, by the version of their moment and by a candidate (P-004).

Both judge the same findings, of today's detectors, so that what differs is due to the text of the policy alone.
Content is read where it can be read, and the audit log names each turn; the report keeps none of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from heapq import merge
from itertools import islice, takewhile

from sekisho.accounts import queries as accounts
from sekisho.accounts.types import Viewer
from sekisho.base.errors import NotFoundError
from sekisho.detection.language import language_of
from sekisho.detection.types import Finding, Passage, Role
from sekisho.policy.backtest import Report
from sekisho.policy.queries import history
from sekisho.policy.rules import evaluate, join
from sekisho.policy.types import Audience, Context, Pack, Verdict
from sekisho.records import queries as records
from sekisho.records.types import Destroyed, Readable, StoredBlock, TurnView
from sekisho.records.types.purposes import Purpose

Findings = tuple[Finding, ...]
FindAll = Callable[[Sequence[Passage]], Sequence[Findings]]
"""What detectors see in each of several passages: usually the `find_all` of the cascade."""
TURNS_AT_ONCE = 200
"""So many are read, judged and noted in the audit log together."""
TOOL_CALL = "tool_use"
ROLES = {"assistant": Role.OUTPUT, "tool": Role.TOOL_RESULT}


def turns_since(
    viewer: Viewer, since: datetime | None, limit: int | None, before: str = ""
) -> Iterator[TurnView]:
    """Yield the turns of every organisation that the viewer sees, newest first; `before` is the last one before."""
    each = [_turns(viewer, one.id, before) for one in accounts.organisations(viewer)]
    newest = merge(*each, key=lambda turn: turn.id, reverse=True)
    return islice(takewhile(lambda turn: since is None or turn.received_at >= since, newest), limit)


def backtest(
    viewer: Viewer,
    candidate: Pack,
    turns: Iterable[TurnView],
    find: FindAll,
    on_turns: Callable[[int], None] = lambda count: None,
    report: Report | None = None,
) -> Report:
    """Return how `candidate` would have decided about `turns`, beside the version of their moment.

    Turns without readable content add to `unread` and to nothing else. `on_turns` hears how many more are done;
    `report` is one to go on with. Raises `NotAllowedError` for a viewer who may not read content.
    """
    report, uses, left = report or Report(candidate.label), _Uses(viewer), iter(turns)
    version_at = history()
    while slice_ := list(islice(left, TURNS_AT_ONCE)):
        seen = _seen(viewer, slice_, candidate, find)
        for turn in slice_:
            before = version_at(turn.received_at)
            if before is None or turn.id not in seen:
                report.unread += 1
                continue
            audience, domain = uses.of(turn.key)
            verdicts = [
                join(pack, (_judged(pack, one, found, audience, domain) for one, found in seen[turn.id]))
                for pack in (before, candidate)
            ]
            report.add(turn.id, *verdicts)
        on_turns(len(slice_))
    return report


def _seen(
    viewer: Viewer, turns: Sequence[TurnView], candidate: Pack, find: FindAll
) -> dict[str, list[tuple[Passage, Findings]]]:
    """Return what detectors say of each passage, by turn; turns of which nothing can be read are left out."""
    read = [turn.id for turn in turns if turn.has_content and not turn.zero_retention]
    contents = records.contents_of(viewer, read, f"backtest of {candidate.label}", purpose=Purpose.BACKTEST)
    passages = [(turn, one) for turn in read for one in _passages(contents[turn])]
    found = find([one for _, one in passages])
    seen: dict[str, list[tuple[Passage, Findings]]] = {}
    for (turn_id, passage), findings in zip(passages, found, strict=True):
        seen.setdefault(turn_id, []).append((passage, findings))
    return seen


def _judged(pack: Pack, passage: Passage, found: Findings, audience: Audience, domain: str | None) -> Verdict:
    return evaluate(pack, found, Context(passage.role, passage.language, audience, domain))


def _turns(viewer: Viewer, organisation: str, before: str) -> Iterator[TurnView]:
    while page := records.turns(viewer, organisation, before=before, limit=TURNS_AT_ONCE):
        yield from page
        before = page[-1].id


def _passages(content: Readable | Destroyed) -> list[Passage]:
    if not isinstance(content, Readable):
        return []
    return [_passage(block) for said in content.parts.values() for block in said if block.text]


def _passage(block: StoredBlock) -> Passage:
    role = Role.TOOL_CALL if block.kind == TOOL_CALL else ROLES.get(block.role, Role.PROMPT)
    return Passage(block.text, role, language_of(block.text))


class _Uses:
    """What keys declare now, each asked once; a key that is gone counts as general."""

    def __init__(self, viewer: Viewer) -> None:
        self._viewer = viewer
        self._known: dict[str, tuple[Audience, str | None]] = {}

    def of(self, key: str) -> tuple[Audience, str | None]:
        if key not in self._known:
            self._known[key] = self._asked(key)
        return self._known[key]

    def _asked(self, key: str) -> tuple[Audience, str | None]:
        try:
            declared = accounts.key(self._viewer, key).declaration
        except NotFoundError:
            return Audience.GENERAL, None
        return Audience(declared.use_case.value), declared.domain
