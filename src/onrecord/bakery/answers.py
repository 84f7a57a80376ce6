# SPDX-License-Identifier: Apache-2.0
"""How a baked file answers a request: content coding, conditions, ranges (RFC 9110). No Django, no database.

WhiteNoise's own responder gives every coding the same strong ETag, refuses a range of one byte, and knows
neither If-Range nor a list of ETags; so this one stands in its place.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache
from typing import Protocol
from wsgiref.types import StartResponse, WSGIEnvironment

from onrecord import waiting
from onrecord.bakery import addresses, headers

HeaderList = list[tuple[str, str]]

IN_MEMORY_UP_TO = 64 * 1024
"""Bytes of a body that is kept in memory; a larger one is read from the open file."""
IN_ONE_PIECE_UP_TO = 256 * 1024
"""Bytes that the web server takes whole, so that no thread waits for a slow reader. A larger body is sent in
pieces."""
PIECE = 64 * 1024
LATER = b"Many large files are being sent at this moment. Ask again in a few seconds.\n"

_BR, _GZIP = 2, 1
_ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_Q_ZERO = re.compile(r"q=0(\.0*)?")


class Answer(Protocol):
    """Something that answers every request for one address, in any number of threads."""

    bytes_in_memory: int
    is_open: int

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer as a WSGI application."""


class MethodRefused:
    """Say that baked files can only be read."""

    bytes_in_memory = is_open = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer as a WSGI application."""
        start_response(
            "405 Method Not Allowed", [("Allow", "GET, HEAD"), ("Content-Length", "0"), *headers.ALWAYS]
        )
        return []


class Redirect:
    """Send readers to the address with (or without) its last part; keeps the query."""

    bytes_in_memory = is_open = 0

    def __init__(self, location: str) -> None:
        self._location = location

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer as a WSGI application."""
        query = environ.get("QUERY_STRING")
        location = f"{self._location}?{query}" if query else self._location
        fields = [("Location", location), ("Cache-Control", headers.ASK), ("Content-Length", "0")]
        start_response("301 Moved Permanently", [*fields, *headers.ALWAYS])
        return []


