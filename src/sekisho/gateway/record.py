"""Step seven: what happened becomes one entry, its content sealed to the control plane."""

from __future__ import annotations

import re
from datetime import datetime

from sekisho.gateway.turn import Told, Turn
from sekisho.link.journal import FORMAT, Block, DecisionEntry, Entry, TurnContent, encode_content
from sekisho.link.sealing import Sealer

MODEL_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,127}")
"""The shape of model ids. A client may write anything there; what is no id is not recorded, as it may be content."""


def entry_of(
    gateway: str, sealer: Sealer, turn: Turn, told: Told, prompt: tuple[Block, ...], at: datetime
) -> Entry:
    """Return the entry of a request that ends as `told` at the moment `at`; under zero retention, without
    content."""
    request, principal = turn.request, turn.principal
    return Entry(
        format=FORMAT,
        id=turn.id,
        received_at=turn.received_at,
        finished_at=at,
        gateway=gateway,
        key=principal.key.id,
        organisation=principal.organisation.id,
        dialect=request.dialect.value,
        endpoint=request.endpoint.value,
        outcome=told.outcome.value,
        status=told.status,
        model=request.model if MODEL_ID.fullmatch(request.model) else "",
        route=turn.route.id,
        streamed=request.streamed,
        end_user=principal.end_user,
        conversation=turn.conversation,
        decisions=told.decisions + _shadows(turn, told),
        usage=told.usage,
        disclosure=told.disclosure.value,
        review=told.review,
        zero_retention=turn.zero_retention,
        plan=principal.organisation.plan.value,
        stages_us=dict(turn.laps.us),
        content=b"" if turn.zero_retention else _sealed(sealer, turn, told, prompt),
    )


def _shadows(turn: Turn, told: Told) -> tuple[DecisionEntry, ...]:
    """What drafts would have decided: for the records alone, never for the client (P-004)."""
    return turn.case.shadow.entries(told.decisions) if turn.case.shadow else ()


def _sealed(sealer: Sealer, turn: Turn, told: Told, prompt: tuple[Block, ...]) -> bytes:
    content = TurnContent(prompt=prompt, answer=told.answer, withheld=told.withheld)
    if content == TurnContent():
        return b""
    key = turn.principal.key
    return sealer.seal(encode_content(content), entry=turn.id, organisation=key.organisation, key=key.id)
