# SPDX-License-Identifier: Apache-2.0
"""Connections to other machines that are kept for the next request: each made to a checked address alone."""

from __future__ import annotations

import asyncio
import resource
import socket
import ssl
import time
from collections import deque
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

from aiohappyeyeballs import start_connection

from onrecord.outbound.addresses import Private, is_literal
from onrecord.outbound.reading import Malformed, Reading
from onrecord.outbound.resolving import AddressInfo, Resolver

KEPT_SECONDS = 30.0
"""How long a connection without a request stays open."""
CONNECT_SECONDS = 10.0
"""How long a connection is waited for; who has not answered by then is not there."""
BODY_SECONDS = 2.0
"""How long the body of an answer is waited for: what counts has been said before it."""
AT_ONCE = 1_000
"""Connections in use at most, and as many that wait for their next request."""
_ELSEWHERE = 100
"""Files and connections that this process needs for other things."""
_NEXT_ADDRESS_SECONDS = 0.25
"""A machine with several addresses is tried at the next one after so long (RFC 8305)."""


class NotConnected(Exception):
    """Nobody could be reached; the cause says why."""


class HungUp(Exception):
    """The other side went away before it had answered."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a connection leads; `name` is what a certificate has to be for."""

    name: str
    port: int
    is_safe: bool
    """Whether over TLS."""


