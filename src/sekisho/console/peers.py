"""From which network a request comes: what limits and locks count by."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from django.http import HttpRequest

from sekisho.base import settings

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def peer_of(request: HttpRequest) -> str:
    """Return the address that asks. Behind proxies that the operator trusts (`trusted_proxies`), the last one in
    `X-Forwarded-For` that is none of theirs; whatever anybody else writes there means nothing."""
    trusted = [ipaddress.ip_network(one, strict=False) for one in settings.words("trusted_proxies")]
    told = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",") if one.strip()]
    found = str(request.META.get("REMOTE_ADDR", ""))
    while told and _is_in(found, trusted):
        found = told.pop()
    return found


def _is_in(address: str, networks: Sequence[Network]) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in networks)
