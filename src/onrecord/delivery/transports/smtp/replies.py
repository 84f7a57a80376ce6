# SPDX-License-Identifier: Apache-2.0
"""Replies of SMTP servers (RFC 5321 section 4.2), taken from what comes over the line."""

from __future__ import annotations

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


class Replies:
    """Puts replies together from bytes, however these arrive."""

    def __init__(self) -> None:
        self._rest = b""
        self._lines: list[str] = []

    def feed(self, data: bytes) -> list[Reply]:
        """Return the replies that are complete now. Raises RouteDown for what is no SMTP."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > MAX_LINE or any(len(line) > MAX_LINE for line in lines):
            raise RouteDown("The mail server answers with a line that is too long.")
        complete = []
        for line in lines:
            code, more, text = _taken_apart(line)
            self._lines.append(text)
            if not more:
                complete.append(Reply(code, tuple(self._lines)))
                self._lines = []
            elif len(self._lines) > MAX_LINES:
                raise RouteDown("The mail server answers without end.")
        return complete

    @property
    def has_part(self) -> bool:
        """Whether the beginning of a reply is there, and its end is not."""
        return bool(self._rest or self._lines)


def _taken_apart(line: bytes) -> tuple[int, bool, str]:
    code, separator, text = line[:3], line[3:4], line[4:]
    if not code.isdigit() or separator not in (b" ", b"-", b"\r", b""):
        raise RouteDown(f"This is no mail server: it answers {line[:60]!r}.")
    return int(code), separator == b"-", text.decode("utf-8", "replace").rstrip("\r")
