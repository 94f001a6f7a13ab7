"""Sign what a professional attested to, and keep it beside the hold."""

from __future__ import annotations

import hashlib

from sekisho.base.text import Lang
from sekisho.enforcement.holds import content
from sekisho.enforcement.holds.actions.step import Step
from sekisho.enforcement.holds.attestation import (
    RESPONSIBILITY_VERSION,
    Attested,
    digest,
    digest_of,
    signed,
    statement,
)
from sekisho.enforcement.holds.models import Attestation, Professional
from sekisho.enforcement.holds.rules import Qualified, Unqualified
from sekisho.records.keystore.actions import ensure_signing_key


def attest(
    one: Step, parts: content.Parts, who: Qualified | Unqualified, salt: str, given: str, language: Lang
) -> str:
    """Sign the decision that the step has come to, and return the SHA-256 of the document, for the audit log.

    `given` is what the client will be given; empty when that is nothing.
    """
    licence = who.licence if isinstance(who, Qualified) else ""
    registered = Professional.objects.filter(id=licence).first()
    row, decision = one.row, one.held.state
    attested = Attested(
        hold=row.id,
        turn=row.turn,
        prompt_digest=digest_of(salt, (said.text for said in content.prompt_of(parts))),
        draft_digest=digest(salt, content.draft_of(parts)),
        released_digest=digest(salt, given) if given else "",
        reviewer=one.actor,
        registration=licence,
        licence_digest=digest(registered.salt, registered.licence) if registered else "",
        domain=row.domain,
        jurisdiction=row.jurisdiction,
        decision=decision,
        policy=row.policy,
        statement_version=RESPONSIBILITY_VERSION,
        statement=statement(decision, row.domain).in_(language),
        at=one.at,
    )
    document = signed(attested, ensure_signing_key(one.at))
    Attestation.objects.create(hold=row, document=document, at=one.at)
    return hashlib.sha256(document.encode()).hexdigest()
