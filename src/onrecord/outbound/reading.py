# SPDX-License-Identifier: Apache-2.0
"""Reads the beginning of an answer over HTTP/1.1 (RFC 9112) as it comes, in pieces of any size. No network.

Whoever delivers to many wants the status, the headers, and enough of the body to show to a person. What comes
after that is not read; then the connection cannot be used again.
"""

from __future__ import annotations

import re

LONGEST_HEAD = 65_536
"""Bytes before the body, interim answers included."""
MOST_INTERIM = 10
"""Answers 1xx that may come before the one that counts."""
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_STATUS_LINE = re.compile(rb"HTTP/1\.([01]) ([1-5][0-9][0-9])(?: |$)")
_FIELD_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,12})[ \t]*(?:;.*)?\r?$", re.DOTALL)
_LONGEST_CHUNK_LINE = 1_024


class Malformed(ValueError):
    """What came is no answer over HTTP."""


class Reading:
    """One answer. Feed it until `enough`; of its body no more than `limit` bytes are kept."""

    def __init__(self, limit: int, *, bodiless: bool = False) -> None:
        self.status = 0
        """0 until the head is there."""
        self.headers: dict[str, str] = {}
        """By name in lower case; of repeated ones the last counts."""
        self.enough = False
        """Whether nothing more is wanted."""
        self.reusable = False
        """Whether the answer is complete and the other side waits for a further request."""
        self._limit = limit
        self._bodiless = bodiless
        self._came = b""
        self._body = bytearray()
        self._interim = self._passed = 0
        self._left: int | None = 0
        """Bytes that are still to come, of the body or of a chunk; None until the connection ends."""
        self._is_chunked = self._in_trailers = self._stays = False

    @property
    def has_begun(self) -> bool:
        """Whether anything came."""
        return bool(self.status or self._came or self._passed)

    @property
    def body(self) -> bytes:
        """The beginning of the body, as far as it came."""
        return bytes(self._body[: self._limit])

    def feed(self, data: bytes) -> None:
        """Take what came. Raises Malformed."""
        if self.enough:
            self.reusable = self.reusable and not data  # more than was announced
            return
        self._came += data
        if not self.status and not self._take_head():
            return
        if self._is_chunked:
            self._take_chunks()
        else:
            self._take_plain()

    def end(self) -> None:
        """Note that the other side has hung up: enough, if the status is known."""
        self.reusable = False
        self.enough = bool(self.status)

    def _take_head(self) -> bool:
        """Read heads until that of the answer that counts; return whether it is there."""
        while (end := _END_OF_HEAD.search(self._came)) is not None:
            self._passed += end.end()
            if self._passed > LONGEST_HEAD:
                break
            status_line, *lines = self._came[: end.start()].split(b"\n")
            self._came = self._came[end.end() :]
            found = _STATUS_LINE.match(status_line.rstrip(b"\r"))
            if found is None:
                raise Malformed("it does not begin with a status")
            status = int(found[2])
            if status >= 200:
                self._expect(status, _fields(lines), is_old=found[1] == b"0")
                return True
            self._interim += 1
            if status == 101 or self._interim > MOST_INTERIM:
                raise Malformed("it changes the protocol, or says again and again that it will answer")
        if self._passed + len(self._came) > LONGEST_HEAD:
            raise Malformed("its head is too long")
        return False

    def _expect(self, status: int, fields: list[tuple[str, str]], *, is_old: bool) -> None:
        """Find out where the body ends (RFC 9112, section 6.3)."""
        headers = dict(fields)
        lengths = {value for name, value in fields if name == "content-length"}
        codings = [value.lower() for name, value in fields if name == "transfer-encoding"]
        if len(lengths) > 1 or not all(value.isascii() and value.isdigit() for value in lengths):
            raise Malformed("its length is contradictory")
        self._stays = not is_old and "close" not in headers.get("connection", "").lower()
        if self._bodiless or status in (204, 304):
            self._left = 0
        elif codings:
            self._is_chunked = ",".join(codings).rpartition(",")[2].strip() == "chunked"
            self._left = 0 if self._is_chunked else None
            self._stays = self._stays and not lengths
        else:
            self._left = int(lengths.pop()[:18]) if lengths else None
        if headers.get("content-encoding", "identity").lower() not in ("", "identity"):
            self._limit = 0  # compressed although it was asked not to
        self.headers, self.status = headers, status

    def _take_plain(self) -> None:
        if self._left is None:
            self._body += self._came[: self._limit - len(self._body)]
            self.enough = len(self._body) >= self._limit
        else:
            self._body += self._came[: self._left]
            self._left -= len(self._came)
            if self._left <= 0:
                self._is_complete(rest=self._left < 0)
            else:
                self.enough = len(self._body) >= self._limit
        self._came = b""

    def _take_chunks(self) -> None:
        """Read chunks (RFC 9112, section 7.1); trailers are passed over.

        What came is cut once at the end: it may be many thousand lines of one letter.
        """
        came, at = self._came, 0
        while not self.enough:
            if self._left:
                piece = came[at : at + self._left]
                at += len(piece)
                self._left -= len(piece)
                self._body += piece
                self.enough = len(self._body) > self._limit
                if self._left:
                    break
                self._left = None  # the end of its line follows
            end = came.find(b"\n", at)
            if (len(came) if end < 0 else end) - at > _LONGEST_CHUNK_LINE:
                raise Malformed("a line between its chunks is too long")
            if end < 0:
                break
            line, at = came[at:end], end + 1
            self._take_line(line, rest=at < len(came))
        self._came = came[at:]

    def _take_line(self, line: bytes, *, rest: bool) -> None:
        """Read a line between chunks, or a trailer; `rest`: whether anything came after it."""
        if self._in_trailers:
            self._passed += len(line) + 1
            if self._passed > LONGEST_HEAD:
                raise Malformed("its trailers are too long")
            if not line.rstrip(b"\r"):
                self._is_complete(rest=rest)
        elif self._left is None:
            if line.rstrip(b"\r"):
                raise Malformed("a chunk is longer than it says")
            self._left = 0
        else:
            found = _CHUNK_SIZE.match(line)
            if found is None:
                raise Malformed("a chunk has no size")
            self._left = int(found[1], 16)
            self._in_trailers = not self._left

    def _is_complete(self, *, rest: bool) -> None:
        self.enough = True
        self.reusable = self._stays and not rest and len(self._body) <= max(self._limit, 0)


def _fields(lines: list[bytes]) -> list[tuple[str, str]]:
    """Return the fields of a head, names in lower case. Raises Malformed."""
    fields: list[tuple[str, str]] = []
    for line in lines:
        text = line.rstrip(b"\r").decode("utf-8", "replace")
        if text[:1] in (" ", "\t") and fields:  # folded, as was done of old
            name, value = fields.pop()
            fields.append((name, f"{value} {text.strip()}"))
            continue
        name, found, value = text.partition(":")
        if not found or not _FIELD_NAME.fullmatch(name):
            raise Malformed("a header has no name")
        fields.append((name.lower(), value.strip()))
    return fields
