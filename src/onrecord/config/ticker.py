# SPDX-License-Identifier: Apache-2.0
"""The clock: runs each chore about as often as it asks for. One that fails never stops the others."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable

from django.db import close_old_connections, connections

from onrecord.plugins import Chore
from onrecord.stillness import Stillness

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 0.001
"""SQLite's busy handler is not fair: whoever never pauses starves everybody else."""
SLOW_SECONDS = 1.0


class Ticker:
    """Runs chores in a thread of its own until it is stopped."""

    def __init__(self, chores: Iterable[Chore]) -> None:
        self._due = dict.fromkeys(chores, 0.0)
        self._ran = dict.fromkeys(self._due, float("-inf"))
        self._stillness = Stillness()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ticker", daemon=True)

    def start(self) -> None:
        """Begin; every chore is due at once."""
        self._thread.start()

    def stop(self, seconds: float) -> None:
        """Let the chore at hand finish, for at most this time."""
        self._stop.set()
        self._thread.join(seconds)

    def run_due(self, now: float) -> None:
        """Run the chores that are due at this moment of the monotonic clock.

        Those that follow what is written rest while nobody writes.
        """
        still = self._stillness.here()
        for chore, due in self._due.items():
            if due > now or self._stop.is_set():
                continue
            self._due[chore] = now + chore.every
            if not still or now >= self._ran[chore] + chore.at_rest:
                self._ran[chore] = now
                _run_one(chore)
                time.sleep(PAUSE_SECONDS)

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                close_old_connections()
                self.run_due(time.monotonic())
                wait = min(self._due.values(), default=60.0) - time.monotonic()
                self._stop.wait(max(wait, PAUSE_SECONDS))
        finally:
            connections.close_all()


def _run_one(chore: Chore) -> None:
    started = time.monotonic()
    try:
        chore.run()
    except Exception:  # whatever it was, the others must run, and this one again
        logger.exception("chore %s failed; it runs again in %g seconds", chore.name, chore.every)
        close_old_connections()
    took = time.monotonic() - started
    if took > SLOW_SECONDS:
        logger.warning("chore %s took %.1f seconds and delayed the others", chore.name, took)
