# SPDX-License-Identifier: Apache-2.0
"""The line to a mail server: bytes out, replies in, one wake-up for all replies that are waited for."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections import deque
from typing import cast

from onrecord.delivery.errors import RouteDown
from onrecord.delivery.transports.smtp.replies import Replies, Reply

GOODBYE_SECONDS = 2.0


class Line(asyncio.Protocol):
    """One connection, secured or not. Whoever waits on it learns with RouteDown that it broke."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._parser = Replies()
        self._replies: deque[Reply] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._wanted = 0
        self._full = False
        self._broken: RouteDown | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._patient_until = 0.0
        self._otherwise = ""
        """What is said of the other side if nothing has come by then."""
        self._closed: asyncio.Future[None] = self._loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio; once more when the connection has been secured."""
        self._transport = cast(asyncio.Transport, transport)  # what asyncio makes of a stream socket

    def data_received(self, data: bytes) -> None:
        """Called by asyncio."""
        try:
            self._replies.extend(self._parser.feed(data))
        except RouteDown as error:
            self._break(error)
            self.abort()
        if len(self._replies) >= self._wanted:
            self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by asyncio."""
        self._break(RouteDown("The mail server hung up."))
        if self._alarm is not None:
            self._alarm.cancel()
        if not self._closed.done():
            self._closed.set_result(None)

    def pause_writing(self) -> None:
        """Called by asyncio: the other side reads more slowly than is written."""
        self._full = True

    def resume_writing(self) -> None:
        """Called by asyncio."""
        self._full = False
        self._wake()

    def write(self, *data: bytes) -> None:
        """Send bytes. What was sent on a broken line is told by the next `reply`."""
        if self._transport is not None and self._broken is None:
            self._transport.write(b"".join(data))

    async def drain(self, timeout: float) -> None:
        """Wait until the other side has taken most of what was written. Raises RouteDown."""
        while self._full and self._broken is None:
            await self._wait(0, timeout, "The mail server takes nothing any more.")
        if self._broken is not None:
            raise self._broken

    async def reply(self, timeout: float, *, together: int = 1) -> Reply:
        """Return the next reply; wake up only when so many are there. Raises RouteDown.

        What arrived before the line broke is still returned.
        """
        while not self._replies:
            if self._broken is not None:
                raise self._broken
            missing = f"The mail server gave no answer within {timeout:g} seconds."
            await self._wait(together, timeout, missing)
        return self._replies.popleft()

    @property
    def is_silent(self) -> bool:
        """Whether nothing has arrived that was not read yet."""
        return not self._replies and not self._parser.has_part

    async def secure(self, context: ssl.SSLContext, host: str, timeout: float) -> None:
        """Go on with TLS. Raises OSError, ssl.SSLError, TimeoutError, RouteDown."""
        if self._transport is None or self._broken is not None:
            raise self._broken or RouteDown("The mail server hung up.")
        transport = await self._loop.start_tls(
            self._transport, self, context, server_hostname=host, ssl_handshake_timeout=timeout
        )
        if transport is None:
            raise RouteDown("The mail server hung up while the connection was secured.")
        self._transport = transport

    async def close(self) -> None:
        """Hang up, and wait a little until that is done."""
        if self._transport is None:
            return
        self._transport.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(self._closed), GOODBYE_SECONDS)
        self._transport.abort()

    def abort(self) -> None:
        """Hang up at once."""
        if self._transport is not None:
            self._transport.abort()

    async def _wait(self, replies: int, timeout: float, otherwise: str) -> None:
        self._wanted = replies
        self._patient_until, self._otherwise = self._loop.time() + timeout, otherwise
        self._set_alarm()
        self._waiter = self._loop.create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _set_alarm(self) -> None:
        """Have somebody look at the clock in time. One alarm for many waits: setting each costs more."""
        if self._alarm is not None:
            if self._alarm.when() <= self._patient_until:
                return
            self._alarm.cancel()
        self._alarm = self._loop.call_at(self._patient_until, self._look_at_the_clock)

    def _look_at_the_clock(self) -> None:
        self._alarm = None
        if self._waiter is None or self._waiter.done():
            return
        if self._loop.time() >= self._patient_until:
            self._break(RouteDown(self._otherwise))
        else:
            self._set_alarm()

    def _break(self, error: RouteDown) -> None:
        if self._broken is None:
            self._broken = error
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
