"""Under which policy a request is judged, in whose words, and how much of it has to be read."""

from __future__ import annotations

from datetime import datetime

from sekisho.base.text import Lang, Text
from sekisho.gateway import replies
from sekisho.gateway.dialects import Adapter
from sekisho.gateway.disclosure import DISCLOSED_TO
from sekisho.gateway.errors import GateError, Kind
from sekisho.gateway.exchange import Exchange
from sekisho.gateway.notices import NoticeWriter, reader_language
from sekisho.gateway.screen import Case, Screen
from sekisho.gateway.screen.hearing import Hearing
from sekisho.gateway.screen.histories import History
from sekisho.gateway.terms import Terms
from sekisho.gateway.types import Endpoint, Principal, Request
from sekisho.link.snapshot import Snapshot
from sekisho.policy.exceptions import excepted_clauses
from sekisho.policy.types import Pack


def in_force(terms: Terms, snapshot: Snapshot, at: datetime) -> Pack:
    """Return the version of the policy in force at this moment (P-003)."""
    if (floor := terms.floor(snapshot, at)) is None:
        raise GateError(Kind.UNAVAILABLE, "no_policy", _NO_POLICY, retry_after_s=60)
    return floor


def history_of(
    screen: Screen, adapter: Adapter, endpoint: Endpoint, body: bytes, principal: Principal, pack: Pack
) -> History | None:
    """Return what is known of a body's history. Where people must be told that they speak with an AI it is read
    anew: whether they were told stands in it."""
    key = principal.key
    if key.audience in DISCLOSED_TO:
        return None
    scope = (
        principal.organisation.id,
        principal.remembered_since,
        pack.label,
        key.audience,
        key.domain or "",
    )
    return screen.history(adapter, endpoint, body, scope)


def reader_of(exchange: Exchange, request: Request, principal: Principal) -> Lang:
    """Return the language of whoever reads the answer."""
    return reader_language(
        exchange.header(b"accept-language"), replies.last_prompt(request), principal.organisation.language
    )


def notices_for(
    snapshot: Snapshot, principal: Principal, request_id: str, floor: Pack, language: Lang
) -> NoticeWriter:
    """Return who tells the person what is decided, in their language."""
    audience, keeps = principal.key.audience, not principal.zero_retention
    return NoticeWriter(floor, snapshot.public_url, request_id, language, audience, can_wait=keeps)


def case_of(
    terms: Terms,
    snapshot: Snapshot,
    principal: Principal,
    pack: Pack,
    notices: NoticeWriter,
    at: datetime,
    hearing: Hearing | None,
    history: History | None,
) -> Case:
    """Return under which policy the request is judged: its organisation's own (P-006, P-007)."""
    key, organisation = principal.key, principal.organisation.id
    return Case(
        pack,
        notices,
        organisation,
        at,
        audience=key.audience,
        domain=key.domain,
        digest_key=snapshot.pseudonym_key,
        hearing=hearing,
        actor=f"{key.id}:{principal.end_user}",
        excepted=excepted_clauses(snapshot.exceptions, organisation, key.id, key.audience, at),
        history=history,
        remembered_since=principal.remembered_since,
        shadow=terms.shadow(snapshot, principal),
    )


_NO_POLICY = Text(
    "No version of the usage policy is in force yet, so nothing "
    "can be judged. The operator has to activate one.",
    "有効な利用ポリシーがないため、判定できません。管理者がポリシーを有効にする必要があります。",
)
