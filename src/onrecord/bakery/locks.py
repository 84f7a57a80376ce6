# SPDX-License-Identifier: Apache-2.0
"""Locks between the processes that bake into one site directory.

A page is rendered and written under the lock of its key, so of two processes the later writes the newer page.
They are `flock` locks on files beside the directory: a killed process holds none.
"""

from __future__ import annotations

import fcntl
import os
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from onrecord.bakery.errors import FullBakeRunning

STRIPES = 8192
"""Keys share this many locks, so that two bakes rarely wait for each other without need."""


class Locks:
    """The locks of one site directory. Not reentrant: nobody bakes while rendering."""

    def __init__(self, root: Path) -> None:
        self._folder = root.with_name(root.name + ".locks")
        self._folder.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def keys(self, names: Iterable[str]) -> Iterator[None]:
        """Hold the locks of these keys; waits for whoever bakes one of them."""
        with self._stripes(names, fcntl.LOCK_EX):
            yield

    @contextmanager
    def keys_of_full_bake(self, names: Iterable[str]) -> Iterator[None]:
        """Hold the locks of these keys as a process of the one full bake, no two of which have the same key.

        They do not wait for each other where keys share a lock, only for others that bake.
        """
        with self._stripes(names, fcntl.LOCK_SH):
            yield

    @contextmanager
    def everything(self) -> Iterator[None]:
        """Wait until nobody bakes, and let nobody begin."""
        with self._held("site", fcntl.LOCK_EX):
            yield

    @contextmanager
    def full_bake(self) -> Iterator[None]:
        """Be the only full bake; refuses at once when there is another."""
        with ExitStack() as stack:
            try:
                stack.enter_context(self._held("full", fcntl.LOCK_EX | fcntl.LOCK_NB))
            except BlockingIOError as error:
                site = self._folder.with_suffix("")
                raise FullBakeRunning(
                    f"Another process is baking everything into {site}. Wait until it is done."
                ) from error
            yield

    @contextmanager
    def _stripes(self, names: Iterable[str], operation: int) -> Iterator[None]:
        # In one order everywhere, so that two bakes cannot wait for each other.
        stripes = sorted({zlib.crc32(name.encode()) % STRIPES for name in names})
        with ExitStack() as stack:
            stack.enter_context(self._held("site", fcntl.LOCK_SH))
            for stripe in stripes:
                stack.enter_context(self._held(f"{stripe:04}", operation))
            yield

    @contextmanager
    def _held(self, name: str, operation: int) -> Iterator[None]:
        descriptor = os.open(self._folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, operation)
            yield
        finally:
            # Closing alone would leave it held by every process that was forked meanwhile.
            fcntl.flock(descriptor, fcntl.LOCK_UN)
            os.close(descriptor)
