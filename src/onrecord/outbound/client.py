# SPDX-License-Identifier: Apache-2.0
"""One request with aiohttp: resolve, look at the addresses, connect to just those, read so much, so long."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from urllib.parse import SplitResult, urljoin

import aiohttp
from yarl import URL

from onrecord import __version__
from onrecord.outbound.addresses import Private, checked, shown
from onrecord.outbound.answers import Response
from onrecord.outbound.errors import (
    BadAddress,
    NoAnswer,
    OutboundError,
    TooLarge,
    TooManyRedirects,
    TooSlow,
    Unreachable,
)
from onrecord.outbound.resolving import Resolver, check_literal, refusal_in, refused

REDIRECTS = (301, 302, 303, 307, 308)
KEEPING_THE_METHOD = (307, 308)
OWN_HEADERS = {"Accept-Encoding": "identity", "User-Agent": f"OnRecord/{__version__}"}
_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. Its representation shows neither body nor headers."""

    url: str
    method: str
    body: bytes | None = field(repr=False)
    headers: dict[str, str] = field(repr=False)
    limit: int
    allow_private: Private
    redirects: int


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
    for _ in range(asked.redirects + 1):
        response = await _once(asked)
        target = response.headers.get("location")
        if response.status not in REDIRECTS or target is None or not asked.redirects:
            return response
        if asked.method not in ("GET", "HEAD") and response.status not in KEEPING_THE_METHOD:
            return response
        asked = _redirected(asked, target)
    raise TooManyRedirects(
        f"{shown(checked(asked.url))} leads on and on; {asked.redirects} redirects are followed."
    )


def _redirected(asked: Asked, target: str) -> Asked:
    """Return the request that a redirect asks for. Another host gets neither trust nor headers."""
    here = checked(asked.url)
    try:
        url = urljoin(asked.url, target)
    except ValueError as error:
        raise BadAddress(f"{shown(here)} leads to {target[:200]!r}, which is no address.") from error
    there = checked(url)
    if (here.scheme, there.scheme) == ("https", "http"):
        raise TooManyRedirects(f"{shown(here)} leads from https to http, which is not followed.")
    if _origin(here) == _origin(there):
        return replace(asked, url=url)
    same_host = here.hostname == there.hostname
    return replace(asked, url=url, headers={}, allow_private=asked.allow_private if same_host else False)


async def _once(asked: Asked) -> Response:
    parts = checked(asked.url)
    where = shown(parts)
    check_literal(parts, where, asked.allow_private)
    resolver = Resolver(asked.allow_private)
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
        raise failure(error, where) from error


def failure(error: Exception, where: str) -> OutboundError:
    """Return the error that says why an address could not be asked."""
    if (refusal := refusal_in(error)) is not None:
        return refused(where, refusal.address)
    kind = Unreachable if isinstance(error, aiohttp.ClientConnectorError) else NoAnswer
    return kind(f"{where} cannot be asked: {_reason(error)}.")


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
