"""What goes over the wire, and what a receiver cannot make us do."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from cryptography import x509

from sekisho.webhooks import lookup as lookup_module
from sekisho.webhooks.rules.signature import new_secret
from sekisho.webhooks.sending import Courier
from sekisho.webhooks.types import Answer, Parcel
from tests.gateway.upstream.test_tls_and_proxies import issue, serving, trusting
from tests.webhooks.conftest import AT
from tests.webhooks.receiver import receiving

NAME = "hooks.example.com"
PUBLIC = "93.184.215.14"


@contextmanager
def couriers(**how) -> Iterator[Courier]:
    courier = Courier(clock=lambda: AT, **how)
    try:
        yield courier
    finally:
        courier.close()


def parcel(url: str, body: bytes = b"{}") -> Parcel:
    return Parcel("whd_1", "org_1", "msg_1", url, body, secrets=(new_secret(),))


def sent(courier: Courier, url: str) -> Answer:
    return courier.send(parcel(url)).result(60)


def to_here(host: str, port: int) -> tuple[str, ...]:
    """Every name leads to this machine."""
    return ("127.0.0.1",)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    return issue(tmp_path_factory.mktemp("tls"), x509.DNSName(NAME))


def test_under_tls_host_and_certificate_are_those_of_the_name(certificates):
    with (
        receiving(serving(certificates)) as receiver,
        couriers(private=True, lookup=to_here, tls=trusting(certificates)) as courier,
    ):
        answer = sent(courier, receiver.url(host=NAME))
        assert (answer.attempt.status, answer.is_success) == (204, True)
        assert receiver.next().headers["host"] == f"{NAME}:{receiver.port}"


@pytest.mark.parametrize("host", [NAME, "other.example.com"], ids=["not known", "of another name"])
def test_a_certificate_that_does_not_hold_ends_it(certificates, host):
    tls = ssl.create_default_context() if host == NAME else trusting(certificates)
    with (
        receiving(serving(certificates)) as receiver,
        couriers(private=True, lookup=to_here, tls=tls) as courier,
    ):
        assert sent(courier, receiver.url(host=host)).attempt.problem == "certificate"
        assert receiver.received.empty()


def test_a_redirect_is_not_followed(receiver):
    with receiving() as elsewhere, couriers(private=True) as courier:
        receiver.status, receiver.headers = 307, {"location": elsewhere.url()}
        answer = sent(courier, receiver.url())
        assert (answer.attempt.status, answer.attempt.problem) == (307, "redirected")
        assert elsewhere.received.empty()


def test_of_a_long_answer_nothing_is_read(receiver):
    receiver.status, receiver.body = 200, b"x" * 50_000_000
    with couriers(private=True) as courier:
        assert sent(courier, receiver.url()).is_success


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"x-long": "y" * 100_000}, id="long headers"),
        pytest.param({"content-encoding": "gzip", "content-length": "5"}, id="a body that does not unpack"),
        pytest.param({"set-cookie": "session=1"}, id="cookies"),
    ],
)
def test_an_odd_answer_is_an_answer_or_a_failure_and_no_more(receiver, headers):
    receiver.headers = headers
    with couriers(private=True) as courier:
        assert sent(courier, receiver.url()).attempt.problem in ("", "unreachable")
        again = sent(courier, receiver.url())
    assert again.attempt.problem in ("", "unreachable")
    receiver.next()
    assert "cookie" not in receiver.next().headers


def test_a_receiver_that_says_nothing_is_let_go_in_time(receiver):
    let_go = threading.Event()
    receiver.before_answering = lambda: let_go.wait(30)
    with couriers(private=True, whole_s=0.2) as courier:
        answer = sent(courier, receiver.url())
    let_go.set()
    assert (answer.attempt.status, answer.attempt.problem) == (0, "timeout")


def test_nobody_at_home():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        with couriers(private=True) as courier:
            answer = sent(courier, f"http://127.0.0.1:{taken.getsockname()[1]}/")
    assert answer.attempt.problem == "unreachable"


def test_a_name_that_is_not_found():
    def nowhere(host: str, port: int) -> tuple[str, ...]:
        raise OSError("no such name")

    with couriers(lookup=nowhere) as courier:
        assert sent(courier, f"https://{NAME}/").attempt.problem == "unknown_host"


def test_a_name_that_was_public_when_registered_and_leads_inside_now_is_refused():
    """DNS rebinding: the second look is the one that is connected to."""
    with receiving() as inside:
        answers = iter([(PUBLIC,), ("127.0.0.1",)])
        with couriers(lookup=lambda *_: next(answers)) as courier:
            assert courier._lookup(NAME, 443) == (PUBLIC,)
            assert sent(courier, f"https://{NAME}:{inside.port}/").attempt.problem == "private_address"
        assert inside.received.empty()


def test_a_name_is_looked_up_once_a_sending(receiver):
    asked = []

    def counting(host: str, port: int) -> tuple[str, ...]:
        asked.append(host)
        return ("127.0.0.1",)

    with couriers(private=True, lookup=counting) as courier:
        for count in (1, 2):
            assert sent(courier, receiver.url(host=NAME)).is_success
            assert asked == [NAME] * count


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/",
        "https://127.0.0.1:{port}/",
        "https://[::1]:{port}/",
        "https://2130706433:{port}/",
    ],
)
def test_numbers_are_checked_at_each_sending_too(receiver, url):
    """The setting for development may have been on when the address was registered."""
    with couriers() as courier:
        assert sent(courier, url.format(port=receiver.port)).attempt.problem == "private_address"
    assert receiver.received.empty()


def test_the_environments_proxy_is_not_asked(receiver, monkeypatch):
    """It would look the name up itself, after our check."""
    with receiving() as proxy, couriers(private=True) as courier:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url(""))
        assert sent(courier, receiver.url()).is_success
        assert proxy.received.empty()


def test_name_servers_that_are_slow_hold_nobody_else_up(receiver):
    let_go = threading.Event()

    def lookup(host: str, port: int) -> tuple[str, ...]:
        if host.startswith("slow"):
            let_go.wait(60)
        return ("127.0.0.1",)

    with couriers(private=True, lookup=lookup) as courier:
        waiting = [courier.send(parcel(receiver.url(host=f"slow{n}.example.com"))) for n in range(16)]
        assert sent(courier, receiver.url(host=NAME)).is_success
        let_go.set()
        assert all(one.result(60).is_success for one in waiting)


def test_a_lookup_has_a_deadline(monkeypatch):
    let_go = threading.Event()
    monkeypatch.setattr(lookup_module, "DEADLINE_S", 0.01)
    monkeypatch.setattr(lookup_module.socket, "getaddrinfo", lambda *_, **__: let_go.wait(60))
    with pytest.raises(OSError, match="in time"):
        lookup_module.system_lookup(NAME, 443)
    let_go.set()


def test_a_lookup_names_each_address_once():
    assert lookup_module.system_lookup("127.0.0.1", 443) == ("127.0.0.1",)
