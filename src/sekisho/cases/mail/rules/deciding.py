"""What becomes of a mail: the one decision of the pipeline, from values alone. Pure.

In this order: a bounce of ours; a machine's echo; one that the server in front says is forged; a reply by token and
sender; a first letter by the mailbox that it came to, or by who writes. Anything else waits until somebody has looked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sekisho.cases.mail.rules import addresses, loops
from sekisho.cases.mail.rules.caps import A_SENDER_AND_DAY
from sekisho.cases.mail.rules.tokens import Keeper
from sekisho.cases.mail.types import (
    Bouncing,
    Holding,
    Letter,
    Opening,
    Passing,
    Proof,
    Quarantine,
    Threading,
    Way,
)

BY_PLAN = frozenset({"support", "billing"})
"""Queues whose people not everybody may ask (R-SUP-050). Mail to the others begins a case at once: what regulators,
safety and data protection need hangs on no plan, and on no confirmation."""


@dataclass(frozen=True, slots=True)
class House:
    """How mail is set up here."""

    keeper: Keeper
    mailboxes: Mapping[str, str] = field(default_factory=dict)
    """Address in lower case → name of a queue."""
    authorities: tuple[str, ...] = ()
    """Addresses and domains whose letters go to the sealed queue of orders, wherever they arrive."""


def way(letter: Letter, recipient: str, proof: Proof, today: int, house: House) -> Way:
    """Return what becomes of a mail to `recipient` (as it stood in the envelope). `today` is how many mails the same
    sender has sent us within a day."""
    delivery = house.keeper.delivery_of(recipient)
    if delivery:
        return Bouncing(delivery)
    if (echo := loops.machine(letter.marks, letter.sender)) is not None:
        return echo
    if (doubt := _doubt(letter, proof, today)) is not None:
        return doubt
    if house.keeper.is_token(recipient):
        return _by_token(letter, recipient, house.keeper)
    return _first(letter, recipient, house)


def _doubt(letter: Letter, proof: Proof, today: int) -> Quarantine | None:
    reasons = (
        ("unreadable", bool(letter.problem)),
        ("failed_proof", proof is Proof.FAILED),
        ("many_senders", not addresses.plain(letter.sender)),
        ("too_often", today >= A_SENDER_AND_DAY),
    )
    return next((Quarantine(reason) for reason, holds in reasons if holds), None)


def _by_token(letter: Letter, recipient: str, keeper: Keeper) -> Threading | Quarantine:
    """Return the case of a reply. The token must be the sender's own, so whoever was copied in, or got the mail passed
    on, gains no access by answering (R-SUP-074)."""
    case = keeper.case_named(recipient)
    if keeper.is_reply_of(recipient, letter.sender):
        return Threading(case)
    return Quarantine("wrong_sender" if case else "wrong_token")


def _first(letter: Letter, recipient: str, house: House) -> Opening | Holding | Quarantine:
    if addresses.is_among(letter.sender, house.authorities):
        return Opening("authority", "authority")
    queue = house.mailboxes.get(addresses.plain(recipient))
    if not queue:
        return Quarantine("unknown_mailbox")
    return Holding(queue) if queue in BY_PLAN else Opening(queue, "mailbox")


def is_silent(way: Way) -> bool:
    """Return whether nothing may ever go out because of the mail."""
    return isinstance(way, Passing | Bouncing | Quarantine)
