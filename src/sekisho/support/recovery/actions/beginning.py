"""Begin: written down, and nothing looked up. Whether there is an account, only the worker asks, after the answer."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime

from django.db import transaction

from sekisho.accounts.sealing import seal
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.text import Lang
from sekisho.support.recovery import keys
from sekisho.support.recovery.actions.counting import not_locked, not_too_often
from sekisho.support.recovery.models import Claim
from sekisho.support.recovery.rules import payments
from sekisho.support.recovery.types import PaymentSaid, Wish

SEALED_FOR = "recovery"
MAILBOX_LOST = None
"""The wish of a claim that is about the address itself."""


@dataclass(frozen=True, slots=True)
class Lost:
    """What somebody says who cannot read the address on file any more."""

    address: str = field(repr=False)
    contact: str = field(repr=False)
    """The address that they can read; it gets the code."""
    payment: PaymentSaid = field(default_factory=PaymentSaid, repr=False)
    recovery_code: str = field(default="", repr=False)


def begin(wish: Wish, address: str, peer: str, *, language: Lang, clock: Clock = system_clock) -> str:
    """Take in what somebody asks who cannot sign in, and return the claim's id. A code goes to the address, if it is
    the verified one of an account.

    The same statements whether or not it is (R-SUP-091). Raises `SekishoError`: `locked`, `too_often`.
    """
    said: dict[str, object] = {"address": address.strip()}
    return _begun(wish.value, address, peer, language, said, clock())


def begin_without_mailbox(lost: Lost, peer: str, *, language: Lang, clock: Clock = system_clock) -> str:
    """Take in that somebody cannot read the address on file any more (R-SUP-095). The code goes to the new one, whether
    or not there is an account; people look at the rest. Raises as `begin` does."""
    said = asdict(lost) | {"payment": _plain(lost.payment)}
    return _begun("", lost.address, peer, language, said, clock())


@transaction.atomic
def _begun(wish: str, address: str, peer: str, language: Lang, said: dict[str, object], at: datetime) -> str:
    key = keys.digest_key(at)
    named, network = keys.of_address(key, address), keys.of_network(key, peer)
    not_locked(named, network, at)
    not_too_often(named, network, at)
    row = Claim.objects.create(
        wish=wish,
        language=language,
        named_digest=named,
        network_digest=network,
        sealed=seal(json.dumps(said), SEALED_FOR),
        made_at=at,
        due_at=at,
    )
    record("system:recovery", "recovery.asked", row.id, wish=wish or "change_address")
    return row.id


def _plain(said: PaymentSaid) -> dict[str, str]:
    """What is compared, in one way of writing it: never more of a card than four digits."""
    return {
        "amount": payments.amount_of(said.amount),
        "day": said.day.isoformat() if said.day else "",
        "last_four": payments.last_four_of(said.last_four),
        "invoice": payments.invoice_of(said.invoice),
    }
