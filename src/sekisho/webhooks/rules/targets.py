"""Where a webhook may go. Whoever registers an address must not reach with it what only we can reach.

An address is judged twice by the same rules: as it is written, and as the numbers that its name leads to at the moment
of each sending. The connection then goes to exactly these numbers, so a name that changes its mind in between (DNS
rebinding) gains nothing. Source: OWASP, Server-Side Request Forgery Prevention, case 2; RFC 6890 and the registries of
IANA for special-purpose addresses.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from yarl import URL

from sekisho.base.text import Text

LONGEST_URL = 2_000
PORT, FIRST_FREE_PORT = 443, 1024

NOT_OURS_TO_CALL: tuple[IPv4Network | IPv6Network, ...] = (
    IPv4Network("192.0.0.0/24"),  # IETF protocol assignments; some clouds answer with metadata here
    IPv4Network("192.88.99.0/24"),  # relays of 6to4 (RFC 7526)
    IPv4Network("168.63.129.16/32"),  # Azure's own services, seen from inside a virtual machine
    IPv6Network("::/96"),  # IPv4-compatible (RFC 4291, section 2.5.5.1)
    IPv6Network("64:ff9b:1::/48"),  # local translation (RFC 8215)
    IPv6Network("2001::/32"),  # Teredo
    IPv6Network("2002::/16"),  # 6to4
    IPv6Network("5f00::/16"),  # segment routing (RFC 9602)
)
"""Not private by the registries' word, and yet no place for a public web server."""

TRANSLATED = IPv6Network("64:ff9b::/96")
"""IPv4 addresses as a network without IPv4 writes them (NAT64, RFC 6052)."""

INSIDE = (
    ".localhost",
    ".local",
    ".localdomain",
    ".internal",
    ".intranet",
    ".lan",
    ".home",
    ".corp",
    ".home.arpa",
    ".onion",
    ".test",
    ".invalid",
)
"""Names that lead nowhere in public (RFC 6761, 6762, 7686, 8375; ICANN keeps `.internal` for private use)."""


@dataclass(frozen=True, slots=True)
class Good:
    """The address may be called."""

    url: str
    """As it will be called: host in ASCII, path escaped."""
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Bad:
    """Why an address may not be called."""

    code: str
    """A key of `REASONS`."""


def judged(address: str, *, private: bool = False) -> Good | Bad:
    """Return whether an address may be registered, by how it is written.

    `private` lets plain HTTP, private addresses and any port through; for development.
    """
    if len(address) > LONGEST_URL or not address.isprintable() or any(mark in address for mark in " \\"):
        return Bad("malformed")
    try:
        url = URL(address)
        host, port = url.raw_host, url.port  # a port that is no number shows only now
    except (ValueError, UnicodeError):
        return Bad("malformed")
    if not host or port is None or "%" in host:
        return Bad("malformed")
    if url.user is not None or url.password is not None:
        return Bad("has_credentials")
    if url.raw_fragment:
        return Bad("has_fragment")
    return _placed(url, host.rstrip(".").lower(), port, private)


def _placed(url: URL, host: str, port: int, private: bool) -> Good | Bad:
    if url.scheme != "https" and not (private and url.scheme == "http"):
        return Bad("not_https")
    if not private and port != PORT and port < FIRST_FREE_PORT:
        return Bad("port")
    if not private and (why := _host_problem(host)):
        return Bad(why)
    return Good(str(url), host, port)


def _host_problem(host: str) -> str:
    try:
        return "" if is_public(ip_address(host)) else "private_address"
    except ValueError:
        pass
    if _ends_in_a_number(host):
        return "odd_number"
    if "." not in host or host.endswith(INSIDE):
        return "private_name"
    return ""


def _ends_in_a_number(host: str) -> bool:
    """Return whether system libraries may read a name as an address: `2130706433`, `0x7f.1`, `0177.0.0.1`, `127.1`.

    Source: WHATWG URL, "ends in a number checker".
    """
    last = host.rpartition(".")[2]
    return last.isdigit() or last.startswith("0x")


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Return whether a web server may publicly be reached at the address."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None or address.scope_id is not None:
            return False
        if address in TRANSLATED:
            return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    special = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback
    return address.is_global and not special and not any(address in network for network in NOT_OURS_TO_CALL)


REASONS = {
    "malformed": Text(
        "This is not an address that can be called. Write it as https://example.com/hooks.",
        "呼び出せるアドレスではありません。https://example.com/hooks のように入力してください。",
    ),
    "not_https": Text("The address must begin with https://.", "アドレスは https:// で始めてください。"),
    "has_credentials": Text(
        "Leave user name and password out of the address: the signature already tells you that we are calling.",
        "アドレスにユーザー名やパスワードを含めないでください。当方からの呼び出しであることは署名で確認できます。",
    ),
    "has_fragment": Text(
        "Leave out what follows # in the address.", "アドレスの # 以降を取り除いてください。"
    ),
    "port": Text("Use port 443, or one from 1024 up.", "ポートは 443 か、1024 以上を使用してください。"),
    "private_address": Text(
        "This address is not public. Register one that can be reached from the internet.",
        "公開されたアドレスではありません。インターネットから到達できるアドレスを登録してください。",
    ),
    "private_name": Text(
        "This host name is not public. Register one that can be reached from the internet.",
        "公開されたホスト名ではありません。インターネットから到達できるホスト名を登録してください。",
    ),
    "odd_number": Text(
        "Write the host as a name, or as four ordinary numbers.",
        "ホストは名前か、通常の 4 つの数字で指定してください。",
    ),
    "unknown_host": Text(
        "The host name is not found. Check its spelling, or try again once it is known.",
        "ホスト名が見つかりません。つづりをご確認いただくか、名前が引けるようになってからお試しください。",
    ),
}
