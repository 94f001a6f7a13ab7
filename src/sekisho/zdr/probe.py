"""Does what stands before a gate, such as a load balancer, keep request bodies in files of its own (R-DATA-142)?

A request is announced that is far too large, and its body is never sent. A gate refuses it at once, by its length
alone. What answers only when the body has come, or by itself, buffers requests, and may spool them to a disk that no
gate sees.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from enum import StrEnum
from urllib.parse import urlsplit

ANNOUNCED = 1 << 40
"""Bytes that are announced: more than any gate takes."""
WITHIN_S = 5.0
HEAD_BYTES = 64 * 1024


class Found(StrEnum):
    PASSES = "passes"
    """The gate itself answered before any body was sent: what stands before it passes requests on as they come."""
    WAITS = "waits"
    """Nobody answered: something waits for the body."""
    ANSWERS = "answers"
    """Something else than a gate answered."""
    UNREACHABLE = "unreachable"


async def probe(url: str, key: str, within_s: float = WITHIN_S) -> Found:
    """Return what became of the request at a gate's address."""
    address = urlsplit(url)
    is_tls = address.scheme == "https"
    port = address.port or (443 if is_tls else 80)
    try:
        async with asyncio.timeout(within_s):
            tls = ssl.create_default_context() if is_tls else None
            reader, writer = await asyncio.open_connection(address.hostname, port, ssl=tls, limit=HEAD_BYTES)
    except (OSError, TimeoutError):
        return Found.UNREACHABLE
    try:
        writer.write(_head(address.netloc, address.path.rstrip("/"), key))
        async with asyncio.timeout(within_s):
            head = await reader.readuntil(b"\r\n\r\n")
    except TimeoutError:
        return Found.WAITS
    except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        return Found.ANSWERS
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
    is_gate = b"\r\nsekisho-request-id:" in head.lower() and head.partition(b"\r\n")[0].split(b" ")[1:2] == [
        b"413"
    ]
    return Found.PASSES if is_gate else Found.ANSWERS


def _head(host: str, base: str, key: str) -> bytes:
    lines = (
        f"POST {base}/v1/messages HTTP/1.1",
        f"host: {host}",
        f"x-api-key: {key}",
        "anthropic-version: 2023-06-01",
        "content-type: application/json",
        f"content-length: {ANNOUNCED}",
    )
    return "\r\n".join((*lines, "", "")).encode()
