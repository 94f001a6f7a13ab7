"""Certificates that hold and others, and the roads that the environment names."""

from __future__ import annotations

import gzip
import itertools
import ssl
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sekisho.base.clock import system_clock
from sekisho.gateway.errors import GateError
from sekisho.gateway.upstream import Upstream
from sekisho.link.snapshot import Dialect, Route
from tests.gateway.provider import OK, Sayer, ask, client, http, raw_provider, read


def issue(folder: Path, *names: x509.GeneralName, common_name: str = "An authority", days: int = 1) -> Path:
    """Write an authority of the test's own, which is its own server too, valid until so many days from now."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    at = system_clock()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(at - timedelta(days=3))
        .not_valid_after(at + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    )
    if names:
        certificate = certificate.add_extension(x509.SubjectAlternativeName(names), critical=False)
    signed = certificate.sign(key, hashes.SHA256())
    (folder / "certificate.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return folder


@pytest.fixture(scope="module")
def certificates(tmp_path_factory) -> Path:
    return issue(tmp_path_factory.mktemp("tls"), x509.DNSName("localhost"))


def serving(certificates: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / "certificate.pem", certificates / "key.pem")
    return context


def trusting(certificates: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificates / "certificate.pem"))


def named(route: Route, host: str) -> Route:
    return Route("tls", Dialect.ANTHROPIC, route.base_url.replace("127.0.0.1", host))


async def test_under_tls_a_connection_is_kept_too(certificates):
    sayer = Sayer(OK, hangs_up=False)
    async with (
        raw_provider(sayer, ssl=serving(certificates)) as route,
        client(tls=trusting(certificates)) as upstream,
    ):
        for _ in range(2):
            assert await read(upstream, named(route, "localhost")) == (200, b'"well"')
    assert sayer.connections == {1}


@pytest.mark.parametrize(
    ("is_trusted", "host"),
    [
        pytest.param(False, "localhost", id="an unknown authority"),
        pytest.param(True, "127.0.0.1", id="another name"),
    ],
)
async def test_a_certificate_that_does_not_hold_is_refused(certificates, is_trusted, host):
    sayer = Sayer(OK)
    async with (
        raw_provider(sayer, ssl=serving(certificates)) as route,
        client(tls=trusting(certificates) if is_trusted else None) as upstream,
    ):
        with pytest.raises(GateError) as refused:
            await ask(upstream, named(route, host))
    assert refused.value.code == "upstream_unreachable"
    assert not sayer.heads


DNS = x509.DNSName
IP = x509.IPAddress(ip_address("127.0.0.1"))


def known(upstream: Upstream, route: Route, host: str) -> Route:
    """The same provider under a name that leads to it."""
    port = int(route.base_url.rpartition(":")[2])
    wired = host.lower().encode("idna").decode()
    upstream._pool._names[wired, port] = (float("inf"), [(2, 1, 6, "", ("127.0.0.1", port))])
    return named(route, host)


@pytest.mark.parametrize(
    ("certified", "more", "host", "holds"),
    [
        pytest.param([DNS("models.test")], {}, "models.test", True, id="a name"),
        pytest.param([DNS("models.test")], {}, "MODELS.test", True, id="in capitals"),
        pytest.param([DNS("models.test")], {}, "models.test.", True, id="with the root's dot"),
        pytest.param(
            [DNS("models.test")], {}, "models.test.evil.test", False, id="a name that begins with it"
        ),
        pytest.param([DNS("*.models.test")], {}, "one.models.test", True, id="a wildcard"),
        pytest.param([DNS("*.models.test")], {}, "one.two.models.test", False, id="a wildcard, two labels"),
        pytest.param([DNS("*.models.test")], {}, "models.test", False, id="a wildcard, no label"),
        pytest.param([DNS("xn--zckzah.test")], {}, "テスト.test", True, id="a name beyond ASCII"),
        pytest.param([IP], {}, "127.0.0.1", True, id="an address"),
        pytest.param([DNS("127.0.0.1")], {}, "127.0.0.1", False, id="an address written as a name"),
        pytest.param([], {"common_name": "models.test"}, "models.test", False, id="a common name alone"),
        pytest.param([DNS("models.test")], {"days": -1}, "models.test", False, id="expired"),
    ],
)
async def test_a_certificate_holds_for_the_names_in_it(monkeypatch, tmp_path, certified, more, host, holds):
    folder, sayer = issue(tmp_path, *certified, **more), Sayer(OK)
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "certificate.pem"))  # what the system trusts
    async with raw_provider(sayer, ssl=serving(folder)) as route, client() as upstream:
        if holds:
            assert await read(upstream, known(upstream, route, host)) == (200, b'"well"')
        else:
            with pytest.raises(GateError) as refused:
                await ask(upstream, known(upstream, route, host))
            assert refused.value.code == "upstream_unreachable"
    assert bool(sayer.heads) is holds


async def test_a_connection_to_one_name_serves_no_other(tmp_path):
    """At the same address, and although it is open: what was checked of it was its name."""
    folder, sayer = issue(tmp_path, DNS("one.test")), Sayer(OK, hangs_up=False)
    async with raw_provider(sayer, ssl=serving(folder)) as route, client(tls=trusting(folder)) as upstream:
        await read(upstream, known(upstream, route, "one.test"))
        with pytest.raises(GateError):
            await ask(upstream, known(upstream, route, "two.test"))
    assert len(sayer.heads) == 1


names = (f"provider-{number}.test" for number in itertools.count())  # an address asks for its proxy only once


async def test_a_proxy_of_the_environment_is_used_with_its_credentials(monkeypatch):
    proxy = Sayer(http("200 OK", gzip.compress(b'"by proxy"'), "content-encoding: gzip"))
    host = next(names)
    async with raw_provider(proxy) as route, client() as upstream:
        monkeypatch.setenv("http_proxy", route.base_url.replace("//", "//ben:safe@"))
        monkeypatch.setenv("no_proxy", "")
        answered = await read(upstream, Route("r", Dialect.ANTHROPIC, f"http://{host}/v1"))
        assert answered == (200, b'"by proxy"')
    assert proxy.heads[0].startswith(b"POST http://%b/v1/messages HTTP/1.1\r\n" % host.encode())
    assert b"proxy-authorization: basic ymvuonnhzmu=\r\n" in proxy.heads[0].lower()


async def test_under_tls_a_proxy_is_asked_for_a_tunnel(monkeypatch):
    asked = []

    async def refuse(reader, writer, number):
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n")

    host = next(names)
    async with raw_provider(refuse) as route, client() as upstream:
        monkeypatch.setenv("https_proxy", route.base_url)
        monkeypatch.setenv("no_proxy", "")
        with pytest.raises(GateError) as refused:
            await ask(upstream, Route("r", Dialect.ANTHROPIC, f"https://{host}"))
    assert refused.value.code == "upstream_unreachable"
    assert asked[0].startswith(b"CONNECT %b:443 HTTP/1.1\r\n" % host.encode())


async def test_a_proxy_is_passed_by_where_the_environment_says_so(monkeypatch):
    direct, proxy = Sayer(OK), Sayer(OK)
    async with raw_provider(proxy) as way, raw_provider(direct, "localhost") as route, client() as upstream:
        monkeypatch.setenv("http_proxy", way.base_url)
        monkeypatch.setenv("no_proxy", "localhost")
        await read(upstream, route)
    assert (len(direct.heads), len(proxy.heads)) == (1, 0)
