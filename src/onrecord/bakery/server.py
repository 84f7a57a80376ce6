# SPDX-License-Identifier: Apache-2.0
"""Serves the site directory before the application is asked. No Django, no database.

What was read stays in memory until the bakery bumps the generation counter; a hit touches no file.
"""

from __future__ import annotations

import mmap
import os
import re
import threading
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from whitenoise.base import WhiteNoise

from onrecord.bakery import addresses, generation, headers
from onrecord.bakery.answers import Answer, MethodRefused, PageOrObject, Redirect, StoredFile, load

NOT_FOUND_PAGE = "/404.html"
NOT_FOUND_STATUS = "404 Not Found"
GONE_STATUS = "410 Gone"
REMEMBERED_FILES = 20_000
REMEMBERED_BYTES = 32 * 1024 * 1024
"""Bodies that one server process keeps in memory."""
FEW = 64
"""Large files kept open at a time."""


class BakedSite(WhiteNoise):  # type: ignore[misc]  # WhiteNoise publishes no types
    """Answer from `root` what was baked there, pass the `dynamic` addresses on, answer 404 to the rest.

    An address whose page was erased answers 410 with the page that was baked in its place.
    A dynamic address stands for itself and everything below it; `*` in it for one part of a path. Until a
    page for unknown addresses is baked (/404.html), the application answers for these too.
    """

    def __init__(self, application: WSGIApplication, root: Path, *, dynamic: Iterable[str]) -> None:
        super().__init__(application, max_age=None, index_file=addresses.INDEX)
        root = Path(os.path.abspath(root))  # noqa: PTH100  # resolve() would follow the operator's links
        self._base = f"{root}/"
        self._counter: mmap.mmap = generation.watch(root)
        self._memory = _Memory(self._counter[:])
        names = [name if name.endswith("/") else f"{name}/" for name in dynamic]
        self._dynamic = tuple(name for name in names if "*" not in name)
        self._between = [re.compile(re.escape(name).replace(r"\*", "[^/]+")) for name in names if "*" in name]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        memory = self._memory
        if self._counter[:] != memory.generation:
            memory = self._memory = _Memory(self._counter[:])
        answer = memory.answers.get(environ["PATH_INFO"])
        if answer is None:
            answer = self._find(environ, memory)
            if answer is None:
                response: Iterable[bytes] = self.application(environ, start_response)
                return response
        return answer(environ, start_response)

    def _find(self, environ: WSGIEnvironment, memory: _Memory) -> Answer | None:
        asked: str = environ["PATH_INFO"]
        try:
            address = asked.encode("latin-1").decode() or "/"  # PEP 3333: bytes dressed as Latin-1
        except UnicodeError:
            return self._not_found(memory)
        if f"{address}/".startswith(self._dynamic) or self._is_between(f"{address}/"):
            return None
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return MethodRefused()
        answer = self.find_file(address)
        if answer is None:
            return self._not_found(memory)
        memory.keep(asked, answer)
        return answer

    def _is_between(self, address: str) -> bool:
        return any(pattern.match(address) for pattern in self._between)

    def find_file(self, url: str) -> Answer | None:
        """Return the answer for a baked address as the disk has it now; None if nothing was baked there."""
        if url.endswith("/" + addresses.INDEX):
            return self._redirect_to(url[: -len(addresses.INDEX)])
        if url == NOT_FOUND_PAGE or url.endswith("/" + addresses.GONE) or not addresses.is_plain(url):
            return None
        if url.startswith(headers.FEDIVERSE) and url.endswith(addresses.GONE_OBJECT):
            return None
        found = load(self._base + addresses.file_name(url), url, "200 OK", headers.cache_control_of(url))
        if found is None and url.endswith("/"):
            return load(self._base + url[1:] + addresses.GONE, url, GONE_STATUS, headers.NOT_FOUND)
        if found is None and url.startswith(headers.FEDIVERSE):
            return load(self._base + url[1:] + addresses.GONE_OBJECT, url, GONE_STATUS, headers.NOT_FOUND)
        return self._with_object(found, url) if found else self._redirect_to(url + "/")

    def _with_object(self, found: StoredFile, url: str) -> Answer:
        place = headers.object_of(url)
        is_there = place and os.path.isfile(self._base + place[1:])  # noqa: PTH113
        return PageOrObject(found, url, place) if place and is_there else found

    def _redirect_to(self, address: str) -> Redirect | None:
        if not addresses.is_plain(address):
            return None
        names = (addresses.file_name(address), address[1:] + addresses.GONE)
        return Redirect(quote(address)) if any(os.path.isfile(self._base + name) for name in names) else None  # noqa: PTH113

    def _not_found(self, memory: _Memory) -> Answer | None:
        if memory.not_found is None:
            path = self._base + NOT_FOUND_PAGE[1:]
            memory.not_found = load(path, NOT_FOUND_PAGE, NOT_FOUND_STATUS, headers.NOT_FOUND)
        return memory.not_found


class _Memory:
    """What was read in one generation. Threads that still read for an old one cannot spoil the next."""

    def __init__(self, generation: bytes) -> None:
        self.generation = generation
        self.answers: dict[str, Answer] = {}
        self.not_found: Answer | None = None
        self._bytes = 0
        self._open = 0
        self._lock = threading.Lock()

    def keep(self, asked: str, answer: Answer) -> None:
        with self._lock:
            if asked in self.answers:
                return
            self.answers[asked] = answer
            self._bytes += answer.bytes_in_memory
            self._open += answer.is_open
            while self._bytes > REMEMBERED_BYTES or self._open > FEW or len(self.answers) > REMEMBERED_FILES:
                oldest = self.answers.pop(next(iter(self.answers)))
                self._bytes -= oldest.bytes_in_memory
                self._open -= oldest.is_open
