"""The connections that are open to providers, and how new ones are made."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Sequence

from aiohappyeyeballs import AddrInfoType, start_connection

from sekisho.base.deadlines import Deadline
from sekisho.gateway.upstream.address import Origin
from sekisho.gateway.upstream.connection import Connection
from sekisho.gateway.upstream.incoming import Incoming
from sekisho.gateway.upstream.problems import BrokenConnectionError

KEEP_S = 30.0
"""Seconds that an idle connection is kept: most servers hang up after 60 or more, some load balancers after 60."""
NAMES_S = 60.0
"""Seconds that the addresses of a name are remembered."""
CLOSE_S = 1.0
"""Seconds that hanging up may take."""
NEXT_ADDRESS_S = 0.25
"""Seconds until the next address of a name is tried beside one that does not answer. Source: RFC 8305, section 5."""


Place = tuple[str, int]
"""A name and a port."""


class Pool:
    """Asks providers. As many connections are open as requests are under way, and those that are kept idle: the
    gate's capacity bounds both.
    """

    def __init__(self, connect_s: float, idle_s: float, tls: ssl.SSLContext | None = None) -> None:
        """Without `tls`, certificates are checked against the system's authorities."""
        self._connect_s, self._idle_s = connect_s, idle_s
        self._tls = tls
        self._idle: dict[Origin, dict[Connection, None]] = {}
        """By origin, the longest idle first."""
        self._origins: dict[Connection, Origin] = {}
        self._names: dict[Place, tuple[float, Sequence[AddrInfoType]]] = {}
        self._lookups: dict[Place, asyncio.Task[Sequence[AddrInfoType]]] = {}
        self._sweeper: asyncio.TimerHandle | None = None

    async def ask(self, origin: Origin, head: bytes, body: bytes, *, is_safe: bool = False) -> Incoming:
        """Send a request and return its answer, once status and headers are there.

        A kept connection may die while the request is on its way. Only one that `is_safe` (RFC 9110, section 9.2.1) is
        then repeated, on a connection that is new, and only if no byte came back: no other is ever sent twice, because
        nobody can tell whether the provider has acted on it (section 9.2.2). Raises `TimeoutError`, `OSError`,
        `ValueError`.
        """
        if (connection := self._kept(origin)) is not None:
            try:
                return await connection.ask(head, body)
            except BrokenConnectionError:
                if connection.has_heard or not is_safe:
                    raise
        return await (await self._connect(origin)).ask(head, body)

    async def close(self) -> None:
        """Hang up everywhere."""
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None
        for lookup in list(self._lookups.values()):
            lookup.cancel()
        for connection in list(self._origins):
            connection.hang_up()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_S):
                while self._origins:  # a transport says in the loop's next turn that it is gone
                    await asyncio.sleep(0)

    # -- keeping ---------------------------------------------------------------------------------------------

    def _kept(self, origin: Origin) -> Connection | None:
        """Return the kept connection that was used last and on which nothing has happened since."""
        kept = self._idle.get(origin)
        while kept:
            connection, _ = kept.popitem()
            if connection.is_quiet:
                return connection
            connection.hang_up()
        return None

    def _keep(self, connection: Connection) -> None:
        loop = asyncio.get_running_loop()
        connection.kept_at = loop.time()
        self._idle.setdefault(self._origins[connection], {})[connection] = None
        if self._sweeper is None:
            self._sweeper = loop.call_later(KEEP_S, self._sweep)

    def _forget(self, connection: Connection) -> None:
        origin = self._origins.pop(connection, None)
        if origin is not None and (kept := self._idle.get(origin)) is not None:
            kept.pop(connection, None)
            if not kept:
                del self._idle[origin]

    def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() - KEEP_S
        idle = [connection for kept in self._idle.values() for connection in kept]
        for connection in idle:
            if connection.kept_at <= until:
                connection.hang_up()
        self._sweeper = loop.call_later(KEEP_S / 2, self._sweep) if idle else None

    # -- connecting ------------------------------------------------------------------------------------------

    async def _connect(self, origin: Origin) -> Connection:
        loop = asyncio.get_running_loop()
        tls = self._context() if origin.is_tls else None
        with Deadline(self._connect_s):
            addresses = await self._addresses(origin)
            try:
                line = await start_connection(addresses, happy_eyeballs_delay=NEXT_ADDRESS_S)
            except BaseException:
                self._names.pop((origin.host, origin.port), None)  # it may have moved
                raise
            _, connection = await loop.create_connection(
                lambda: Connection(self._idle_s, self._keep, self._forget),
                sock=line,
                ssl=tls,
                server_hostname=origin.host.rstrip(".") if tls else None,  # no certificate ends in a dot
            )
        if connection.is_lost:
            raise BrokenConnectionError("The provider hung up before it was asked.")
        self._origins[connection] = origin
        return connection

    async def _addresses(self, origin: Origin) -> Sequence[AddrInfoType]:
        loop = asyncio.get_running_loop()
        place = (origin.host, origin.port)
        known = self._names.get(place)
        if known is not None and loop.time() < known[0]:
            return known[1]
        if (lookup := self._lookups.get(place)) is None:
            lookup = self._lookups[place] = asyncio.create_task(self._look_up(place))
        return await asyncio.shield(lookup)

    async def _look_up(self, place: Place) -> Sequence[AddrInfoType]:
        """Ask for the addresses of a name, once for all who wait for them. It takes a thread for as long as the system
        waits for an answer; one for each request would leave none for anything else."""
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(*place, type=socket.SOCK_STREAM)
        finally:
            del self._lookups[place]
        self._names[place] = (loop.time() + NAMES_S, found)
        return found

    def _context(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = ssl.create_default_context()
            self._tls.set_alpn_protocols(["http/1.1"])
            # A common name is no longer a name that is certified. Source: RFC 9525, section 2.
            self._tls.hostname_checks_common_name = False
        return self._tls
