"""Where a route leads: which host, whether under TLS, through which proxy of the environment, to which path."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from urllib.request import getproxies, proxy_bypass

from yarl import URL

_TARGET = re.compile(r"/[!-~\x80-\xff]*")
"""A request's path and query. Nothing in it ends the line on which it stands."""


class Origin(NamedTuple):
    """What a connection leads to: requests to one origin share its connections, and no others do."""

    host: str
    """Name or address, as it is looked up and as its certificate must say it."""
    port: int
    is_tls: bool


@dataclass(frozen=True, slots=True)
class Address:
    """A base URL, taken apart once."""

    origin: Origin
    host: bytes
    """The value of `Host`: with its port, where that is not the scheme's own."""
    base: str
    """The path under which the provider's own paths begin; no slash at its end."""
    url: URL
    authorization: bytes = b""
    """For a base URL that names a user, whom a reverse proxy before a model asks for."""
    proxy: URL | None = None
    """With the credentials that it asks for, if the environment names them."""

    def target(self, asked: str) -> str:
        """Return path and query for what the client asked, otherwise untouched.

        A base URL may end in `/v1`, as the OpenAI SDK wants it, or not, as the Anthropic SDK does. Raises
        `ValueError` for what would not stay within the request's first line.
        """
        if not _TARGET.fullmatch(asked):
            raise ValueError("The path holds what no path can hold.")
        base = self.base.removesuffix("/v1") if asked.startswith("/v1/") else self.base
        return base + asked


@lru_cache(maxsize=256)
def address_of(base_url: str) -> Address:
    """Return where a base URL leads. The environment is asked for a proxy once for each.

    Raises `ValueError` for what is no URL of HTTP.
    """
    url = URL(base_url.rstrip("/"))
    if url.scheme not in ("http", "https") or not url.raw_host or url.port is None:
        raise ValueError("A base URL begins with http:// or https:// and names a host.")
    origin = Origin(url.raw_host, url.port, url.scheme == "https")
    base = url.raw_path.rstrip("/")
    return Address(
        origin,
        (url.host_port_subcomponent or "").encode(),
        base,
        url.with_user(None),
        _authorization(url),
        _proxy(url),
    )


def _proxy(url: URL) -> URL | None:
    """Return the proxy that the environment names for a scheme, unless it excepts the host."""
    named = getproxies().get(url.scheme, "")
    if not named or proxy_bypass(url.raw_host or ""):
        return None
    return URL(named if "://" in named else f"http://{named}")


def _authorization(url: URL) -> bytes:
    """Return the credentials that a URL carries. Source: RFC 7617."""
    if url.user is None and url.password is None:
        return b""
    return b"Basic " + b64encode(f"{url.user or ''}:{url.password or ''}".encode())
