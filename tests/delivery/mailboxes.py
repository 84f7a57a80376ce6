# SPDX-License-Identifier: Apache-2.0
"""An IMAP server of the tests' own: one folder of messages, and what became of them."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class MailboxServer:
    """Speaks enough of IMAP4rev1 for one client. Messages are known by numbers from 1."""

    messages: dict[int, bytes]
    password: str = "p w"
    can_move: bool = True
    keywords: bool = True
    flags: dict[int, set[str]] = field(default_factory=dict)
    moved: dict[int, str] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    port: int = 0

    def unseen(self) -> list[int]:
        """Return the messages that nobody has read."""
        return [number for number in self.messages if "\\Seen" not in self.flags.get(number, set())]

    def answer(self, line: str) -> bytes:
        """Return what is said to one command."""
        tag, _, rest = line.partition(" ")
        self.commands.append(rest)
        word = rest.upper()
        lines: list[bytes] = []
        if word.startswith("CAPABILITY"):
            capabilities = "IMAP4REV1 " + ("MOVE" if self.can_move else "UIDPLUS")
            lines.append(f"* CAPABILITY {capabilities}".encode())
        elif word.startswith("LOGIN") and f'"{self.password}"' not in rest:
            return f"{tag} NO wrong password\r\n".encode()
        elif word.startswith("SELECT"):
            permanent = "\\Seen \\Deleted" + (" \\*" if self.keywords else "")
            lines += [
                f"* {len(self.messages)} EXISTS".encode(),
                f"* OK [PERMANENTFLAGS ({permanent})]".encode(),
            ]
        elif word.startswith("UID SEARCH"):
            left = [n for n in self.unseen() if "OnRecordLeft" not in self.flags.get(n, set())]
            lines.append(f"* SEARCH {' '.join(map(str, left))}".rstrip().encode())
        elif found := re.match(r"UID FETCH (\d+)", rest):
            raw = self.messages[int(found[1])]
            lines.append(b"* 1 FETCH (UID %s BODY[]<0> {%d}\r\n%s)" % (found[1].encode(), len(raw), raw))
        elif found := re.match(r"UID STORE (\d+) \+FLAGS.SILENT \((\S+)\)", rest):
            self.flags.setdefault(int(found[1]), set()).add(found[2])
        elif found := re.match(r"UID (?:MOVE|COPY) (\d+) (\S+)", rest):
            self.moved[int(found[1])] = found[2]
        return b"".join(part + b"\r\n" for part in lines) + f"{tag} OK done\r\n".encode()


@contextmanager
def serving(server: MailboxServer) -> Iterator[MailboxServer]:
    """Answer one client after the other, on a free port, while the block runs."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server.port = listener.getsockname()[1]
        thread = threading.Thread(target=_serve, args=(listener, server), daemon=True)
        thread.start()
        yield server
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def _serve(listener: socket.socket, server: MailboxServer) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection, connection.makefile("rwb") as file, suppress(OSError):
            file.write(b"* OK ready\r\n")
            file.flush()
            for line in file:
                text = line.decode().rstrip("\r\n")
                file.write(server.answer(text))
                file.flush()
                if text.upper().endswith("LOGOUT"):
                    break
