"""Step five: the way to the providers. One pooled client for all of them.

    Upstream.send ──▶ address, headers ──▶ Pool ──▶ Connection ──▶ provider
                                       └─▶ ProxyRoad (aiohttp), where the environment names a proxy
    Answer ◀── inflated, where need be ◀──┘

The request goes out as it came in (R-DATA-260, R-DATA-261): body byte for byte, headers as an open list. Answers come
back in the same way. Why this is not a library's client, and which tests it must go on passing, is told in
docs/decisions/0008-own-upstream-client.md.
"""

from sekisho.gateway.upstream.answer import BROKEN, UNREADABLE, Answer, chunks, read_bounded
from sekisho.gateway.upstream.client import Twin, Upstream
from sekisho.gateway.upstream.headers import returned

__all__ = ["BROKEN", "UNREADABLE", "Answer", "Twin", "Upstream", "chunks", "read_bounded", "returned"]
