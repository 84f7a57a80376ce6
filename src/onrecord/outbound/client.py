# SPDX-License-Identifier: Apache-2.0
"""One request with aiohttp: resolve, look at the addresses, connect to just those, read so much, so long."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import threading
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import SplitResult, urljoin

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from onrecord import __version__
from onrecord.outbound.addresses import checked, is_public, shown
from onrecord.outbound.answers import Response
from onrecord.outbound.errors import (
    OutboundError,
    RefusedAddress,
    TooLarge,
    TooManyRedirects,
    TooSlow,
    Unreachable,
)

MAX_REDIRECTS = 3
REDIRECTS = (301, 302, 303, 307, 308)
KEEPING_THE_METHOD = (307, 308)
OWN_HEADERS = {"Accept-Encoding": "identity", "User-Agent": f"OnRecord/{__version__}"}
_CHUNK = 65_536

AddressInfo = tuple[int, int, int, str, tuple[Any, ...]]
"""As socket.getaddrinfo returns it; the last part differs from family to family."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. Its representation shows neither body nor headers."""

    url: str
    method: str
    body: bytes | None = field(repr=False)
    headers: dict[str, str] = field(repr=False)
    limit: int
    allow_private: bool


def fetch(asked: Asked, *, timeout: float) -> Response:
    """Do what onrecord.outbound.fetch promises, in an event loop of its own."""
    return asyncio.run(_in_time(asked, timeout))


async def _in_time(asked: Asked, timeout: float) -> Response:
    where = shown(checked(asked.url))
    try:
        async with asyncio.timeout(timeout):
            return await _follow(asked)
    except TimeoutError as error:
        raise TooSlow(f"{where} gave no complete answer within {timeout:g} seconds.") from error


async def _follow(asked: Asked) -> Response:
    for _ in range(MAX_REDIRECTS + 1):
        response = await _once(asked)
        target = response.headers.get("location")
        if response.status not in REDIRECTS or target is None:
            return response
        if asked.method not in ("GET", "HEAD") and response.status not in KEEPING_THE_METHOD:
            return response
        asked = _redirected(asked, target)
    raise TooManyRedirects(
        f"{shown(checked(asked.url))} leads on and on; {MAX_REDIRECTS} redirects are followed."
    )


def _redirected(asked: Asked, target: str) -> Asked:
    """Return the request that a redirect asks for. Another host gets neither trust nor headers."""
    here = checked(asked.url)
    url = urljoin(asked.url, target)
    there = checked(url)
    if (here.scheme, there.scheme) == ("https", "http"):
        raise TooManyRedirects(f"{shown(here)} leads from https to http, which is not followed.")
    if _origin(here) == _origin(there):
        return replace(asked, url=url)
    same_host = here.hostname == there.hostname
    return replace(asked, url=url, headers={}, allow_private=asked.allow_private and same_host)


async def _once(asked: Asked) -> Response:
    parts = checked(asked.url)
    where = shown(parts)
    resolver = _Resolver(where, allow_private=asked.allow_private)
    _check_literal(parts, where, asked.allow_private)
    connector = aiohttp.TCPConnector(
        resolver=resolver, use_dns_cache=False, force_close=True, socket_factory=resolver.open_socket
    )
    try:
        async with (
            aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None),  # _in_time watches the whole
                auto_decompress=False,
                trust_env=False,
            ) as session,
            session.request(
                asked.method,
                URL(asked.url.partition("#")[0]),
                data=asked.body,
                headers={**OWN_HEADERS, **asked.headers},
                allow_redirects=False,
            ) as answer,
        ):
            body = await _read(answer, asked.limit, where)
            headers = {name.lower(): value for name, value in answer.headers.items()}
            return Response(answer.status, headers, body, asked.url)
    except OutboundError:
        raise
    except (aiohttp.ClientError, OSError, ValueError) as error:
        if resolver.refused is not None:
            raise resolver.refused from error
        raise Unreachable(f"{where} cannot be asked: {_reason(error)}.") from error


async def _read(answer: aiohttp.ClientResponse, limit: int, where: str) -> bytes:
    """Read the body, and no more of it than the limit allows."""
    if answer.headers.get("Content-Encoding", "identity").lower() not in ("", "identity"):
        raise Unreachable(f"{where} answers compressed although it was asked not to.")
    pieces, size = [], 0
    async for piece in answer.content.iter_chunked(_CHUNK):
        size += len(piece)
        if size > limit:
            raise TooLarge(f"{where} answers with more than {limit} bytes.")
        pieces.append(piece)
    return b"".join(pieces)


class _Resolver(AbstractResolver):
    """Resolves a name once and lets through only public addresses; the connection is made to just these."""

    def __init__(self, where: str, *, allow_private: bool) -> None:
        self.where = where
        self.allow_private = allow_private
        self.refused: RefusedAddress | None = None

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await _lookup(host, port, family)
        for *_rest, address in found:
            self.check(str(address[0]))
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

    def check(self, address: str) -> None:
        """Refuse an address that is not public. Raises an OSError too, as aiohttp expects of a resolver."""
        if not self.allow_private and not is_public(address):
            self.refused = RefusedAddress(_refusal(self.where, address))
            raise OSError("refused")

    def open_socket(self, info: AddressInfo) -> socket.socket:
        """Make the socket, and look once more at where it is going to be connected."""
        family, kind, protocol, _name, address = info
        self.check(str(address[0]))
        return socket.socket(family, kind, protocol)

    async def close(self) -> None:
        """Nothing is kept."""


def _check_literal(parts: SplitResult, where: str, allow_private: bool) -> None:
    """Refuse an address that stands in the URL itself, so that no name is resolved."""
    host = parts.hostname or ""
    with contextlib.suppress(ValueError):
        ipaddress.ip_address(host.partition("%")[0])
        if not allow_private and not is_public(host):
            raise RefusedAddress(_refusal(where, host))


def _refusal(where: str, address: str) -> str:
    return f"{where} leads to {address}, which is not on the public internet. Such machines are not asked."


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


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}[parts.scheme]


def _reason(error: Exception) -> str:
    """Say in a few words what failed, without the address: a query may be a secret."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError):
        return "the secure connection failed; its certificate is not valid for this host"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "the name is not known"
    if isinstance(error, aiohttp.ClientConnectorError):
        return error.os_error.strerror or "nobody answers"
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return "it hung up without an answer"
    if isinstance(error, aiohttp.ClientPayloadError):
        return "it hung up in the middle of the answer"
    return f"the answer is no HTTP ({type(error).__name__})"
