# SPDX-License-Identifier: Apache-2.0
"""The session: one pool of connections, one TLS context, every new connection checked.

Spoken by hand and not with aiohttp, which takes three times as long for a request that goes to a machine for
the first time (docs/decisions, "Deliveries are posted over connections of our own").
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from yarl import URL

from onrecord.outbound.addresses import Private, checked, shown
from onrecord.outbound.answers import Response
from onrecord.outbound.client import OWN_HEADERS
from onrecord.outbound.connections import Connection, Connections, HungUp, NotConnected, Place
from onrecord.outbound.errors import BadAddress, NoAnswer, OutboundError, TooSlow, Unreachable
from onrecord.outbound.reading import Malformed, Reading
from onrecord.outbound.resolving import check_literal, refusal_in, refused
from onrecord.outbound.sessions import ENOUGH

_LOOKED_AT = 4_096


class PooledSession:
    """Does what onrecord.outbound.sessions.Session promises. Made inside a running event loop."""

    def __init__(self, allow_private: Private) -> None:
        self._private = allow_private
        self._loop = asyncio.get_running_loop()
        self._connections = Connections(allow_private)

    async def ask(
        self,
        url: str,
        *,
        method: str = "POST",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        limit: int = ENOUGH,
        timeout: float,
        sent: Callable[[], None] | None = None,
    ) -> Response:
        """Ask one address; see Session."""
        target = _target(url)
        check_literal(checked(url), target.where, self._private)
        request = _request(method, target, headers or {}, body)
        asked = _Asked(target.place, request, self._loop.time() + timeout, sent)
        try:
            reading = await self._ask(asked, Reading(limit, bodiless=method == "HEAD"))
        except TimeoutError as error:
            raise TooSlow(f"{target.where} gave no answer within {timeout:g} seconds.") from error
        except NotConnected as error:
            raise _not_connected(error, target.where) from error
        except HungUp as error:
            raise NoAnswer(f"{target.where} cannot be asked: it hung up without an answer.") from error
        except Malformed as error:
            raise NoAnswer(f"{target.where} cannot be asked: the answer is no HTTP, {error}.") from error
        return Response(reading.status, reading.headers, reading.body, url)

    async def close(self) -> None:
        """Close every connection."""
        await self._connections.close()

    async def _ask(self, asked: _Asked, reading: Reading) -> Reading:
        """Ask, and once more if a connection that was kept turns out to have been closed meanwhile."""
        connection, is_kept = await self._connections.take(asked.place, asked.until)
        try:
            return await self._over(connection, asked, reading)
        except HungUp:
            if not is_kept or reading.has_begun:
                raise
        connection, _ = await self._connections.take(asked.place, asked.until, fresh=True)
        return await self._over(connection, asked, reading)

    async def _over(self, connection: Connection, asked: _Asked, reading: Reading) -> Reading:
        try:
            answer = connection.exchange(asked.request, reading, asked.until)
            if asked.sent is not None:
                asked.sent()
            await answer
        finally:
            self._connections.give_back(asked.place, connection)
        return reading


@dataclass(frozen=True, slots=True)
class _Asked:
    """One request. Its representation shows nothing of it."""

    place: Place
    request: bytes = field(repr=False)
    until: float
    """The moment of the loop's clock at which the head of the answer has to be there."""
    sent: Callable[[], None] | None


@dataclass(frozen=True, slots=True)
class _Target:
    """An address, taken apart for a request: what may be told of it, where it leads, and its first lines."""

    where: str
    place: Place
    path: str
    host: str


@lru_cache(maxsize=_LOOKED_AT)
def _target(url: str) -> _Target:
    """Take an address apart. Raises BadAddress."""
    where = shown(checked(url))
    try:
        parts = URL(url.partition("#")[0])
        name, port = parts.raw_host or "", parts.port or 0
        host = parts.host_port_subcomponent or ""
    except ValueError as error:
        raise BadAddress("The address is malformed. It should read https://host/path.") from error
    return _Target(where, Place(name, port, parts.scheme == "https"), parts.raw_path_qs, host)


def _request(method: str, target: _Target, headers: Mapping[str, str], body: bytes | None) -> bytes:
    """Return head and body, which go out together. Raises BadAddress for a header over several lines."""
    fields = {"Host": target.host, "Accept": "*/*", **OWN_HEADERS, **headers}
    if body is not None or method not in ("GET", "HEAD"):
        fields["Content-Length"] = str(len(body or b""))
    lines = [f"{method} {target.path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
    head = "\r\n".join([*lines, "", ""])
    if head.count("\n") != len(lines) + 1 or head.count("\r") != len(lines) + 1 or "\0" in head:
        raise BadAddress(f"A header for {target.where} holds the end of a line. Send it in one line.")
    return head.encode() + (body or b"")


def _not_connected(error: NotConnected, where: str) -> OutboundError:
    """Return the error that says why nobody could be reached."""
    cause = error.__cause__
    if cause is not None and (refusal := refusal_in(cause)) is not None:
        return refused(where, refusal.address)
    if isinstance(cause, ssl.SSLError):
        reason = "the secure connection failed; its certificate is not valid for this host"
    elif isinstance(cause, socket.gaierror):
        reason = "the name is not known"
    elif isinstance(cause, TimeoutError):
        reason = "nobody answers"
    else:
        reason = (isinstance(cause, OSError) and cause.strerror) or "nobody answers"
    return Unreachable(f"{where} cannot be asked: {reason}.")
