# SPDX-License-Identifier: Apache-2.0
"""Inboxes of many servers, on addresses of this machine, that note what was posted to them."""

from __future__ import annotations

import asyncio
import json
import os
import random
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

LONGEST_SECONDS = 0.05
"""What a server takes to answer at most."""
Arrival = tuple[str, str]
"""The inbox, and the id of the activity."""


def addresses(count: int, port: int) -> list[str]:
    """Return the inboxes of as many servers."""
    return [f"http://127.2.{n // 250}.{1 + n % 250}:{port}/inbox" for n in range(count)]


def serve(count: int, notes: Path, tell: int) -> None:
    """Answer until killed. Says through the descriptor `tell` at which port, once all servers listen."""
    asyncio.run(_serve(count, notes, tell))


def arrived(notes: Path) -> Counter[Arrival]:
    """Return how often each activity came to each inbox."""
    lines = notes.read_text(encoding="utf-8").splitlines() if notes.exists() else []
    return Counter((inbox, activity) for inbox, _space, activity in (line.partition(" ") for line in lines))


async def _serve(count: int, notes: Path, tell: int) -> None:
    dice = random.Random(7)
    loop = asyncio.get_running_loop()
    with notes.open("ab", buffering=0) as file:
        first = await loop.create_server(lambda: _Inbox(file.write, dice, ""), "127.0.0.1", 0)
        port = int(first.sockets[0].getsockname()[1])
        for inbox in addresses(count, port):
            host = inbox.split("/")[2].partition(":")[0]
            await loop.create_server(partial(_Inbox, file.write, dice, inbox), host, port)
        os.write(tell, f"{port}\n".encode())
        await asyncio.Event().wait()


class _Inbox(asyncio.Protocol):
    """One connection. What came is noted before it is answered: what is in doubt counts as arrived."""

    def __init__(self, note: Callable[[bytes], object], dice: random.Random, inbox: str) -> None:
        self._note, self._dice, self._inbox = note, dice, inbox
        self._came = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._came += data
        head, found, body = self._came.partition(b"\r\n\r\n")
        lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        if not found or len(body) < int(lengths[0].partition(b":")[2]):
            return
        self._came = b""
        self._note(f"{self._inbox} {json.loads(body)['id']}\n".encode())
        asyncio.get_running_loop().call_later(self._dice.uniform(0, LONGEST_SECONDS), self._answer)

    def _answer(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
