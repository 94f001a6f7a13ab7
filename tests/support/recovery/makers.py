"""Somebody who cannot sign in, as a person and as an attacker would be; and the worker that nobody waits for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core import mail

from sekisho.accounts.types import Plan, system
from sekisho.base.clock import fixed_clock
from sekisho.support.recovery import actions, tasks
from sekisho.support.recovery.types import PaymentRow, PaymentSaid, SoldBy, Wish

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
CLOCK = fixed_clock(AT)
HOME, OFFICE = "203.0.113.7", "198.51.100.9"
"""Networks: of the person, and of somebody else."""
CODE = re.compile(r"(\d{4}) (\d{4})")
PAID = PaymentSaid("¥2,980", AT.date() - timedelta(days=3), "4242")


def later(**span: float) -> datetime:
    return AT + timedelta(**span)


def worker(at: datetime = AT) -> None:
    """Do what the worker does in the background."""
    tasks.send_due(fixed_clock(at))
    tasks.tend(fixed_clock(at))


def begun(wish: Wish, address: str, peer: str = HOME, at: datetime = AT) -> str:
    """A claim whose code, if there is anybody, was mailed."""
    claim = actions.begin(wish, address, peer, language="en", clock=fixed_clock(at))
    worker(at)
    return claim


def code_to(address: str) -> str:
    """The code in the latest mail to an address."""
    for letter in reversed(mail.outbox):
        if letter.to == [address] and (found := CODE.search(letter.body)):
            return "".join(found.groups())
    raise AssertionError("no code was mailed there")


def proven(wish: Wish, address: str, peer: str = HOME, at: datetime = AT) -> str:
    """A claim at P1."""
    claim = begun(wish, address, peer, at)
    assert actions.enter_code(claim, code_to(address), peer, clock=fixed_clock(at))
    return claim


def paid(account: str, **more: object) -> None:
    """A payment of the account, three days ago, as the operator hands it over."""
    fields: dict[str, object] = {
        "account": account,
        "plan": Plan.PRO,
        "sold_by": SoldBy.WEB,
        "paid_at": AT - timedelta(days=3),
        "amount": "2980",
        "last_four": "4242",
        "invoice": "INV-2026-001",
        "country": "DE",
    }
    actions.import_payments(system("cli"), [PaymentRow(**{**fields, **more})], clock=CLOCK)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Lost:
    """Somebody who cannot read the address on file, with the address that they can."""

    claim: str
    contact: str


def lost(address: str, contact: str, peer: str = HOME, at: datetime = AT, **more: object) -> Lost:
    """A claim about the address itself, whose new address was shown to be read."""
    said = actions.Lost(address, contact, **more)  # type: ignore[arg-type]
    claim = actions.begin_without_mailbox(said, peer, language="en", clock=fixed_clock(at))
    worker(at)
    assert actions.enter_code(claim, code_to(contact), peer, clock=fixed_clock(at))
    worker(at)
    return Lost(claim, contact)
