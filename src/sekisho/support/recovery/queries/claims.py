"""Reads of claims. Whoever holds a claim's link, or proved it in their browser, reads that claim; staff read the
queue."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sekisho.accounts.queries import not_found
from sekisho.accounts.queries import viewer as person
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer, system
from sekisho.base.text import as_lang
from sekisho.records.rights import queries as rights
from sekisho.records.rights.types import RequestState
from sekisho.support.recovery.models import Claim, Payment, Voice
from sekisho.support.recovery.rules import agreement, level_of
from sekisho.support.recovery.rules.agreeing import Agreed, Denied, Waits
from sekisho.support.recovery.types import ClaimState, ClaimView, Deed, Level, Proof, Vote, Wish

READS = system("recovery")
PAGE = 100
BY_REQUEST = {
    RequestState.COMPLETED: ClaimState.DONE,
    RequestState.CANCELLED: ClaimState.STOPPED,
    RequestState.REFUSED: ClaimState.REFUSED,
}
"""How a claim stands whose request for data has ended."""


def claim(claim_id: str) -> ClaimView:
    """Return a claim by its id, to who holds its link; the caller has opened that. Raises `NotFoundError`."""
    row = Claim.objects.filter(id=claim_id).first()
    if row is None:
        raise not_found("claim_not_found")
    return view_of(row)


def queue(viewer: Viewer) -> tuple[ClaimView, ...]:
    """Return the claims that people have to look at, oldest first; for those who may see proof of identity. Raises
    `NotFoundError` for others."""
    _see(viewer)
    rows = Claim.objects.filter(state__in=[ClaimState.REVIEW.value, ClaimState.WAITING.value], wish="")
    return tuple(view_of(row) for row in rows.order_by("made_at", "id")[:PAGE])


def claim_for_staff(viewer: Viewer, claim_id: str) -> ClaimView:
    """Return a claim about an address. Raises `NotFoundError` for who may not see proof of identity."""
    _see(viewer)
    row = Claim.objects.filter(id=claim_id, wish="").first()
    if row is None:
        raise not_found("claim_not_found")
    return view_of(row)


def votes(viewer: Viewer, claim_id: str) -> tuple[Vote, ...]:
    """Return what staff said of a claim, first what was said first."""
    _see(viewer)
    return votes_of(claim_id)


def votes_of(claim_id: str) -> tuple[Vote, ...]:
    rows = Voice.objects.filter(claim_id=claim_id).order_by("at", "id")
    return tuple(Vote(row.person, row.is_yes, row.decides, row.overrides) for row in rows)


def agreed(viewer: Viewer, claim_id: str) -> Agreed | Waits | Denied:
    """Return what these votes amount to now."""
    _see(viewer)
    return agreement(standing_votes(claim_id))


def standing_votes(claim_id: str) -> tuple[Vote, ...]:
    """Return what staff said of a claim, with the weight that they have now: who has been taken off the desk since, or
    whose account was closed, lets nobody in any more. A "no" is one, whoever said it."""
    return tuple(_standing(one, person(one.person)) for one in votes_of(claim_id))


def _standing(said: Vote, now: Viewer) -> Vote:
    return replace(
        said,
        decides=said.decides and may(now, Permission.STAFF_IDENTITY_DECIDE),
        overrides=said.overrides and may(now, Permission.STAFF_IDENTITY_OVERRIDE),
    )


def organisation_of(viewer: Viewer, claim_id: str) -> str:
    """Return the account that a claim is about, to its owners who are asked about a member. Raises `NotFoundError`."""
    row = Claim.objects.filter(id=claim_id, wish="", state=ClaimState.REVIEW.value).first()
    if (
        row is None
        or not row.organisation
        or not may(viewer, Permission.ORG_SIGN_IN_CHANGE, row.organisation)
    ):
        raise not_found("claim_not_found")
    return row.organisation


def is_own(claim_id: str, person: str) -> bool:
    """Return whether a claim is about this person's own account."""
    return bool(person) and Claim.objects.filter(id=claim_id, person=person).exists()


def has_account(claim_id: str) -> bool:
    """Return whether a claim was found to be about an account; for staff, who have been shown the claim."""
    return Claim.objects.filter(id=claim_id).exclude(person="").exists()


def changed_at(person: str) -> datetime | None:
    """Return when the person's address was last changed by recovery; None for never."""
    rows = Claim.objects.filter(person=person, wish="", state=ClaimState.DONE.value).exclude(person="")
    return rows.order_by("-ended_at").values_list("ended_at", flat=True).first()


def level_of_claim(row: Claim) -> Level:
    return level_of(frozenset(map(Proof, row.proofs)), has_paid=has_paid(row.organisation))


def has_paid(organisation: str) -> bool:
    """Return whether a payment of the account is known. Asked where there is none too: the work tells nothing."""
    return Payment.objects.filter(organisation=organisation).exists()


def view_of(row: Claim) -> ClaimView:
    return ClaimView(
        id=row.id,
        wish=Wish(row.wish) if row.wish else None,
        state=_state(row),
        level=level_of_claim(row),
        language=as_lang(row.language),
        made_at=row.made_at,
        begins_at=row.begins_at,
        case=row.case,
        reference=row.reference,
        request=row.request,
        proofs=frozenset(map(Proof, row.proofs)),
        done=frozenset(map(Deed, row.done)),
    )


def _state(row: Claim) -> ClaimState:
    if not row.request:
        return ClaimState(row.state)
    found = rights.request(READS, row.request)
    return BY_REQUEST.get(found.state, ClaimState.WAITING)


def _see(viewer: Viewer) -> None:
    if not may(viewer, Permission.STAFF_IDENTITY_READ):
        raise not_found("claim_not_found")
