"""Which headers cross the gate, in either direction.

The list is open (R-DATA-260, R-DATA-261): what nobody here has heard of passes. Only what belongs to the hop, or to the
gate itself, is taken out.
"""

from __future__ import annotations

import re
from functools import lru_cache

from sekisho.gateway.auth import CREDENTIAL_HEADERS
from sekisho.gateway.exchange import Headers
from sekisho.gateway.upstream.address import Address
from sekisho.link.snapshot import Dialect

HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
"""Of one connection, not of the message. Source: RFC 9110, section 7.6.1."""

NOT_FORWARDED = HOP_BY_HOP | CREDENTIAL_HEADERS | {b"host", b"content-length", b"expect", b"accept-encoding"}
"""`accept-encoding` because what is screened must be readable: the provider is asked for `identity`."""

NOT_RETURNED = HOP_BY_HOP | {
    b"content-length",
    b"content-encoding",
    b"set-cookie",
    b"alt-svc",
    b"strict-transport-security",
}
"""The last three speak of the provider's host, and would be taken as said of this one."""

OURS = (b"sekisho-", b"x-sekisho-")
"""How the gate's own headers begin: what a client asks of the gate is no provider's business, and no provider shall
speak in the gate's name."""

_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""The name of a header. Source: RFC 9110, section 5.6.2."""


def outgoing(headers: Headers, address: Address, dialect: Dialect, secret: str) -> Headers:
    """Return the client's headers for the provider, with the gate's own credential in place of the client's.

    Raises `ValueError` for a name that is none.
    """
    dropped = _named_by_connection(headers)
    sent = [pair for pair in headers if _is_forwarded(pair[0]) and pair[0] not in dropped]
    sent.append((b"accept-encoding", b"identity"))
    if secret and dialect is Dialect.ANTHROPIC:
        sent.append((b"x-api-key", secret.encode()))
    elif secret:
        sent.append((b"authorization", b"Bearer " + secret.encode()))
    if address.authorization and not (secret and dialect is not Dialect.ANTHROPIC):
        sent.append((b"authorization", address.authorization))
    return sent


def returned(headers: Headers) -> Headers:
    """Return the provider's headers, their names in lower case, for the client: without those of the hop."""
    dropped = _named_by_connection(headers)
    return [pair for pair in headers if _is_returned(pair[0]) and pair[0] not in dropped]


@lru_cache(maxsize=1024)
def _is_forwarded(name: bytes) -> bool:
    if not _TOKEN.fullmatch(name):
        raise ValueError("A header's name is no token.")
    return name not in NOT_FORWARDED and not name.startswith(OURS)


@lru_cache(maxsize=1024)
def _is_returned(name: bytes) -> bool:
    return name not in NOT_RETURNED and not name.startswith(OURS)


def _named_by_connection(headers: Headers) -> frozenset[bytes] | set[bytes]:
    """Return the headers that `Connection` declares to be of this hop only (RFC 9110, section 7.6.1)."""
    for name, _ in headers:
        if name == b"connection":
            break
    else:
        return _NONE
    named = [value for name, value in headers if name == b"connection"]
    return {word.strip().lower() for value in named for word in value.split(b",")}


_NONE: frozenset[bytes] = frozenset()