class PageOrObject:
    """Answer with a statement's page; send whoever takes JSON alone to its ActivityStreams object."""

    def __init__(self, page: StoredFile, address: str, location: str) -> None:
        self._page = page
        self._fields = [
            ("Location", location),
            ("Cache-Control", headers.ASK),
            ("Content-Length", "0"),
            *headers.always(address),
        ]
        self.bytes_in_memory = page.bytes_in_memory
        self.is_open = page.is_open

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer as a WSGI application."""
        reads = environ["REQUEST_METHOD"] in {"GET", "HEAD"}
        if reads and headers.takes_json_alone(environ.get("HTTP_ACCEPT", "")):
            start_response("302 Found", self._fields.copy())
            return []
        return self._page(environ, start_response)


class StoredFile:
    """Answer with a file, in the best coding the reader takes."""

    __slots__ = ("_by_coding", "_modified", "_status", "bytes_in_memory", "is_open")

    def __init__(self, status: str, modified: int, identity: _Coded, br: _Coded | None, gzip: _Coded | None):
        self._status = status
        self._modified = modified
        # Indexed by what the reader takes: nothing, gzip, br, both.
        self._by_coding = (identity, gzip or identity, br or identity, br or gzip or identity)
        bodies = [coded.body for coded in (identity, br, gzip) if coded]
        self.bytes_in_memory = sum(len(body) for body in bodies if isinstance(body, bytes))
        self.is_open = sum(isinstance(body, _OpenFile) for body in bodies)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer as a WSGI application."""
        coded = self._by_coding[_codings_taken(environ.get("HTTP_ACCEPT_ENCODING", ""))]
        if (
            environ["REQUEST_METHOD"] == "GET"
            and "HTTP_IF_NONE_MATCH" not in environ
            and "HTTP_IF_MODIFIED_SINCE" not in environ
            and "HTTP_RANGE" not in environ
        ):
            if isinstance(coded.body, bytes):
                start_response(self._status, coded.headers.copy())
                return [coded.body]
            return coded.send(self._status, coded.headers.copy(), (0, coded.size), start_response)
        return self._answer_with_conditions(coded, environ, start_response)

    def _answer_with_conditions(
        self, coded: _Coded, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        if method not in {"GET", "HEAD"}:
            return MethodRefused()(environ, start_response)
        if self._status == "200 OK" and self._is_known(coded, environ):
            start_response("304 Not Modified", coded.headers_of_304())
            return []
        wanted = self._range_wanted(coded, environ) if method == "GET" else None
        if method == "HEAD":
            start_response(self._status, coded.headers.copy())
            return []
        if wanted is None:
            return coded.send(self._status, coded.headers.copy(), (0, coded.size), start_response)
        first, length = wanted
        if length <= 0:
            start_response("416 Range Not Satisfiable", coded.headers_of_416())
            return []
        return coded.send("206 Partial Content", coded.headers_of_206(first, length), wanted, start_response)

    def _is_known(self, coded: _Coded, environ: WSGIEnvironment) -> bool:
        tags = environ.get("HTTP_IF_NONE_MATCH")
        if tags is not None:
            return tags.strip() == "*" or coded.etag in {
                tag.strip().removeprefix("W/") for tag in tags.split(",")
            }
        since = _seconds(environ.get("HTTP_IF_MODIFIED_SINCE", ""))
        return since is not None and self._modified <= since

    def _range_wanted(self, coded: _Coded, environ: WSGIEnvironment) -> tuple[int, int] | None:
        match = _ONE_RANGE.fullmatch(environ.get("HTTP_RANGE", "").replace(" ", ""))
        if match is None or match[0] == "bytes=-" or self._status != "200 OK":
            return None  # several ranges, or none: RFC 9110, 14.2 lets a server send everything
        condition = environ.get("HTTP_IF_RANGE")
        if condition is not None and condition not in {coded.etag, coded.last_modified}:
            return None
        if not match[1]:
            length = min(int(match[2]), coded.size)
            return coded.size - length, length
        first, last = int(match[1]), int(match[2] or coded.size - 1)
        if match[2] and last < first:
            return None
        return first, min(last, coded.size - 1) - first + 1


def load(path: str, address: str, status: str, cache_control: str) -> StoredFile | None:
    """Read a file and its twins, all of one version; None if there is no such file."""
    for _ in range(10):
        main = _open(path)
        if main is None:
            return None
        always = headers.always(address) if status == "200 OK" else headers.ALWAYS
        fields = [("Cache-Control", cache_control), *headers.spoken_by(address, main.read), *always]
        identity = _coded(main, address, fields, "")
        twins: dict[str, _Coded | None] = dict.fromkeys(addresses.TWINS)
        if headers.is_text(address):
            for coding, ending in addresses.TWINS.items():
                twin = _open(path + ending)
                twins[coding] = _coded(twin, address, fields, coding) if twin else None
        # The bakery removes the twins before it replaces a file: still the same file, so they are its own.
        if _is_still(main, path):
            return StoredFile(status, int(main.info.st_mtime), identity, twins["br"], twins["gzip"])
    return None  # replaced ten times while it was read: not a file of the bakery's


class _Coded:
    """A body in one content coding, with its headers."""

    __slots__ = ("body", "etag", "headers", "last_modified", "size")

    def __init__(self, address: str, fields: HeaderList, coding: str, body: bytes | _OpenFile, modified: int):
        self.body = body
        self.size = len(body)
        self.last_modified = formatdate(modified, usegmt=True)
        # Of the coded bytes, so that no two codings share one (RFC 9110, 8.8.3).
        digest = hashlib.sha256(body).hexdigest()[:20] if isinstance(body, bytes) else body.etag
        self.etag = f'"{digest}"'
        self.headers: HeaderList = [
            ("Content-Type", headers.media_type_of(address)),
            ("Content-Length", str(self.size)),
            ("ETag", self.etag),
            ("Last-Modified", self.last_modified),
            *fields,
            ("Accept-Ranges", "bytes"),
        ]
        if coding:
            self.headers.append(("Content-Encoding", coding))

    def send(
        self, status: str, fields: HeaderList, part: tuple[int, int], start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer with a part of the body; 503 if as many large ones as may are being sent already."""
        first, length = part
        if isinstance(self.body, bytes):
            pieces: Iterable[bytes] = [self.body[first : first + length]]
        elif length <= IN_ONE_PIECE_UP_TO:
            pieces = [b"".join(self.body.pieces(first, length))]
        else:
            try:
                pieces = _InTurn(self.body.pieces(first, length))
            except waiting.Crowded:
                status, fields, pieces = "503 Service Unavailable", _fields_of_later(), [LATER]
        start_response(status, fields)
        return pieces

    def headers_of_304(self) -> HeaderList:
        return [
            field for field in self.headers if not field[0].startswith(("Content-Type", "Content-Length"))
        ]

    def headers_of_206(self, first: int, length: int) -> HeaderList:
        last = first + length - 1
        return [
            *(field for field in self.headers if field[0] != "Content-Length"),
            ("Content-Length", str(length)),
            ("Content-Range", f"bytes {first}-{last}/{self.size}"),
        ]

    def headers_of_416(self) -> HeaderList:
        return [("Content-Range", f"bytes */{self.size}"), ("Content-Length", "0"), *headers.ALWAYS]


class _InTurn:
    """The pieces of a large body, sent while few others are: its reader may be slow, and holds a thread."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._place = waiting.Download()
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._pieces)
        except StopIteration:
            self.close()
            raise

    def close(self) -> None:
        """End it, as WSGI servers do also when the reader has gone."""
        self._place.end()


class _OpenFile:
    """A file kept open: whatever replaces it, this version can be read to its end."""

    __slots__ = ("_descriptor", "info")

    def __init__(self, descriptor: int, info: os.stat_result) -> None:
        self._descriptor = descriptor
        self.info = info

    def __len__(self) -> int:
        return self.info.st_size

    def __del__(self) -> None:
        os.close(self._descriptor)

    @property
    def etag(self) -> str:
        return f"{self.info.st_mtime_ns:x}-{self.info.st_size:x}-{self.info.st_ino:x}"

    def read(self) -> bytes:
        return b"".join(self.pieces(0, len(self)))

    def pieces(self, first: int, length: int) -> Iterator[bytes]:
        end = first + length
        while first < end:
            piece = os.pread(self._descriptor, min(PIECE, end - first), first)
            if not piece:
                return  # cut short by another program; the bakery never does
            first += len(piece)
            yield piece


def _fields_of_later() -> HeaderList:
    return [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(LATER))),
        ("Cache-Control", "no-store"),
        ("Retry-After", "5"),
        *headers.ALWAYS,
    ]


