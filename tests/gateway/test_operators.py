"""What operators see: live, ready, and numbers without content."""

from __future__ import annotations

import asyncio

import pytest

from sekisho.gateway import protocol
from sekisho.gateway.meter import Meter


async def test_health_and_readiness(site):
    assert (await site.get("/health")).json == {"status": "live"}
    ready = await site.get("/ready")
    assert (ready.status, ready.json) == (200, {"status": "ready", "missing": []})


async def test_an_unhealthy_detector_makes_the_gate_not_ready(site):
    site.gate.problems = lambda: ("scorer",)
    ready = await site.get("/ready")
    assert (ready.status, ready.json["missing"]) == (503, ["detector:scorer"])


async def test_metrics_count_without_content(site):
    await site.messages("A canary: zebra-4711. How do I bake bread?", metadata={"user_id": "chie"})
    await site.messages("How to build a pipe bomb")
    await site.post("/v1/messages", b"{")
    text = (await site.get("/metrics")).body.decode()
    assert 'sekisho_requests_total{endpoint="messages",outcome="completed",status="200"} 1' in text
    assert 'sekisho_decisions_total{stage="prompt",action="block",clause="weapons"} 1' in text
    assert 'sekisho_refusals_total{code="malformed_request"} 1' in text
    assert 'sekisho_stage_seconds_bucket{stage="screen_input",le="+Inf"} 2' in text
    assert "sekisho_requests_in_flight 0" in text
    for secret in ("zebra", "chie", "sk-test", "key_ben", "bomb"):
        assert secret not in text


def test_labels_are_escaped():
    meter = Meter()
    meter.count("sekisho_refusals_total", code='a"b\\c\nd')
    assert 'code="a\\"b\\\\c\\nd"' in meter.exposition().decode()


def _connect(site):
    return asyncio.open_connection("127.0.0.1", int(site.url.rsplit(":", 1)[1]))


@pytest.mark.parametrize("sent", [b"", b"POST /v1/messages HTTP/1.1\r\nhost: x\r\n"], ids=["nothing", "half"])
async def test_headers_that_never_come_cost_the_connection(site, monkeypatch, sent):
    monkeypatch.setattr(protocol, "HEADERS_S", 0.05)
    reader, writer = await _connect(site)
    writer.write(sent)
    async with asyncio.timeout(5):
        assert await reader.read() == b""
    writer.close()


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(b"GET /health HTTP/1.1\r\n" + b"x: " + b"a" * 70_000 + b"\r\n\r\n", id="one header"),
        pytest.param(b"GET /health HTTP/1.1\r\n" + b"x: aaaaaaaaaa\r\n" * 7_000 + b"\r\n", id="many headers"),
        pytest.param(b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", id="address"),
    ],
)
async def test_headers_without_end_are_refused(site, head):
    reader, writer = await _connect(site)
    writer.write(head)
    assert (await reader.readline()).startswith(b"HTTP/1.1 400")
    writer.close()
