# SPDX-License-Identifier: Apache-2.0
"""What strangers send is read by few threads at once: whoever sends it byte by byte holds up no reader.

Reading takes no time where the whole body has arrived. Only who waits for more of it has a place here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, cast
from wsgiref.types import InputStream, StartResponse, WSGIApplication, WSGIEnvironment

from onrecord.waiting import Crowded, for_a_body

LATER = b"Too much is being sent here at this moment. Send it again in a few seconds.\n"


class _Refused(BaseException):
    """No application between here and the reader may take it for an error of its own."""


class _Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...

    def readline(self, size: int = -1, /) -> bytes: ...


class _InTurn:
    """The body of a request, read in turn with the others of this process."""

    def __init__(self, body: _Readable) -> None:
        self._body = body

    def read(self, size: int = -1, /) -> bytes:
        return _taken(self._body.read, size)

    def readline(self, size: int = -1, /) -> bytes:
        return _taken(self._body.readline, size)

    def readlines(self, _hint: int = -1, /) -> list[bytes]:
        return list(self)

    def __iter__(self) -> Iterator[bytes]:
        while line := self.readline():
            yield line


def _taken(take: Callable[[int], bytes], size: int) -> bytes:
    try:
        with for_a_body():
            return take(size)
    except Crowded as error:
        raise _Refused from error


def read_in_turn(application: WSGIApplication) -> WSGIApplication:
    """Answer 503 to whoever sends something while as many as may are waiting for the bodies of others."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] in {"GET", "HEAD"}:
            return application(environ, start_response)
        environ["wsgi.input"] = cast("InputStream", _InTurn(environ["wsgi.input"]))
        try:
            return application(environ, start_response)
        except _Refused:
            start_response(
                "503 Service Unavailable",
                [
                    ("Content-Type", "text/plain; charset=utf-8"),
                    ("Content-Length", str(len(LATER))),
                    ("Retry-After", "5"),
                    ("Cache-Control", "no-store"),
                ],
            )
            return [LATER]

    return answer
