"""Step seven: what happened becomes one entry, its content sealed to the control plane."""

from __future__ import annotations

import re
from datetime import datetime
from hashlib import blake2b
from secrets import token_bytes

from msgspec import structs

from sekisho.gateway.turn import Told, Turn
from sekisho.link.journal import FORMAT, Block, DecisionEntry, Entry, TurnContent, encode_content
from sekisho.link.sealing import Sealer
from sekisho.policy.types import Audience

MODEL_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,127}")
"""The shape of model ids. A client may write anything there; what is no id is not recorded, as it may be content."""

MEDIA = frozenset({"image", "document", "audio", "video", "file", "thinking"})
"""Kinds of media by their names. A client may write anything there; under zero retention the rest is `other`."""


def entry_of(
    gateway: str, sealer: Sealer, turn: Turn, told: Told, prompt: tuple[Block, ...], at: datetime
) -> Entry:
    """Return the entry of a request that ends as `told` at the moment `at`; under zero retention, without
    content."""
    request, principal = turn.request, turn.principal
    decisions = told.decisions + _shadows(turn, told)
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
        model=_model(turn, told),
        route=turn.route.id,
        streamed=request.streamed,
        end_user=principal.end_user,
        conversation=_blinded(turn.conversation) if turn.zero_retention else turn.conversation,
        decisions=tuple(map(_bare, decisions)) if turn.zero_retention else decisions,
        usage=told.usage,
        disclosure=told.disclosure.value,
        review=told.review,
        zero_retention=turn.zero_retention,
        plan=principal.organisation.plan.value,
        upstream=turn.route.upstream if "upstream_headers" in turn.laps.us else "",
        product=turn.product,
        member=principal.key.member,
        incognito=principal.incognito,
        minors=principal.key.audience is Audience.MINORS,
        consent_epoch=principal.organisation.consent_epoch,
        stages_us=dict(turn.laps.us),
        content=b"" if turn.zero_retention else _sealed(sealer, turn, told, prompt),
    )


def _model(turn: Turn, told: Told) -> str:
    """The model's name, in the shape of one; under zero retention only of a model that answered, so that it is one."""
    named = turn.request.model
    is_model = told.status < 300 if turn.zero_retention else True
    return named if is_model and MODEL_ID.fullmatch(named) else ""


def _bare(decision: DecisionEntry) -> DecisionEntry:
    """A decision with what is on the list for zero retention alone (R-DATA-136): no place in the text, and no mark of
    it that could be made again."""
    grounds = tuple(structs.replace(ground, span=None) for ground in decision.grounds)
    kinds = tuple(sorted({kind if kind in MEDIA else "other" for kind in decision.unscreened}))
    mark = _blinded(decision.input_digest)
    return structs.replace(decision, grounds=grounds, unscreened=kinds, input_digest=mark)


def _blinded(mark: str) -> str:
    """The mark under a key that this process alone has and that dies with it: equal texts still give equal marks, so
    that one text sent twice is not counted twice, and nobody can ever find out whether a text that they guess was it.
    """
    return blake2b(mark.encode(), key=_ONCE, digest_size=16).hexdigest() if mark else ""


_ONCE = token_bytes(32)


def _shadows(turn: Turn, told: Told) -> tuple[DecisionEntry, ...]:
    """What drafts would have decided: for the records alone, never for the client (P-004)."""
    return turn.case.shadow.entries(told.decisions) if turn.case.shadow else ()


def _sealed(sealer: Sealer, turn: Turn, told: Told, prompt: tuple[Block, ...]) -> bytes:
    content = TurnContent(prompt=prompt, answer=told.answer, withheld=told.withheld)
    if content == TurnContent():
        return b""
    key = turn.principal.key
    return sealer.seal(encode_content(content), entry=turn.id, organisation=key.organisation, key=key.id)
