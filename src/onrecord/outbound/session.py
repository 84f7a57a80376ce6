# SPDX-License-Identifier: Apache-2.0
"""The session with aiohttp: one pool of connections, one TLS context, every new connection checked."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace

import aiohttp
from yarl import URL

from onrecord.outbound.addresses import Private, checked, shown
from onrecord.outbound.answers import Response
from onrecord.outbound.client import OWN_HEADERS, failure
from onrecord.outbound.errors import TooSlow, Unreachable
from onrecord.outbound.resolving import Resolver, check_literal
from onrecord.outbound.sessions import ENOUGH

KEPT_SECONDS = 30.0
"""How long a connection without a request stays open."""
CONNECT_SECONDS = 10.0
"""How long a connection is waited for; who has not answered by then is not there."""
AT_ONCE = 1_000
BODY_SECONDS = 2.0
"""How long the body of an answer is waited for: what counts has been said before it."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """One request. Its representation shows neither body nor headers."""

    url: URL
    method: str
    body: bytes | None = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    limit: int
    timeout: float


class AiohttpSession:
    """Does what onrecord.outbound.sessions.Session promises. Made inside a running event loop."""

    def __init__(self, allow_private: Private) -> None:
        self._private = allow_private
        resolver = Resolver(allow_private)
        self._client = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=resolver,
                socket_factory=resolver.open_socket,
                use_dns_cache=False,
                keepalive_timeout=KEPT_SECONDS,
                limit=AT_ONCE,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),  # `ask` watches all
            auto_decompress=False,
            trust_env=False,
            trace_configs=[_noting_reuse()],
        )

    async def ask(
        self,
        url: str,
        *,
        method: str = "POST",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        limit: int = ENOUGH,
        timeout: float,
    ) -> Response:
        """Ask one address; see Session."""
        parts = checked(url)
        where = shown(parts)
        check_literal(parts, where, self._private)
        told = {**OWN_HEADERS, **(headers or {})}
        asked = _Asked(URL(url.partition("#")[0]), method, body, told, limit, timeout)
        try:
            return await self._ask(asked)
        except aiohttp.ConnectionTimeoutError as error:
            raise Unreachable(f"{where} cannot be asked: nobody answers.") from error
        except TimeoutError as error:
            raise TooSlow(f"{where} gave no answer within {timeout:g} seconds.") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise failure(error, where) from error

    async def close(self) -> None:
        """Close every connection."""
        await self._client.close()

    async def _ask(self, asked: _Asked) -> Response:
        """Ask, and once more if a connection that was kept turns out to have been closed meanwhile."""
        noted = SimpleNamespace(reused=False)
        try:
            return await self._once(asked, noted)
        except (aiohttp.ServerDisconnectedError, ConnectionResetError, BrokenPipeError):
            if not noted.reused:
                raise
        return await self._once(asked, noted)

    async def _once(self, asked: _Asked, noted: SimpleNamespace) -> Response:
        async with (
            asyncio.timeout(asked.timeout) as patience,
            self._client.request(
                asked.method,
                asked.url,
                data=asked.body,
                headers=asked.headers,
                allow_redirects=False,
                trace_request_ctx=noted,
            ) as answer,
        ):
            patience.reschedule(None)
            said = {name.lower(): value for name, value in answer.headers.items()}
            return Response(answer.status, said, await _beginning(answer, asked.limit), str(asked.url))


async def _beginning(answer: aiohttp.ClientResponse, limit: int) -> bytes:
    """Read the beginning of a body; what does not come, or comes compressed, is left out.

    A connection with something left on it is closed by whoever leaves the answer.
    """
    if answer.headers.get("Content-Encoding", "identity").lower() not in ("", "identity"):
        return b""
    pieces: list[bytes] = []
    left = limit
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while left > 0 and (piece := await answer.content.read(left)):
                pieces.append(piece)
                left -= len(piece)
    except (TimeoutError, aiohttp.ClientError, OSError):
        pass  # the status was said
    return b"".join(pieces)


def _noting_reuse() -> aiohttp.TraceConfig:
    """Note in the context of a request whether its connection had been kept."""
    config = aiohttp.TraceConfig()

    async def reused(_session: aiohttp.ClientSession, context: SimpleNamespace, _params: object) -> None:
        context.trace_request_ctx.reused = True

    config.on_connection_reuseconn.append(reused)
    return config
