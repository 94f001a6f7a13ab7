"""Names to numbers, and only to those that may be called."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as LateError
from ipaddress import ip_address

from sekisho.webhooks.rules.targets import is_public

DEADLINE_S = 5.0

Lookup = Callable[[str, int], tuple[str, ...]]
"""Returns the addresses of a host, as numbers, best first. Raises `OSError` when there are none."""

_pool = ThreadPoolExecutor(64, "webhook-lookup")
"""A lookup goes on after its deadline, for as long as the system tries: so many that nobody's slow name servers take
all places. Threads are made as they are needed."""


class PrivateAddressError(OSError):
    """The name leads to an address that may not be called."""


def system_lookup(host: str, port: int) -> tuple[str, ...]:
    """Return what the system's resolver says, within `DEADLINE_S`."""
    asked = _pool.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        found = asked.result(DEADLINE_S)
    except LateError as problem:
        raise OSError("The name was not found in time.") from problem
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


def public_addresses(host: str, port: int, lookup: Lookup, *, private: bool) -> tuple[str, ...]:
    """Return the addresses of a host. Raises `PrivateAddressError` if any may not be called, `OSError` for none.

    One bad address spoils all: a name that leads inside at times is not to be trusted at the others.
    """
    found = lookup(host, port)
    if not found:
        raise OSError("The name has no address.")
    if not private and not _all_public(found):
        raise PrivateAddressError("The name leads to an address that is not public.")
    return found


def _all_public(addresses: Iterable[str]) -> bool:
    try:
        return all(is_public(ip_address(address)) for address in addresses)
    except ValueError:
        return False
