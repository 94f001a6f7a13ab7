"""Writes about API keys."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import transaction

from sekisho.accounts import keys as key_shape
from sekisho.accounts.actions.checks import allowed, named, own_role, tell
from sekisho.accounts.models import ApiKey
from sekisho.accounts.queries import as_of_now, is_compliant, key_view, not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import KeyDeclaration, KeyView, NewKey, Scope, UseCase, Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import SekishoError
from sekisho.base.text import Text

USUAL_SCOPES = frozenset({Scope.MESSAGES, Scope.MODELS})
"""What a key may do unless something else is asked for."""
DOMAIN = re.compile(r"[a-z][a-z0-9_]{0,39}")


@transaction.atomic
def create_key(
    actor: Viewer,
    organisation_id: str,
    name: str,
    *,
    declaration: KeyDeclaration | None = None,
    scopes: frozenset[Scope] = USUAL_SCOPES,
    zero_retention: bool = False,
    requests_per_minute: int | None = None,
    expires_at: datetime | None = None,
    clock: Clock = system_clock,
) -> NewKey:
    """Make a key and return it, the only time that it can be read."""
    own_role(actor, Permission.ORG_KEY_CREATE, organisation_id)
    declared = _consistent(declaration or KeyDeclaration(), organisation_id, clock)
    plain = key_shape.new_key()
    row = ApiKey.objects.create(
        organisation_id=organisation_id,
        name=named(name),
        prefix=key_shape.shown(plain),
        digest=key_shape.digest(plain),
        scopes=sorted(scopes),
        use_case=declared.use_case,
        domain=declared.domain or "",
        product=declared.product,
        zero_retention=zero_retention,
        requests_per_minute=requests_per_minute,
        expires_at=expires_at,
        created_by=actor.id,
    )
    record(
        actor.id,
        "key.created",
        row.id,
        organisation=organisation_id,
        scopes=scopes,
        use_case=declared.use_case,
        zero_retention=zero_retention,
    )
    tell(organisation_id)
    return NewKey(key_view(row), plain)


@transaction.atomic
def revoke_key(actor: Viewer, key_id: str, *, clock: Clock = system_clock) -> bool:
    """Revoke the key for good; every gateway refuses it within a second. Return whether it was this call that
    did.

    Two at once: one revokes and writes the audit entry, the other finds it done (compare and set).
    """
    row = _key(actor, Permission.ORG_KEY_REVOKE, key_id)
    if not ApiKey.objects.filter(id=key_id, revoked_at=None).update(revoked_at=clock(), revoked_by=actor.id):
        return False
    record(actor.id, "key.revoked", key_id, organisation=row.organisation_id)
    tell(row.organisation_id)
    return True


def revoke_made_by(person_id: str, *, by: str, at: datetime, organisation_id: str = "") -> int:
    """Revoke every key that a person made, of one organisation or of all, and return how many that were. Whether `by`
    may is the caller's to check, who is in a transaction."""
    rows = ApiKey.objects.filter(created_by=person_id, revoked_at=None)
    if organisation_id:
        rows = rows.filter(organisation_id=organisation_id)
    revoked = 0
    for key_id, organisation in list(rows.values_list("id", "organisation_id")):
        if ApiKey.objects.filter(id=key_id, revoked_at=None).update(revoked_at=at, revoked_by=by):
            record(by, "key.revoked", key_id, organisation=organisation)
            tell(organisation)
            revoked += 1
    return revoked


@transaction.atomic
def declare_use_case(
    actor: Viewer, key_id: str, declaration: KeyDeclaration, *, clock: Clock = system_clock
) -> KeyView:
    """Declare what the key is used for, from now on. Revoked keys stay as they were."""
    row = _key(actor, Permission.ORG_USE_DECLARE, key_id)
    declared = _consistent(declaration, row.organisation_id, clock)
    changed = ApiKey.objects.filter(id=key_id, revoked_at=None).update(
        use_case=declared.use_case, domain=declared.domain or "", product=declared.product
    )
    if not changed:
        raise SekishoError(
            "key_revoked",
            Text(
                "This key was revoked. Create a new one under Keys.",
                "このキーは失効しています。「キー」のページで新しいキーを作成してください。",
            ),
        )
    record(actor.id, "key.declared", key_id, use_case=declared.use_case, domain=declared.domain)
    tell(row.organisation_id)
    return key_view(ApiKey.objects.get(id=key_id))


def _key(actor: Viewer, permission: Permission, key_id: str) -> ApiKey:
    row = ApiKey.objects.filter(id=key_id).first()
    now = as_of_now(actor)
    if row is None or not may(now, Permission.ORG_KEY_READ, row.organisation_id):
        raise not_found("key_not_found")
    allowed(now, permission, row.organisation_id)
    return row


def _consistent(declaration: KeyDeclaration, organisation_id: str, clock: Clock) -> KeyDeclaration:
    """Return the declaration if it holds together: a domain exactly for high-risk use, a product of a sane
    length, and for minors a compliance statement in force.
    """
    if declaration.use_case is UseCase.MINORS and not is_compliant(organisation_id, clock()):
        raise SekishoError("compliance_unstated", _UNSTATED)
    is_high_risk = declaration.use_case is UseCase.HIGH_RISK
    has_domain = bool(declaration.domain and DOMAIN.fullmatch(declaration.domain))
    if is_high_risk != has_domain or (declaration.domain and not is_high_risk):
        raise SekishoError(
            "domain_mismatch",
            Text(
                "Name a high-risk domain exactly when the key is declared for high-risk use.",
                "高リスク用途を申告する場合に限り、対象の分野を指定してください。",
            ),
        )
    if len(declaration.product) > 120:
        raise SekishoError(
            "product_too_long",
            Text("Give a product name of at most 120 characters.", "製品名は120文字以内で入力してください。"),
        )
    return declaration


_UNSTATED = Text(
    "State first, under Use cases, how your organisation protects minors. Then declare the key for minors.",
    "先に「用途の申告」のページで、組織としてどのように未成年者を保護しているかを表明してください。"
    "その後、キーを未成年者向けとして申告できます。",
)
