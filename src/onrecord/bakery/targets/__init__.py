# SPDX-License-Identifier: Apache-2.0
"""Where baked files go: one module for each kind of place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from onrecord.bakery.pages import File


class Target(Protocol):
    """A place that readers read from while it is written.

    Atomicity: at any moment, a killed process included, a reader gets one whole version of a file, and never
    a compressed twin of another version than the file itself.
    Durability: a file that is written once has reached the disk before `write` returns; any other may be lost
    in a power failure and is baked again.
    Concurrency: calls for different addresses may run in any number of processes; the caller never writes or
    removes one address twice at the same time.
    Retries: every call may be repeated.
    """

    def check(self, file: File) -> None:
        """Refuse an address that is not plain, or a media type or lifetime that its name does not say."""

    def write(self, *files: File) -> int:
        """Make these addresses yield these bodies and return how many had to change.

        Files that are written once come first, and are durable before any other file changes; the others are
        written in the order given. Refuses what `check` refuses before anything is written, and other bytes
        for a file that is written once before any of these is.
        """

    def remove(self, address: str) -> bool:
        """Make the address yield nothing and return whether anything had to change."""

    def stored(self) -> Iterator[tuple[str, str]]:
        """Yield the name of everything stored and the address it serves, lazily, in no particular order.

        Twins serve the address of their file; what is half done, or was put there by others, is yielded too.
        """

    def discard(self, name: str) -> None:
        """Remove something that `stored` yielded; only while nobody writes."""

    def announce(self) -> None:
        """Tell the servers that something has changed."""
