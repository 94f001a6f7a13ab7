"""Where somebody without an account is counted."""

from __future__ import annotations

import pytest

from sekisho.base.networks import network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        pytest.param("203.0.113.7", "203.0.113.7/32", id="IPv4"),
        pytest.param("2001:db8:0:1:ffff::1", "2001:db8:0:1::/64", id="a household of IPv6"),
        pytest.param("::ffff:203.0.113.7", "203.0.113.7/32", id="IPv4 as a proxy of both writes it"),
        pytest.param("nonsense", "nonsense", id="no address"),
        pytest.param("", "", id="none"),
    ],
)
def test_the_network_of_an_address(address: str, network: str) -> None:
    assert network_of(address) == network
