# SPDX-License-Identifier: Apache-2.0
"""Mail servers of the tests' own that note what they took, and fail at random as they are told."""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

LIMIT = 1 << 20


@dataclass
class Sink:
    """Takes mail and notes each Message-ID in a file before it says so: what is in doubt counts as taken."""

    taken: Path
    refuses: float = 0.0
    """The share of recipients that it refuses for good."""
    puts_off: float = 0.0
    hangs_up: float = 0.0
    """The share of bodies in the middle of which it hangs up, and again of those after which it does."""
    says: bytes = b"taken"
    """What it answers to a message that it takes."""
    slow: float = 0.0
    """Seconds that it takes over a message, at most."""
    dice: random.Random = field(default_factory=lambda: random.Random(7))
    most_open: int = 0
    """The most connections that were open at once."""
    count: int = 0
    broken: int = 0
    """How often a connection was cut."""
    _open: int = 0
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _refused: set[asyncio.StreamWriter] = field(default_factory=set)
    """Connections whose last recipient was refused."""

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        self._open += 1
        self._writers.add(writer)
        self.most_open = max(self.most_open, self._open)
        try:
            writer.write(b"220 sink ESMTP\r\n")
            while line := await reader.readline():
                if not await self._answer(line.strip(), reader, writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client was killed
        finally:
            self._open -= 1
            self._writers.discard(writer)
            writer.close()

    async def _answer(self, line: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        word = line[:4].upper()
        if word == b"EHLO":
            writer.write(b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n")
        elif word == b"RCPT":
            chance = self.dice.random()
            answer = b"250 ok\r\n"
            if chance < self.refuses:
                answer = b"550 5.1.1 no such reader\r\n"
            elif chance < self.refuses + self.puts_off:
                answer = b"450 4.2.1 later\r\n"
            (self._refused.discard if answer.startswith(b"2") else self._refused.add)(writer)
            writer.write(answer)
        elif word == b"DATA":
            if writer in self._refused:
                writer.write(b"503 nobody to give it to\r\n")
                return True
            writer.write(b"354 go on\r\n")
            return await self._body(reader, writer)
        elif word == b"QUIT":
            writer.write(b"221 bye\r\n")
            return False
        else:
            writer.write(b"250 ok\r\n")
        return True

    async def _body(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        if self.dice.random() < self.hangs_up:
            await reader.readline()
            self.broken += 1
            return False
        body = await reader.readuntil(b"\r\n.\r\n")
        if self.slow:
            await asyncio.sleep(self.dice.uniform(0, self.slow))
        head = body[body.index(b"\r\nMessage-ID: <") + 15 :]
        self.note(head[: head.index(b">")])
        if self.dice.random() < self.hangs_up:
            self.broken += 1
            return False
        writer.write(b"250 2.0.0 " + self.says + b"\r\n")
        return True

    def hang_up(self) -> None:
        """Cut every connection that is open."""
        self.broken += len(self._writers)
        for writer in list(self._writers):
            writer.transport.abort()

    def note(self, message_id: bytes) -> None:
        """Write down that a message was taken."""
        self.count += 1
        with self.taken.open("ab") as file:
            file.write(message_id + b"\n")


def serve(sink: Sink, ready: int) -> None:
    """Listen until killed; tell the port through the descriptor `ready`."""

    async def listen() -> None:
        server = await asyncio.start_server(sink.talk, "127.0.0.1", 0, limit=LIMIT)
        os.write(ready, f"{server.sockets[0].getsockname()[1]}\n".encode())
        async with server:
            await server.serve_forever()

    asyncio.run(listen())


def taken_times(path: Path) -> Counter[str]:
    """Return how often each message was taken."""
    return Counter(path.read_text(encoding="ascii").split()) if path.exists() else Counter()
