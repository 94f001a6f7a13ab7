"""What went wrong is counted; what went wrong too often locks. The same statements for accounts and for none."""

from __future__ import annotations

from datetime import datetime, timedelta

from sekisho.audit.actions import record
from sekisho.support.recovery.models import Claim, Failure, Lock
from sekisho.support.recovery.rules.locks import ASKED_A_DAY, LOCK, REMEMBERED, Free, Locked, lock, strictest
from sekisho.support.recovery.words import refusal

PER_ADDRESS_A_DAY = 5
"""How often one address may be named in a day: each is a mail to somebody. Source: our policy, below the ten of
R-SUP-077."""
DAY = timedelta(days=1)


def standing(named: str, network: str, at: datetime) -> Free | Locked:
    """Return whether the account that was named and the network that asks may try."""
    return strictest([lock(_failures(who, at), at) for who in (named, network)])


def not_locked(named: str, network: str, at: datetime) -> None:
    """Raise `SekishoError` (`locked`) while either is."""
    if isinstance(found := standing(named, network, at), Locked):
        raise refusal("locked", until=f"{found.until:%Y-%m-%d %H:%M}")


def not_too_often(named: str, network: str, at: datetime) -> None:
    """Raise `SekishoError` (`too_often`) for an address that was named, or a network that asked, too often today."""
    lately = Claim.objects.filter(made_at__gt=at - DAY)
    of_address = lately.filter(named_digest=named).count()
    of_network = lately.filter(network_digest=network).count()
    if of_address >= PER_ADDRESS_A_DAY or of_network >= ASKED_A_DAY:
        raise refusal("too_often")


def fail(claim: Claim, network: str, at: datetime) -> None:
    """Count a failure for the account that was named and for the network that tried. The third locks, and is noted for
    the account to be told of; whether there is one, nobody asks here."""
    Failure.objects.bulk_create([Failure(who=who, at=at) for who in (claim.named_digest, network)])
    found = lock(_failures(claim.named_digest, at), at)
    Lock.objects.bulk_create([Lock(who=claim.named_digest, at=at)] if isinstance(found, Locked) else [])
    record("system:recovery", "recovery.failed", claim.id, locked=isinstance(found, Locked))


def succeed(claim: Claim) -> None:
    """Forget the account's failures: its owner mistypes too. Never the network's: whoever has an account of their own
    there would wash away what they tried on others'."""
    Failure.objects.filter(who=claim.named_digest).delete()


def forget(at: datetime) -> int:
    """Delete what counts for nothing any more; return how many."""
    gone, _ = Failure.objects.filter(at__lte=at - REMEMBERED).delete()
    told, _ = Lock.objects.filter(at__lte=at - REMEMBERED).delete()
    return gone + told


def locked_until(at: datetime) -> datetime:
    return at + LOCK


def _failures(who: str, at: datetime) -> list[datetime]:
    return list(Failure.objects.filter(who=who, at__gt=at - REMEMBERED).values_list("at", flat=True))
