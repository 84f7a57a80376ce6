# SPDX-License-Identifier: Apache-2.0
"""Inboxes of as many servers as are wanted, on addresses of this machine, in one process that answers 202."""

from __future__ import annotations

import asyncio
import os
import resource
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

PORT = 18_080
ANSWER = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How servers answer: after so many seconds; the slow ones after ten; the dead ones not at all."""

    seconds: float = 0.0
    slow: frozenset[str] = frozenset()
    dead: frozenset[str] = frozenset()
    slow_seconds: float = 10.0


def addresses(count: int) -> list[str]:
    """Return the inboxes of as many servers."""
    return [f"http://127.{1 + n // 250}.{n % 250}.1:{PORT}/inbox" for n in range(count)]


def serve(inboxes: Sequence[str], behaviour: Behaviour, ready: int) -> None:
    """Answer until killed; say that it begins through the descriptor `ready`."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    asyncio.run(_serve(inboxes, behaviour, ready))


async def _serve(inboxes: Sequence[str], behaviour: Behaviour, ready: int) -> None:
    loop = asyncio.get_running_loop()
    for inbox in dict.fromkeys(inboxes):
        if inbox in behaviour.dead:
            continue  # nobody listens there
        wait = behaviour.slow_seconds if inbox in behaviour.slow else behaviour.seconds
        parts = urlsplit(inbox)
        await loop.create_server(partial(_Inbox, wait), parts.hostname, parts.port or PORT, backlog=64)
    os.write(ready, b".")
    await asyncio.Event().wait()


class _Inbox(asyncio.Protocol):
    """Takes what is posted over one connection, and answers."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._came = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._came += data
        head, found, body = self._came.partition(b"\r\n\r\n")
        if not found:
            return
        lower = head.lower()
        at = lower.index(b"content-length:") + 15
        if len(body) < int(lower[at:].split(b"\r\n", 1)[0]):
            return
        self._came = b""
        if self._seconds:
            asyncio.get_running_loop().call_later(self._seconds, self._answer)
        else:
            self._answer()

    def _answer(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(ANSWER)
