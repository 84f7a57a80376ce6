# SPDX-License-Identifier: Apache-2.0
"""Replies of SMTP servers (RFC 5321 section 4.2)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from onrecord.delivery.errors import RouteDown

MAX_LINE = 2_000
"""RFC 5321 allows 512; servers have been seen to send more."""
MAX_LINES = 100


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply: its code and its lines without the code."""

    code: int
    lines: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether the server did what it was asked."""
        return 200 <= self.code < 300

    @property
    def final(self) -> bool:
        """Whether it never will."""
        return self.code >= 500

    def __str__(self) -> str:
        return f"{self.code} {' '.join(line.strip() for line in self.lines)}".strip()


async def read_reply(reader: asyncio.StreamReader, *, timeout: float) -> Reply:
    """Read one reply. Raises RouteDown when there is none in time, or what comes is no SMTP."""
    lines: list[str] = []
    try:
        async with asyncio.timeout(timeout):
            while True:
                line = await reader.readuntil(b"\n")
                code, more, text = _taken_apart(line)
                lines.append(text)
                if not more:
                    return Reply(code, tuple(lines))
                if len(lines) > MAX_LINES:
                    raise RouteDown("The mail server answers without end.")
    except TimeoutError as error:
        raise RouteDown(f"The mail server gave no answer within {timeout:g} seconds.") from error
    except asyncio.LimitOverrunError as error:
        raise RouteDown("The mail server answers with a line that is too long.") from error
    except (asyncio.IncompleteReadError, OSError) as error:
        raise RouteDown("The mail server hung up.") from error


def _taken_apart(line: bytes) -> tuple[int, bool, str]:
    code, separator, text = line[:3], line[3:4], line[4:]
    if not code.isdigit() or separator not in (b" ", b"-", b"\r", b"\n", b""):
        raise RouteDown(f"This is no mail server: it answers {line[:60]!r}.")
    return int(code), separator == b"-", text.decode("utf-8", "replace").rstrip("\r\n")
