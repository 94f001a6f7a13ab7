"""Where a webhook may go. Everything here was used against somebody: OWASP's and PortSwigger's lists of ways around."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.base.errors import SekishoError
from sekisho.webhooks import actions
from sekisho.webhooks.lookup import PrivateAddressError, public_addresses
from sekisho.webhooks.rules.targets import REASONS, Bad, Good, is_public, judged
from sekisho.webhooks.types import CHOSEN

EVIL = [
    ("http://example.com/hooks", "not_https"),
    ("ftp://example.com/", "not_https"),
    ("file:///etc/passwd", "malformed"),
    ("gopher://example.com:443/_x", "not_https"),
    ("//example.com/hooks", "malformed"),
    ("example.com/hooks", "malformed"),
    ("", "malformed"),
    ("https://", "malformed"),
    ("https://exa mple.com/", "malformed"),
    ("https://example.com\\@127.0.0.1/", "malformed"),
    ("https://example.com/\r\nHost: inside", "malformed"),
    ("https://example.com:99999/", "malformed"),
    ("https://[::1", "malformed"),
    ("https://" + "a" * 2000 + ".example", "malformed"),
    ("https://user:password@example.com/", "has_credentials"),
    ("https://example.com@127.0.0.1/", "has_credentials"),
    ("https://example.com/#inside", "has_fragment"),
    ("https://example.com:25/", "port"),
    ("https://example.com:22/", "port"),
    ("https://localhost/", "private_name"),
    ("https://localhost./", "private_name"),
    ("https://LOCALHOST/", "private_name"),
    ("https://anything.localhost/", "private_name"),
    ("https://metadata.google.internal/", "private_name"),
    ("https://printer.local/", "private_name"),
    ("https://redis/", "private_name"),
    ("https://router.home.arpa/", "private_name"),
    ("https://127.0.0.1/", "private_address"),
    ("https://127.0.0.1./", "private_address"),
    ("https://127.8.9.10/", "private_address"),
    ("https://0.0.0.0/", "private_address"),
    ("https://10.1.2.3/", "private_address"),
    ("https://172.16.0.1/", "private_address"),
    ("https://192.168.1.1:8443/", "private_address"),
    ("https://169.254.169.254/latest/meta-data/", "private_address"),
    ("https://168.63.129.16/", "private_address"),
    ("https://192.0.0.192/", "private_address"),
    ("https://100.64.0.1/", "private_address"),
    ("https://100.100.100.200/", "private_address"),
    ("https://198.18.0.1/", "private_address"),
    ("https://192.0.2.1/", "private_address"),
    ("https://224.0.0.1/", "private_address"),
    ("https://255.255.255.255/", "private_address"),
    ("https://[::1]/", "private_address"),
    ("https://[::]/", "private_address"),
    ("https://[::ffff:127.0.0.1]/", "private_address"),
    ("https://[::ffff:7f00:1]/", "private_address"),
    ("https://[::127.0.0.1]/", "private_address"),
    ("https://[64:ff9b::7f00:1]/", "private_address"),
    ("https://[64:ff9b:1::a00:1]/", "private_address"),
    ("https://[2002:7f00:1::]/", "private_address"),
    ("https://[2001:0:1:2:3:4:5:6]/", "private_address"),
    ("https://[fd00:ec2::254]/", "private_address"),
    ("https://[fe80::1]/", "private_address"),
    ("https://[fe80::1%25eth0]/", "malformed"),
    ("https://[ff02::1]/", "private_address"),
    ("https://2130706433/", "odd_number"),
    ("https://0x7f000001/", "odd_number"),
    ("https://0x7f.0.0.1/", "odd_number"),
    ("https://127.1/", "odd_number"),
    ("https://0177.0.0.1/", "odd_number"),
    ("https://127.0.0.0x1/", "odd_number"),
    ("https://１２７.０.０.１/", "private_address"),
    ("https://①②⑦.⓪.⓪.①/", "private_address"),
    ("https://127。0。0。1/", "private_address"),
    ("https://example.com%00.evil.example/", "malformed"),
    ("https://example.com%2f@127.0.0.1/", "has_credentials"),
]  # fmt: skip


@pytest.mark.parametrize(("url", "code"), EVIL, ids=[repr(url)[:60] for url, _ in EVIL])
def test_an_evil_address_is_refused_as_it_is_written(url, code):
    assert judged(url) == Bad(code)
    assert REASONS[code].en != REASONS[code].ja


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        pytest.param("https://example.com/hooks?tenant=1", "example.com", 443, id="an ordinary one"),
        pytest.param("https://hooks.example.co.jp:8443/", "hooks.example.co.jp", 8443, id="another port"),
        pytest.param("https://日本語.jp/受信", "xn--wgv71a119e.jp", 443, id="a name in Japanese"),
        pytest.param("https://8.8.8.8/", "8.8.8.8", 443, id="a public address"),
        pytest.param("https://[2606:4700::1111]/", "2606:4700::1111", 443, id="a public IPv6 address"),
        pytest.param("https://EXAMPLE.com./", "example.com", 443, id="capitals and a last dot"),
    ],
)
def test_a_public_address_is_good(url, host, port):
    good = judged(url)
    assert isinstance(good, Good)
    assert (good.host, good.port) == (host, port)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/", "https://localhost/", "http://receiver:80/"])
def test_in_development_private_addresses_may_be_called(url):
    assert isinstance(judged(url, private=True), Good)


def test_in_development_too_an_address_has_to_be_one():
    assert judged("file:///etc/passwd", private=True) == Bad("malformed")
    assert judged("https://user@127.0.0.1/", private=True) == Bad("has_credentials")


@given(st.ip_addresses())
def test_nothing_that_the_registries_keep_back_is_public(address):
    if is_public(address):
        assert address.is_global
        assert not address.is_private
        assert not address.is_loopback
        assert not address.is_link_local
        assert not address.is_multicast


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_in_ipv6_clothes_is_never_more_public(address: IPv4Address):
    mapped = IPv6Address(f"::ffff:{address}")
    translated = IPv6Address(int(IPv6Address("64:ff9b::")) | int(address))
    assert not is_public(mapped)
    assert is_public(translated) == is_public(address)


@given(st.text(max_size=60))
def test_no_text_whatever_breaks_the_judgement(text):
    assert isinstance(judged(f"https://{text}"), Good | Bad)


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(("10.0.0.1",), id="inside"),
        pytest.param(("93.184.215.14", "127.0.0.1"), id="one inside among those outside"),
        pytest.param(("fe80::1%eth0",), id="with a zone"),
        pytest.param(("::ffff:169.254.169.254",), id="mapped"),
    ],
)
def test_a_name_that_leads_inside_is_refused(found):
    with pytest.raises(PrivateAddressError):
        public_addresses("hooks.example.com", 443, lambda *_: found, private=False)


def test_a_name_that_leads_outside_is_taken_as_it_was_found():
    assert public_addresses("hooks.example.com", 443, lambda *_: ("93.184.215.14",), private=False) == (
        str(ip_address("93.184.215.14")),
    )


def nowhere(host: str, port: int) -> tuple[str, ...]:
    raise OSError("no such name")


@pytest.mark.parametrize(
    ("url", "lookup", "code"),
    [
        pytest.param("http://example.com/", None, "webhook_not_https", id="as it is written"),
        pytest.param(
            "https://in.example.com/", lambda *_: ("10.0.0.1",), "webhook_private_address", id="leads inside"
        ),
        pytest.param("https://no.example.com/", nowhere, "webhook_unknown_host", id="leads nowhere"),
    ],
)
def test_registration_refuses_what_may_not_be_called(cast, url, lookup, code):
    with pytest.raises(SekishoError) as refusal:
        actions.register_endpoint(
            cast.viewer("aiko"), cast.atelier.id, url, frozenset(CHOSEN), lookup=lookup or nowhere
        )
    assert refusal.value.code == code
