"""What may be kept of a request, as it was asked for, and as the answer says it.

    organisation ∨ key ∨ gateway ∨ x-sekisho-zero-retention: 1 ∨ its session's earlier request   →   zero retention

A request may switch zero retention on and never off (R-DATA-131), so that no client can undo what its organisation
decided. Every answer says what applied (R-DATA-132), and a client can refuse to go on.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from hashlib import blake2b

from sekisho.base.text import Text
from sekisho.gateway.disclosure import Remembered
from sekisho.gateway.errors import BadRequestError, Headers
from sekisho.gateway.types import Principal
from sekisho.link.snapshot import Route, Snapshot
from sekisho.policy.types import Audience
from sekisho.records.rules import terms_of
from sekisho.records.types import Terms

ZERO_RETENTION = b"x-sekisho-zero-retention"
INCOGNITO = b"x-sekisho-incognito"
SESSION = b"x-claude-code-session-id"
"""By which a coding client names its session (R-DATA-263)."""
_YES = frozenset({b"1", b"?1", b"true"})
_NO = frozenset({b"0", b"?0", b"false"})


def as_demanded(principal: Principal, headers: Headers, quiet: Remembered, always: bool) -> Principal:
    """Return the principal with what the request itself demands. `quiet` are the sessions in which zero retention was
    demanded before: sub-agents and summaries of a session inherit it (R-DATA-140). `always`: the gateway keeps nothing
    of anybody.

    Raises `BadRequestError` for a demand that cannot be read: to guess that it says no could keep what must not be.
    """
    is_demanded = is_incognito = False
    session = b""
    for name, value in headers:
        if name == ZERO_RETENTION:
            is_demanded |= _flag(name, value)
        elif name == INCOGNITO:
            is_incognito |= _flag(name, value)
        elif name == SESSION:
            session = value
    if session and (is_demanded or quiet):
        known = _session(principal, session)
        if is_demanded:
            quiet.add(known)
        is_demanded = known in quiet
    keeps_nothing = is_demanded or always or principal.zero_retention
    if (keeps_nothing, is_incognito) == (principal.zero_retention, principal.incognito):
        return principal
    return replace(principal, zero_retention=keeps_nothing, incognito=is_incognito)


def still_kept(principal: Principal, current: Snapshot | None) -> bool:
    """Return whether what began as kept may still be kept when it ends: of start and end the stricter holds
    (R-DATA-139). A key or an organisation that is gone demands nothing new."""
    if principal.zero_retention or current is None:
        return not principal.zero_retention
    key = current.keys.get(principal.digest)
    organisation = current.organisations.get(principal.organisation.id)
    return not (key is not None and key.zero_retention) and not (
        organisation is not None and organisation.zero_retention
    )


def line(principal: Principal, snapshot: Snapshot, is_enforced: bool, route: Route | None = None) -> bytes:
    """Return what an answer says of its data (`exchange.POLICY`). `is_enforced`: the kernel forbids this gateway to
    write. Without a route, nobody was asked, and nothing can be given for training."""
    if principal.zero_retention:
        return b"zero-retention; enforced=kernel" if is_enforced else b"zero-retention; enforced=policy"
    organisation = principal.organisation
    is_consumer = terms_of(organisation.plan) is Terms.CONSUMER
    trains = route is not None and _may_train(principal, route, is_consumer)
    days = snapshot.standard_days if organisation.retention_days is None else organisation.retention_days
    return _retained(days, snapshot.allowed_years if trains and is_consumer else 0, trains)


def _may_train(principal: Principal, route: Route, is_consumer: bool) -> bool:
    """Whether the turn could be given for training, as far as a gateway can tell: what is found out later only narrows
    it (R-DATA-031, R-DATA-008, R-DATA-044)."""
    key = principal.key
    if not principal.organisation.consent_epoch or principal.incognito or key.audience is Audience.MINORS:
        return False
    return is_consumer or (route.upstream == "first_party" and bool(key.member))


@lru_cache(maxsize=1024)
def _retained(days: int, years: int, trains: bool) -> bytes:
    told = ["retained"]
    if years:
        told.append(f"years={years}")
    elif days:
        told.append(f"days={days}")
    told.append("training=yes" if trains else "training=no")
    return "; ".join(told).encode()


def _flag(name: bytes, value: bytes) -> bool:
    word = value.strip().lower()
    if word not in _YES and word not in _NO:
        raise BadRequestError("flag_unreadable", _UNREADABLE.format(name=name.decode()))
    return word in _YES


def _session(principal: Principal, session: bytes) -> str:
    """What a session is remembered by: nothing of it can be read back."""
    return blake2b(principal.organisation.id.encode() + b"\0" + session, digest_size=16).hexdigest()


_UNREADABLE = Text(
    "{name}: takes 1 to switch it on. What cannot be read is refused, so that nothing is kept by mistake.",
    "{name}: 有効にするには 1 を指定してください。読み取れない値は、誤って保存しないよう拒否します。",
)