class Connection(asyncio.Protocol):
    """One connection, over which one request goes at a time."""

    def __init__(self) -> None:
        self.is_open = True
        self.idle_since = 0.0
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._reading: Reading | None = None
        self._waiting: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None

    def exchange(self, request: bytes, reading: Reading, until: float) -> Awaitable[None]:
        """Send a request at once; return what waits for the answer.

        The connection is closed afterwards unless the answer is `reusable`. `until` is the moment of the
        loop's clock at which the head has to be there. Raises TimeoutError, HungUp, Malformed.
        """
        if not self.is_open or self._transport is None:
            raise HungUp
        self._reading, self._waiting = reading, self._loop.create_future()
        self._timer = self._loop.call_at(until, self._is_late)
        self._transport.write(request)
        return self._answer(reading, self._waiting)

    async def _answer(self, reading: Reading, waiting: asyncio.Future[None]) -> None:
        try:
            await waiting
        finally:
            if self._timer is not None:
                self._timer.cancel()
            self._reading = self._waiting = None
            if not reading.reusable:
                self.close()

    def close(self) -> None:
        """Leave at once."""
        self.is_open = False
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        reading = self._reading
        if reading is None:
            self.close()  # nothing was asked
            return
        had_status = reading.status
        try:
            reading.feed(data)
        except Malformed as error:
            self._fails(error)
            return
        if reading.enough:
            self._is_done()
        elif reading.status and not had_status and self._timer is not None:
            self._timer.cancel()
            self._timer = self._loop.call_later(BODY_SECONDS, self._is_done)

    def connection_lost(self, error: Exception | None) -> None:
        self.is_open = False
        if self._reading is not None:
            self._reading.end()
            if self._reading.enough:
                self._is_done()
            else:
                self._fails(HungUp())

    def _is_late(self) -> None:
        self._fails(TimeoutError())

    def _is_done(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def _fails(self, error: Exception) -> None:
        if self._reading is not None:
            self._reading.reusable = False
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(error)


class Connections:
    """All connections of a session."""

    def __init__(self, private: Private) -> None:
        self._loop = asyncio.get_running_loop()
        self._resolver = Resolver(private)
        files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = max(AT_ONCE if files < 0 else min(AT_ONCE, (files - _ELSEWHERE) // 2), 8)
        self._room = asyncio.Semaphore(most)
        self._most_kept = most
        self._kept: dict[Place, list[Connection]] = {}
        self._in_turn: deque[tuple[Place, Connection]] = deque()
        """All that were put back, the oldest first; some are in use again, or gone."""
        self._used: set[Connection] = set()
        self._sweep: asyncio.TimerHandle | None = None
        self._tls: ssl.SSLContext | None = None

    async def take(self, place: Place, until: float, *, fresh: bool = False) -> tuple[Connection, bool]:
        """Return a connection, and whether it was kept. Raises TimeoutError, NotConnected."""
        if not self._room.locked():
            await self._room.acquire()
        else:
            async with asyncio.timeout_at(until):
                await self._room.acquire()
        try:
            connection = None if fresh else self._waiting_for(place)
            is_kept = connection is not None
            connection = connection or await self._open(place, until)
        except BaseException:
            self._room.release()
            raise
        self._used.add(connection)
        return connection, is_kept

    def give_back(self, place: Place, connection: Connection) -> None:
        """Keep a connection for the next request if it is still open."""
        self._used.discard(connection)
        self._room.release()
        if not connection.is_open:
            return
        connection.idle_since = time.monotonic()
        self._kept.setdefault(place, []).append(connection)
        self._in_turn.append((place, connection))
        while len(self._in_turn) > self._most_kept:
            self._let_go(*self._in_turn.popleft())
        if self._sweep is None:
            self._sweep = self._loop.call_later(KEPT_SECONDS, self._close_old)

    async def close(self) -> None:
        """Close every connection."""
        if self._sweep is not None:
            self._sweep.cancel()
        for connection in [*self._used, *(one for kept in self._kept.values() for one in kept)]:
            connection.close()
        self._kept.clear()
        self._in_turn.clear()
        for _ in range(3):  # so many steps of the loop does it take until the sockets are closed
            await asyncio.sleep(0)

    def _waiting_for(self, place: Place) -> Connection | None:
        kept = self._kept.get(place)
        while kept:
            connection = kept.pop()
            if connection.is_open:
                return connection
        return None

    def _let_go(self, place: Place, connection: Connection) -> None:
        """Close what waits here, unless it is in use, or was used again since."""
        kept = self._kept.get(place)
        if kept is None:
            return
        if connection in kept:
            kept.remove(connection)
            connection.close()
        if not kept:
            del self._kept[place]

    def _close_old(self) -> None:
        self._sweep = None
        old = time.monotonic() - KEPT_SECONDS
        while self._in_turn and self._in_turn[0][1].idle_since <= old:
            self._let_go(*self._in_turn.popleft())
        if self._in_turn:
            self._sweep = self._loop.call_later(KEPT_SECONDS / 2, self._close_old)

    async def _open(self, place: Place, until: float) -> Connection:
        """Resolve, look at every address, connect to just these."""
        by = min(until, self._loop.time() + CONNECT_SECONDS)
        try:
            async with asyncio.timeout_at(by):
                infos = await self._addresses(place)
                if len(infos) == 1:
                    made = self._resolver.open_socket(infos[0])
                    await _reach(self._loop, made, infos[0])
                else:
                    made = await start_connection(
                        infos,
                        happy_eyeballs_delay=_NEXT_ADDRESS_SECONDS,
                        interleave=1,
                        socket_factory=self._resolver.open_socket,
                    )
                return await self._speak(made, place)
        except TimeoutError as error:
            if by == until:
                raise
            raise NotConnected from error
        except OSError as error:  # ssl.SSLError is one
            raise NotConnected from error

    async def _addresses(self, place: Place) -> list[AddressInfo]:
        if is_literal(place.name):
            address: tuple[str | int, ...] = (place.name, place.port)
            family = socket.AF_INET6 if ":" in place.name else socket.AF_INET
            rest = (0, 0) if family == socket.AF_INET6 else ()
            return [(family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (*address, *rest))]
        found = await self._resolver.resolve(place.name, place.port)
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "the name has no address")
        return [
            (
                one["family"],
                socket.SOCK_STREAM,
                one["proto"],
                "",
                (one["host"], one["port"], *((0, 0) if one["family"] == socket.AF_INET6 else ())),
            )
            for one in found
        ]

    async def _speak(self, made: socket.socket, place: Place) -> Connection:
        """Hand a socket that is connected to a protocol, over TLS if that is asked for."""
        try:
            if place.is_safe:
                if self._tls is None:
                    self._tls = ssl.create_default_context()
                    self._tls.set_alpn_protocols(["http/1.1"])
                _, connection = await self._loop.create_connection(
                    Connection, sock=made, ssl=self._tls, server_hostname=place.name
                )
            else:
                _, connection = await self._loop.create_connection(Connection, sock=made)
        except BaseException:
            made.close()
            raise
        return connection


async def _reach(loop: asyncio.AbstractEventLoop, made: socket.socket, info: AddressInfo) -> None:
    made.setblocking(False)
    try:
        await loop.sock_connect(made, info[4])
    except BaseException:
        with suppress(OSError):
            made.close()
        raise
