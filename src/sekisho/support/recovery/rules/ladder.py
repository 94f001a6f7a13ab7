"""The ladder of proof (R-SUP-092, R-SUP-093): what shows what, and what each level allows.

    P3  a second channel, and waiting     change the address on file
    P2  facts of one payment              how one signs in, masked; refunds; cancel at once
    P1  the code to the address on file   erase after 14 days; a copy to that address; end the renewal
    P0  nothing                           general help

Nobody is signed in on any of them, and no address is shown in full.
"""

from __future__ import annotations

from collections.abc import Mapping

from sekisho.support.recovery.types import Deed, Level, Proof, Wish

SECOND = frozenset({Proof.RECOVERY_CODE, Proof.DOMAIN, Proof.OWNER, Proof.DOCUMENTS})
"""Second channels: each comes by another way than the mailbox and the bank."""
WORTHLESS = frozenset({Proof.NAME, Proof.BIRTH_DATE, Proof.POSTAL_ADDRESS})
"""What every breach contains. It adds nothing, however much of it somebody knows (R-SUP-092)."""

ADDED: Mapping[Level, frozenset[Deed]] = {
    Level.P0: frozenset({Deed.HELP}),
    Level.P1: frozenset({Deed.DELETE, Deed.EXPORT, Deed.CANCEL_RENEWAL}),
    Level.P2: frozenset({Deed.TELL_SIGN_IN, Deed.CHECK_REFUND, Deed.CANCEL_NOW}),
    Level.P3: frozenset({Deed.CHANGE_ADDRESS}),
}
"""What each level allows beyond the one below it."""


def level_of(proofs: frozenset[Proof], *, has_paid: bool = True) -> Level:
    """Return the level that these proofs reach.

    Who cannot read the address on file any more reaches P3 without the code: by the payment and a second channel, or,
    where nothing was ever paid (`has_paid`), by two of these. Nothing in between: what P1 and P2 allow goes to an
    address that they cannot read.
    """
    second = len(proofs & SECOND)
    paid = Proof.PAYMENT in proofs
    if second and paid:
        return Level.P3
    if not has_paid and second >= 2:
        return Level.P3
    if Proof.CODE not in proofs:
        return Level.P0
    return Level.P2 if paid else Level.P1


def allowed(level: Level) -> frozenset[Deed]:
    """Return all that the level allows: what the ones below it allow too."""
    return frozenset().union(*(ADDED[each] for each in Level if each <= level))


OF_WISH: Mapping[Wish, frozenset[Deed]] = {
    Wish.DELETION: frozenset({Deed.DELETE}),
    Wish.EXPORT: frozenset({Deed.EXPORT}),
    Wish.SUBSCRIPTION: frozenset(
        {Deed.CANCEL_RENEWAL, Deed.TELL_SIGN_IN, Deed.CHECK_REFUND, Deed.CANCEL_NOW}
    ),
}
"""What belongs to each wish, and nothing else does (R-SUP-097). The address itself is changed by a claim of its own."""