def _open(path: str) -> _OpenFile | None:
    try:
        # Not through a link, and not waiting for a pipe: the bakery makes neither.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if error.errno in {errno.EMFILE, errno.ENFILE, errno.EIO}:
            raise
        return None
    opened = _OpenFile(descriptor, os.fstat(descriptor))
    return opened if stat.S_ISREG(opened.info.st_mode) else None


def _is_still(opened: _OpenFile, path: str) -> bool:
    try:
        return os.path.samestat(opened.info, os.stat(path))  # noqa: PTH116
    except FileNotFoundError:
        return False


def _coded(opened: _OpenFile, address: str, fields: HeaderList, coding: str) -> _Coded:
    body = opened.read() if len(opened) <= IN_MEMORY_UP_TO else opened
    return _Coded(address, fields, coding, body, int(opened.info.st_mtime))


@lru_cache(maxsize=256)
def _codings_taken(accept_encoding: str) -> int:
    taken = {}
    for part in accept_encoding.lower().split(","):
        coding, _, weight = part.partition(";")
        taken[coding.strip()] = _Q_ZERO.fullmatch(weight.strip()) is None
    anything = taken.get("*", False)
    return _BR * taken.get("br", anything) | _GZIP * taken.get("gzip", taken.get("x-gzip", anything))


def _seconds(date: str) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp()
    except (ValueError, OverflowError, TypeError):
        return None
