# SPDX-License-Identifier: Apache-2.0
"""From a name to a connection: resolved once, each address looked at, connected to just these."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from typing import Any
from urllib.parse import SplitResult

from aiohttp.abc import AbstractResolver, ResolveResult

from onrecord.outbound.addresses import Private, is_literal, may_be_asked
from onrecord.outbound.errors import RefusedAddress

LOOKUPS_AT_ONCE = 64
"""Threads that wait for the system's resolver, for one Resolver."""

AddressInfo = tuple[int, int, int, str, tuple[Any, ...]]
"""As socket.getaddrinfo returns it; the last part differs from family to family."""


class Refusal(OSError):
    """What aiohttp expects of a resolver or a socket factory that will not; says which address it was."""

    def __init__(self, address: str) -> None:
        super().__init__(f"{address} is refused")
        self.address = address


class Resolver(AbstractResolver):
    """Resolves a name and lets through only addresses that may be asked; connections are made to just these.

    Safe for many requests at once: it keeps nothing of them.
    """

    def __init__(self, private: Private) -> None:
        self._private = private
        self._turn = asyncio.Semaphore(LOOKUPS_AT_ONCE)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        async with self._turn:
            found = await _lookup(host, port, family)
        for *_rest, address in found:
            self._check(str(address[0]))
        return [
            ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=int(address[1]),
                family=family_found,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for family_found, _kind, protocol, _name, address in found
        ]

    def open_socket(self, info: AddressInfo) -> socket.socket:
        """Make the socket, and look once more at where it is going to be connected."""
        family, kind, protocol, _name, address = info
        self._check(str(address[0]))
        return socket.socket(family, kind, protocol)

    async def close(self) -> None:
        """Nothing is kept."""

    def _check(self, address: str) -> None:
        if not may_be_asked(address, self._private):
            raise Refusal(address)


def check_literal(parts: SplitResult, where: str, private: Private) -> None:
    """Refuse an address that stands in the URL itself, so that no name is resolved. Raises RefusedAddress."""
    host = parts.hostname or ""
    if is_literal(host) and not may_be_asked(host, private):
        raise refused(where, host)


def refusal_in(error: BaseException) -> Refusal | None:
    """Return the refusal that an error of the library came from, if it did."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, Refusal):
            return seen
        seen = seen.__cause__
    return None


def refused(where: str, address: str) -> RefusedAddress:
    """Return the error that tells it."""
    return RefusedAddress(
        f"{where} leads to {address}, which is not on the public internet. Such machines are not asked."
    )


async def _lookup(host: str, port: int, family: int) -> list[AddressInfo]:
    """Resolve in a thread that nobody waits for: a resolver that hangs must not outlast the time limit."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[AddressInfo]] = loop.create_future()

    def settle(found: list[AddressInfo] | None, error: Exception | None) -> None:
        if answer.done():
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(found or [])

    def resolve() -> None:
        found: list[AddressInfo] | None = None
        problem: Exception | None = None
        try:
            found = list(socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            problem = error if isinstance(error, OSError) else OSError(str(error))
        with contextlib.suppress(RuntimeError):  # the time is over and the loop is closed
            loop.call_soon_threadsafe(settle, found, problem)

    threading.Thread(target=resolve, name="outbound-resolver", daemon=True).start()
    return await answer
