"""From which network a request comes: only proxies that the operator trusts are believed."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from sekisho.console.peers import peer_of


@pytest.mark.parametrize(
    ("trusted", "remote", "told", "peer"),
    [
        pytest.param("", "203.0.113.7", "192.0.2.1", "203.0.113.7", id="nobody is trusted"),
        pytest.param("10.0.0.0/8", "203.0.113.7", "192.0.2.1", "203.0.113.7", id="no proxy of theirs"),
        pytest.param("10.0.0.0/8", "10.0.0.2", "192.0.2.1", "192.0.2.1", id="their proxy"),
        pytest.param("10.0.0.0/8", "10.0.0.2", "192.0.2.1, 10.0.0.3", "192.0.2.1", id="two of theirs"),
        pytest.param(
            "10.0.0.0/8", "10.0.0.2", "198.51.100.1, 192.0.2.1", "192.0.2.1", id="what a client wrote before"
        ),
        pytest.param("10.0.0.0/8", "10.0.0.2", "", "10.0.0.2", id="a proxy that names nobody"),
        pytest.param(
            "10.0.0.0/8", "10.0.0.2", "nonsense", "nonsense", id="what is no address is one of its own"
        ),
        pytest.param("fd00::/8", "fd00::1", "2001:db8::1", "2001:db8::1", id="IPv6"),
    ],
)
def test_the_network_that_asks(trusted, remote, told, peer, monkeypatch):
    monkeypatch.setenv("SEKISHO_TRUSTED_PROXIES", trusted)
    request = RequestFactory().get("/", REMOTE_ADDR=remote, headers={"x-forwarded-for": told})
    assert peer_of(request) == peer
