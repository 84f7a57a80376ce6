# SPDX-License-Identifier: Apache-2.0
"""A mail server of the tests' own: it takes what it is given, counts round trips, and fails as it is told."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field


@dataclass
class MailServer:
    """Speaks enough SMTP for one client. `answers` maps the beginning of a command to what it is answered."""

    extensions: tuple[str, ...] = ("PIPELINING", "8BITMIME", "SMTPUTF8")
    answers: dict[str, str] = field(default_factory=dict)
    close_at: str = ""
    """The command at which it hangs up; `body` for the end of a body."""
    taken: list[tuple[str, str, bytes]] = field(default_factory=list)
    """Sender, recipient, message as it came over the line."""
    commands: list[str] = field(default_factory=list)
    reads: int = 0
    """How often it had to wait for the client: the round trips."""
    port: int = 0
    seconds: float = 0.0
    """How long it takes over each message."""

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 relay.example ESMTP\r\n")
        sender = recipient = ""
        while line := await self._line(reader):
            self.commands.append(line)
            if self.close_at and line.startswith(self.close_at):
                return
            answer = next((a for start, a in self.answers.items() if line.startswith(start)), "")
            word = line[:4].upper()
            if answer:
                writer.write(f"{answer}\r\n".encode("utf-8", "surrogateescape"))
            elif word == "EHLO":
                lines = ["relay.example", *self.extensions]
                text = "".join(f"250{'-' if n < len(lines) - 1 else ' '}{t}\r\n" for n, t in enumerate(lines))
                writer.write(text.encode())
            elif word == "DATA":
                if not recipient:
                    writer.write(b"503 no valid recipients\r\n")
                    continue
                writer.write(b"354 go on\r\n")
                body = await reader.readuntil(b"\r\n.\r\n")
                await asyncio.sleep(self.seconds)
                if self.close_at == "body":
                    return
                answer = self.answers.get("body", "250 taken")
                if answer.startswith("2"):
                    self.taken.append((sender, recipient, body))
                writer.write(f"{answer}\r\n".encode())
                sender = recipient = ""
            elif word == "QUIT":
                writer.write(b"221 bye\r\n")
                return
            else:
                sender = _address(line) if word == "MAIL" else "" if word == "RSET" else sender
                recipient = _address(line) if word == "RCPT" else "" if word == "RSET" else recipient
                writer.write(b"250 ok\r\n")

    async def _line(self, reader: asyncio.StreamReader) -> str:
        if b"\n" not in getattr(reader, "_buffer", b""):
            self.reads += 1
        return (await reader.readline()).decode().rstrip("\r\n")


@asynccontextmanager
async def serving(server: MailServer) -> AsyncIterator[MailServer]:
    """Listen on a free port while the block runs."""
    listener = await asyncio.start_server(server.talk, "127.0.0.1", 0)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        await listener.wait_closed()


@contextmanager
def in_a_thread(server: MailServer) -> Iterator[MailServer]:
    """Listen in a thread of its own while the block runs."""
    ready, over = threading.Event(), threading.Event()

    async def serve() -> None:
        async with serving(server):
            ready.set()
            while not over.is_set():
                await asyncio.sleep(0.01)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    ready.wait(5)
    try:
        yield server
    finally:
        over.set()
        thread.join()


def _address(line: str) -> str:
    return line.partition("<")[2].partition(">")[0]
