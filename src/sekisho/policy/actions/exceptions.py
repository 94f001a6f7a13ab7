"""Writes of contract exceptions: one person proposes, another approves, either may revoke (P-006)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from sekisho.accounts.queries import keys as keys_of
from sekisho.accounts.queries import organisation
from sekisho.accounts.types import Plan, Viewer, system
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.base.text import Text
from sekisho.policy.actions.parts import allowed, pack_at, tell_terms
from sekisho.policy.exceptions import Unacceptable, acceptable
from sekisho.policy.models import PolicyException
from sekisho.policy.types import Audience

SYSTEM = system("policy")


@transaction.atomic
def propose_exception(
    actor: Viewer,
    organisation_id: str,
    clauses: Collection[str],
    safeguards: str,
    expires_at: datetime,
    *,
    keys: Collection[str] = (),
    uses: Collection[Audience] = (),
    clock: Clock = system_clock,
) -> str:
    """Propose an exception, which has no effect until somebody else approves it; return its id.

    `safeguards` are those that answer the harms instead; `keys` and `uses` narrow it, empty for all. Raises
    `not_government`, `key_not_found`, or what `exceptions.acceptable` says, above all `hard_clause`.
    """
    _person(actor)
    if organisation(SYSTEM, organisation_id).plan is not Plan.GOV:
        raise SekishoError("not_government", _NOT_GOVERNMENT)
    if not set(keys) <= {key.id for key in keys_of(SYSTEM, organisation_id)}:
        raise NotFoundError("key_not_found", _KEY_NOT_FOUND)
    _acceptable(clauses, safeguards, clock(), expires_at)
    row = PolicyException(
        organisation=organisation_id,
        clauses=sorted(set(clauses)),
        keys=sorted(set(keys)),
        uses=sorted({use.value for use in uses}),
        safeguards=safeguards,
        expires_at=expires_at,
        proposed_by=actor.id,
        proposed_at=clock(),
    )
    row.save(force_insert=True)
    record(actor.id, "policy_exception.proposed", row.id, **_facts(row))
    return row.id


@transaction.atomic
def approve_exception(actor: Viewer, exception_id: str, clock: Clock = system_clock) -> None:
    """Put a proposed exception into effect, as the second person. Gateways know within a second.

    It is held against the version now in force once more. Raises `second_person_needed` for its proposer.
    """
    _person(actor)
    row = PolicyException.objects.filter(id=exception_id).first()
    if row is None:
        raise NotFoundError("exception_not_found", _NOT_FOUND)
    if row.proposed_by == actor.id:
        raise NotAllowedError("second_person_needed", _SECOND_PERSON_NEEDED)
    _acceptable(row.clauses, row.safeguards, clock(), row.expires_at)
    waiting = PolicyException.objects.filter(id=row.id, approved_at=None, revoked_at=None)
    if not waiting.update(approved_by=actor.id, approved_at=clock()):
        raise SekishoError("exception_not_waiting", _NOT_WAITING)
    record(actor.id, "policy_exception.approved", row.id, proposed_by=row.proposed_by, **_facts(row))
    tell_terms(row.organisation)


@transaction.atomic
def revoke_exception(actor: Viewer, exception_id: str, clock: Clock = system_clock) -> None:
    """End an exception now, or withdraw its proposal. One person, because it restores the policy."""
    allowed(actor)
    living = PolicyException.objects.filter(id=exception_id, revoked_at=None)
    if not living.update(revoked_at=clock(), revoked_by=actor.id):
        raise NotFoundError("exception_not_found", _NOT_FOUND)
    row = PolicyException.objects.get(id=exception_id)
    record(actor.id, "policy_exception.revoked", row.id, organisation=row.organisation)
    tell_terms(row.organisation)


def _person(actor: Viewer) -> None:
    """Two people stand for an exception; a process is none."""
    allowed(actor)
    if actor.is_system:
        raise NotAllowedError("person_needed", _PERSON_NEEDED)


def _acceptable(clauses: Collection[str], safeguards: str, at: datetime, expires_at: datetime) -> None:
    answer = acceptable(pack_at(at), clauses, safeguards, at, expires_at)
    if isinstance(answer, Unacceptable):
        raise SekishoError(answer.code, answer.message)


def _facts(row: PolicyException) -> dict[str, object]:
    return {"organisation": row.organisation, "clauses": row.clauses, "expires_at": row.expires_at}


_NOT_GOVERNMENT = Text(
    "Exceptions are for government customers with a contract. The organisation is on another plan.",
    "例外を設けられるのは、契約のある政府機関のお客様だけです。この組織は別のプランです。",
)
_KEY_NOT_FOUND = Text(
    "One of the keys is not the organisation's. Look at its list of keys.",
    "この組織のものではないキーが含まれています。キーの一覧を確認してください。",
)
_NOT_FOUND = Text(
    "There is no such exception, or it was revoked already.",
    "この例外はないか、すでに取り消されています。",
)
_NOT_WAITING = Text(
    "The exception was approved or revoked already. Look at the list of exceptions.",
    "この例外はすでに承認または取り消されています。例外の一覧を確認してください。",
)
_SECOND_PERSON_NEEDED = Text(
    "An exception is approved by somebody other than the one who proposed it. Ask a colleague to read it.",
    "例外を承認するのは、提案した人とは別の人です。同僚に確認を依頼してください。",
)
_PERSON_NEEDED = Text(
    "Exceptions are decided by two people, not by a process. Say who decides.",
    "例外は 2 名の担当者が判断します。自動処理では行えません。判断する人を指定してください。",
)
