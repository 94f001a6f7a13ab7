"""What the model is about to do with tools, judged before it is done (P-032).

    answer ── a tool call, whole ──▶ agency ── with what the request's conversation shows ──▶ verdict

An answer without a tool call costs nothing here: the conversation is read once a call is there to be judged.
"""

from __future__ import annotations

from collections.abc import Callable

from sekisho.gateway.dialects.json import decode
from sekisho.gateway.dialects.traces import arguments_of
from sekisho.gateway.dialects.types import Adapter
from sekisho.gateway.screen.types import Case
from sekisho.gateway.types import Request
from sekisho.policy.agents.rules import judge_call, verdict_on
from sekisho.policy.agents.trace import Call, Result, Trace
from sekisho.policy.exceptions import lowered
from sekisho.policy.rules import verdict_of
from sekisho.policy.types import Pack, Verdict

INLINE_BYTES = 32 * 1024
"""Of a conversation over which a call is judged on the event loop, in about a millisecond; over more it is in a
thread."""


class Agency:
    """The conversation of one request as tools see it. Grows with the calls of the answer."""

    def __init__(self, adapter: Adapter, request: Request, case: Case) -> None:
        self._adapter, self._request, self._case = adapter, request, case
        self._trace: Trace | None = None
        self._judged_bytes = 0
        """Of the calls of this answer so far."""

    @property
    def takes_its_time(self) -> bool:
        """Whether the next call is better judged beside the event loop: much was said, or much is being done."""
        return self._judged_bytes + len(self._request.body) > INLINE_BYTES

    def judge(self, name: str, arguments: str) -> tuple[Verdict, Callable[[Pack], Verdict]]:
        """Return what the policy says of a call, and what says it of drafts. The call then belongs to what was done."""
        trace = self._seen()
        call = Call(name, arguments_of(arguments))
        before = tuple(trace.steps)

        def say(pack: Pack) -> Verdict:
            done = judge_call(
                pack.agents, Trace(before), call
            )  # a trace remembers what one catalogue calls its tools
            return lowered(verdict_on(pack, done, self._case.audience), pack, self._case.excepted)

        pack, directory = self._case.pack, self._case.directory
        verdict = verdict_on(pack, judge_call(pack.agents, trace, call), self._case.audience)
        trace.add(call)
        self._judged_bytes += len(arguments)
        if directory is not None and (refused := tuple(directory.grounds(pack, name))):
            verdict = verdict_of(pack, (*verdict.grounds, *refused))
        return lowered(verdict, pack, self._case.excepted), say

    def note(self, text: str) -> None:
        """Take note of what a tool of the provider's has brought in the midst of the answer."""
        if self._case.pack.agents.actions:
            self._seen().add(Result(Call(""), text))

    def _seen(self) -> Trace:
        if self._trace is None:
            self._trace = Trace(self._adapter.trace(decode(self._request.body)))
        return self._trace


def agency_of(adapter: Adapter, request: Request, case: Case) -> Agency | None:
    """Return who judges the calls of an answer; None where policy, drafts and directory forbid none."""
    packs = (case.pack, *(case.shadow.packs if case.shadow is not None else ()))
    forbids = case.directory is not None or any(pack.agents.actions for pack in packs)
    return Agency(adapter, request, case) if forbids else None
