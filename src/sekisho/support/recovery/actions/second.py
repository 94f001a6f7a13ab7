"""Second channels: a recovery code, the organisation's domain, another owner's word, a document."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from django.db import transaction

from sekisho.accounts.queries import account_facts, as_of_now, not_found
from sekisho.accounts.rules import CONSUMER_PLANS, Permission, may
from sekisho.accounts.second_factor import use_recovery_code
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.support.recovery import keys, vault
from sekisho.support.recovery.actions import casework
from sekisho.support.recovery.actions.ending import ended
from sekisho.support.recovery.actions.proving import add_proof, open_claim
from sekisho.support.recovery.dns import Resolver, texts_of
from sekisho.support.recovery.models import Claim, Evidence
from sekisho.support.recovery.queries.claims import claim_for_staff, is_own, organisation_of
from sekisho.support.recovery.types import ClaimState, Proof
from sekisho.support.recovery.words import refusal

MOST_BYTES = 5 * 1024 * 1024
MOST_FILES = 3
BEGINNINGS = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
"""How files begin that may be evidence. What a file says of itself is its name's word, and is not asked."""
UNDECIDED = timedelta(days=60)
"""How long evidence is kept on which nobody decides."""
LABEL = "_sekisho-recovery"


def uses_recovery_code(person: str, said: str) -> bool:
    """Return whether what was said is a recovery code of the person that was not used, and use it up."""
    return use_recovery_code(person, said)


def record_for_domain(claim_id: str, at: datetime) -> str:
    """Return the text that a DNS record has to hold to show a claim. It says nothing of the account."""
    made = hmac.digest(keys.digest_key(at), f"domain\0{claim_id}".encode(), "sha256").hex()
    return f"sekisho-recovery={made[:40]}"


def check_domain(
    actor: Viewer, claim_id: str, *, resolver: Resolver = texts_of, clock: Clock = system_clock
) -> bool:
    """Look for the record under the domain of the address on file, and return whether it stands there. For staff who
    decide about identity, and for accounts of organisations: at home, whoever keeps the domain may be somebody else
    than whose account it is."""
    now = _staff(actor, claim_id, Permission.STAFF_IDENTITY_DECIDE)
    row = Claim.objects.get(id=claim_id)
    domain = casework.address_on_file(row).rpartition("@")[2]
    facts = next(iter(account_facts([row.organisation])), None) if row.organisation else None
    if not domain or facts is None or facts.plan in CONSUMER_PLANS:
        return False
    wanted = record_for_domain(claim_id, clock())
    found = wanted in resolver(f"{LABEL}.{domain}")
    with transaction.atomic():
        row = open_claim(claim_id)
        if found:
            add_proof(row, Proof.DOMAIN)
        record(now.id, "recovery.domain_checked", claim_id, found=found)
    return found


@transaction.atomic
def confirm_as_owner(actor: Viewer, claim_id: str, *, is_so: bool, clock: Clock = system_clock) -> None:
    """Take another owner's word that a member has lost their mailbox; a "no" stops it. Raises `NotFoundError` for
    who is none, and for whom it is about."""
    now = as_of_now(actor)
    if is_own(claim_id, now.id):
        raise not_found("claim_not_found")
    organisation = organisation_of(now, claim_id)
    row = open_claim(claim_id)
    if is_so:
        add_proof(row, Proof.OWNER)
    else:
        ended(row, ClaimState.STOPPED, clock())
    record(now.id, "recovery.owner_said", claim_id, is_so=is_so, organisation=organisation)


def give_evidence(claim_id: str, content: bytes, *, clock: Clock = system_clock) -> None:
    """Take a file in that shows who somebody is: sealed, apart from the case, for two roles, for 30 days after the
    decision at most. For the browser that showed the claim. Raises `SekishoError`: `evidence_unfit`,
    `too_much_evidence`, `claim_ended`."""
    at = clock()
    kind = next((kind for begins, kind in BEGINNINGS.items() if content.startswith(begins)), "")
    if not kind or len(content) > MOST_BYTES:
        raise refusal("evidence_unfit")
    key = vault.key_for(claim_id, at)
    with transaction.atomic():
        row = open_claim(claim_id)
        if row.state != ClaimState.REVIEW:
            raise refusal("claim_ended")
        if Evidence.objects.filter(claim=row).count() >= MOST_FILES:
            raise refusal("too_much_evidence")
        made = Evidence(claim=row, key=key.id, media_type=kind, given_at=at, erase_at=at + UNDECIDED)
        made.ciphertext = vault.shut(key, claim_id, made.id, content)
        made.save(force_insert=True)
        record("system:recovery", "recovery.evidence_given", claim_id, evidence=made.id)


def open_evidence(actor: Viewer, claim_id: str, evidence_id: str) -> tuple[str, bytes]:
    """Return kind and content of a file, to those two roles; each reading is in the log (R-SUP-103). Raises
    `NotFoundError`."""
    now = _staff(actor, claim_id, Permission.STAFF_IDENTITY_READ)
    row = Evidence.objects.filter(id=evidence_id, claim_id=claim_id).first()
    plain = vault.open_(row.key, claim_id, row.id, row.ciphertext) if row else None
    if row is None or plain is None:
        raise not_found("evidence_not_found")
    record(now.id, "recovery.evidence_read", claim_id, evidence=evidence_id)
    return row.media_type, plain


def _staff(actor: Viewer, claim_id: str, permission: Permission) -> Viewer:
    """Return the actor with the roles held now. Nobody looks at what is about themselves."""
    now = as_of_now(actor)
    claim_for_staff(now, claim_id)
    if not may(now, permission) or is_own(claim_id, now.id):
        raise not_found("claim_not_found")
    return now
