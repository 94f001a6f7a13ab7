"""What counts as one network where somebody without an account is counted."""

from __future__ import annotations

import ipaddress

HOUSEHOLD_BITS = 64
"""Of IPv6: what one connection is given at least, and can draw addresses from without end. Source: RFC 6177."""


def network_of(address: str) -> str:
    """Return the network of an address: one IPv4 address, however it is written, or the 64 bits of IPv6 of a household.
    What is no address is one of its own."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    bits = found.max_prefixlen if found.version == 4 else HOUSEHOLD_BITS
    return str(ipaddress.ip_network((found, bits), strict=False))
