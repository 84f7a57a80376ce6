# SPDX-License-Identifier: Apache-2.0
"""How many threads of a web process may wait for strangers at once: some are always left for readers.

Whoever sends a body or reads a large file byte by byte, or whose server does not answer when asked for a
key, holds the thread that waits. A web process has few, and the same ones serve the baked site.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

THREADS = 4
"""Of a web process, in all."""
PATIENCE_SECONDS = 0.1
"""How long somebody waits for a place before being told to come again."""
_places = threading.BoundedSemaphore(THREADS - 1)
_places_for_asking = threading.BoundedSemaphore(THREADS - 2)
_places_for_downloads = threading.BoundedSemaphore(THREADS - 2)


class Crowded(Exception):
    """As many as may are waiting for strangers already. Try again in a moment."""


@contextmanager
def for_a_body() -> Iterator[None]:
    """Read what a stranger sends in this block. Raises Crowded."""
    with _place(_places):
        yield


@contextmanager
def for_an_answer() -> Iterator[None]:
    """Ask a server that a stranger named in this block; forms keep a place beside these. Raises Crowded."""
    with _place(_places_for_asking), _place(_places):
        yield


class Download:
    """The right to send a large file piece by piece, held until `end`. Raises Crowded."""

    def __init__(self) -> None:
        self._held: list[threading.BoundedSemaphore] = []
        for places in (_places_for_downloads, _places):
            if not places.acquire(timeout=PATIENCE_SECONDS):
                self.end()
                raise Crowded
            self._held.append(places)

    def end(self) -> None:
        """Give the place to others; a second time does nothing."""
        while self._held:
            self._held.pop().release()

    def __del__(self) -> None:
        self.end()


@contextmanager
def _place(places: threading.BoundedSemaphore) -> Iterator[None]:
    if not places.acquire(timeout=PATIENCE_SECONDS):
        raise Crowded
    try:
        yield
    finally:
        places.release()
