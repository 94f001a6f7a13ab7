"""Certificates that hold and others, and the roads that the environment names."""

from __future__ import annotations

import gzip
import itertools
import ssl
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sekisho.base.clock import system_clock
from sekisho.gateway.errors import GateError
from sekisho.link.snapshot import Dialect, Route
from tests.gateway.provider import OK, Sayer, ask, client, http, raw_provider, read


@pytest.fixture(scope="module")
def certificates(tmp_path_factory) -> Path:
    """An authority of the test's own, and its certificate for `localhost`."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority")])
    at = system_clock()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return folder


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
